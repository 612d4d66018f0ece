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
    /// <param name="see">What the subscriber sees of an entry; null: nothing.</param>
    /// <param name="after">The last position that the subscriber has seen; null: it wants what happens from now on.</param>
    public async IAsyncEnumerable<LiveMessage> StreamAsync(
        Func<FeedEntry, BookingEvent?> see, long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Joined before the ledger is read, so that what is committed in between waits in the queue.
        using var queue = live.Join(see, after);
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

        var head = queue.JoinedAt > 0 && after is null ? queue.JoinedAt : await feed.HeadAsync(cancellationToken);
        if (after > head || (after is { } known && !await feed.HasAsync(known, cancellationToken)))
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

/// <summary>Which of the events that somebody sees a subscription is for.</summary>
static class LiveFilters
{
    public static Func<BookingEvent, bool> Operatives(IReadOnlySet<int> operatives) => seen =>
        IsRegistry(seen) || seen.Diaries.Any(diary => operatives.Contains(diary.Operative.Value));

    /// <param name="covers">Whether an operative covers the area, as the registry stands when the entry comes.</param>
    public static Func<BookingEvent, bool> Area(Func<int, bool> covers) => seen =>
        IsRegistry(seen) || seen.Diaries.Any(diary => covers(diary.Operative.Value));

    /// <summary>What is done under a contract, and what is done to its visits.</summary>
    public static Func<BookingEvent, bool> Contract(int contract) => seen => IsRegistry(seen) || seen.Contract.Value == contract
        || seen.Diaries.Any(diary => diary.Put.Any(visit => visit.Contract.Value == contract));

    public static Func<BookingEvent, bool> Job(long job) => seen => seen.Job?.Value == job
        || seen.Diaries.Any(diary => diary.Put.Any(visit => visit.Id.Job.Value == job));

    /// <summary>A contractor's board: every diary of its operatives.</summary>
    public static Func<BookingEvent, bool> Board(int contractor) => seen => IsRegistry(seen) || seen.Contractor.Value == contractor;

    static bool IsRegistry(BookingEvent seen) => seen.Kind == EventKind.RegistryChanged;
}
