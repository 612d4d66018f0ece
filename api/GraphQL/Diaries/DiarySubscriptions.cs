using System.Globalization;
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
            seen => seen.Diaries.Any(diary => IsMeant(diary.Operative)), after, null,
            message => DiaryChanged.Of(message, feed, operative => IsMeant(new OperativeId(operative))), cancellationToken);
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
    internal static DiaryChanged Of(LiveMessage message, FeedStreams feed, Func<int, bool> isMeant) => new(
        feed.SequenceOf(message.Position), message.Entry?.At, FeedStreams.KindOf(message),
        [.. (message.Entry?.Diaries ?? []).Where(diary => isMeant(diary.Operative)).Select(DiaryChange.Of)],
        FeedStreams.ReasonOf(message));
}

/// <summary>What changed in one diary.</summary>
/// <param name="Version">The diary's version after the change.</param>
/// <param name="Days">The days on which visits were put.</param>
public sealed record DiaryChange(
    [property: GraphQLIgnore] int OperativeKey, long Version, IReadOnlyList<DateOnly> Days,
    [property: GraphQLIgnore] IReadOnlyList<VisitId> Put, [property: GraphQLIgnore] IReadOnlyList<VisitId> Gone)
{
    public Task<OperativeNode?> GetOperativeAsync(OperativeById loader) => loader.LoadAsync(OperativeKey);

    /// <summary>Visits that were added or changed, as they are now; those that the caller does not see are left out.</summary>
    [ListSize(2)]
    public async Task<IReadOnlyList<VisitNode>> GetVisitsAsync(VisitByKey loader) =>
        [.. (await loader.LoadAsync([.. Put.Select(visit => (visit.Job.Value, visit.Number))])).OfType<VisitNode>()];

    /// <summary>Visits that left the diary.</summary>
    [ID]
    public IReadOnlyList<string> GetRemoved([Service] GlobalIds ids) =>
        [.. Gone.Select(visit => ids.Encode(NodeKind.Visit, visit.Job.Value, visit.Number))];

    internal static DiaryChange Of(LiveDiary diary) => new(
        diary.Operative,
        long.Parse(diary.Version, CultureInfo.InvariantCulture),
        [.. diary.Put.Select(visit => visit.Day).Distinct().Order()],
        [.. diary.Put.Select(visit => Read(visit.Visit))],
        [.. diary.Removed.Select(Read)]);

    /// <summary>A visit as the live messages write it: the job's reference, a slash, a number.</summary>
    static VisitId Read(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return JobId.TryParse(text[..slash], out var job)
            ? new VisitId(job, int.Parse(text.AsSpan(slash + 1), CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"'{text}' is not a visit.");
    }
}
