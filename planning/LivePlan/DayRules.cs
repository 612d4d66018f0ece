using OrleansScheduling.Domain.Contracts;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>What a contractor has set for the running of a day.</summary>
public sealed record DayRules
{
    /// <summary>Shortest time that counts as late: a planned second is a second.</summary>
    internal const int MinuteSeconds = 60;

    /// <summary>
    /// Minutes of travel that an improvement saves at the least for each visit that it gives to somebody else or puts elsewhere in a day.
    /// Nobody's day is shuffled for a minute; five are about a kilometre and a half in town, and a message to an operative.
    /// </summary>
    public const double DefaultMoveMinutes = 5;

    /// <summary>Visits that are to begin within these minutes are left alone by improvements: the operative has read them out by
    /// then.</summary>
    public const int DefaultFrozenMinutes = 30;

    /// <summary>Minutes before the end of a promise that improvements and insertions leave free if they can: most overruns are
    /// shorter.</summary>
    public const int DefaultSpareMinutes = 20;

    /// <summary>
    /// How much longer somebody is expected to need who should have finished and has said nothing: long enough for a later promise to be
    /// given to a colleague in time.
    /// </summary>
    public const int OverdueMinutes = 10;

    /// <summary>Spare minutes before the end of a promise from which on it carries no risk.</summary>
    public const int RiskFreeMinutes = 30;

    public double MoveMinutes { get; init; } = DefaultMoveMinutes;

    public int FrozenMinutes { get; init; } = DefaultFrozenMinutes;

    public int SpareMinutes { get; init; } = DefaultSpareMinutes;

    /// <summary>Share of what is left of each day that routine bookings of today leave to emergencies.</summary>
    public int ReservePercent { get; init; }

    /// <summary>What sending somebody beyond the home patch costs, in minutes of travel.</summary>
    public double PatchCrossingMinutes { get; init; } = 2;

    /// <summary>Windows that a customer can be offered instead.</summary>
    public IReadOnlyList<AppointmentWindow> Windows { get; init; } = [];

    /// <summary>Longest overtime that is proposed to a planner as a way out.</summary>
    public const int MaxOvertimeMinutes = 120;
}

/// <summary>Bounds of the work that one event may cause.</summary>
static class RepairBounds
{
    /// <summary>Visits put out to make room for another, one after the other.</summary>
    public const int MaxChain = 2;

    /// <summary>Operatives whose days are looked at for a visit to be put out, the nearest ones.</summary>
    public const int MaxChainDays = 24;

    /// <summary>Ways of putting one out that are followed up, the cheapest ones; and at the second step.</summary>
    public const int MaxChainTries = 32;
    public const int MaxSecondTries = 4;

    /// <summary>Visits that could not be kept or placed and are tried again at each event, the most urgent ones.</summary>
    public const int MaxRetried = 8;

    /// <summary>Further unpromised visits put back on the days that an event has changed.</summary>
    public const int MaxPooled = 8;
}
