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
    ILedger ledger, IFeed feed, RegistryCache registry, SchedulingOptions options, TimeProvider time, ILogger<AvailabilityService> log) : BackgroundService
{
    static readonly Duration QuotaRefresh = Duration.FromSeconds(30);
    static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<OperativeId, byte> behind = new();
    readonly ITravel travel = options.Travel();
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    IReadOnlyDictionary<QuotaKey, int> quotas = new Dictionary<QuotaKey, int>();
    Indexes indexes = Indexes.Empty;
    bool registryChanged;
    Instant quotasRead;
    long position;

    /// <summary>Completes when every diary has been loaded.</summary>
    public Task Ready => ready.Task;

    /// <summary>The feed position up to which this process has followed.</summary>
    public long Position => Volatile.Read(ref position);

    public ITravel Travel => travel;

    public Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Raised after the index has followed an entry of the feed; handlers return at once.</summary>
    public event Action<FeedEntry>? Followed;

    public AvailabilityIndex? IndexOf(OrganisationId contractor) => indexes.ByContractor.GetValueOrDefault(contractor);

    public AvailabilityIndex? IndexOf(OperativeId operative) => indexes.ByOperative.GetValueOrDefault(operative);

    /// <summary>How far a quota is used, as of the last look; the ledger enforces it exactly.</summary>
    public int QuotaUsed(QuotaKey key) => quotas.GetValueOrDefault(key);

    /// <summary>Shows a commit of this process at once.</summary>
    public void Show(BookingEvent committed)
    {
        foreach (var change in committed.Diaries) Apply(change);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
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
            if (entries.Count == 0) await feed.WaitAsync(Position, cancellationToken);
            else await FollowAsync(entries, cancellationToken);
        }
    }

    async Task FollowAsync(IReadOnlyList<FeedEntry> entries, CancellationToken cancellationToken)
    {
        registryChanged |= entries.Any(entry => entry.Event.Kind == EventKind.RegistryChanged);
        if (registryChanged)
        {
            await BuildAsync(cancellationToken);
            registryChanged = false;
        }

        if (entries.Any(entry => entry.Event.Quotas.Count > 0)) await RefreshQuotasAsync(cancellationToken);
        foreach (var entry in entries)
        {
            Show(entry.Event);
            Volatile.Write(ref position, entry.Position);
            Followed?.Invoke(entry);
        }
    }

    /// <summary>
    /// Builds all indexes afresh, beside those that searches go on using. A commit that comes meanwhile is brought by the feed, which is
    /// followed from before the diaries were read.
    /// </summary>
    async Task BuildAsync(CancellationToken cancellationToken)
    {
        var view = await registry.ReloadAsync(cancellationToken);
        var fresh = Indexes.Of(view, travel, options.SearchDays, Now);
        await foreach (var diary in ledger.LoadAllDiariesAsync(FirstDay, cancellationToken))
            fresh.ByOperative.GetValueOrDefault(diary.Operative)?.Load(diary.Operative, diary.Version, diary.Visits);
        indexes = fresh;
    }

    /// <summary>The day before today, somewhere: diaries of a shift over midnight are still wanted.</summary>
    LocalDate FirstDay => Now.InUtc().Date.PlusDays(-1);

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
            foreach (var diary in await ledger.LoadDiariesAsync(operatives, FirstDay, cancellationToken))
                IndexOf(diary.Operative)?.Load(diary.Operative, diary.Version, diary.Visits);
        }
    }

    async Task RefreshQuotasAsync(CancellationToken cancellationToken)
    {
        var read = new Dictionary<QuotaKey, int>();
        await foreach (var (key, used) in ledger.LoadQuotasAsync(FirstDay, cancellationToken)) read[key] = used;
        quotas = read;
        quotasRead = Now;
    }
}
