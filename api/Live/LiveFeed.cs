using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Live;

/// <summary>
/// Hands every entry that this process has followed to all who wait for it. One reader of the feed serves everybody: the one that keeps
/// the availability index, so that a subscriber who asks again after an entry never sees the state before it.
/// </summary>
public sealed partial class LiveFeed
{
    readonly Lock publishing = new();
    readonly LiveOptions options;
    readonly TimeProvider time;
    readonly RecentEntries recent;
    readonly ILogger logger;
    readonly LiveQueues queues = new();
    long position;

    public LiveFeed(LiveOptions options, TimeProvider time, ILogger<LiveFeed> logger)
    {
        this.logger = logger;
        this.options = options;
        this.time = time;
        recent = new RecentEntries(options.RecentEntries);
    }

    /// <summary>The last entry that was handed on; 0 before the first.</summary>
    public long Position => Volatile.Read(ref position);

    public int Subscribers
    {
        get
        {
            lock (publishing) return queues.Count;
        }
    }

    /// <summary>Called with each entry before the subscribers get it; returns at once.</summary>
    public event Action<FeedEntry>? Published;

    /// <summary>Everything after a position is going to be published: called once, when that is known.</summary>
    public void Begin(long from)
    {
        lock (publishing)
        {
            if (position != 0) return;
            recent.Begin(from);
            Volatile.Write(ref position, from);
        }
    }

    /// <summary>
    /// What had come before this process followed the feed, the oldest first and without a gap: those who lost their process a moment ago
    /// come to one that has just begun, too.
    /// </summary>
    public void Precede(IReadOnlyList<FeedEntry> earlier)
    {
        lock (publishing) recent.Precede(earlier);
    }

    /// <summary>Takes the next entry; called by one reader, in feed order. It waits for nobody.</summary>
    public void Publish(FeedEntry entry)
    {
        Published?.Invoke(entry);
        lock (publishing)
        {
            Volatile.Write(ref position, entry.Position);
            recent.Add(entry);
            var now = time.GetTimestamp();
            LiveMessage? whole = null;
            foreach (var queue in queues.Of(entry))
            {
                if (See(queue, entry) is not { } seen) continue;
                // Those who see all of it share one message.
                var told = ReferenceEquals(seen, entry.Event)
                    ? whole ??= LiveMessage.Of(seen, entry.Position)
                    : LiveMessage.Of(seen, entry.Position);
                queue.Add(told, entry.Position, now);
            }
        }
    }

    /// <summary>
    /// What one subscriber sees. That it cannot be said is that subscriber's alone: it loads afresh, and the others get the entry.
    /// </summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever one subscriber's sight throws, the others are told.")]
    BookingEvent? See(LiveQueue queue, FeedEntry entry)
    {
        try
        {
            return queue.See(entry);
        }
        catch (Exception exception)
        {
            SightFailed(entry.Position, exception);
            queue.End();
            return null;
        }
    }

    [LoggerMessage(EventId = 7040, Level = LogLevel.Error, Message =
        "What a subscriber sees of entry {Position} could not be told; it has to load afresh")]
    partial void SightFailed(long position, Exception exception);

    /// <summary>
    /// Tells those who have heard nothing for a while where the feed is, so that their cursors do not grow old. By the clock, not when
    /// something happens: when others are busy is not theirs to know.
    /// </summary>
    public void Mark()
    {
        lock (publishing)
        {
            var (now, at) = (time.GetTimestamp(), Position);
            if (at == 0) return;
            foreach (var queue in queues.All)
            {
                if (time.GetElapsedTime(queue.LastAdded, now).TotalSeconds >= options.MarkSeconds) queue.Add(LiveMessage.At(at), at, now);
            }
        }
    }

    /// <summary>A queue that gets every matching entry from now on.</summary>
    /// <param name="topics">What the subscriber can see anything of.</param>
    /// <param name="see">What the subscriber sees of an entry; null: nothing.</param>
    /// <param name="after">The last position that the subscriber has seen; null: it wants what happens from now on.</param>
    public LiveQueue Join(LiveTopics topics, Func<FeedEntry, BookingEvent?> see, long? after)
    {
        lock (publishing)
        {
            var queue = new LiveQueue(this, topics, see, options.QueueLength, Position, time.GetTimestamp())
            {
                Missed = after is { } last && last <= Position ? recent.After(last) : null,
            };
            queues.Add(queue);
            return queue;
        }
    }

