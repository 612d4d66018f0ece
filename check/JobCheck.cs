using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Check;

/// <summary>Proves one job: that its status, hold, promise and visits belong together, all or nothing, and that the feed leads to
/// it.</summary>
sealed class JobCheck(RegistrySnapshot registry, FeedReplay replay, Findings findings)
{
    readonly Dictionary<ContractId, Contract> contracts = registry.Contracts.ToDictionary(contract => contract.Id);
    readonly Dictionary<(string, SorCode), SorItem> rates = registry.ScheduleOfRates.ToDictionary(item => (item.Schedule, item.Code));

    public long Holds { get; private set; }

    public void Check(RecordedJob recorded)
    {
        var (job, visits) = (recorded.Job, recorded.Visits);
        var held = visits.Where(visit => visit.State == VisitState.Held).ToList();
        var booked = visits.Where(visit => visit.State != VisitState.Held).ToList();
        CheckReferences(recorded);
        CheckStatus(job, booked);
        CheckHold(job, held);
        CheckTogether(job, held);
        CheckTogether(job, booked);
        CheckFeed(job);
        replay.Jobs.Remove(job.Id);
    }

    void CheckReferences(RecordedJob recorded)
    {
        var job = recorded.Job;
        if (recorded.Patch is null)
            findings.Breach(FindingKind.UnknownReference, $"job {job.Id}", $"its property {job.Property} is not in the registry");
        if (!contracts.ContainsKey(job.Contract))
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

    /// <summary>All that the work needs is claimed: so many people a stage, crews at the same time, stages after their gaps.</summary>
    void CheckTogether(Job job, List<Visit> visits)
    {
        if (visits.Count == 0 || RequirementOf(job) is not { } requirement) return;
        var stages = visits.GroupBy(visit => visit.Stage).OrderBy(stage => stage.Key).Select(stage => stage.ToList()).ToList();
        var subject = $"job {job.Id}";
        for (var i = 1; i < stages.Count; i++)
        {
            var gap = requirement.Needs.Where(need => need.Stage == stages[i][0].Stage).Select(need => need.GapDays).DefaultIfEmpty(1)
                .Max();
            if (stages[i].Min(visit => visit.Day) < stages[i - 1].Max(visit => visit.Day).PlusDays(gap))
                Tell(job, FindingKind.StagesOutOfOrder, subject,
                    $"stage {stages[i][0].Stage} comes less than {gap} days after the stage before it");
        }

        foreach (var stage in requirement.Needs.GroupBy(need => need.Stage))
        {
            var there = visits.Where(visit => visit.Stage == stage.Key).ToList();
            var wanted = stage.Sum(need => need.Crew);
            if (there.Count != wanted)
                Tell(job, FindingKind.CrewNotTogether, subject, $"stage {stage.Key} needs {wanted} people and has {there.Count}");
            var crew = stage.Max(need => need.Crew);
            if (crew > 1 && there.Count >= crew && there.CountBy(visit => visit.Start).Max(start => start.Value) < crew)
                Tell(job, FindingKind.CrewNotTogether, subject, $"{crew} people are to start stage {stage.Key} together and do not");
        }
    }

    /// <summary>What the work needs may have been changed in the schedule of rates since it was booked.</summary>
    void Tell(Job job, FindingKind kind, string subject, string text)
    {
        if (replay.Jobs.TryGetValue(job.Id, out var replayed) && replay.RatesChangedAt > replayed.Position)
            findings.Warn(
                kind, subject, $"{text}; the schedule of rates changed at feed position {replay.RatesChangedAt}, after the booking");
        else
            findings.Breach(kind, subject, text);
    }

    JobRequirement? RequirementOf(Job job)
    {
        if (!contracts.TryGetValue(job.Contract, out var contract) || job.Lines.Count == 0) return null;
        var items = job.Lines.Select(line => rates.GetValueOrDefault((contract.Schedule, line))).OfType<SorItem>().ToList();
        return items.Count == job.Lines.Count ? JobRequirement.Of(items) : null;
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
        if (Recorded.AsRecorded(told.Hold) != job.Hold)
            findings.Breach(FindingKind.JobDiffersFromFeed, subject, $"its hold is {job.Hold}, and the feed has {told.Hold}");
        if (Recorded.AsRecorded(told.Promise) != job.Promise)
            findings.Breach(FindingKind.JobDiffersFromFeed, subject, $"its promise is {job.Promise}, and the feed has {told.Promise}");
        var isBooked = told.Kind is EventKind.BookingMade or EventKind.BookingConfirmed or EventKind.BookingMoved;
        if (isBooked == (job.Status is JobStatus.Logged or JobStatus.Cancelled))
            findings.Breach(FindingKind.JobDiffersFromFeed, subject, $"it is {job.Status}, and the feed ends with {told.Kind}");
    }
}
