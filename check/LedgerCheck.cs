using NodaTime;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Check;

/// <summary>
/// Reads a ledger, as of one moment, and proves what must hold in it: no infeasible day, no broken promise, no overlap, no orphan, holds,
/// quotas and versions in order, and a feed that leads to the very same diaries and jobs. It changes nothing and may run beside live work.
/// </summary>
public static class LedgerCheck
{
    /// <summary>
    /// Most visits that are replayed at once, at about 300 bytes each. A ledger with more is read in several passes, each over the diaries
    /// and jobs
    /// of one part.
    /// </summary>
    const int MaxReplayedVisits = 250_000;

    /// <summary>How often the registry and the rows are read again because the registry changed in between.</summary>
    const int MaxTries = 5;

    /// <param name="travel">The distances and speeds that the diaries were planned with.</param>
    public static Task<CheckReport> RunAsync(LedgerDatabase database, ITravel travel, CancellationToken cancellationToken) =>
        RunAsync(database, travel, TimeProvider.System, cancellationToken);

    /// <param name="travel">The distances and speeds that the diaries were planned with.</param>
    /// <param name="time">What lies after it is still to come.</param>
    public static async Task<CheckReport> RunAsync(
        LedgerDatabase database, ITravel travel, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        for (var tries = 1; ; tries++)
        {
            var before = await database.Registry.LoadAsync(cancellationToken);
            await using var snapshot = await database.OpenSnapshotAsync(cancellationToken);
            var counts = await snapshot.CountAsync(cancellationToken);
            var registry = await database.Registry.LoadAsync(cancellationToken);
            if (registry.Version == before.Version || tries == MaxTries)
                return await RunAsync(snapshot, counts, registry, travel, now, MaxReplayedVisits, cancellationToken);
        }
    }

    internal static async Task<CheckReport> RunAsync(
        ILedgerSnapshot snapshot, SnapshotCounts counts, RegistrySnapshot registry, ITravel travel, Instant now, int maxReplayedVisits,
        CancellationToken cancellationToken)
    {
        var findings = new Findings();
        var quotas = new QuotaCheck(registry, findings);
        var (days, holds, keys, diariesReplayed, jobsReplayed) = (0L, 0L, 0L, 0L, 0L);
        var parts = checked((int)(Math.Max(counts.Visits, counts.Jobs) / maxReplayedVisits)) + 1;
        for (var part = 0; part < parts; part++)
        {
            var replay = new FeedReplay(part, parts, findings);
            await foreach (var recorded in snapshot.EntriesAsync(cancellationToken))
            {
                replay.Apply(recorded.Entry);
                if (part > 0) continue;
                quotas.Follow(recorded.Entry);
                if (recorded.Key is not null) keys++;
            }

            diariesReplayed += replay.Diaries.Count;
            jobsReplayed += replay.Jobs.Count;
            var diaries = new DiaryCheck(registry, travel, replay, findings);
            await foreach (var diary in snapshot.DiariesAsync(cancellationToken))
            {
                if (replay.Has(diary.Operative)) diaries.Check(diary);
            }

            var jobs = new JobCheck(registry, replay, now, findings);
            await foreach (var job in snapshot.JobsAsync(cancellationToken))
            {
                if (!replay.Has(job.Job.Id)) continue;
                jobs.Check(job);
                quotas.Add(job);
            }

            TellOfUnrecorded(replay, findings);
            (days, holds) = (days + diaries.Days, holds + jobs.Holds);
        }

        await foreach (var (key, used) in snapshot.QuotasAsync(cancellationToken)) quotas.Check(key, used);
        quotas.Finish();
        foreach (var visit in await snapshot.VisitsWithoutJobAsync(cancellationToken))
            findings.Breach(FindingKind.VisitWithoutJob,
                $"visit {visit.Id}, diary {visit.Operative}, {visit.Day:uuuu-MM-dd}", "its job is not recorded");
        foreach (var (key, times) in await snapshot.RepeatedKeysAsync(cancellationToken))
            findings.Breach(FindingKind.KeyTwice, $"key {key}", $"it stands in the feed {times} times");
        return findings.Report(new CheckedCounts(
            counts.Jobs, counts.Visits, counts.Diaries, days, holds, quotas.Count, counts.Entries, keys, diariesReplayed, jobsReplayed));
    }

    /// <summary>What was checked has been taken out of the replay: the rest is in the feed only.</summary>
    static void TellOfUnrecorded(FeedReplay replay, Findings findings)
    {
        foreach (var operative in replay.Diaries.Keys)
            findings.Breach(FindingKind.DiaryDiffersFromFeed, $"diary {operative}", "the feed has it and it is not recorded");
        foreach (var job in replay.Jobs.Keys)
            findings.Breach(FindingKind.JobDiffersFromFeed, $"job {job}", "the feed has it and it is not recorded");
    }
}
