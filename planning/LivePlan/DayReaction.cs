using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>Where a visit, that an event brought, found its place.</summary>
public enum Placement
{
    None = 0,

    /// <summary>In free time; for an emergency that is what was held back. Others may have changed places, and all are kept.</summary>
    InFreeTime = 1,

    /// <summary>In place of work that was not promised, which is put off.</summary>
    InsteadOfUnpromised = 2,

    /// <summary>Nowhere without breaking a promise: a planner decides.</summary>
    AskPlanner = 3,

    /// <summary>Nowhere, and nothing was promised.</summary>
    Refused = 4,
}

/// <summary>Why an event changed nothing.</summary>
public enum EventRefusal
{
    None = 0,
    UnknownOperative = 1,
    UnknownVisit = 2,

    /// <summary>The visit is known already.</summary>
    VisitExists = 3,

    /// <summary>The visit is under way, or the operative is doing something else.</summary>
    UnderWay = 4,

    /// <summary>Not with that operative: may not do it, or has no time for it.</summary>
    DoesNotFit = 5,

    /// <summary>The plan has changed since it was proposed.</summary>
    Stale = 6,

    /// <summary>Earlier than what is known already.</summary>
    OutOfOrder = 7,
}

/// <summary>What can be done about a promise that cannot be kept.</summary>
public enum WayOutKind
{
    None = 0,

    /// <summary>Send this operative, who would not be sent without a planner's word.</summary>
    MoveTo = 1,

    /// <summary>Offer the customer another window of today.</summary>
    OfferWindow = 2,

    /// <summary>Ask this operative to stay on.</summary>
    Overtime = 3,
}

/// <param name="Operative">Who would do it.</param>
/// <param name="Start">Second of the day at which work would start.</param>
/// <param name="Minutes">Overtime needed, or minutes after the promise.</param>
/// <param name="CostMinutes">What it costs, in minutes of travel.</param>
public sealed record WayOut(WayOutKind Kind, OperativeId Operative, int Start, double Minutes, double CostMinutes, string Text)
{
    /// <summary>The window that the customer would be offered, in seconds of the day; its end is not part of it.</summary>
    public (int Start, int End)? Window { get; init; }
}

/// <summary>Why a promise cannot be kept.</summary>
public enum FlagReason
{
    None = 0,

    /// <summary>Somebody has it, and is expected too late.</summary>
    ExpectedLate = 1,

    /// <summary>Nobody has it any more.</summary>
    NobodyFree = 2,

    /// <summary>It is pinned, or in a day that a planner has locked, and cannot be kept there.</summary>
    BoundByPlanner = 3,

    /// <summary>Work was broken off.</summary>
    BrokenOff = 4,
}

/// <summary>A promise that cannot be kept as things stand, told before it is late.</summary>
/// <param name="RaisedAt">Second of the day at which it was first told.</param>
/// <param name="Operative">Who has it; null: nobody.</param>
/// <param name="ForecastStart">When it is expected to start; null: not today.</param>
/// <param name="MinutesLate">After the end of its promise.</param>
/// <param name="Because">What happened.</param>
/// <param name="WaysOut">The three best at most.</param>
public sealed record DayFlag(
    VisitId Visit,
    FlagReason Reason,
    int RaisedAt,
    OperativeId? Operative,
    int? ForecastStart,
    double MinutesLate,
    string Because,
    IReadOnlyList<WayOut> WaysOut)
{
    public const int MaxWaysOut = 3;
}

/// <summary>What came of an event.</summary>
/// <param name="Plan">The plan afterwards.</param>
/// <param name="Diff">What has changed for whom.</param>
/// <param name="Raised">Flags that are new or have changed.</param>
/// <param name="Placement">Where the visit of the event found its place, if it brought one.</param>
/// <param name="PutOff">Work that is not promised and was put off.</param>
/// <param name="Refusal">None, or why the event changed nothing.</param>
public sealed record DayReaction(
    DayPlan Plan,
    PlanDiff Diff,
    IReadOnlyList<DayFlag> Raised,
    Placement Placement,
    IReadOnlyList<VisitId> PutOff,
    EventRefusal Refusal = EventRefusal.None);
