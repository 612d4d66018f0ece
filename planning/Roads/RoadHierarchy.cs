namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// A contraction hierarchy (Geisberger, Sanders, Schultes and Delling, Contraction hierarchies, WEA 2008): nodes in an order of importance,
/// with shortcuts, so that every fastest way first climbs and then descends. Nodes are numbered by rank: the last is the most important.
/// </summary>
public sealed class RoadHierarchy
{
    internal RoadHierarchy(int[] rankOf, RoadArcs up, RoadArcs down)
    {
        RankOf = rankOf;
        Up = up;
        Down = down;
    }

    public int NodeCount => RankOf.Length;

    /// <summary>Road arcs and shortcuts together.</summary>
    public int ArcCount => Up.Count + Down.Count;

    /// <summary>The rank of each junction of the map.</summary>
    internal int[] RankOf { get; }

    /// <summary>From each node the arcs to more important ones.</summary>
    internal RoadArcs Up { get; }

    /// <summary>To each node the arcs from more important ones, told by where they come from.</summary>
    internal RoadArcs Down { get; }
}

/// <summary>Arcs by node, in flat arrays: those of node n stand from <c>Starts[n]</c> up to <c>Starts[n + 1]</c>.</summary>
internal sealed record RoadArcs(int[] Starts, int[] Others, int[] Milliseconds, int[] Decimetres)
{
    public int Count => Others.Length;

    public long Time(int arc) => RoadTime.Of(Milliseconds[arc], Decimetres[arc]);
}
