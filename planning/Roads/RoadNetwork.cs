using OrleansScheduling.Domain.Geography;

namespace OrleansScheduling.Planning.Roads;

/// <summary>A map with its hierarchy: what a process keeps to answer how long it takes from anywhere to anywhere.</summary>
public sealed class RoadNetwork
{
    /// <summary>Speed between a place and the road at it: parking, a drive, a walk across the estate.</summary>
    const double AccessKilometresPerHour = 10;

    readonly SegmentGrid grid;

    public RoadNetwork(RoadMap map, RoadHierarchy hierarchy)
    {
        if (map.NodeCount != hierarchy.NodeCount) throw new ArgumentException("The hierarchy is of another map.", nameof(hierarchy));
        Map = map;
        Hierarchy = hierarchy;
        grid = new SegmentGrid(map);
    }

    public RoadMap Map { get; }

    public RoadHierarchy Hierarchy { get; }

    /// <summary>Where a place joins the network; null when no road is near (<see cref="SegmentGrid.MaxMetres"/>).</summary>
    public RoadSpot? Locate(Place place)
    {
        if (grid.Nearest(place) is not { } nearest) return null;
        var segment = nearest.Segment;
        var (forward, backward) = (Map.ForwardMilliseconds[segment], Map.BackwardMilliseconds[segment]);
        var before = (int)Math.Round(nearest.Share * Map.Decimetres[segment]);
        var after = Map.Decimetres[segment] - before;
        var access = RoadTime.Of(
            (int)Math.Round(nearest.Metres * 3_600 / AccessKilometresPerHour), (int)Math.Round(nearest.Metres * 10));
        var fromA = (int)Math.Round(nearest.Share * forward);
        var fromB = (int)Math.Round((1 - nearest.Share) * backward);
        return new RoadSpot(
            segment,
            Hierarchy.RankOf[Map.From[segment]],
            Hierarchy.RankOf[Map.To[segment]],
            forward < RoadMap.Closed ? RoadTime.Of(fromA, before) : RoadTime.Never,
            backward < RoadMap.Closed ? RoadTime.Of(fromB, after) : RoadTime.Never,
            backward < RoadMap.Closed ? RoadTime.Of(backward - fromB, before) : RoadTime.Never,
            forward < RoadMap.Closed ? RoadTime.Of(forward - fromA, after) : RoadTime.Never,
            access);
    }
}
