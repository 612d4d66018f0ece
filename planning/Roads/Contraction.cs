namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// Makes the hierarchy of a map: takes out one junction after the other, the least important first, and puts in a shortcut wherever the
/// fastest way between two neighbours ran through it.
/// </summary>
/// <remarks>
/// The order goes by how many shortcuts a junction needs for each arc that goes, and by how deep the hierarchy below it is already. A
/// search for another way that gives up early costs a needless shortcut and nothing else.
/// </remarks>
public sealed class Contraction
{
    /// <summary>How many junctions a search for another way looks at before it gives up.</summary>
    const int MaxWitnessNodes = 60;

    /// <summary>Junctions between two reports of progress.</summary>
    const int ProgressEveryNodes = 2_000;

    // The weight of a needed shortcut per arc against a level of depth.
    const int LevelWeight = 1_000;

    readonly Arc[][] outgoing;
    readonly Arc[][] incoming;
    readonly int[] outgoingCount;
    readonly int[] incomingCount;
    readonly int[] level;
    readonly long[] priority;
    readonly NodeTimes times;
    readonly NodeHeap heap = new();
    readonly List<(int From, int To, long Time)> shortcuts = [];
    readonly HashSet<int> neighbours = [];

    Contraction(RoadMap map)
    {
        outgoing = NewLists(map.NodeCount);
        incoming = NewLists(map.NodeCount);
        outgoingCount = new int[map.NodeCount];
        incomingCount = new int[map.NodeCount];
        level = new int[map.NodeCount];
        priority = new long[map.NodeCount];
        times = new NodeTimes(map.NodeCount);
        map.ForEachArc(AddArc);
    }

    /// <param name="progress">Told how many junctions are done.</param>
    public static RoadHierarchy Run(RoadMap map, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var work = new Contraction(map);
        var order = work.Order(progress, cancellationToken);
        return work.Hierarchy(order);
    }

    int[] Order(IProgress<int>? progress, CancellationToken cancellationToken)
    {
        // Ties go by the junction's number, so that the same map gives the same hierarchy.
        var queue = new PriorityQueue<int, (long Priority, int Node)>();
        for (var node = 0; node < level.Length; node++) Enqueue(node);
        var order = new int[level.Length];
        var isDone = new bool[level.Length];
        var done = 0;
        while (queue.TryDequeue(out var node, out var at))
        {
            if (isDone[node] || at.Priority != priority[node]) continue;
            // Its surroundings may have changed since it was weighed.
            var now = PriorityOf(node);
            if (now > at.Priority && queue.TryPeek(out _, out var next) && next.CompareTo((now, node)) < 0)
            {
                priority[node] = now;
                queue.Enqueue(node, (now, node));
                continue;
            }

            isDone[node] = true;
            order[done++] = node;
            Contract(node);
            foreach (var neighbour in neighbours.Order()) Enqueue(neighbour);
            if (done % ProgressEveryNodes != 0) continue;
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(done);
        }

        return order;

        void Enqueue(int node)
        {
            priority[node] = PriorityOf(node);
            queue.Enqueue(node, (priority[node], node));
        }
    }

    long PriorityOf(int node)
    {
        FindShortcuts(node);
        var removed = Math.Max(1, outgoingCount[node] + incomingCount[node]);
        return ((long)level[node] * LevelWeight) + ((long)shortcuts.Count * LevelWeight / removed);
    }

    void Contract(int node)
    {
        FindShortcuts(node);
        neighbours.Clear();
        foreach (var arc in outgoing[node].AsSpan(0, outgoingCount[node]))
        {
            Remove(incoming[arc.Other], ref incomingCount[arc.Other], node);
            neighbours.Add(arc.Other);
        }

        foreach (var arc in incoming[node].AsSpan(0, incomingCount[node]))
        {
            Remove(outgoing[arc.Other], ref outgoingCount[arc.Other], node);
            neighbours.Add(arc.Other);
        }

        foreach (var neighbour in neighbours) level[neighbour] = Math.Max(level[neighbour], level[node] + 1);
        foreach (var (from, to, time) in shortcuts) AddArc(from, to, time);
    }

