using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Domain.Booking;

/// <summary>What happened. Stored by number: a number is never given another meaning.</summary>
public enum EventKind
{
    None = 0,
    JobLogged = 1,
    HoldPlaced = 2,
    HoldReleased = 3,
    HoldExpired = 4,

    /// <summary>A held window became a promise.</summary>
    BookingConfirmed = 5,

    /// <summary>A window was claimed and promised by one command.</summary>
    BookingMade = 6,

    /// <summary>The promise was exchanged for another, in one step.</summary>
    BookingMoved = 7,

    BookingCancelled = 8,

    /// <summary>Planned starts changed, every promise kept.</summary>
    DiaryReplanned = 9,

    /// <summary>Organisations, contracts, operatives, properties or rates changed; readers load them again.</summary>
    RegistryChanged = 10,

    /// <summary>Visits of kept promises went to other operatives or other times, all of a batch or none.</summary>
    VisitsReassigned = 11,

    /// <summary>A batch of that kind was taken back.</summary>
    ReassignmentUndone = 12,

    /// <summary>The operative set out for a visit.</summary>
    VisitSetOut = 13,

    VisitStarted = 14,

    /// <summary>A visit that was started will take longer.</summary>
    VisitExtended = 15,

    VisitFinished = 16,

    /// <summary>Nobody let the operative in: the repair waits for another appointment.</summary>
    NoAccessReported = 17,

    /// <summary>A planner bound a visit to its operative and its time.</summary>
    VisitPinned = 18,

    VisitUnpinned = 19,

    /// <summary>A repair for which nothing was promised was called off.</summary>
    JobClosed = 20,

    /// <summary>
    /// The engine has told what is to be expected: some of these visits will be late, and nothing better was found. Not a plan but a
    /// forecast.
    /// </summary>
    DayForecast = 21,

    /// <summary>An operative is away from a time on.</summary>
    OperativeAbsent = 22,

    /// <summary>A planner took an operative's day in hand.</summary>
    DayLocked = 23,

    DayUnlocked = 24,

    /// <summary>An operative stays longer.</summary>
    OvertimeAgreed = 25,

    /// <summary>
    /// Promises cannot be kept as things stand: told before they are late. Its moves name the visits and the forecasts; from nobody: an
    /// emergency that nobody can attend in time, and that has no appointment.
    /// </summary>
    PromisesFlagged = 26,

    /// <summary>A planner wants nothing of an improvement. Its moves are what it would have moved.</summary>
    ProposalDeclined = 27,
}

/// <summary>What kinds of entries have in common.</summary>
public static class EventKinds
{
    /// <summary>Whether it was told of one operative's day: the registry has it, and the operative's diary has moved on.</summary>
    public static bool IsToldOfDay(this EventKind kind) => kind is EventKind.OperativeAbsent or EventKind.DayLocked
        or EventKind.DayUnlocked or EventKind.OvertimeAgreed;

    /// <summary>Whether readers of the registry have to read again.</summary>
    public static bool ChangesRegistry(this EventKind kind) => kind == EventKind.RegistryChanged || kind.IsToldOfDay();
}

/// <summary>Names a quota's count for one day. An empty code stands for "all".</summary>
public readonly record struct QuotaKey(ContractId Contract, LocalDate Day, string Window, string Patch);

/// <summary>A change to a quota's count, refused whole if it would pass the limit.</summary>
public readonly record struct QuotaChange(QuotaKey Key, int Delta, int Limit);

/// <summary>A visit that changed its operative or its planned start, every promise kept.</summary>
public readonly record struct VisitMove(VisitId Visit, OperativeId From, Instant FromStart, OperativeId To, Instant ToStart);

/// <summary>
/// One entry of the change feed: everything that one commit changed, enough for a reader to bring a diary, a job's state, a quota or a
/// page up to date without asking again.
/// </summary>
/// <param name="Job">Null for what concerns no job or several: <see cref="EventKind.RegistryChanged"/>,
/// <see cref="EventKind.DiaryReplanned"/>, <see cref="EventKind.VisitsReassigned"/>, <see cref="EventKind.ReassignmentUndone"/>,
/// <see cref="EventKind.DayForecast"/>.</param>
/// <param name="JobVersion">The job's version after the commit.</param>
/// <param name="Actor">Who did it: an opaque id, never a person's name.</param>
/// <param name="Promise">The first window that was held, promised or given up.</param>
/// <param name="Hold">The hold that was placed, released, expired or confirmed.</param>
/// <param name="Note">
/// For a cancellation, a repair called off or a visit without access the reason, for a registry change the noun that changed, for what was
/// told of a day when.
/// </param>
public sealed record BookingEvent(
    EventKind Kind,
    Instant At,
    OrganisationId Client,
    OrganisationId Contractor,
    ContractId Contract,
    JobId? Job,
    long JobVersion,
    string Actor,
    Promise? Promise,
    Hold? Hold,
    string? Note,
    IReadOnlyList<DiaryChange> Diaries,
    IReadOnlyList<QuotaChange> Quotas)
{
    /// <summary>The actor of what the engine that plans the day does by itself.</summary>
    public const string Engine = "engine";

    /// <summary>Of a reassignment, where each visit came from: enough to take it back.</summary>
    public IReadOnlyList<VisitMove> Moves { get; init; } = [];
}
