using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Import.Files;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Import.Tests;

/// <summary>A registry in memory that keeps the port's promises: natural keys, ids that stay, one counter of what changed.</summary>
public sealed class MemoryRegistry : IRegistryStore
{
    readonly Dictionary<(OrganisationId, string), Property> _properties = [];
    RegistrySnapshot _snapshot = new(0, [], [], [], [], []);
    int _lastId;

    public int Upserts { get; private set; }

    public IEnumerable<Property> Properties => _properties.Values;

    public RegistrySnapshot Snapshot => _snapshot;

    public Task<RegistrySnapshot> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(_snapshot);

    public Task<long> VersionAsync(CancellationToken cancellationToken) => Task.FromResult(_snapshot.Version);

    public Task<RegistryResult> UpsertAsync(RegistryBatch batch, CancellationToken cancellationToken)
    {
        Upserts++;
        var counts = new int[3];
        _snapshot = _snapshot with
        {
            Version = _snapshot.Version + 1,
            Organisations = Put(_snapshot.Organisations, batch.Organisations, item => item.Reference, item => item.Id.Value,
                (item, id) => item with { Id = new OrganisationId(id) }, (a, b) => a == b, counts),
            Contracts = Put(_snapshot.Contracts, batch.Contracts, item => item.Reference, item => item.Id.Value,
                (item, id) => item with { Id = new ContractId(id) }, Sameness.Same, counts),
            Operatives = Put(_snapshot.Operatives, batch.Operatives, item => (item.Contractor, item.Reference), item => item.Id.Value,
                (item, id) => item with { Id = new OperativeId(id) }, Sameness.Same, counts),
            ScheduleOfRates = Put(_snapshot.ScheduleOfRates, batch.ScheduleOfRates, item => (item.Schedule, item.Code), _ => 0, (item, _) =>
                item, Sameness.Same, counts),
            BankHolidays = Put(_snapshot.BankHolidays, batch.BankHolidays, item => (item.Organisation, item.Day), _ => 0, (item, _) => item,
                (a, b) => a == b, counts),
        };
        var properties = Put([.. _properties.Values], batch.Properties, item => (item.Client, item.Reference), item => item.Id.Value,
            (item, id) => item with { Id = new PropertyId(id) }, (a, b) => a == b, counts);
        foreach (var property in properties) _properties[(property.Client, property.Reference)] = property;
        return Task.FromResult(new RegistryResult(counts[0], counts[1], counts[2]));
    }

    public Task<Property?> FindPropertyAsync(PropertyId property, CancellationToken cancellationToken) =>
        Task.FromResult(_properties.Values.FirstOrDefault(known => known.Id == property));

    public Task<Property?> FindPropertyAsync(OrganisationId client, string reference, CancellationToken cancellationToken) =>
        Task.FromResult(_properties.GetValueOrDefault((client, reference)));

    public Task<IReadOnlyList<Property>> SearchPropertiesAsync(
        IReadOnlyList<PropertyArea> areas, string text, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

    public Task<int> CountPropertiesAsync(CancellationToken cancellationToken) => Task.FromResult(_properties.Count);

    List<T> Put<T, TKey>(
        IReadOnlyList<T> recorded, IReadOnlyList<T> items, Func<T, TKey> keyOf, Func<T, int> idOf, Func<T, int, T> withId, Func<T, T,
            bool> same, int[] counts)
        where T : class
        where TKey : notnull
    {
        var merged = recorded.ToDictionary(keyOf);
        foreach (var item in items)
        {
            var was = merged.GetValueOrDefault(keyOf(item));
            var now = withId(item, was is null ? ++_lastId : idOf(was));
            counts[was is null ? 0 : same(was, now) ? 2 : 1]++;
            merged[keyOf(item)] = now;
        }

        return [.. merged.Values];
    }
}

/// <summary>A ledger in memory that refuses what the port says it refuses, and records what it took.</summary>
public sealed class MemoryLedger : ILedger
{
    readonly Dictionary<JobId, Job> _jobs = [];
    readonly Dictionary<OperativeId, (long Version, Dictionary<VisitId, Visit> Visits)> _diaries = [];
    readonly Dictionary<QuotaKey, int> _quotas = [];
    readonly Dictionary<Guid, (FeedEntry Entry, long BodyHash)> _keys = [];

    public IReadOnlyCollection<Job> Jobs => _jobs.Values;