    /// <summary>The shortcuts that taking a node out would need.</summary>
    void FindShortcuts(int node)
    {
        shortcuts.Clear();
        var after = outgoing[node].AsSpan(0, outgoingCount[node]);
        foreach (var before in incoming[node].AsSpan(0, incomingCount[node]))
        {
            var (furthest, targets) = (-1L, 0);
            foreach (var next in after)
            {
                if (next.Other == before.Other) continue;
                furthest = Math.Max(furthest, before.Time + next.Time);
                targets++;
            }

            if (targets == 0) continue;
            FindWitnesses(before.Other, node, furthest);
            foreach (var next in after)
            {
                var via = before.Time + next.Time;
                if (next.Other != before.Other && times[next.Other] > via && via < RoadTime.Never)
                    shortcuts.Add((before.Other, next.Other, via));
            }
        }
    }

    /// <summary>Ways from a node that avoid another: what is found is right; not everything is found.</summary>
    void FindWitnesses(int from, int without, long furthest)
    {
        times.Clear();
        heap.Clear();
        times[from] = 0;
        heap.Push(0, from);
        for (var settled = 0; heap.Count > 0 && settled < MaxWitnessNodes; settled++)
        {
            var (time, node) = heap.Pop();
            if (time > furthest) return;
            if (time > times[node]) continue;
            foreach (var arc in outgoing[node].AsSpan(0, outgoingCount[node]))
            {
                var then = time + arc.Time;
                if (arc.Other == without || then >= times[arc.Other]) continue;
                times[arc.Other] = then;
                heap.Push(then, arc.Other);
            }
        }
    }

    RoadHierarchy Hierarchy(int[] order)
    {
        var rankOf = new int[order.Length];
        for (var rank = 0; rank < order.Length; rank++) rankOf[order[rank]] = rank;
        return new RoadHierarchy(
            rankOf, Flatten(order, rankOf, outgoing, outgoingCount), Flatten(order, rankOf, incoming, incomingCount));
    }

    static RoadArcs Flatten(int[] order, int[] rankOf, Arc[][] lists, int[] counts)
    {
        var starts = new int[order.Length + 1];
        for (var rank = 0; rank < order.Length; rank++) starts[rank + 1] = starts[rank] + counts[order[rank]];
        var (others, milliseconds, decimetres) = (new int[starts[^1]], new int[starts[^1]], new int[starts[^1]]);
        for (var rank = 0; rank < order.Length; rank++)
        {
            var arcs = lists[order[rank]].AsSpan(0, counts[order[rank]]);
            arcs.Sort((a, b) => rankOf[a.Other].CompareTo(rankOf[b.Other]));
            for (var i = 0; i < arcs.Length; i++)
            {
                var at = starts[rank] + i;
                others[at] = rankOf[arcs[i].Other];
                (milliseconds[at], decimetres[at]) = (RoadTime.Milliseconds(arcs[i].Time), RoadTime.Decimetres(arcs[i].Time));
            }
        }

        return new RoadArcs(starts, others, milliseconds, decimetres);
    }

    void AddArc(int from, int to, long time)
    {
        if (from == to) return;
        Put(outgoing, outgoingCount, from, to, time);
        Put(incoming, incomingCount, to, from, time);
    }

    static void Put(Arc[][] lists, int[] counts, int node, int other, long time)
    {
        var arcs = lists[node].AsSpan(0, counts[node]);
        for (var i = 0; i < arcs.Length; i++)
        {
            if (arcs[i].Other != other) continue;
            if (time < arcs[i].Time) arcs[i] = new Arc(other, time);
            return;
        }

        if (counts[node] == lists[node].Length) Array.Resize(ref lists[node], Math.Max(4, counts[node] * 2));
        lists[node][counts[node]++] = new Arc(other, time);
    }

    static void Remove(Arc[] arcs, ref int count, int other)
    {
        for (var i = 0; i < count; i++)
        {
            if (arcs[i].Other != other) continue;
            arcs[i] = arcs[--count];
            return;
        }
    }

    static Arc[][] NewLists(int nodes)
    {
        var lists = new Arc[nodes][];
        Array.Fill(lists, []);
        return lists;
    }

    readonly record struct Arc(int Other, long Time);
}
