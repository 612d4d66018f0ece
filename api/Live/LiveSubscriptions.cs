using System.Runtime.CompilerServices;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Live;

/// <summary>
/// Streams the feed from a position on: what is recorded already from the ledger, the rest as it happens, nothing twice and nothing
/// left out.
/// </summary>
public sealed class LiveSubscriptions(IFeed feed, LiveFeed live, LiveOptions options)
{
    /// <param name="after">The last position that the subscriber has seen; null: it wants what happens from now on.</param>
    public async IAsyncEnumerable<LiveMessage> StreamAsync(
        Func<FeedEntry, bool> filter, long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Joined before the ledger is read, so that what is committed in between waits in the queue.
        using var queue = live.Join(filter);
        var head = queue.JoinedAt > 0 && after is null ? queue.JoinedAt : await feed.HeadAsync(cancellationToken);
        if (after > head)
        {
            yield return LiveMessage.Resync(ResyncReasons.Unknown, head);
            yield break;
        }

        var position = after ?? head;
        var read = 0;
        while (position < head)
        {
            var page = await feed.ReadAsync(position, IFeed.MaxPage, cancellationToken);
            if (page.Count == 0) break;
            read += page.Count;
            if (read > options.CatchUpEntries)
            {
                yield return LiveMessage.Resync(ResyncReasons.TooOld, await feed.HeadAsync(cancellationToken));
                yield break;
            }

            foreach (var entry in page)
            {
                if (filter(entry)) yield return LiveMessage.Of(LiveEntry.Of(entry), entry.Position);
            }

            position = page[^1].Position;
        }

        yield return LiveMessage.At(position);
        await foreach (var (message, at) in queue.ReadAllAsync(cancellationToken))
        {
            // Read from the ledger already, a moment ago.
            if (at <= position) continue;
            position = at;
            yield return message;
        }

        if (queue.HasOverflowed) yield return LiveMessage.Resync(ResyncReasons.Slow, live.Position);
    }
}

/// <summary>Which entries a subscription is for.</summary>
public static class LiveFilters
{
    public static Func<FeedEntry, bool> Operatives(IReadOnlySet<int> operatives) => entry =>
        IsRegistry(entry) || entry.Event.Diaries.Any(diary => operatives.Contains(diary.Operative.Value));

    /// <param name="covers">Whether an operative covers the area, as the registry stands when the entry comes.</param>
    public static Func<FeedEntry, bool> Area(Func<int, bool> covers) => entry =>
        IsRegistry(entry) || entry.Event.Diaries.Any(diary => covers(diary.Operative.Value));

    public static Func<FeedEntry, bool> Contract(int contract) => entry => IsRegistry(entry) || entry.Event.Contract.Value == contract;

    public static Func<FeedEntry, bool> Job(long job) => entry => entry.Event.Job?.Value == job;

    /// <summary>A contractor's board: every diary of its operatives.</summary>
    public static Func<FeedEntry, bool> Board(int contractor) => entry => IsRegistry(entry) || entry.Event.Contractor.Value == contractor;

    static bool IsRegistry(FeedEntry entry) => entry.Event.Kind == EventKind.RegistryChanged;
}
