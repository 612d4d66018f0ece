namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// The part of a hierarchy that matters for some places: the junctions at their ends and everything above them. One sweep down through it
/// gives the times from one place to all of them.
/// </summary>
/// <remarks>Delling, Goldberg and Werneck, Faster batched shortest paths in road networks, ATMOS 2011 (restricted PHAST).</remarks>
internal sealed class RoadSelection
{
    readonly int[] indexOf;
    readonly int[] downStarts;
    readonly (int Other, int Milliseconds)[] down;
    readonly int[] upStarts;
    readonly (int Other, int Milliseconds)[] up;

    /// <param name="nodes">Ranks of the junctions that times are wanted for.</param>
    public RoadSelection(RoadHierarchy hierarchy, IEnumerable<int> nodes)
    {
        indexOf = new int[hierarchy.NodeCount];
        Array.Fill(indexOf, -1);
        var selected = Above(hierarchy, nodes);
        // The most important first: whatever leads to a node stands before it.
        selected.Sort((a, b) => b.CompareTo(a));
        for (var i = 0; i < selected.Count; i++) indexOf[selected[i]] = i;
        Count = selected.Count;
        (downStarts, down) = Restricted(hierarchy.Down, selected);
        (upStarts, up) = Restricted(hierarchy.Up, selected);
    }

    /// <summary>How many junctions are in it.</summary>
    public int Count { get; }

    /// <summary>Where a junction stands in a sweep's result; -1 when it is not part of it.</summary>
    public int IndexOf(int rank) => indexOf[rank];

    /// <summary>Milliseconds from a place to each junction of the selection.</summary>
    public void From(RoadSearch search, in RoadSpot spot, Span<int> milliseconds)
    {
        Start(search, spot, isFrom: true, milliseconds);
        Sweep(milliseconds, downStarts, down);
    }

    /// <summary>Milliseconds to a place from each junction of the selection.</summary>
    public void To(RoadSearch search, in RoadSpot spot, Span<int> milliseconds)
    {
        Start(search, spot, isFrom: false, milliseconds);
        Sweep(milliseconds, upStarts, up);
    }

    void Start(RoadSearch search, in RoadSpot spot, bool isFrom, Span<int> milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(milliseconds.Length, Count);
        milliseconds.Fill(RoadTime.Unreachable);
        var reached = new List<(int Node, long Time)>();
        search.ForEachReached(spot, isFrom, (node, time) => reached.Add((node, time)));
        foreach (var (node, time) in reached)
        {
            if (indexOf[node] >= 0) milliseconds[indexOf[node]] = RoadTime.Milliseconds(time);
        }
    }

    /// <remarks>
    /// Without checks of bounds: what the arcs name was put there by <see cref="Restricted"/>, and the span is as long as the selection.
    /// </remarks>
    static unsafe void Sweep(Span<int> milliseconds, int[] starts, (int Other, int Milliseconds)[] arcs)
    {
        fixed (int* times = milliseconds, ends = starts)
        fixed ((int Other, int Milliseconds)* first = arcs)
        {
            unchecked
            {
                var arc = first;
                for (var i = 0; i < milliseconds.Length; i++)
                {
                    var least = times[i];
                    for (var end = first + ends[i + 1]; arc < end; arc++) least = Math.Min(least, times[arc->Other] + arc->Milliseconds);
                    times[i] = least;
                }
            }
        }
    }

    static List<int> Above(RoadHierarchy hierarchy, IEnumerable<int> nodes)
    {
        var isSeen = new bool[hierarchy.NodeCount];
        var selected = new List<int>();
        foreach (var node in nodes) See(node);
        // What is added to the list while it is walked through is looked at in turn.
        for (var i = 0; i < selected.Count; i++)
        {
            foreach (var arcs in (ReadOnlySpan<RoadArcs>)[hierarchy.Up, hierarchy.Down])
            {
                for (var arc = arcs.Starts[selected[i]]; arc < arcs.Starts[selected[i] + 1]; arc++) See(arcs.Others[arc]);
            }
        }

        return selected;

        void See(int node)
        {
            if (isSeen[node]) return;
            isSeen[node] = true;
            selected.Add(node);
        }
    }

    (int[] Starts, (int Other, int Milliseconds)[] Arcs) Restricted(RoadArcs arcs, List<int> selected)
    {
        var starts = new int[selected.Count + 1];
        for (var i = 0; i < selected.Count; i++) starts[i + 1] = starts[i] + arcs.Starts[selected[i] + 1] - arcs.Starts[selected[i]];
        var restricted = new (int Other, int Milliseconds)[starts[^1]];
        for (var i = 0; i < selected.Count; i++)
        {
            var first = arcs.Starts[selected[i]];
            for (var at = starts[i]; at < starts[i + 1]; at++)
                restricted[at] = (indexOf[arcs.Others[first + at - starts[i]]], arcs.Milliseconds[first + at - starts[i]]);
        }

        return (starts, restricted);
    }
}
