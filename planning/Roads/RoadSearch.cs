namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// Fastest ways in a hierarchy: one to one, and many to many. Both ends climb; they meet at the most important junction of the way. For one
/// thread at a time.
/// </summary>
/// <remarks>
/// A node that is reached faster from above than from below is not on a fastest way and is not climbed from (stall on demand). Many to many
/// follows Knopp, Sanders, Schultes, Schulz and Wagner, Computing many-to-many shortest paths using highway hierarchies, ALENEX 2007: what
/// every target reaches is kept in buckets at the nodes, and each source looks through the buckets on its climb.
/// </remarks>
public sealed class RoadSearch(RoadHierarchy hierarchy)
{
    readonly NodeTimes forward = new(hierarchy.NodeCount);
    readonly NodeTimes backward = new(hierarchy.NodeCount);
    readonly NodeHeap forwardHeap = new();
    readonly NodeHeap backwardHeap = new();

    /// <summary>Nodes that the last search between two places took out of its heaps.</summary>
    public int SettledNodes { get; private set; }

    /// <summary>The fastest way; <see cref="RoadTime.Never"/> when there is none.</summary>
    public long Between(in RoadSpot from, in RoadSpot to)
    {
        var best = from.Along(to);
        Begin(forward, forwardHeap, from.A, from.LeaveA, from.B, from.LeaveB);
        Begin(backward, backwardHeap, to.A, to.ArriveA, to.B, to.ArriveB);
        SettledNodes = 0;
        while (Math.Min(forwardHeap.LeastTime, backwardHeap.LeastTime) < best)
        {
            SettledNodes++;
            if (forwardHeap.LeastTime <= backwardHeap.LeastTime)
                Climb(forward, forwardHeap, hierarchy.Up, hierarchy.Down, backward, ref best);
            else Climb(backward, backwardHeap, hierarchy.Down, hierarchy.Up, forward, ref best);
        }

        return Capped(best);
    }

    /// <summary>Times from each of some places to each of others: row by row, a row for each of <paramref name="from"/>.</summary>
    public void Table(ReadOnlySpan<RoadSpot> from, ReadOnlySpan<RoadSpot> to, Span<long> table)
    {
        var entries = new List<(int Node, int Target, long Time)>();
        for (var target = 0; target < to.Length; target++)
        {
            Begin(backward, backwardHeap, to[target].A, to[target].ArriveA, to[target].B, to[target].ArriveB);
            while (Next(backward, backwardHeap, hierarchy.Down, hierarchy.Up, out var node)) entries.Add((node, target, backward[node]));
        }

        var (starts, buckets) = ByNode(entries);
        table[..(from.Length * to.Length)].Fill(RoadTime.Never);
        for (var source = 0; source < from.Length; source++)
        {
            var row = table.Slice(source * to.Length, to.Length);
            for (var target = 0; target < to.Length; target++) row[target] = from[source].Along(to[target]);
            Begin(forward, forwardHeap, from[source].A, from[source].LeaveA, from[source].B, from[source].LeaveB);
            while (Next(forward, forwardHeap, hierarchy.Up, hierarchy.Down, out var node))
            {
                var time = forward[node];
                for (var i = starts[node]; i < starts[node + 1]; i++)
                    row[buckets[i].Target] = Math.Min(row[buckets[i].Target], time + buckets[i].Time);
            }

            for (var target = 0; target < to.Length; target++) row[target] = Capped(row[target]);
        }
    }

    /// <summary>
    /// Calls for every node that a climb from a place, or to it, reaches; a node may be told with a time that is not the least.
    /// </summary>
    internal void ForEachReached(in RoadSpot spot, bool isFrom, Action<int, long> reached)
    {
        var (times, heap) = isFrom ? (forward, forwardHeap) : (backward, backwardHeap);
        if (isFrom) Begin(times, heap, spot.A, spot.LeaveA, spot.B, spot.LeaveB);
        else Begin(times, heap, spot.A, spot.ArriveA, spot.B, spot.ArriveB);
        var (climbing, descending) = isFrom ? (hierarchy.Up, hierarchy.Down) : (hierarchy.Down, hierarchy.Up);
        while (Next(times, heap, climbing, descending, out var node)) reached(node, times[node]);
    }

    (int[] Starts, (int Target, long Time)[] Buckets) ByNode(List<(int Node, int Target, long Time)> entries)
    {
        var starts = new int[hierarchy.NodeCount + 1];
        foreach (var entry in entries) starts[entry.Node + 1]++;
        for (var node = 0; node < hierarchy.NodeCount; node++) starts[node + 1] += starts[node];
        var next = starts[..hierarchy.NodeCount];
        var buckets = new (int Target, long Time)[entries.Count];
        foreach (var entry in entries) buckets[next[entry.Node]++] = (entry.Target, entry.Time);
        return (starts, buckets);
    }

    static void Begin(NodeTimes times, NodeHeap heap, int a, long timeA, int b, long timeB)
    {
        times.Clear();
        heap.Clear();
        Reach(times, heap, a, timeA);
        Reach(times, heap, b, timeB);
    }

    static void Reach(NodeTimes times, NodeHeap heap, int node, long time)
    {
        if (time >= times[node]) return;
        times[node] = time;
        heap.Push(time, node);
    }

    static void Climb(NodeTimes times, NodeHeap heap, RoadArcs climbing, RoadArcs descending, NodeTimes other, ref long best)
    {
        var (time, node) = heap.Pop();
        if (time > times[node]) return;
        best = Math.Min(best, time + other[node]);
        if (!IsStalled(times, descending, node, time)) Relax(times, heap, climbing, node, time);
    }

    /// <summary>Takes out the next node that lies on a fastest way; false when there is none left.</summary>
    static bool Next(NodeTimes times, NodeHeap heap, RoadArcs climbing, RoadArcs descending, out int node)
    {
        while (heap.Count > 0)
        {
            (var time, node) = heap.Pop();
            if (time > times[node] || IsStalled(times, descending, node, time)) continue;
            Relax(times, heap, climbing, node, time);
            return true;
        }

        node = -1;
        return false;
    }

    static void Relax(NodeTimes times, NodeHeap heap, RoadArcs climbing, int node, long time)
    {
        for (var arc = climbing.Starts[node]; arc < climbing.Starts[node + 1]; arc++)
            Reach(times, heap, climbing.Others[arc], time + climbing.Time(arc));
    }

    static bool IsStalled(NodeTimes times, RoadArcs descending, int node, long time)
    {
        for (var arc = descending.Starts[node]; arc < descending.Starts[node + 1]; arc++)
        {
            if (times[descending.Others[arc]] + descending.Time(arc) < time) return true;
        }

        return false;
    }

    static long Capped(long time) => Math.Min(time, RoadTime.Never);
}
