using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Check;

/// <summary>Proves one diary: its promises, its days, and that the feed leads to it.</summary>
sealed class DiaryCheck(RegistrySnapshot registry, ITravel travel, FeedReplay replay, Findings findings)
{
    readonly Dictionary<OperativeId, Operative> operatives = registry.Operatives.ToDictionary(operative => operative.Id);
    readonly Dictionary<OrganisationId, Organisation> organisations = registry.Organisations.ToDictionary(organisation => organisation.Id);
    readonly HashSet<(OrganisationId, LocalDate)> holidays =
        [.. registry.BankHolidays.Select(holiday => (holiday.Organisation, holiday.Day))];

    public long Days { get; private set; }

    public void Check(RecordedDiary diary)
    {
        if (diary.Version is null) findings.Breach(FindingKind.VersionWrong, $"diary {diary.Operative}", "it has visits and no version");
        CheckPromises(diary);
        CheckOverlaps(diary);
        CheckDays(diary);
        CheckFeed(diary);
    }

    void CheckPromises(RecordedDiary diary)
    {
        foreach (var visit in diary.Visits)
        {
            var subject = $"visit {visit.Id}, diary {diary.Operative}, {visit.Day:uuuu-MM-dd}";
            var text = $"and promised from {visit.Promise.Start} to {visit.Promise.End}";
            // When somebody really began is a fact; when somebody will is a forecast only where a report made it one.
            if (visit.HasStarted && visit.Start < visit.Promise.Start) continue;
            if (visit.IsLate && (visit.HasStarted || IsReportedLate(visit)))
                findings.Warn(
                    FindingKind.RunningLate, subject, $"it {(visit.HasStarted ? "began" : "will begin")} at {visit.Start} {text}");
            else if (visit.IsLate || visit.Start < visit.Promise.Start)
                findings.Breach(FindingKind.BrokenPromise, subject, $"it is planned at {visit.Start} {text}");
        }
    }

    bool IsReportedLate(Visit visit) => replay.Diaries.TryGetValue(visit.Operative, out var replayed) && replayed.Late.Contains(visit.Id);

    bool IsReportedOn(OperativeId operative, LocalDate day) =>
        replay.Diaries.TryGetValue(operative, out var replayed) && replayed.ReportedOn.Contains(day);

    void CheckOverlaps(RecordedDiary diary)
    {
        for (var i = 1; i < diary.Visits.Count; i++)
        {
            var (before, after) = (diary.Visits[i - 1], diary.Visits[i]);
            if (before.End > after.Start)
            {
                findings.Breach(
                    FindingKind.OverlappingVisits, $"visits {before.Id} and {after.Id}, diary {diary.Operative}, {after.Day:uuuu-MM-dd}",
                    $"the first ends at {before.End} and the second starts at {after.Start}");
            }
        }
    }

    void CheckDays(RecordedDiary diary)
    {
        if (diary.Visits.Count == 0) return;
        if (!operatives.TryGetValue(diary.Operative, out var operative)
            || !organisations.TryGetValue(operative.Contractor, out var contractor))
        {
            findings.Breach(FindingKind.UnknownReference,
                $"diary {diary.Operative}", "it has visits, and the operative or contractor is not in the registry");
            return;
        }

        foreach (var day in diary.Visits.GroupBy(visit => visit.Day))
        {
            Days++;
            var clock = new DayClock(day.Key, contractor.Zone);
            var subject = $"diary {diary.Operative}, {day.Key:uuuu-MM-dd}";
            if (FaultOf(operative, clock, [.. day], out var late) is not { } fault)
            {
                if (late is not null) findings.Warn(FindingKind.RunningLate, subject, late);
                continue;
            }

            if (ChangedSince(diary.Operative, day.Key) is { } change)
                findings.Warn(FindingKind.InfeasibleDay, subject, $"{fault}; {change}");
            else findings.Breach(FindingKind.InfeasibleDay, subject, fault);
        }
    }

    /// <param name="late">What can't be kept of a day on which something was reported, though the visits can.</param>
    string? FaultOf(Operative operative, DayClock clock, IReadOnlyList<Visit> visits, out string? late)
    {
        late = null;
        if (Availability.On(operative, clock, day => holidays.Contains((operative.Contractor, day))) is not { } working)
            return $"it has {visits.Count} visits and the operative does not work then";
        var bounds = new DayBounds(working, GroundPoint.Of(operative.StartPlace), GroundPoint.Of(operative.EndPlace));
        var stops = visits.OrderBy(visit => visit.Start).Select(visit => Stop.Of(visit, clock)).ToList();
        if (stops.Count > DiaryDay.MaxStops) return $"it has {stops.Count} visits and the most is {DiaryDay.MaxStops}";
        var fault = DayWalk.Fault(bounds, stops, travel, clock);
        if (fault is null || !(stops.Exists(stop => stop.IsBegun) || IsReportedOn(operative.Id, clock.Day))) return fault;
        return DayWalk.FaultUnderWay(bounds, stops, travel, clock, out late);
    }

    /// <summary>Why a day that could be kept when its visits were planned perhaps cannot any more; null when nothing changed
    /// since.</summary>
    string? ChangedSince(OperativeId operative, LocalDate day)
    {
        if (!replay.Diaries.TryGetValue(operative, out var replayed) || !replayed.PlacedAt.TryGetValue(day, out var placed)) return null;
        if (replayed.OperativeChangedAt > placed)
        {
            return $"the operative's record (rota, absences, places) changed at feed position {replayed.OperativeChangedAt},"
                + " after the last visit was planned";
        }

        return replay.HolidaysChangedAt > placed
            ? $"bank holidays or organisations changed at feed position {replay.HolidaysChangedAt}, after the last visit was planned"
            : null;
    }

    void CheckFeed(RecordedDiary diary)
    {
        var subject = $"diary {diary.Operative}";
        if (!replay.Diaries.Remove(diary.Operative, out var replayed))
        {
            findings.Breach(FindingKind.FeedBroken, subject, $"it stands at version {diary.Version} and the feed has no change of it");
            return;
        }

        if (replayed.IsBroken) return;
        if (replayed.Diary.Version != diary.Version)
            findings.Breach(FindingKind.VersionWrong, subject,
                $"it stands at version {diary.Version} and the feed has {replayed.Diary.Version} changes");
        var told = replayed.Diary.Visits.ToDictionary(visit => visit.Id, Recorded.AsRecorded);
        foreach (var visit in diary.Visits)
        {
            if (!told.Remove(visit.Id, out var fromFeed))
                findings.Breach(
                    FindingKind.DiaryDiffersFromFeed, $"visit {visit.Id}, {subject}", "it is recorded and the feed does not have it");
            else if (fromFeed != visit)
                findings.Breach(
                    FindingKind.DiaryDiffersFromFeed, $"visit {visit.Id}, {subject}", $"recorded is {visit}, and the feed has {fromFeed}");
        }

        foreach (var lost in told.Keys)
            findings.Breach(FindingKind.DiaryDiffersFromFeed, $"visit {lost}, {subject}", "the feed has it and it is not recorded");
    }
}
