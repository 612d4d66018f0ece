using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;

namespace OrleansScheduling.Domain.Booking;

/// <summary>What a command does to a job: its new state, and the visits that its diaries must add, give up or settle.</summary>
/// <param name="Kind">The event that the commit will record.</param>
/// <param name="Freed">Visits that leave their diaries.</param>
/// <param name="Settled">Held visits that become promises.</param>
/// <param name="PromiseGiven">The first window that is newly taken, for the quotas; null when none is.</param>
/// <param name="PromisesGivenUp">The first windows that are given up, for the quotas.</param>
/// <param name="Hold">The hold that is placed, released, expired or confirmed; null when the decision is about none.</param>
public sealed record JobDecision(
    EventKind Kind,
    Job After,
    IReadOnlyList<VisitPlace> Freed,
    IReadOnlyList<VisitPlace> Settled,
    Promise? PromiseGiven,
    IReadOnlyList<Promise> PromisesGivenUp,
    string? Note = null,
    Hold? Hold = null)
{
    /// <summary>A visit whose state, actual times or pin changes: as it is afterwards.</summary>
    public Visit? Told { get; init; }

    /// <summary>The first window that is held, promised or given up; null when the decision is about none.</summary>
    public Promise? FirstPromise => PromiseGiven
        ?? (Settled.Count > 0 ? After.Promise : PromisesGivenUp.Count > 0 ? (Promise?)PromisesGivenUp[0] : null);
}

/// <summary>
/// The life of a job: logged, held, booked, moved, cancelled. Pure: each rule is asked here and nowhere else, and a refusal changes
/// nothing.
/// </summary>
public static class JobDecisions
{
    /// <summary>A job that is not recorded yet.</summary>
    public static Job Draft(
        JobId id, Contract contract, Property property, IReadOnlyList<SorItem> lines, string description, Instant now) => new(
        id,
        Version: 0,
        contract.Id,
        contract.Client,
        contract.Contractor,
        property.Id,
        [.. lines.Select(line => line.Code)],
        description,
        lines.Any(line => line.Emergency),
        JobStatus.Logged,
        now,
        Promise: null,
        Hold: null,
        Visits: [],
        LastNumber: 0);

    public static Outcome<JobDecision> Log(Job draft) =>
        new JobDecision(EventKind.JobLogged, draft with { Version = 1 }, [], [], null, []);

    /// <summary>
    /// Claims a window until <paramref name="expiresAt"/>. A hold of the same holder is replaced. On a booked job it is the first half of a
    /// move: the
    /// booking stays until the hold is confirmed.
    /// </summary>
    /// <param name="visits">Where the visits will stand; numbered from <see cref="FirstVisitNumber"/>.</param>
    public static Outcome<JobDecision> Hold(Job job, string holder, Promise promise, Instant expiresAt, IReadOnlyList<VisitPlace> visits,
        Instant now)
    {
        if (CannotClaim(job, holder, now) is var reason and not RefusalReason.None) return reason;
        var hold = new Hold(new HoldId(job.Id, job.LastNumber + 1), holder, promise, expiresAt);
        var after = job with
        {
            Version = job.Version + 1,
            Hold = hold,
            Visits = [.. job.Visits.Where(visit => visit.State != VisitState.Held), .. visits],
            LastNumber = job.LastNumber + 1 + visits.Count,
        };
        return new JobDecision(EventKind.HoldPlaced, after, [.. job.HeldVisits], [], promise, HeldPromise(job), Hold: hold);
    }

    /// <summary>Claims and promises in one step. A pending hold of the same holder is given up for it.</summary>
    public static Outcome<JobDecision> Book(Job job, string holder, Promise promise, IReadOnlyList<VisitPlace> visits, Instant now)
    {
        if (CannotClaim(job, holder, now) is var reason and not RefusalReason.None) return reason;
        if (job.Status == JobStatus.Booked) return RefusalReason.AlreadyBooked;
        return Promised(job, EventKind.BookingMade, promise, visits, freed: [.. job.HeldVisits], givenUp: HeldPromise(job));
    }

    /// <summary>Exchanges the booking for another in one step.</summary>
    public static Outcome<JobDecision> Move(Job job, string holder, Promise promise, IReadOnlyList<VisitPlace> visits, Instant now)
    {
        if (CannotClaim(job, holder, now) is var reason and not RefusalReason.None) return reason;
        if (job.Status != JobStatus.Booked || job.Promise is not { } old) return RefusalReason.NotBooked;
        return Promised(job, EventKind.BookingMoved, promise, visits, freed: [.. job.Visits], givenUp: [old, .. HeldPromise(job)]);
    }

