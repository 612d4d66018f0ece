using OrleansScheduling.Api.GraphQL.Feed;
using OrleansScheduling.Api.GraphQL.Operatives;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.GraphQL.Visits;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Diaries;

public sealed class DiarySubscriptions
{
    /// <summary>Most operatives that one subscription names: a board full.</summary>
    const int MaxNamed = 200;

    /// <summary>Every change of the diaries that the caller sees.</summary>
    /// <param name="operatives">Whose diaries; all of them when it is left out. At most 200.</param>
    /// <param name="patch">Only the diaries of operatives who cover it.</param>
    /// <param name="after">The last sequence seen: what came since is sent first. Left out: from now on.</param>
    public IAsyncEnumerable<DiaryChanged> DiaryChangedAsync(
        [Service] FeedStreams feed, [Service] GlobalIds ids, CancellationToken cancellationToken,
        [ID] IReadOnlyList<string>? operatives = null, string? patch = null, string? after = null)
    {
        feed.Demand(RecordKind.Diary);
        if (operatives?.Count > MaxNamed)
            throw new GraphQLException($"operatives: at most {MaxNamed} can be named.", GraphQLErrorCodes.BadUserInput);
        if (patch is not null && !CodeText.IsValid(patch))
            throw new GraphQLException($"patch: that is not a code; the rule is {CodeText.Rule}.", GraphQLErrorCodes.BadUserInput);
        var scope = feed.Scope;
        var named = operatives?.Select(id => new OperativeId(ids.DecodeSmall(NodeKind.Operative, id))).ToHashSet();
        PatchCode? area = patch is null ? null : new PatchCode(patch);
        bool IsMeant(OperativeId operative) => (named is null || named.Contains(operative))
            && (area is null || feed.Covers(operative, area.Value)) && feed.Sees(scope, operative);
        return feed.StreamAsync(
            new LiveFilter(seen => seen.Diaries.Any(diary => IsMeant(diary.Operative)), new LiveTopics(named, null)), after, null,
            message => DiaryChanged.Of(message, feed, IsMeant), cancellationToken);
    }
}

/// <summary>What happened to diaries at one moment; without diaries it only tells how far the feed has come.</summary>
/// <param name="Sequence">Where it stands in the feed: give it back as <c>after</c>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Event">What happened.</param>
/// <param name="Resync">Set on the last event of a subscription that cannot go on: load again, and subscribe from the sequence.</param>
public sealed record DiaryChanged(
    string Sequence, DateTimeOffset? At, EventKind? Event, [property: ListSize(2)] IReadOnlyList<DiaryChange> Diaries, ResyncReason? Resync)
{
    internal static DiaryChanged Of(LiveMessage message, FeedStreams feed, Func<OperativeId, bool> isMeant) => new(
        feed.SequenceOf(message.Position), message.Seen?.At.ToDateTimeOffset(), message.Seen?.Kind,
        [.. (message.Seen?.Diaries ?? []).Where(diary => isMeant(diary.Operative)).Select(diary => new DiaryChange(diary))],
        FeedStreams.ReasonOf(message));
}

/// <summary>What changed in one diary.</summary>
public sealed class DiaryChange(Domain.Jobs.DiaryChange change)
{
    public Task<OperativeNode?> GetOperativeAsync(OperativeById loader) => loader.LoadAsync(change.Operative.Value);

    /// <summary>The diary's version after the change.</summary>
    public long Version => change.Version;

    /// <summary>The days on which visits were put.</summary>
    public IReadOnlyList<DateOnly> Days => [.. change.Put.Select(visit => visit.Day.ToDateOnly()).Distinct().Order()];

    /// <summary>
    /// Visits that were added or changed, as this change left them; those that the caller does not see are left out. Those who see only
    /// what is their own get them as they are now.
    /// </summary>
    [ListSize(2)]
    public async Task<IReadOnlyList<VisitNode>> GetVisitsAsync([Service] Records records, VisitByKey loader)
    {
        // Whose sight ends at their own visits and homes is for the database to say. What everybody else may not see is not in the
        // change any more.
        if (records.Scope.OwnOnly)
            return [.. (await loader.LoadAsync([.. change.Put.Select(put => (put.Id.Job.Value, put.Id.Number))])).OfType<VisitNode>()];
        return records.May(AccessAction.Read, RecordKind.Appointment) ? [.. change.Put.Select(visit => new VisitNode(visit))] : [];
    }

    /// <summary>Visits that left the diary.</summary>
    [ID]
    public IReadOnlyList<string> GetRemoved([Service] GlobalIds ids) =>
        [.. change.Removed.Select(visit => ids.Encode(NodeKind.Visit, visit.Job.Value, visit.Number))];
}
