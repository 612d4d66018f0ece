using NodaTime;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Domain.Jobs;

public enum JobStatus
{
    None = 0,

    /// <summary>Known, and nothing promised.</summary>
    Logged = 1,

    /// <summary>A window is promised.</summary>
    Booked = 2,

    /// <summary>An operative has started.</summary>
    InProgress = 3,

    Completed = 4,

    Cancelled = 5,
}

/// <summary>A pending claim on capacity. Its visits are those of the job in state <see cref="VisitState.Held"/>.</summary>
/// <param name="Holder">Who holds it: an opaque id of the session or system that asked, never a person's name.</param>
public sealed record Hold(HoldId Id, string Holder, Promise Promise, Instant ExpiresAt)
{
    public const int MaxHolderLength = 64;
}

/// <summary>Where one visit of the job stands; the diary knows its planned time.</summary>
public sealed record VisitPlace(VisitId Id, OperativeId Operative, LocalDate Day, int Stage, VisitState State);

/// <summary>A repair: what is wrong, where, under which contract, and what is claimed or promised for it.</summary>
/// <param name="Version">Counts the commits that changed the job; 0 for a job that is not recorded yet.</param>
/// <param name="Description">What was reported, in the reporter's words; at most <see cref="MaxDescriptionLength"/> characters.</param>
/// <param name="Promise">The booked first window; null while nothing is booked.</param>
/// <param name="LastNumber">The highest number given to a visit or hold of this job; numbers are never used again.</param>
public sealed record Job(
    JobId Id,
    long Version,
    ContractId Contract,
    OrganisationId Client,
    OrganisationId Contractor,
    PropertyId Property,
    IReadOnlyList<SorCode> Lines,
    string Description,
    bool Emergency,
    JobStatus Status,
    Instant ReportedAt,
    Promise? Promise,
    Hold? Hold,
    IReadOnlyList<VisitPlace> Visits,
    int LastNumber)
{
    public const int MaxDescriptionLength = 1000;

    public IEnumerable<VisitPlace> HeldVisits => Visits.Where(visit => visit.State == VisitState.Held);

    public IEnumerable<VisitPlace> BookedVisits => Visits.Where(visit => visit.State is VisitState.Booked or VisitState.OnTheWay);

    public bool IsOpen => Status is JobStatus.Logged or JobStatus.Booked or JobStatus.InProgress;

    public Hold? LiveHold(Instant now) => Hold is { } hold && hold.ExpiresAt > now ? hold : null;
}
