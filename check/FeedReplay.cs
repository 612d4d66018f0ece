using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Check;

/// <summary>A job as the feed tells of it.</summary>
sealed class ReplayedJob
{
    public long Version { get; set; }

    public long Position { get; set; }

    public EventKind Kind { get; set; }

    /// <summary>The entry that planned the visits now held.</summary>
    public long HeldAt { get; set; }

    /// <summary>The entry that planned the visits now promised.</summary>
    public long BookedAt { get; set; }

    public ContractId Contract { get; set; }

    public OrganisationId Client { get; set; }

    public OrganisationId Contractor { get; set; }

    public Promise? Promise { get; set; }

    public Hold? Hold { get; set; }

    /// <summary>A change is missing or comes twice: what follows proves nothing.</summary>
    public bool IsBroken { get; set; }
}

/// <summary>A diary as the feed tells of it.</summary>
sealed class ReplayedDiary(OperativeId operative)
{
    public Diary Diary { get; set; } = Diary.Of(operative, 0, []);

    public bool IsBroken { get; set; }

    /// <summary>The newest entry that planned a visit on a day where it was not, or at another time.</summary>
    public Dictionary<LocalDate, long> PlacedAt { get; } = [];

    /// <summary>Visits that a report pushed out of their promises, and that no plan has made later since.</summary>
    public HashSet<VisitId> Late { get; } = [];

    /// <summary>Days on which something was reported.</summary>
    public HashSet<LocalDate> ReportedOn { get; } = [];

    /// <summary>Follows a change before it is applied.</summary>
    public void Follow(DiaryChange change, bool isReport)
    {
        foreach (var removed in change.Removed) Late.Remove(removed);
        if (isReport)
        {
            foreach (var visit in Diary.Visits.Where(visit => change.Removed.Contains(visit.Id))) ReportedOn.Add(visit.Day);
        }

        foreach (var visit in change.Put)
        {
            if (isReport) ReportedOn.Add(visit.Day);
            var wasLate = Late.Contains(visit.Id) && Diary.Find(visit.Day, visit.Id) is { } before && visit.Start <= before.Start;
            if (visit.IsLate && (isReport || wasLate)) Late.Add(visit.Id);
            else Late.Remove(visit.Id);
        }
    }

    /// <summary>The newest entry by which the operative's own record changed.</summary>
    public long OperativeChangedAt { get; set; }
}

/// <summary>
/// The feed, from its first entry on, applied to empty diaries and jobs: those of one part in so many, so that memory stays bounded.
/// </summary>
sealed class FeedReplay(int part, int parts, Findings findings)
{
    public Dictionary<OperativeId, ReplayedDiary> Diaries { get; } = [];

    public Dictionary<JobId, ReplayedJob> Jobs { get; } = [];

    /// <summary>The newest entry by which everybody's working days may have changed.</summary>
    public long HolidaysChangedAt { get; private set; }

    /// <summary>The newest entry by which what work needs may have changed.</summary>
    public long RatesChangedAt { get; private set; }

    /// <summary>The newest entry by which contracts changed.</summary>
    public long ContractsChangedAt { get; private set; }

    /// <summary>The newest entry by which properties changed.</summary>
    public long PropertiesChangedAt { get; private set; }

    /// <summary>
    /// The newest entry by which an operative's own record changed: of all operatives, whichever part their diaries are in.
    /// </summary>
    public Dictionary<OperativeId, long> OperativesChangedAt { get; } = [];

    /// <summary>Visits with a start that several share, and which a report moved away from it: of all diaries.</summary>
    public HashSet<VisitId> ApartByReport { get; } = [];

    /// <summary>What is told of a day as it goes, or is to be expected of it; everything else is planned.</summary>
    static bool IsReport(EventKind kind) => kind is EventKind.VisitSetOut or EventKind.VisitStarted or EventKind.VisitExtended
        or EventKind.VisitFinished or EventKind.NoAccessReported or EventKind.DayForecast;

    public bool Has(OperativeId operative) => operative.Value % parts == part;

    public bool Has(JobId job) => job.Value % parts == part;

