using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Availability;

/// <summary>
/// Keeps an availability index for each contractor: filled from the ledger at start, brought up to date at once by this process's own
/// commits and, a moment later, from the feed by everybody else's. The fences of the ledger decide; the index only has to be nearly right.
/// </summary>
public sealed partial class AvailabilityService(
    ILedger ledger, IFeed feed, RegistryCache registry, SchedulingOptions options, TimeProvider time, ILogger<AvailabilityService> log)
        : BackgroundService
{
    /// <summary>Registry changes that come one upon another are followed by the feed; two tries are enough for one that comes while
    /// loading.</summary>
    const int MaxBuilds = 3;

    /// <summary>How long a claim waits for a registry change that its diary has seen; it arrives within milliseconds.</summary>
    static readonly TimeSpan KnowledgePatience = TimeSpan.FromSeconds(5);

    static readonly Duration QuotaRefresh = Duration.FromSeconds(30);
    static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>A lone change is followed at once; of many, a page is worth its round trip when it is read this much later.</summary>
    static readonly TimeSpan FollowPause = TimeSpan.FromMilliseconds(10);

    readonly ConcurrentDictionary<OperativeId, byte> behind = new();

    /// <summary>The diary versions up to which the feed, or a whole build, has brought what the registry says of an operative.</summary>
    readonly ConcurrentDictionary<OperativeId, long> known = new();

    readonly RecentChanges recent = new();
    readonly QuotaCounts quotas = new();
    volatile ITravel travel = options.Travel();
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <remarks>Those who wait come back in turns of their own: nothing of theirs runs where it is rung.</remarks>
    TaskCompletionSource progress = new();
    Indexes indexes = Indexes.Empty;
    bool registryChanged;
    Instant quotasRead;
    long position;

    /// <summary>
    /// The machine's own time: how soon the feed comes, and how often the database is asked, has nothing to do with the clock that
    /// bookings go by.
    /// </summary>
    internal TimeProvider MachineTime { get; set; } = TimeProvider.System;

    /// <summary>Completes when every diary has been loaded.</summary>
    public Task Ready => ready.Task;

    /// <summary>The feed position up to which this process has followed.</summary>
    public long Position => Volatile.Read(ref position);

    public ITravel Travel => travel;

    /// <summary>
    /// Plans with other lengths from now on; only while nothing is planned, for what is planned need not be feasible by them.
    /// </summary>
    /// <exception cref="InvalidOperationException">There are diaries already.</exception>
    public void Use(ITravel other)
    {
        if (indexes.ByOperative.Count > 0) throw new InvalidOperationException("Diaries have been planned with other lengths.");
        travel = other;
        LogTravel(TravelFiles.Describe(other));
    }

    /// <summary>The present, to the microsecond: what the ledger records is what was decided.</summary>
    public Instant Now
    {
        get
        {
            var now = time.GetUtcNow();
            return Instant.FromDateTimeOffset(now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)));
        }
    }

    /// <summary>Raised after the index has followed an entry of the feed; handlers return at once.</summary>
    public event Action<FeedEntry>? Followed;

    /// <summary>All contractors.</summary>
    public IEnumerable<OrganisationId> Contractors => indexes.ByContractor.Keys;

    public AvailabilityIndex? IndexOf(OrganisationId contractor) => indexes.ByContractor.GetValueOrDefault(contractor);

    public AvailabilityIndex? IndexOf(OperativeId operative) => indexes.ByOperative.GetValueOrDefault(operative);

    /// <summary>How far a quota is used, as far as this process has followed; the ledger enforces it exactly.</summary>
    public int QuotaUsed(QuotaKey key) => quotas[key];

    /// <summary>Shows a commit of this process at once.</summary>
    public void Show(BookingEvent committed)
    {
        foreach (var change in committed.Diaries)
        {
            Apply(change);
            // It was no registry change that made this version: what was known before it is still all there is to know.
            known.TryUpdate(change.Operative, change.Version, change.Version - 1);
            if (change.Version == 1) known.TryAdd(change.Operative, 1);
        }
    }

    /// <summary>Shows a diary as it was just read, when the index has an older one.</summary>
    public void Show(DiaryRecord read)
    {
        if (IndexOf(read.Operative) is { } index && index.VersionOf(read.Operative) < read.Version)
            index.Load(read.Operative, read.Version, read.Visits);
    }

    /// <summary>
    /// What the feed has brought of a diary since a version, in order, with what the registry says of the operative then being known here;
    /// empty when it is not known any more, and the diary has to be read.
    /// </summary>
    public ReadOnlySpan<DiaryChange> ChangesAfter(OperativeId operative, long version) => recent.After(operative, version);

    /// <summary>
    /// Completes when rota, skills and clearance of an operative are known here as they were at a version of the diary: a registry change
    /// moves the
    /// diary on, and its entry in the feed may come a moment after the diary was read.
    /// </summary>
    /// <returns>False when it takes too long.</returns>
    public ValueTask<bool> KnowsAsync(OperativeId operative, long version, CancellationToken cancellationToken) =>
        known.GetValueOrDefault(operative) >= version ? ValueTask.FromResult(true)
            : new(WaitForAsync(operative, version, cancellationToken));

    async Task<bool> WaitForAsync(OperativeId operative, long version, CancellationToken cancellationToken)
    {
        var since = MachineTime.GetTimestamp();
        while (true)
        {
            // The bell is taken before the look: what is followed after the look rings it.
            var next = Volatile.Read(ref progress).Task;
            if (known.GetValueOrDefault(operative) >= version) return true;
            var left = KnowledgePatience - MachineTime.GetElapsedTime(since);
            if (left <= TimeSpan.Zero) return false;
            try
            {
                await next.WaitAsync(left, MachineTime, cancellationToken);
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Follows until it is stopped; for a host that starts it on a scheduler of its own.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!ready.Task.IsCompleted) await LoadAsync(stoppingToken);
                await FollowAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // The database is away: go on as soon as it is back; until then searches show the last known state.
                LogFollowFailed(failure);
                await Task.Delay(RetryPause, time, stoppingToken);
            }
        }
    }

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref position, await feed.HeadAsync(cancellationToken));
        await BuildAsync(cancellationToken);
        await RefreshQuotasAsync(cancellationToken);
        ready.TrySetResult();
        LogTravel(TravelFiles.Describe(travel));
        LogLoaded(indexes.ByContractor.Count, indexes.ByOperative.Count, Position);
    }

    async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await ReloadBehindAsync(cancellationToken);
            foreach (var index in indexes.ByContractor.Values) index.RollTo(Now.InZone(index.Zone).Date);
            if (Now - quotasRead >= QuotaRefresh) await RefreshQuotasAsync(cancellationToken);
            var entries = await feed.ReadAsync(Position, IFeed.MaxPage, cancellationToken);
            if (entries.Count == 0)
            {
                await feed.WaitAsync(Position, cancellationToken);
                continue;
            }

            await FollowAsync(entries, cancellationToken);
            if (entries.Count < IFeed.MaxPage) await Task.Delay(FollowPause, MachineTime, cancellationToken);
        }
    }

    async Task FollowAsync(IReadOnlyList<FeedEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in entries) registryChanged |= entry.Event.Kind == EventKind.RegistryChanged;
        if (registryChanged)
        {
            await BuildAsync(cancellationToken);
            registryChanged = false;
        }
        else if (entries.Any(entry => entry.Event.Kind.IsToldOfDay()))
        {
            await TakeInAsync(entries.Where(entry => entry.Event.Kind.IsToldOfDay()), cancellationToken);
        }

        foreach (var entry in entries)
        {
            foreach (var change in entry.Event.Diaries)
            {
                Apply(change);
                Know(change.Operative, change.Version);
                recent.Add(change);
            }

            quotas.Follow(entry);
            Volatile.Write(ref position, entry.Position);
            Followed?.Invoke(entry);
        }

        Ring();
    }

    /// <summary>What was told of single days concerns those operatives alone.</summary>
    async Task TakeInAsync(IEnumerable<FeedEntry> told, CancellationToken cancellationToken)
    {
        var view = await registry.ReloadAsync(cancellationToken);
        foreach (var operative in told.SelectMany(entry => entry.Event.Diaries).Select(diary => diary.Operative).Distinct())
        {
            if (view.Operatives.TryGetValue(operative, out var known)) IndexOf(operative)?.Put(known);
        }
    }

    /// <summary>
    /// Builds all indexes afresh, beside those that searches go on using. A commit that comes meanwhile is brought by the feed, which is
    /// followed from before the diaries were read.
    /// </summary>
    async Task BuildAsync(CancellationToken cancellationToken)
    {
        for (var build = 1; ; build++)
        {
            var view = await registry.ReloadAsync(cancellationToken);
            var fresh = Indexes.Of(view, travel, Now);
            var versions = new List<(OperativeId Operative, long Version)>();
            await foreach (var diary in ledger.LoadAllDiariesAsync(FirstDay, cancellationToken))
            {
                fresh.ByOperative.GetValueOrDefault(diary.Operative)?.Load(diary.Operative, diary.Version, diary.Visits);
                versions.Add((diary.Operative, diary.Version));
            }

            // A diary may have moved on by a registry change that came after the registry was read: then neither is known together.
            var isCurrent = !await registry.IsOutdatedAsync(view, cancellationToken);
            if (!isCurrent && build < MaxBuilds) continue;
            indexes = fresh;
            if (isCurrent) versions.ForEach(diary => Know(diary.Operative, diary.Version));
            Ring();
            return;
        }
    }

    /// <summary>The day before today, somewhere: diaries of a shift over midnight are still wanted.</summary>
    LocalDate FirstDay => Now.InUtc().Date.PlusDays(-1);

    void Know(OperativeId operative, long version) => known.AddOrUpdate(operative, version, (_, before) => Math.Max(before, version));

    void Ring()
    {
        var rung = Interlocked.Exchange(ref progress, new TaskCompletionSource());
        rung.TrySetResult();
    }

    void Apply(DiaryChange change)
    {
        if (IndexOf(change.Operative) is { } index && !index.Apply(change)) behind.TryAdd(change.Operative, 0);
    }

    /// <summary>A change was missed, or came before the one that it follows on: those diaries are read again.</summary>
    async Task ReloadBehindAsync(CancellationToken cancellationToken)
    {
        const int MaxPerRead = 500;
        while (!behind.IsEmpty)
        {
            var operatives = behind.Keys.Take(MaxPerRead).ToList();
            foreach (var operative in operatives) behind.TryRemove(operative, out _);
            try
            {
                foreach (var diary in await ledger.LoadDiariesAsync(operatives, FirstDay, cancellationToken)) Show(diary);
            }
            catch
            {
                foreach (var operative in operatives) behind.TryAdd(operative, 0);
                throw;
            }
        }
    }

    async Task RefreshQuotasAsync(CancellationToken cancellationToken)
    {
        await quotas.ReadAsync(ledger, FirstDay, cancellationToken);
        quotasRead = Now;
    }
}
