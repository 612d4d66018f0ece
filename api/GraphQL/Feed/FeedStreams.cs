using System.Globalization;
using System.Runtime.CompilerServices;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.GraphQL;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.GraphQL.Feed;

/// <summary>Why a subscriber has to load what it shows again, and then to subscribe from the sequence that comes with it.</summary>
public enum ResyncReason
{
    None = 0,

    /// <summary>It read more slowly than changes came.</summary>
    Slow = 1,

    /// <summary>Its sequence is further behind than is caught up.</summary>
    TooOld = 2,

    /// <summary>Its sequence belongs to another installation.</summary>
    Unknown = 3,
}

/// <summary>The feed as the caller may see it, from a sequence on; nothing twice, nothing left out. Buffers are bounded by the live
/// options.</summary>
public sealed class FeedStreams(LiveSubscriptions live, Records records, FeedCursors cursors, RegistryCache registry)
{
    internal AccessScope Scope => records.Scope;

    internal void Demand(RecordKind kind) => records.Demand(AccessAction.Read, kind);

    /// <summary>The position of a sequence; null for none, and beyond all that there are for one of another installation.</summary>
    /// <exception cref="GraphQLException">Not a sequence.</exception>
    internal long? PositionOf(string? sequence)
    {
        if (sequence is null) return null;
        return cursors.TryResume(sequence, out var position)
            ? position
            : throw new GraphQLException("after: that is not a sequence.", GraphQLErrorCodes.BadUserInput);
    }

    internal string SequenceOf(string position) =>
        cursors.Encode(long.Parse(position, CultureInfo.InvariantCulture));

    /// <summary>Whether an operative's diary is one that the scope sees, by the registry as it is now.</summary>
    internal bool Sees(AccessScope scope, OperativeId operative) =>
        registry.Current.Operatives.TryGetValue(operative, out var known) && scope.Sees(known);

    internal bool Covers(OperativeId operative, PatchCode patch) =>
        registry.Current.Operatives.TryGetValue(operative, out var known) && known.Covers(patch);

    /// <param name="filter">Which of the events that the caller sees are meant.</param>
    /// <param name="ownJob">For those who see only what is their own: the one job that they have been found to see.</param>
    internal async IAsyncEnumerable<T> StreamAsync<T>(
        LiveFilter filter, string? after, JobId? ownJob, Func<LiveMessage, T> map,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sight = new LiveSight(records.Principal, registry, ownJob);
        BookingEvent? See(FeedEntry entry) => sight.Of(entry.Event) is { } seen && filter.IsMeant(seen) ? seen : null;
        await foreach (var message in live.StreamAsync(filter.Topics, See, PositionOf(after), cancellationToken)) yield return map(message);
    }

    internal static ResyncReason? ReasonOf(LiveMessage message) => message.Reason switch
    {
        null => null,
        ResyncReasons.Slow => ResyncReason.Slow,
        ResyncReasons.TooOld => ResyncReason.TooOld,
        _ => ResyncReason.Unknown,
    };
}
