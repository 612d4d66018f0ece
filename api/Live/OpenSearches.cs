using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Orleans;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Live;

/// <summary>What a search asks. Those who ask the same share one evaluation.</summary>
/// <param name="Lines">SOR codes with a space between them.</param>
/// <param name="Asker">Whose records are seen, as text: who sees other records has another answer.</param>
public sealed record SearchKey(int Contract, int Property, string Lines, DateOnly From, int Days, long Job, string Holder, string Asker);

/// <summary>
/// Keeps the windows of searches that somebody looks at up to date: a search is evaluated again when a diary of its contractor changes on
/// its days, and those who look get what went and what came back.
/// </summary>
public sealed partial class OpenSearches(
    IGrainFactory grains, RegistryCache registry, LiveFeed live, LiveOptions options, TimeProvider time, ILogger<OpenSearches> log)
    : BackgroundService
{
    /// <summary>Most days that an open search looks at.</summary>
    public const int MaxDays = 62;

    /// <summary>Differences that may wait for one who looks; it is told to resynchronise when one more comes.</summary>
    const int QueueLength = 64;

    readonly Dictionary<SearchKey, OpenSearch> open = [];

    public int Count
    {
        get
        {
            lock (open) return open.Count;
        }
    }

    /// <summary>First all windows as they stand, then each change.</summary>
    public async IAsyncEnumerable<LiveMessage> WatchAsync(
        SearchKey key, Asker asker, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var looking = Channel.CreateBounded<LiveMessage>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
        Enter(key, asker, looking.Writer);
        try
        {
            await foreach (var message in looking.Reader.ReadAllAsync(cancellationToken)) yield return message;
        }
        finally
        {
            Exit(key, looking.Writer);
        }

        yield return LiveMessage.Resync(ResyncReasons.Slow, live.Position);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        live.Published += Note;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.SearchIntervalMilliseconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await EvaluateDueAsync(stoppingToken);
        }
        finally
        {
            live.Published -= Note;
        }
    }

    /// <summary>Evaluates the searches that something has happened to.</summary>
    internal async Task EvaluateDueAsync(CancellationToken cancellationToken)
    {
        List<OpenSearch> due;
        lock (open) due = [.. open.Values.Where(IsDue)];
        foreach (var search in due)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await EvaluateAsync(search);
            }
            catch (Exception failure)
            {
                // The next round tries again; those who look keep what they see.
                LogEvaluationFailed(failure);
            }
        }
    }

    bool IsDue(OpenSearch search) =>
        search.IsStale || time.GetElapsedTime(search.EvaluatedAt).TotalSeconds >= options.SearchRefreshSeconds;

    async Task EvaluateAsync(OpenSearch search)
    {
        lock (open)
        {
            search.IsStale = false;
            search.EvaluatedAt = time.GetTimestamp();
        }

        var key = search.Key;
        SearchAnswer answer;
        try
        {
            answer = await grains.GetGrain<IContractGrain>(key.Contract.ToString(CultureInfo.InvariantCulture))
                .Search(new SearchSlots(key.Property, key.Lines.Split(' '), key.From, key.Days, key.Job, key.Holder, search.Asker));
        }
        catch
        {
            lock (open) search.IsStale = true;
            throw;
        }

        lock (open) search.Show(answer);
    }

    void Enter(SearchKey key, Asker asker, ChannelWriter<LiveMessage> looking)
    {
        lock (open)
        {
            if (!open.TryGetValue(key, out var search))
            {
                if (open.Count >= options.OpenSearches)
                    throw new HubException(
                        $"{open.Count} searches are open in this process; it keeps {options.OpenSearches} up to date. Try again later.");
                search = new OpenSearch(key, asker);
                open.Add(key, search);
            }

            search.Looking.Add(looking);
            // All windows once more, for the one who came; the others get the differences.
            if (search.Windows is { } windows)
                looking.TryWrite(new LiveMessage("windows", LiveMessage.Text(search.Position), Windows: [.. windows.Values]));
            search.IsStale = true;
        }
    }

    void Exit(SearchKey key, ChannelWriter<LiveMessage> looking)
    {
        lock (open)
        {
            if (!open.TryGetValue(key, out var search)) return;
            search.Looking.Remove(looking);
            if (search.Looking.Count == 0) open.Remove(key);
        }
    }

    /// <summary>Marks the searches that an entry may change. Called by the feed's reader: it only compares.</summary>
    void Note(FeedEntry entry)
    {
        lock (open)
        {
            foreach (var search in open.Values) search.IsStale |= IsTouchedBy(search.Key, entry.Event);
        }
    }

    bool IsTouchedBy(SearchKey key, BookingEvent happened)
    {
        if (happened.Kind == EventKind.RegistryChanged) return true;
        if (happened.Quotas.Any(quota => quota.Key.Contract.Value == key.Contract)) return true;
        return registry.Current.Contracts.TryGetValue(new Domain.Identity.ContractId(key.Contract), out var contract)
            && contract.Contractor == happened.Contractor
            && happened.Diaries.Any(diary => diary.Removed.Count > 0
                || diary.Put.Any(visit => visit.Day.ToDateOnly() >= key.From && visit.Day.ToDateOnly() <= key.From.AddDays(key.Days)));
    }
}

/// <summary>One search and those who look at it. Used under the lock of <see cref="OpenSearches"/>.</summary>
sealed class OpenSearch(SearchKey key, Asker asker)
{
    public Asker Asker { get; } = asker;

    public SearchKey Key { get; } = key;

    public List<ChannelWriter<LiveMessage>> Looking { get; } = [];

    /// <summary>Something happened since the last evaluation.</summary>
    public bool IsStale { get; set; } = true;

    public long EvaluatedAt { get; set; }

    public long Position { get; private set; }

    /// <summary>As those who look have been told; null before the first evaluation.</summary>
    public Dictionary<(DateOnly Day, string Window), LiveWindow>? Windows { get; private set; }

    public void Show(SearchAnswer answer)
    {
        if (answer.Refusal is { } refusal)
        {
            foreach (var looking in Looking) looking.TryComplete(new HubException(refusal.Text));
            return;
        }

        var now = answer.Slots.ToDictionary(slot => (slot.Day, slot.Window), WindowOf);
        var changed = now.Values.Where(window => Differs(window)).ToList();
        var gone = Windows?.Values.Where(window => !now.ContainsKey((window.Day, window.Window)) && window.Available)
            .Select(window => window with { Available = false }) ?? [];
        changed.AddRange(gone);
        var isFirst = Windows is null;
        Windows = now;
        Position = answer.Position;
        if (changed.Count == 0 && !isFirst) return;
        var message = new LiveMessage("windows", LiveMessage.Text(answer.Position), Windows: changed);
        // A full queue is closed; its reader is told to resynchronise.
        foreach (var looking in Looking)
        {
            if (!looking.TryWrite(message)) looking.TryComplete();
        }
    }

    bool Differs(LiveWindow window) => Windows is null
        || !Windows.TryGetValue((window.Day, window.Window), out var told)
        || told.Available != window.Available
        || told.Reason != window.Reason;

    static LiveWindow WindowOf(SlotState slot) =>
        new(slot.Day, slot.Window, slot.Offer is not null, slot.Refusal?.Reason, slot.Refusal?.Text);
}
