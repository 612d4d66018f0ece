using NodaTime;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Domain.Jobs;

public enum VisitState
{
    None = 0,

    /// <summary>Claimed by a hold that will expire.</summary>
    Held = 1,

    /// <summary>Promised to the customer.</summary>
    Booked = 2,

    /// <summary>The operative is on site; it does not move any more.</summary>
    Started = 3,

    /// <summary>Done.</summary>
    Completed = 4,

    /// <summary>The operative is on the way there; it stays with the operative.</summary>
    OnTheWay = 5,
}

/// <summary>What one customer is promised: arrival at or after <paramref name="Start"/> and before <paramref name="End"/>.</summary>
public readonly record struct Promise(WindowCode Window, Instant Start, Instant End);

/// <summary>Work planned in a diary: one operative's attendance at one property.</summary>
/// <param name="Day">The diary day: the calendar day, in the contractor's time zone, on which the operative's shift starts.</param>
/// <param name="Start">
/// Planned start of work on site, inside the promise; it may change as the plan improves. On a day that runs late, the start that is to be
/// expected. Of a visit that has started, its actual start.
/// </param>
/// <param name="End">Planned end of work on site; of a completed visit, its actual end.</param>
/// <param name="Stage">0 for the first appointment of a job, 1 for the visit after it.</param>
/// <param name="StartFixed">Whether the planned start must stay: colleagues start together, or a planner pinned it.</param>
/// <param name="HoldExpiresAt">For held visits only.</param>
public sealed record Visit(
    VisitId Id,
    OperativeId Operative,
    ContractId Contract,
    LocalDate Day,
    Instant Start,
    Instant End,
    Promise Promise,
    Place Place,
    int Stage,
    bool StartFixed,
    VisitState State,
    Instant? HoldExpiresAt)
{
    /// <summary>Whether it has actual times, which no plan changes.</summary>
    public bool HasStarted => State is VisitState.Started or VisitState.Completed;

    /// <summary>Whether the start that is to be expected, or was, is not inside the promise any more.</summary>
    public bool IsLate => Start >= Promise.End;

    public bool IsExpired(Instant now) => State == VisitState.Held && HoldExpiresAt <= now;
}

/// <summary>What one commit does to one operative's diary.</summary>
/// <param name="Version">The diary's version after the commit; the commit is refused unless the version before it is one less.</param>
/// <param name="Put">Visits added, or changed in any way, whole.</param>
/// <param name="Removed">Visits that leave the diary.</param>
public sealed record DiaryChange(
    OperativeId Operative,
    long Version,
    IReadOnlyList<Visit> Put,
    IReadOnlyList<VisitId> Removed)
{
    /// <summary>The visits that leave the place they had, if they had one: those removed, and those put again, perhaps elsewhere.</summary>
    public VisitId[] Touched
    {
        get
        {
            var touched = new VisitId[Removed.Count + Put.Count];
            for (var i = 0; i < Removed.Count; i++) touched[i] = Removed[i];
            for (var i = 0; i < Put.Count; i++) touched[Removed.Count + i] = Put[i].Id;
            return touched;
        }
    }
}
