using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Domain.Booking;

/// <summary>What is told of a visit on its day, or decided about it by a planner.</summary>
public enum VisitReportKind
{
    None = 0,

    /// <summary>The operative is on the way.</summary>
    SetOut = 1,

    /// <summary>The operative is there and has started.</summary>
    Start = 2,

    /// <summary>It takes longer than was reckoned.</summary>
    Extend = 3,

    Finish = 4,

    /// <summary>Nobody let the operative in.</summary>
    NoAccess = 5,

    /// <summary>It stays with its operative at its time.</summary>
    Pin = 6,

    Unpin = 7,
}

/// <param name="At">When it was so, perhaps some time before it was told.</param>
/// <param name="MinutesLonger">For <see cref="VisitReportKind.Extend"/>: how much longer than reckoned so far.</param>
/// <param name="Reason">For <see cref="VisitReportKind.NoAccess"/>.</param>
public sealed record VisitReport(VisitId Visit, VisitReportKind Kind, Instant At, int MinutesLonger, string Reason)
{
    /// <summary>A working day: what takes longer is another visit.</summary>
    public const int MaxMinutesLonger = 480;

    public const int MaxReasonLength = 200;
}

/// <summary>
/// The life of a visit on its day: on the way, started, longer, finished, or no access; and a planner's pins. Pure, as
/// <see cref="JobDecisions"/> is.
/// </summary>
public static class VisitDecisions
{
    /// <summary>A diary day and the shift over the midnight after it end within this time of the day's start.</summary>
    public static readonly Duration LongestDay = Duration.FromHours(36);

    /// <param name="visit">The visit as its diary has it.</param>
    /// <param name="dayStart">The first instant of its diary day.</param>
    public static Outcome<JobDecision> Decide(Job job, Visit visit, VisitReport report, Instant dayStart) =>
        Refused(job, visit, report, dayStart) is var reason and not RefusalReason.None ? reason : report.Kind switch
        {
            VisitReportKind.SetOut => Told(job, EventKind.VisitSetOut, JobStatus.Booked, visit with { State = VisitState.OnTheWay }),
            VisitReportKind.Start => Told(job, EventKind.VisitStarted, JobStatus.InProgress, Started(visit, report.At)),
            VisitReportKind.Extend => Told(job, EventKind.VisitExtended, JobStatus.InProgress, Extended(visit, report)),
            VisitReportKind.Finish => Finished(job, visit, report.At),
            VisitReportKind.NoAccess => JobDecisions.NoAccess(job, report.Reason),
            VisitReportKind.Pin => Told(job, EventKind.VisitPinned, job.Status, visit with { StartFixed = true }),
            _ => Told(job, EventKind.VisitUnpinned, job.Status, visit with { StartFixed = false }),
        };

    /// <summary>Whether a planner has pinned a visit; one of several for the same work is bound to its time by the others.</summary>
    public static bool IsPinned(Job job, Visit visit) => visit.StartFixed && !IsShared(job, visit);

    /// <summary>Why a visit may not be given to somebody else, or another time; None when it may.</summary>
    public static RefusalReason CannotMove(Job job, Visit visit) => visit.State switch
    {
        VisitState.Held => RefusalReason.NotBooked,
        VisitState.OnTheWay => RefusalReason.OperativeOnTheWay,
        VisitState.Started => RefusalReason.VisitStarted,
        VisitState.Completed => RefusalReason.VisitFinished,
        _ => IsPinned(job, visit) ? RefusalReason.VisitPinned : RefusalReason.None,
    };

    static bool IsShared(Job job, Visit visit) => job.Visits.Count(other => other.Stage == visit.Stage
        && other.State == VisitState.Held == (visit.State == VisitState.Held)) > 1;

    static RefusalReason Refused(Job job, Visit visit, VisitReport report, Instant dayStart)
    {
        if (visit.State == VisitState.Held) return RefusalReason.NotBooked;
        if (visit.State == VisitState.Completed) return RefusalReason.VisitFinished;
        var isPin = report.Kind is VisitReportKind.Pin or VisitReportKind.Unpin;
        if (!isPin && (report.At < dayStart || report.At >= dayStart + LongestDay)) return RefusalReason.VisitNotDue;
        if (report.Kind is VisitReportKind.Extend or VisitReportKind.Finish)
            return visit.State == VisitState.Started ? RefusalReason.None : RefusalReason.VisitNotStarted;
        if (report.Kind == VisitReportKind.NoAccess)
        {
            return job.Visits.Any(other => other.State == VisitState.Completed
                || (other.State == VisitState.Started && other.Id != visit.Id))
                ? RefusalReason.PartlyDone : RefusalReason.None;
        }

        if (visit.State == VisitState.Started) return RefusalReason.VisitStarted;
        if (visit.State == VisitState.OnTheWay && report.Kind != VisitReportKind.Start) return RefusalReason.OperativeOnTheWay;
        return isPin && IsShared(job, visit) ? RefusalReason.VisitShared : RefusalReason.None;
    }

    static Visit Started(Visit visit, Instant at) =>
        visit with { State = VisitState.Started, Start = at, End = at + (visit.End - visit.Start) };

    /// <summary>Longer than was reckoned; what has run over its time unreported runs on from now.</summary>
    static Visit Extended(Visit visit, VisitReport report) =>
        visit with { End = Instant.Max(visit.End, report.At) + Duration.FromMinutes(report.MinutesLonger) };

    static Outcome<JobDecision> Finished(Job job, Visit visit, Instant at)
    {
        if (at <= visit.Start) return new Refusal(RefusalReason.InvalidInput, "at: a visit ends after it has started.");
        var isLast = job.Visits.All(other => other.Id == visit.Id || other.State == VisitState.Completed);
        var done = visit with { State = VisitState.Completed, End = at };
        return Told(job, EventKind.VisitFinished, isLast ? JobStatus.Completed : JobStatus.InProgress, done);
    }

    /// <summary>What is told of a visit leaves no time to exchange its appointment for another: a pending hold is given up.</summary>
    static JobDecision Told(Job job, EventKind kind, JobStatus status, Visit told)
    {
        // A pin says nothing about the appointment, so it takes no hold away.
        var keepsHold = kind is EventKind.VisitPinned or EventKind.VisitUnpinned;
        var freed = keepsHold ? [] : job.HeldVisits.ToList();
        var after = job with
        {
            Version = job.Version + 1,
            Status = job.Status == JobStatus.InProgress && status == JobStatus.Booked ? JobStatus.InProgress : status,
            Hold = keepsHold ? job.Hold : null,
            Visits =
            [
                .. job.Visits.Where(visit => !freed.Contains(visit))
                    .Select(visit => visit.Id == told.Id ? visit with { State = told.State } : visit),
            ],
        };
        IReadOnlyList<Promise> givenUp = !keepsHold && job.Hold is { } hold ? [hold.Promise] : [];
        return new JobDecision(kind, after, freed, [], null, givenUp, Hold: keepsHold ? null : job.Hold) { Told = told };
    }
}
