using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
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
    IGrainFactory grains, RegistryCache registry, IFeed feed, FeedQuestions questions, LiveFeed live, LiveOptions options,
    TimeProvider time, ILogger<OpenSearches> log)
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

    /// <summary>
    /// First the windows as they stand, then each change. One who comes again gets what changed since the position that it names, and
    /// perhaps some of it twice; or all windows, when what changed is not known here any more.
    /// </summary>
    /// <param name="after">The last position that was seen; null: all windows.</param>
    public async IAsyncEnumerable<LiveMessage> WatchAsync(
        SearchKey key, Asker asker, long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after is { } last)
        {
            var head = await questions.AskAsync(feed.HeadAsync, cancellationToken);
            if (last > head || !await questions.AskAsync(token => feed.HasAsync(last, token), cancellationToken))
            {
                yield return LiveMessage.Resync(ResyncReasons.Unknown, head);
                yield break;
            }
        }

        var looking = Channel.CreateBounded<LiveMessage>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
        Enter(key, asker, after, looking.Writer);
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
        lock (open)
        {
            foreach (var left in open.Values.Where(IsForgotten).ToList()) open.Remove(left.Key);
            due = [.. open.Values.Where(IsDue)];
        }

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

    bool IsForgotten(OpenSearch search) =>
        search.LeftAt is { } left && time.GetElapsedTime(left).TotalSeconds >= options.SearchLingerSeconds;

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
                .Search(new SearchSlots(key.Property, key.Lines.Split(' '), key.From, key.Days, key.Job, key.Holder, search.Asker,
                    ClaimKind.Hold));
        }
        catch
        {
            lock (open) search.IsStale = true;
            throw;
        }

        lock (open) search.Show(answer);
    }

    void Enter(SearchKey key, Asker asker, long? after, ChannelWriter<LiveMessage> looking)
    {
        lock (open)
        {
            if (!open.TryGetValue(key, out var search))
            {
                MakeRoom();
                search = new OpenSearch(key, asker);
                open.Add(key, search);
            }

            search.LeftAt = null;
            search.Add(looking, after);
            search.IsStale = true;
        }
    }

    /// <summary>A search that nobody looks at any more gives way to one that somebody does.</summary>
    void MakeRoom()
    {
        if (open.Count < options.OpenSearches) return;
        if (open.Values.Where(search => search.LeftAt is not null).MinBy(search => search.LeftAt) is not { } left)
            throw new LiveRefusal(
                "busy", $"{open.Count} searches are open in this process; it keeps {options.OpenSearches} up to date. Try again later.");
        open.Remove(left.Key);
    }

    void Exit(SearchKey key, ChannelWriter<LiveMessage> looking)
    {
        lock (open)
        {
            if (!open.TryGetValue(key, out var search)) return;
            search.Remove(looking);
            if (search.IsLookedAt) return;
            // A search that was refused has nothing that one could come back to.
            if (search.IsKnown) search.LeftAt = time.GetTimestamp();
            else open.Remove(key);
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
            && happened.Diaries.Any(diary => happened.Kind.IsToldOfDay() || diary.Removed.Count > 0
                || diary.Put.Any(visit => visit.Day.ToDateOnly() >= key.From && visit.Day.ToDateOnly() <= key.From.AddDays(key.Days)));
    }
}
