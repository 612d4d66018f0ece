using System.Runtime.CompilerServices;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Live;

/// <summary>
/// Streams the feed from a position on: what is recorded already from the ledger, the rest as it happens, nothing twice and nothing
/// left out.
/// </summary>
public sealed class LiveSubscriptions(IFeed feed, FeedQuestions questions, LiveFeed live, LiveOptions options)
{
    /// <param name="topics">What the subscriber can see anything of.</param>
    /// <param name="see">What the subscriber sees of an entry; null: nothing.</param>
    /// <param name="after">The last position that the subscriber has seen; null: it wants what happens from now on.</param>
    public async IAsyncEnumerable<LiveMessage> StreamAsync(
        LiveTopics topics, Func<FeedEntry, BookingEvent?> see, long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Joined before the ledger is read, so that what is committed in between waits in the queue.
        using var queue = live.Join(topics, see, after);
        if (queue.TakeMissed() is { } missed)
        {
            foreach (var entry in missed)
            {
                if (see(entry) is { } seen) yield return LiveMessage.Of(seen, entry.Position);
            }

            yield return LiveMessage.At(queue.JoinedAt);
            await foreach (var (message, _) in queue.ReadAllAsync(cancellationToken)) yield return message;
            if (queue.HasOverflowed) yield return LiveMessage.Resync(ResyncReasons.Slow, live.Position);
            yield break;
        }

        var head = queue.JoinedAt > 0 && after is null ? queue.JoinedAt : await questions.AskAsync(feed.HeadAsync, cancellationToken);
        if (after > head || (after is { } known && !await questions.AskAsync(token => feed.HasAsync(known, token), cancellationToken)))
        {
            yield return LiveMessage.Resync(ResyncReasons.Unknown, head);
            yield break;
        }

        var position = after ?? head;
        var read = 0;
        while (position < head)
        {
            var from = position;
            var page = await questions.AskAsync(token => feed.ReadAsync(from, IFeed.MaxPage, token), cancellationToken);
            if (page.Count == 0) break;
            read += page.Count;
            if (read > options.CatchUpEntries)
            {
                yield return LiveMessage.Resync(ResyncReasons.TooOld, await questions.AskAsync(feed.HeadAsync, cancellationToken));
                yield break;
            }

            foreach (var entry in page)
            {
                if (see(entry) is { } seen) yield return LiveMessage.Of(seen, entry.Position);
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
