namespace OrleansScheduling.Planning.Travel;

/// <summary>
/// How far it is by road, and how fast one gets there at which hour. A road network implements it with its own lengths; times follow
/// from the length and the profile, so that a day's feasibility is reckoned in one way whatever the source of lengths.
/// </summary>
public interface ITravel
{
    SpeedProfile Profile { get; }

    /// <summary>Whether it is always as far there as back.</summary>
    bool IsSymmetric { get; }

    /// <summary>
    /// What lengths from and to a point rest on; a road network falls back to the straight line where it has no road near.
    /// </summary>
    TravelBasis BasisAt(GroundPoint point);

    /// <summary>
    /// Road length from one point to another, in metres at the profile's speeds; not negative, 0 between equal points. Where roads differ
    /// in speed, a kilometre of a faster one counts for less: what is added up here is what a journey takes.
    /// </summary>
    float RoadMetres(GroundPoint from, GroundPoint to);

    /// <summary>
    /// Road lengths from one point to many, given as coordinates in spans of one length. Each result equals what
    /// <see cref="RoadMetres"/> answers, to the last bit.
    /// </summary>
    void RoadMetresFrom(GroundPoint from, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> metres);

    /// <summary>Road lengths from many points to one; otherwise as <see cref="RoadMetresFrom"/>.</summary>
    void RoadMetresTo(GroundPoint to, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> metres);
}
