using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Availability;

/// <summary>Settings of the scheduler; section <c>Scheduling</c>.</summary>
public sealed record SchedulingOptions
{
    /// <summary>Longer than anybody looks at one page.</summary>
    const int MaxOfferMinutes = 24 * 60;

    /// <summary>Road length over straight line.</summary>
    public double RoadFactor { get; init; } = StraightLineTravel.DefaultRoadFactor;

    /// <summary>
    /// What the roads or travel-table command saved; empty: <c>roads.bin</c> beside the ledger, or else the straight line.
    /// </summary>
    public string Roads { get; init; } = "";

    /// <summary>24 road speeds in km/h, the first for 00:00 to 01:00; empty for the built-in town profile.</summary>
    public IReadOnlyList<double> SpeedsByHour { get; init; } = [];

    /// <summary>Minutes in which an offer can be claimed, 1 to 1440.</summary>
    public int OfferMinutes { get; init; } = 15;

    /// <summary>Whether this process runs the day's plans: who does what is put right as the day goes. Off: planners do it alone.</summary>
    public bool LivePlans { get; init; } = true;

    /// <exception cref="InvalidDataException">The road file is missing or damaged.</exception>
    public ITravel Travel() => Roads.Length > 0 ? TravelFiles.Load(Roads, StraightLine()) : StraightLine();

    /// <summary>The fall-back.</summary>
    public StraightLineTravel StraightLine() => new(
        RoadFactor, SpeedsByHour.Count == 0 ? SpeedProfile.UrbanDefault : new SpeedProfile(SpeedsByHour));

    /// <exception cref="ArgumentOutOfRangeException">Offers would live for no time, or for longer than a day.</exception>
    public void Validate()
    {
        if (OfferMinutes is < 1 or > MaxOfferMinutes)
            throw new ArgumentOutOfRangeException(nameof(OfferMinutes), OfferMinutes,
                $"Scheduling:OfferMinutes is between 1 and {MaxOfferMinutes}.");
    }
}
