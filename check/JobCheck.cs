using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Check;

/// <summary>Proves one job: that its status, hold, promise and visits belong together, all or nothing, and that the feed leads to
/// it.</summary>
/// <param name="now">What is done lies before it.</param>
sealed class JobCheck(RegistrySnapshot registry, FeedReplay replay, Instant now, Findings findings)
{
    /// <summary>The service gives expired holds back within seconds; one that is older by this much tells that no service runs.</summary>
    static readonly Duration HoldPatience = Duration.FromMinutes(10);

    readonly HashSet<ContractId> contracts = [.. registry.Contracts.Select(contract => contract.Id)];
    readonly WorkCheck work = new(registry, replay, findings);

    public long Holds { get; private set; }

    public void Check(RecordedJob recorded)
    {
        var (job, visits) = (recorded.Job, recorded.Visits);
        var held = visits.Where(visit => visit.State == VisitState.Held).ToList();
        var booked = visits.Where(visit => visit.State != VisitState.Held).ToList();
        CheckReferences(recorded);
        CheckStatus(job, booked);
        CheckHold(job, held);
        CheckDone(job, booked);
        work.Check(recorded, held, booked);
        CheckFeed(job);
        replay.Jobs.Remove(job.Id);
    }

    void CheckReferences(RecordedJob recorded)
    {
        var job = recorded.Job;
        if (recorded.Patch is null)
            findings.Breach(FindingKind.UnknownReference, $"job {job.Id}", $"its property {job.Property} is not in the registry");
        if (!contracts.Contains(job.Contract))
            findings.Breach(FindingKind.UnknownReference, $"job {job.Id}", $"its contract {job.Contract} is not in the registry");
        foreach (var visit in recorded.Visits)
        {
            if (visit.Contract != job.Contract)
                findings.Breach(FindingKind.JobInconsistent, $"visit {visit.Id}",
                    $"it is of contract {visit.Contract} and its job of contract {job.Contract}");
            if (visit.Id.Number > job.LastNumber)
                findings.Breach(
                    FindingKind.JobInconsistent, $"visit {visit.Id}", $"its number is above the job's last number {job.LastNumber}");
        }
    }

    void CheckStatus(Job job, List<Visit> booked)
    {
        var subject = $"job {job.Id}";
        var wantsVisits = job.Status is JobStatus.Booked or JobStatus.InProgress;
        if (wantsVisits && booked.Count == 0)
            findings.Breach(FindingKind.BookedWithoutVisits, subject, $"it is {job.Status} and has no visit");
        if (wantsVisits && job.Promise is null)
            findings.Breach(FindingKind.BrokenPromise, subject, $"it is {job.Status} and has no promise");
        if (job.Status is JobStatus.Logged or JobStatus.Cancelled or JobStatus.None && (booked.Count > 0 || job.Promise is not null))
            findings.Breach(
                FindingKind.JobInconsistent, subject, $"it is {job.Status} and has {booked.Count} visits, promise {job.Promise}");
        if (!job.IsOpen && job.Hold is not null)
            findings.Breach(FindingKind.JobInconsistent, subject, $"it is {job.Status} and has a hold");
        foreach (var visit in booked.Where(visit => visit.Stage == 0 && job.Promise is { } promise && visit.Promise != promise))
            findings.Breach(
                FindingKind.BrokenPromise, $"visit {visit.Id}", $"it stands under {visit.Promise}, and its job is promised {job.Promise}");
    }

    /// <summary>Nothing is done before its time.</summary>
    void CheckDone(Job job, List<Visit> visits)
    {
        foreach (var visit in visits)
        {
            if (visit.Start > now && (job.Status == JobStatus.Completed || visit.State is VisitState.Completed or VisitState.Started))
                findings.Breach(FindingKind.JobInconsistent, $"visit {visit.Id}",
                    $"it is {visit.State}, its job is {job.Status}, and it starts at {visit.Start}, which is still to come");
        }
    }

    void CheckHold(Job job, List<Visit> held)
    {
        var subject = $"job {job.Id}";
        if (job.Hold is not { } hold)
        {
            foreach (var visit in held)
                findings.Breach(
                    FindingKind.HeldWithoutHold, $"visit {visit.Id}, diary {visit.Operative}", "it is held and its job has no hold");
            return;
        }

        Holds++;
        if (hold.ExpiresAt + HoldPatience < now)
            findings.Warn(FindingKind.HoldOverdue, subject, $"hold {hold.Id} expired at {hold.ExpiresAt} and was never given back");
        if (held.Count == 0) findings.Breach(FindingKind.HoldWithoutVisits, $"hold {hold.Id}", "it holds no visit");
        if (hold.Id.Number > job.LastNumber)
            findings.Breach(FindingKind.JobInconsistent, subject, $"hold {hold.Id} is above its last number {job.LastNumber}");
        foreach (var visit in held)
        {
            if (visit.HoldExpiresAt != hold.ExpiresAt)
                findings.Breach(FindingKind.HeldWithoutHold, $"visit {visit.Id}",
                    $"it is held until {visit.HoldExpiresAt} and hold {hold.Id} ends at {hold.ExpiresAt}");
            if (visit.Stage == 0 && visit.Promise != hold.Promise)
                findings.Breach(FindingKind.BrokenPromise, $"visit {visit.Id}",
                    $"it stands under {visit.Promise}, and hold {hold.Id} is for {hold.Promise}");
        }
    }

    void CheckFeed(Job job)
    {
        var subject = $"job {job.Id}";
        if (!replay.Jobs.TryGetValue(job.Id, out var told))
        {
            findings.Breach(FindingKind.FeedBroken, subject, $"it stands at version {job.Version} and the feed has no change of it");
            return;
        }

        if (told.IsBroken) return;
        if (told.Version != job.Version)
            findings.Breach(
                FindingKind.VersionWrong, subject, $"it stands at version {job.Version} and the feed has {told.Version} changes");
        if ((told.Contract, told.Client, told.Contractor) != (job.Contract, job.Client, job.Contractor))
            findings.Breach(FindingKind.JobDiffersFromFeed, subject,
                $"it is of contract {job.Contract}, client {job.Client} and contractor {job.Contractor}, and the feed has {told.Contract}, "
                + $"{told.Client} and {told.Contractor}");
        if (Recorded.AsRecorded(told.Hold) != job.Hold)
            findings.Breach(FindingKind.JobDiffersFromFeed, subject, $"its hold is {job.Hold}, and the feed has {told.Hold}");
        if (Recorded.AsRecorded(told.Promise) != job.Promise)
            findings.Breach(FindingKind.JobDiffersFromFeed, subject, $"its promise is {job.Promise}, and the feed has {told.Promise}");
        var isBooked = told.Kind is EventKind.BookingMade or EventKind.BookingConfirmed or EventKind.BookingMoved;
        if (isBooked == (job.Status is JobStatus.Logged or JobStatus.Cancelled))
            findings.Breach(FindingKind.JobDiffersFromFeed, subject, $"it is {job.Status}, and the feed ends with {told.Kind}");
    }
}
