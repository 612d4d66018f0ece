using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Testing.Simulation;

/// <summary>The whole record as of one moment, for the check.</summary>
sealed class SimulatedSnapshot(
    IReadOnlyList<Job> jobs, IReadOnlyDictionary<OperativeId, long> versions, IReadOnlyList<Visit> visits,
    IReadOnlyList<RecordedEntry> entries, IReadOnlyList<(QuotaKey Key, int Used)> quotas,
    IReadOnlyDictionary<PropertyId, Property> properties) : ILedgerSnapshot
{
    public Task<SnapshotCounts> CountAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new SnapshotCounts(jobs.Count, visits.Count, versions.Count, entries.Count));

    public IAsyncEnumerable<RecordedJob> JobsAsync(CancellationToken cancellationToken)
    {
        var byJob = visits.ToLookup(visit => visit.Id.Job);
        return EachAsync(jobs.OrderBy(job => job.Id.Value).Select(job =>
        {
            var home = properties.GetValueOrDefault(job.Property);
            return new RecordedJob(
                job, [.. byJob[job.Id].OrderBy(visit => visit.Id.Number)], home?.Patch, home?.Place, home?.Client);
        }));
    }

    public Task<IReadOnlyList<Visit>> VisitsWithoutJobAsync(CancellationToken cancellationToken)
    {
        var known = jobs.Select(job => job.Id).ToHashSet();
        return Task.FromResult<IReadOnlyList<Visit>>(
            [.. visits.Where(visit => !known.Contains(visit.Id.Job)).Take(ILedgerSnapshot.MaxNamed)]);
    }

    public IAsyncEnumerable<RecordedDiary> DiariesAsync(CancellationToken cancellationToken)
    {
        var byDiary = visits.ToLookup(visit => visit.Operative);
        var all = versions.Keys.Concat(byDiary.Select(diary => diary.Key)).Distinct().OrderBy(operative => operative.Value);
        return EachAsync(all.Select(operative => new RecordedDiary(
            operative, versions.TryGetValue(operative, out var version) ? version : null,
            [.. byDiary[operative].OrderBy(visit => visit.Start).ThenBy(visit => visit.Id.Job.Value)])));
    }

    public IAsyncEnumerable<RecordedEntry> EntriesAsync(CancellationToken cancellationToken) => EachAsync(entries);

    public Task<IReadOnlyList<(Guid Key, long Times)>> RepeatedKeysAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(Guid, long)>>(
        [
            .. entries.Where(entry => entry.Key is not null).GroupBy(entry => entry.Key!.Value).Where(key => key.Count() > 1)
                .Select(key => (key.Key, key.LongCount())).Take(ILedgerSnapshot.MaxNamed),
        ]);

    public IAsyncEnumerable<(QuotaKey Key, int Used)> QuotasAsync(CancellationToken cancellationToken) => EachAsync(quotas);

    static async IAsyncEnumerable<T> EachAsync<T>(IEnumerable<T> all)
    {
        await Task.CompletedTask;
        foreach (var one in all) yield return one;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