    /// <summary>Makes a hold a promise; on a booked job the old appointment is given up in the same step.</summary>
    public static Outcome<JobDecision> Confirm(Job job, HoldId hold, string holder, Instant now)
    {
        if (!job.IsOpen) return RefusalReason.JobClosed;
        if (job.Hold is not { } held || held.Id != hold) return RefusalReason.HoldNotFound;
        if (held.Holder != holder) return RefusalReason.HeldByAnother;
        if (held.ExpiresAt <= now) return RefusalReason.HoldExpired;
        var settled = job.HeldVisits.ToList();
        var after = job with
        {
            Version = job.Version + 1,
            Status = JobStatus.Booked,
            Promise = held.Promise,
            Hold = null,
            Visits = [.. settled.Select(visit => visit with { State = VisitState.Booked })],
        };
        var kind = job.Status == JobStatus.Booked ? EventKind.BookingMoved : EventKind.BookingConfirmed;
        return new JobDecision(kind, after, [.. job.BookedVisits], settled, null, job.Promise is { } old ? [old] : [], Hold: held);
    }

    /// <summary>Gives a hold up, before it expires or after. One that is gone already is refused as not found.</summary>
    public static Outcome<JobDecision> Release(Job job, HoldId hold, string holder)
    {
        if (job.Hold is not { } held || held.Id != hold) return RefusalReason.HoldNotFound;
        return held.Holder == holder ? WithoutHold(job, EventKind.HoldReleased) : RefusalReason.HeldByAnother;
    }

    public static Outcome<JobDecision> Expire(Job job, Instant now) =>
        job.Hold is { } hold && hold.ExpiresAt <= now ? WithoutHold(job, EventKind.HoldExpired) : RefusalReason.HoldNotFound;

    /// <summary>Gives the appointment up, and with it a pending hold.</summary>
    /// <param name="closeJob">Whether the repair itself is called off; otherwise it waits for another appointment.</param>
    public static Outcome<JobDecision> Cancel(Job job, string reason, bool closeJob)
    {
        if (!job.IsOpen) return RefusalReason.JobClosed;
        if (job.Visits.Any(visit => visit.State is VisitState.Started or VisitState.Completed)) return RefusalReason.VisitStarted;
        if (job.Status != JobStatus.Booked && !closeJob) return RefusalReason.NotBooked;
        var after = job with
        {
            Version = job.Version + 1,
            Status = closeJob ? JobStatus.Cancelled : JobStatus.Logged,
            Promise = null,
            Hold = null,
            Visits = [],
        };
        Promise[] givenUp = job.Promise is { } booked ? [booked, .. HeldPromise(job)] : [.. HeldPromise(job)];
        var kind = job.Status == JobStatus.Booked ? EventKind.BookingCancelled : EventKind.JobClosed;
        return new JobDecision(kind, after, [.. job.Visits], [], null, givenUp, reason);
    }

    /// <summary>Nobody let the operative in: the appointment is over, and the repair waits for another.</summary>
    public static JobDecision NoAccess(Job job, string reason)
    {
        var after = job with { Version = job.Version + 1, Status = JobStatus.Logged, Promise = null, Hold = null, Visits = [] };
        Promise[] givenUp = job.Promise is { } booked ? [booked, .. HeldPromise(job)] : [.. HeldPromise(job)];
        return new JobDecision(EventKind.NoAccessReported, after, [.. job.Visits], [], null, givenUp, reason);
    }

    /// <summary>The number of the first visit of the next hold or booking; the hold itself takes the number before it.</summary>
    public static int FirstVisitNumber(Job job) => job.LastNumber + 2;

    /// <summary>Why no window at all can be claimed for a job; None when one can.</summary>
    public static RefusalReason CannotClaim(Job job, string holder, Instant now)
    {
        if (!job.IsOpen) return RefusalReason.JobClosed;
        if (job.Visits.Any(visit => visit.State is VisitState.Started or VisitState.Completed)) return RefusalReason.VisitStarted;
        if (job.Visits.Any(visit => visit.State == VisitState.OnTheWay)) return RefusalReason.OperativeOnTheWay;
        return job.LiveHold(now) is { } hold && hold.Holder != holder ? RefusalReason.HeldByAnother : RefusalReason.None;
    }

    static JobDecision Promised(
        Job job, EventKind kind, Promise promise, IReadOnlyList<VisitPlace> visits, IReadOnlyList<VisitPlace> freed,
            IReadOnlyList<Promise> givenUp)
    {
        var after = job with
        {
            Version = job.Version + 1,
            Status = JobStatus.Booked,
            Promise = promise,
            Hold = null,
            Visits = visits,
            LastNumber = job.LastNumber + 1 + visits.Count,
        };
        return new JobDecision(kind, after, freed, [], promise, givenUp);
    }

    static Outcome<JobDecision> WithoutHold(Job job, EventKind kind)
    {
        var after = job with
        {
            Version = job.Version + 1,
            Hold = null,
            Visits = [.. job.Visits.Where(visit => visit.State != VisitState.Held)],
        };
        return new JobDecision(kind, after, [.. job.HeldVisits], [], null, HeldPromise(job), Hold: job.Hold);
    }

    static IReadOnlyList<Promise> HeldPromise(Job job) => job.Hold is { } hold ? [hold.Promise] : [];
}
