using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Planning.Tests.Roads;

/// <summary>The slow model: Dijkstra over the map as it lies, in junction numbers, without ranks, shortcuts or packed numbers.</summary>
sealed class PlainRoads(RoadNetwork network)
{
    readonly List<(int To, int Milliseconds, int Decimetres)>[] arcs = Arcs(network.Map);
    readonly int[] nodeOfRank = NodeOfRank(network.Hierarchy);

    /// <summary>Time and length of the fastest way, the shortest of equally fast ones; null when there is none.</summary>
    public (int Milliseconds, int Decimetres)? Between(RoadSpot from, RoadSpot to)
    {
        var best = (Milliseconds: int.MaxValue, Decimetres: 0);
        if (from.Segment == to.Segment)
        {
            var there = (Position(from), Position(to));
            if (there.Item2 is { } end && there.Item1 is { } start && end.CompareTo(start) >= 0) Better(Minus(end, start));
            if (Reverse(to) is { } last && Reverse(from) is { } first && last.CompareTo(first) >= 0) Better(Minus(last, first));
        }

        var reached = FromBothEnds(from);
        if (Position(to) is { } overA && reached[nodeOfRank[to.A]] is { } atA) Better(Plus(atA, overA));
        if (Reverse(to) is { } overB && reached[nodeOfRank[to.B]] is { } atB) Better(Plus(atB, overB));
        if (best.Milliseconds == int.MaxValue) return null;
        return Plus(best, Plus(Split(from.Access), Split(to.Access)));

        void Better((int Milliseconds, int Decimetres) found)
        {
            if (found.CompareTo(best) < 0) best = found;
        }
    }

    (int, int)?[] FromBothEnds(RoadSpot from)
    {
        var reached = new (int Milliseconds, int Decimetres)?[arcs.Length];
        var queue = new PriorityQueue<(int Node, (int, int) At), (int, int)>();
        if (from.ToA < RoadTime.Never) queue.Enqueue((nodeOfRank[from.A], Split(from.ToA)), Split(from.ToA));
        if (from.ToB < RoadTime.Never) queue.Enqueue((nodeOfRank[from.B], Split(from.ToB)), Split(from.ToB));
        while (queue.TryDequeue(out var next, out _))
        {
            if (reached[next.Node] is not null) continue;
            reached[next.Node] = next.At;
            foreach (var (to, milliseconds, decimetres) in arcs[next.Node])
            {
                var then = Plus(next.At, (milliseconds, decimetres));
                if (reached[to] is null) queue.Enqueue((to, then), then);
            }
        }

        return reached;
    }

    static (int, int)? Position(RoadSpot spot) => spot.FromA < RoadTime.Never ? Split(spot.FromA) : null;

    static (int, int)? Reverse(RoadSpot spot) => spot.FromB < RoadTime.Never ? Split(spot.FromB) : null;

    static (int, int) Split(long time) => (RoadTime.Milliseconds(time), RoadTime.Decimetres(time));

    static (int, int) Plus((int, int) a, (int, int) b) => (a.Item1 + b.Item1, a.Item2 + b.Item2);

    static (int, int) Minus((int, int) a, (int, int) b) => (a.Item1 - b.Item1, a.Item2 - b.Item2);

    static List<(int, int, int)>[] Arcs(RoadMap map)
    {
        var arcs = new List<(int, int, int)>[map.NodeCount];
        for (var node = 0; node < arcs.Length; node++) arcs[node] = [];
        for (var i = 0; i < map.SegmentCount; i++)
        {
            var (from, to, decimetres) = (map.From[i], map.To[i], map.Decimetres[i]);
            if (map.ForwardMilliseconds[i] < RoadMap.Closed) arcs[from].Add((to, map.ForwardMilliseconds[i], decimetres));
            if (map.BackwardMilliseconds[i] < RoadMap.Closed) arcs[to].Add((from, map.BackwardMilliseconds[i], decimetres));
        }

        return arcs;
    }

    static int[] NodeOfRank(RoadHierarchy hierarchy)
    {
        var nodes = new int[hierarchy.NodeCount];
        for (var node = 0; node < nodes.Length; node++) nodes[hierarchy.RankOf[node]] = node;
        return nodes;
    }
}