    public IEnumerable<Visit> Visits => _diaries.Values.SelectMany(diary => diary.Visits.Values);

    public IReadOnlyDictionary<QuotaKey, int> Quotas => _quotas;

    public List<Changeset> Taken { get; } = [];

    /// <summary>Called once before the next import is looked at: somebody else commits in between.</summary>
    public Action? BeforeNextImport { get; set; }

    public Task<(int Index, CommitStatus Status)?> ImportAsync(IReadOnlyList<Changeset> changesets, CancellationToken cancellationToken)
    {
        var before = BeforeNextImport;
        BeforeNextImport = null;
        before?.Invoke();
        var versions = _diaries.ToDictionary(diary => diary.Key, diary => diary.Value.Version);
        var jobs = _jobs.Keys.ToHashSet();
        for (var i = 0; i < changesets.Count; i++)
        {
            if (Refuses(changesets[i], versions, jobs) is { } status) return Task.FromResult<(int, CommitStatus)?>((i, status));
        }

        foreach (var changeset in changesets) Apply(changeset);
        return Task.FromResult<(int, CommitStatus)?>(null);
    }

    static CommitStatus? Refuses(Changeset changeset, Dictionary<OperativeId, long> versions, HashSet<JobId> jobs)
    {
        foreach (var diary in changeset.Event.Diaries)
        {
            if (versions.GetValueOrDefault(diary.Operative) != diary.Version - 1) return CommitStatus.Stale;
            versions[diary.Operative] = diary.Version;
        }

        return changeset.Jobs.Any(job => job.Version != 1 || !jobs.Add(job.Id)) ? CommitStatus.Stale : null;
    }

    void Apply(Changeset changeset)
    {
        Taken.Add(changeset);
        foreach (var job in changeset.Jobs) _jobs[job.Id] = job;
        foreach (var change in changeset.Event.Diaries)
        {
            var visits = _diaries.TryGetValue(change.Operative, out var diary) ? diary.Visits : [];
            foreach (var id in change.Removed) visits.Remove(id);
            foreach (var visit in change.Put) visits[visit.Id] = visit;
            _diaries[change.Operative] = (change.Version, visits);
        }

        foreach (var quota in changeset.Event.Quotas)
        {
            _quotas[quota.Key] = _quotas.GetValueOrDefault(quota.Key) + quota.Delta;
            Assert.True(_quotas[quota.Key] <= quota.Limit, $"{quota.Key} passes its limit");
        }

        if (changeset.Key is { } key) _keys.Add(key.Key, (new FeedEntry(Taken.Count, changeset.Event), key.BodyHash));
    }

    /// <summary>Moves a diary on, as another process's commit would.</summary>
    public void Touch(OperativeId operative)
    {
        var (version, visits) = _diaries.GetValueOrDefault(operative, (0, []));
        _diaries[operative] = (version + 1, visits);
    }

    public Task<CommitResult> CommitAsync(Changeset changeset, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<(FeedEntry Entry, long BodyHash)?> FindByKeyAsync(Guid key, CancellationToken cancellationToken) =>
        Task.FromResult(_keys.TryGetValue(key, out var found) ? found : ((FeedEntry, long)?)null);

    public Task<Job?> LoadJobAsync(JobId job, CancellationToken cancellationToken) => Task.FromResult(_jobs.GetValueOrDefault(job));

    public Task<IReadOnlyList<DiaryRecord>> LoadDiariesAsync(
        IReadOnlyList<OperativeId> operatives, LocalDate from, CancellationToken cancellationToken)
    {
        Assert.True(operatives.Count <= 1000);
        return Task.FromResult<IReadOnlyList<DiaryRecord>>([.. operatives.Select(id => _diaries.TryGetValue(id, out var diary)
            ? new DiaryRecord(id, diary.Version, [.. diary.Visits.Values.Where(visit => visit.Day >= from)])
            : new DiaryRecord(id, 0, []))]);
    }

    public IAsyncEnumerable<DiaryRecord> LoadAllDiariesAsync(LocalDate from, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<QuotaReading> LoadQuotasAsync(LocalDate from, CancellationToken cancellationToken) =>
        Task.FromResult(QuotaReading.None with { Used = _quotas.Where(quota => quota.Key.Day >= from).ToDictionary() });

    public Task<IReadOnlyList<JobId>> FindExpiredHoldsAsync(Instant now, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<Job>> FindJobsAsync(PropertyId property, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
