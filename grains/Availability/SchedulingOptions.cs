using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Availability;

/// <summary>Settings of the scheduler; section <c>Scheduling</c>.</summary>
public sealed record SchedulingOptions
{
    /// <summary>How many days the index looks ahead, today included; 1 to 400.</summary>
    public int SearchDays { get; init; } = 56;

    /// <summary>Road length over straight line.</summary>
    public double RoadFactor { get; init; } = StraightLineTravel.DefaultRoadFactor;

    /// <summary>24 road speeds in km/h, the first for 00:00 to 01:00; empty for the built-in town profile.</summary>
    public IReadOnlyList<double> SpeedsByHour { get; init; } = [];

    /// <summary>How long an offer can be claimed.</summary>
    public int OfferMinutes { get; init; } = 15;

    public ITravel Travel() => new StraightLineTravel(
        RoadFactor, SpeedsByHour.Count == 0 ? SpeedProfile.UrbanDefault : new SpeedProfile(SpeedsByHour));
}
