using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Bench.Roads;

/// <summary>
/// The peer: Dijkstra's algorithm on the same map in flat arrays with the same heap, ended as soon as the place is reached.
/// </summary>
sealed class PlainDijkstra
{
    readonly int[] starts;
    readonly int[] heads;
    readonly long[] weights;
    readonly NodeTimes times;
    readonly NodeHeap heap = new();

    public PlainDijkstra(RoadNetwork network)
    {
        var arcs = new List<(int From, int To, long Time)>();
        var rankOf = network.Hierarchy.RankOf;
        network.Map.ForEachArc((from, to, time) => arcs.Add((rankOf[from], rankOf[to], time)));
        starts = new int[network.Map.NodeCount + 1];
        foreach (var arc in arcs) starts[arc.From + 1]++;
        for (var node = 0; node < network.Map.NodeCount; node++) starts[node + 1] += starts[node];
        heads = new int[arcs.Count];
        weights = new long[arcs.Count];
        var next = starts[..^1];
        foreach (var (from, to, time) in arcs) (heads[next[from]], weights[next[from]++]) = (to, time);
        times = new NodeTimes(network.Map.NodeCount);
    }

    public long Between(RoadSpot from, RoadSpot to)
    {
        var best = Math.Min(RoadTime.Never, from.Along(to));
        times.Clear();
        heap.Clear();
        Reach(from.A, from.LeaveA);
        Reach(from.B, from.LeaveB);
        while (heap.LeastTime < best)
        {
            var (time, node) = heap.Pop();
            if (time > times[node]) continue;
            if (node == to.A) best = Math.Min(best, time + to.ArriveA);
            if (node == to.B) best = Math.Min(best, time + to.ArriveB);
            for (var arc = starts[node]; arc < starts[node + 1]; arc++) Reach(heads[arc], time + weights[arc]);
        }

        return best;
    }

    void Reach(int node, long time)
    {
        if (time >= times[node]) return;
        times[node] = time;
        heap.Push(time, node);
    }
}