    public void Apply(FeedEntry entry)
    {
        var happened = entry.Event;
        if (happened.Kind == EventKind.RegistryChanged && happened.Note is { } nouns)
        {
            if (nouns.Contains("bank holidays", StringComparison.Ordinal) || nouns.Contains("organisations", StringComparison.Ordinal))
                HolidaysChangedAt = entry.Position;
            if (nouns.Contains("rates", StringComparison.Ordinal)) RatesChangedAt = entry.Position;
            if (nouns.Contains("contracts", StringComparison.Ordinal)) ContractsChangedAt = entry.Position;
            if (nouns.Contains("properties", StringComparison.Ordinal)) PropertiesChangedAt = entry.Position;
        }

        if (happened.Kind.ChangesRegistry())
        {
            foreach (var change in happened.Diaries) OperativesChangedAt[change.Operative] = entry.Position;
        }

        foreach (var change in happened.Diaries)
        {
            if (Has(change.Operative)) Apply(entry, change);
            if (!IsReport(happened.Kind)) continue;
            foreach (var visit in change.Put.Where(visit => visit.StartFixed)) ApartByReport.Add(visit.Id);
        }

        if (happened.Job is { } job && Has(job)) Apply(entry, job);
    }

    void Apply(FeedEntry entry, DiaryChange change)
    {
        if (!Diaries.TryGetValue(change.Operative, out var replayed))
            Diaries.Add(change.Operative, replayed = new ReplayedDiary(change.Operative));
        if (entry.Event.Kind.ChangesRegistry()) replayed.OperativeChangedAt = entry.Position;
        if (replayed.IsBroken) return;
        var known = replayed.Diary;
        if (change.Version != known.Version + 1)
        {
            replayed.IsBroken = true;
            var subject = $"diary {change.Operative}, entry {entry.Position}";
            if (known.Version == 0) findings.Warn(FindingKind.FeedIncomplete, subject, $"its first change in the feed is {change.Version}");
            else findings.Breach(FindingKind.FeedBroken, subject, $"change {change.Version} comes after change {known.Version}");
            return;
        }

        // What a report moves was not planned then: whether the operative could work as planned was known before.
        foreach (var visit in IsReport(entry.Event.Kind) ? [] : change.Put)
        {
            if (known.Find(visit.Day, visit.Id) is not { } before || before.Start != visit.Start || before.End != visit.End)
                replayed.PlacedAt[visit.Day] = entry.Position;
        }

        replayed.Follow(change, IsReport(entry.Event.Kind));
        replayed.Diary = known.Apply(change);
    }

    void Apply(FeedEntry entry, JobId id)
    {
        var happened = entry.Event;
        if (!Jobs.TryGetValue(id, out var job)) Jobs.Add(id, job = new ReplayedJob());
        if (job.IsBroken) return;
        if (happened.JobVersion != job.Version + 1)
        {
            job.IsBroken = true;
            var subject = $"job {id}, entry {entry.Position}";
            if (job.Version == 0)
                findings.Warn(FindingKind.FeedIncomplete, subject, $"its first change in the feed is {happened.JobVersion}");
            else findings.Breach(FindingKind.FeedBroken, subject, $"change {happened.JobVersion} comes after change {job.Version}");
            return;
        }

        (job.Version, job.Position, job.Hold) = (happened.JobVersion, entry.Position, HoldAfter(happened, job.Hold));
        (job.Contract, job.Client, job.Contractor) = (happened.Contract, happened.Client, happened.Contractor);
        // A hold that was confirmed in place of a booking was planned when it was placed.
        var isConfirmed = happened.Kind == EventKind.BookingConfirmed
            || (happened is { Kind: EventKind.BookingMoved, Hold: not null } && job.HeldAt > 0);
        if (happened.Kind == EventKind.HoldPlaced) job.HeldAt = entry.Position;
        else if (isConfirmed) job.BookedAt = job.HeldAt;
        else if (happened.Kind is EventKind.BookingMade or EventKind.BookingMoved or EventKind.JobLogged) job.BookedAt = entry.Position;
        if (happened.Kind is EventKind.BookingMade or EventKind.BookingConfirmed or EventKind.BookingMoved)
            (job.Kind, job.Promise) = (happened.Kind, happened.Promise);
        else if (happened.Kind is EventKind.BookingCancelled or EventKind.JobClosed or EventKind.NoAccessReported or EventKind.JobLogged)
            (job.Kind, job.Promise) = (happened.Kind, happened.Kind == EventKind.JobLogged ? happened.Promise : null);
    }

    /// <summary>An entry names the hold that it is about; only a placed one is still there afterwards, and one that a pin left
    /// alone.</summary>
    static Hold? HoldAfter(BookingEvent happened, Hold? before) => happened.Kind switch
    {
        EventKind.HoldPlaced => happened.Hold,
        EventKind.VisitPinned or EventKind.VisitUnpinned => before,
        _ => null,
    };
}