    internal void Leave(LiveQueue queue)
    {
        lock (publishing) queues.Remove(queue);
    }
}

/// <summary>What waits for one subscriber. When it is full it takes nothing more and the subscriber is told to resynchronise.</summary>
public sealed class LiveQueue : IDisposable
{
    readonly LiveFeed feed;
    readonly Channel<(LiveMessage Message, long Position)> waiting;

    internal LiveQueue(
        LiveFeed feed, LiveTopics topics, Func<FeedEntry, BookingEvent?> see, int length, long joinedAt, long now)
    {
        this.feed = feed;
        Topics = topics;
        See = see;
        JoinedAt = joinedAt;
        LastAdded = now;
        waiting = Channel.CreateBounded<(LiveMessage, long)>(
            new BoundedChannelOptions(length) { SingleReader = true, SingleWriter = true });
    }

    /// <summary>The reader's position when the queue was joined: everything after it comes through the queue. 0: not known.</summary>
    public long JoinedAt { get; }

    internal IReadOnlyList<FeedEntry>? Missed { get; set; }

    public bool HasOverflowed { get; private set; }

    /// <summary>
    /// What came between the subscriber's last position and <see cref="JoinedAt"/>, once: the queue may live for days. Null: the database
    /// has to be asked.
    /// </summary>
    public IReadOnlyList<FeedEntry>? TakeMissed()
    {
        var taken = Missed;
        Missed = null;
        return taken;
    }

    internal LiveTopics Topics { get; }

    internal Func<FeedEntry, BookingEvent?> See { get; }

    /// <summary>The last entry that the feed has asked it about.</summary>
    internal long LastOffered { get; set; }

    internal long LastAdded { get; private set; }

    public IAsyncEnumerable<(LiveMessage Message, long Position)> ReadAllAsync(CancellationToken cancellationToken) =>
        waiting.Reader.ReadAllAsync(cancellationToken);

    internal void Add(LiveMessage message, long position, long now)
    {
        if (HasOverflowed) return;
        LastAdded = now;
        if (!waiting.Writer.TryWrite((message, position))) End();
    }

    /// <summary>Takes nothing more: the subscriber is told to load afresh.</summary>
    internal void End()
    {
        if (HasOverflowed) return;
        HasOverflowed = true;
        waiting.Writer.Complete();
    }

    public void Dispose() => feed.Leave(this);
}

/// <summary>Connects the process's one reader of the feed to its subscribers.</summary>
sealed partial class LiveFeedSource(
    AvailabilityService availability, LiveFeed live, IFeed feed, LiveOptions options, TimeProvider time, ILogger<LiveFeedSource> log)
    : BackgroundService
{
    /// <summary>How often it is looked who has heard nothing for a while.</summary>
    static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        availability.Followed += live.Publish;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await availability.Ready.WaitAsync(stoppingToken);
        var begun = availability.Position;
        live.Begin(begun);
        await RememberAsync(begun, stoppingToken);
        using var timer = new PeriodicTimer(LookPause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) live.Mark();
    }

    /// <summary>Reads the last entries up to a position. Whoever comes back before asks the database, as without them.</summary>
    async Task RememberAsync(long upTo, CancellationToken stoppingToken)
    {
        var found = new List<FeedEntry>();
        try
        {
            while (found.Count < options.RecentEntries)
            {
                var before = found.Count > 0 ? found[^1].Position : upTo + 1;
                var page = await feed.ReadBackAsync(before, Math.Min(IFeed.MaxPage, options.RecentEntries - found.Count), stoppingToken);
                if (page.Count == 0) break;
                found.AddRange(page);
            }
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            // What was read is without a gap all the same.
            LogNotRemembered(failure);
        }

        found.Reverse();
        live.Precede(found);
    }

    [LoggerMessage(EventId = 7041, Level = LogLevel.Warning, Message =
        "The last entries before this process began could not all be read; whoever comes back after them asks the database")]
    partial void LogNotRemembered(Exception failure);

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        availability.Followed -= live.Publish;
        return base.StopAsync(cancellationToken);
    }
}
