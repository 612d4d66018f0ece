using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Testing.Simulation;

/// <summary>What is read of the record, each at one moment.</summary>
sealed partial class SimulatedRecord
{
    public (FeedEntry Entry, long BodyHash)? FindByKey(Guid key)
    {
        lock (gate) return defect != Defect.KeysIgnored && keys.TryGetValue(key, out var found) ? found : null;
    }

    public Job? LoadJob(JobId id)
    {
        lock (gate) return jobs.TryGetValue(id, out var job) ? Whole(job) : null;
    }

    Job Whole(Job job)
    {
        var places = new List<VisitPlace>();
        for (var number = 1; number <= job.LastNumber; number++)
        {
            if (Find(new VisitId(job.Id, number)) is { } visit)
                places.Add(new VisitPlace(visit.Id, visit.Operative, visit.Day, visit.Stage, visit.State));
        }

        return job with { Visits = places };
    }

    public DiaryRecord LoadDiary(OperativeId operative, LocalDate from)
    {
        lock (gate)
        {
            IEnumerable<Visit> all = visits.TryGetValue(operative, out var diary) ? diary.Values : [];
            return new DiaryRecord(
                operative, diaries.GetValueOrDefault(operative), [.. all.Where(visit => visit.Day >= from).OrderBy(visit => visit.Start)]);
        }
    }

    public List<DiaryRecord> LoadDiaries(IEnumerable<OperativeId> operatives, LocalDate from)
    {
        lock (gate) return [.. operatives.Distinct().OrderBy(one => one.Value).Select(one => LoadDiary(one, from))];
    }

    public List<DiaryRecord> LoadAllDiaries(LocalDate from)
    {
        lock (gate) return LoadDiaries([.. diaries.Keys], from);
    }

    public QuotaReading LoadQuotas(LocalDate from)
    {
        lock (gate)
        {
            var before = Head() + 1;
            return new QuotaReading(
                quotas.Where(quota => quota.Key.Day >= from).ToDictionary(),
                before,
                entries.Select(entry => entry.Entry.Position).Reverse().TakeWhile(position => position >= before).ToHashSet());
        }
    }

    public List<JobId> FindExpiredHolds(Instant now, int limit)
    {
        if (defect == Defect.ExpiryMissed) return [];
        lock (gate)
        {
            return
            [
                .. jobs.Values.Where(job => job.Hold is { } hold && hold.ExpiresAt <= now).OrderBy(job => job.Hold!.ExpiresAt)
                    .ThenBy(job => job.Id.Value).Take(limit).Select(job => job.Id),
            ];
        }
    }

    public List<Job> FindJobs(PropertyId property, int limit)
    {
        lock (gate)
        {
            return
            [
                .. jobs.Values.Where(job => job.Property == property).OrderByDescending(job => job.ReportedAt)
                    .ThenByDescending(job => job.Id.Value).Take(limit).Select(Whole),
            ];
        }
    }

    /// <summary>The newest entry that the feed's readers are shown; null: all are.</summary>
    long? heldAt;

    /// <summary>From now on new entries are kept from readers, as a long transaction does.</summary>
    public void HoldFeedBack() => heldAt ??= Head();

    public void ReleaseFeed() => heldAt = null;

    public bool HasHolds
    {
        get
        {
            lock (gate) return jobs.Values.Any(job => job.Hold is not null);
        }
    }

    public long Head()
    {
        lock (gate) return heldAt ?? (entries.Count == 0 ? 0 : entries[^1].Entry.Position);
    }

    public List<FeedEntry> ReadFeed(long after, int limit)
    {
        lock (gate)
        {
            // The feed is read at its end: from there back is the shortest way.
            var at = entries.Count;
            while (at > 0 && entries[at - 1].Entry.Position > after) at--;
            var page = entries.Skip(at).Take(Math.Clamp(limit, 1, IFeed.MaxPage)).Select(entry => entry.Entry)
                .TakeWhile(entry => entry.Position <= (heldAt ?? long.MaxValue)).ToList();
            if (page.Count > 1 && IsStruck(Defect.EntrySkipped)) page.RemoveAt(chance.Next(page.Count - 1));
            return page;
        }
    }

    public List<FeedEntry> ReadFeedBack(long before, int limit)
    {
        lock (gate)
        {
            return
            [
                .. Enumerable.Reverse(entries).Where(entry => entry.Entry.Position < before).Take(Math.Clamp(limit, 1, IFeed.MaxPage))
                    .Select(entry => entry.Entry),
            ];
        }
    }
}
