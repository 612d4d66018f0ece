using System.Collections.Immutable;
using System.Threading.Channels;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Live;

/// <summary>
/// Hands every entry that this process has followed to all who wait for it. One reader of the feed serves everybody: the one that keeps
/// the
/// availability index, so that a subscriber who asks again after an entry never sees the state before it.
/// </summary>
public sealed class LiveFeed
{
    readonly Lock publishing = new();
    readonly LiveOptions options;
    readonly TimeProvider time;
    ImmutableArray<LiveQueue> queues = [];
    long position;

    public LiveFeed(LiveOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
    }

    /// <summary>The last entry that was handed on; 0 before the first.</summary>
    public long Position => Volatile.Read(ref position);

    public int Subscribers => queues.Length;

    /// <summary>Called with each entry before the subscribers get it; returns at once.</summary>
    public event Action<FeedEntry>? Published;

    /// <summary>Takes the next entry; called by one reader, in feed order. It waits for nobody.</summary>
    public void Publish(FeedEntry entry)
    {
        Published?.Invoke(entry);
        lock (publishing)
        {
            Volatile.Write(ref position, entry.Position);
            var now = time.GetTimestamp();
            LiveEntry? wire = null;
            foreach (var queue in queues)
            {
                if (queue.Filter(entry)) queue.Add(LiveMessage.Of(wire ??= LiveEntry.Of(entry), entry.Position), entry.Position, now);
                else if (time.GetElapsedTime(queue.LastAdded, now).TotalSeconds >= options.MarkSeconds)
                    queue.Add(LiveMessage.At(entry.Position), entry.Position, now);
            }
        }
    }

    /// <summary>A queue that gets every matching entry from now on.</summary>
    public LiveQueue Join(Func<FeedEntry, bool> filter)
    {
        lock (publishing)
        {
            var queue = new LiveQueue(this, filter, options.QueueLength, Position, time.GetTimestamp());
            queues = queues.Add(queue);
            return queue;
        }
    }

    internal void Leave(LiveQueue queue)
    {
        lock (publishing) queues = queues.Remove(queue);
    }
}

/// <summary>What waits for one subscriber. When it is full it takes nothing more and the subscriber is told to resynchronise.</summary>
public sealed class LiveQueue : IDisposable
{
    readonly LiveFeed feed;
    readonly Channel<(LiveMessage Message, long Position)> waiting;

    internal LiveQueue(LiveFeed feed, Func<FeedEntry, bool> filter, int length, long joinedAt, long now)
    {
        this.feed = feed;
        Filter = filter;
        JoinedAt = joinedAt;
        LastAdded = now;
        waiting = Channel.CreateBounded<(LiveMessage, long)>(
            new BoundedChannelOptions(length) { SingleReader = true, SingleWriter = true });
    }

    /// <summary>The reader's position when the queue was joined: everything after it comes through the queue. 0: not known.</summary>
    public long JoinedAt { get; }

    public bool HasOverflowed { get; private set; }

    internal Func<FeedEntry, bool> Filter { get; }

    internal long LastAdded { get; private set; }

    public IAsyncEnumerable<(LiveMessage Message, long Position)> ReadAllAsync(CancellationToken cancellationToken) =>
        waiting.Reader.ReadAllAsync(cancellationToken);

    internal void Add(LiveMessage message, long position, long now)
    {
        if (HasOverflowed) return;
        LastAdded = now;
        if (waiting.Writer.TryWrite((message, position))) return;
        HasOverflowed = true;
        waiting.Writer.Complete();
    }

    public void Dispose() => feed.Leave(this);
}

/// <summary>Connects the process's one reader of the feed to its subscribers.</summary>
sealed class LiveFeedSource(AvailabilityService availability, LiveFeed live) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        availability.Followed += live.Publish;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        availability.Followed -= live.Publish;
        return Task.CompletedTask;
    }
}
