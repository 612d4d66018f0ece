using OrleansScheduling.Api.GraphQL.Feed;
using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.DayPlans;

public sealed class DayPlanSubscriptions
{
    /// <summary>
    /// What is done to the plan of the caller's contractor, by its engine and its planners: visits that change hands, promises that are
    /// flagged before they are late, absences, locks, overtime. For those who see all of the contractor's work; others hear of their
    /// visits' diaries. An emergency that nobody can attend in time is a flag without moves.
    /// </summary>
    /// <param name="after">The last sequence seen: what came since is sent first. Left out: from now on.</param>
    public IAsyncEnumerable<PlanChanged> PlanChangedAsync(
        [Service] FeedStreams feed, CancellationToken cancellationToken, string? after = null)
    {
        feed.Demand(RecordKind.Plan);
        var contractor = feed.Scope.Organisation;
        return feed.StreamAsync(
            LiveFilter.Of(seen => seen.Contractor == contractor && IsOfPlan(seen.Kind)), after, null,
            message => PlanChanged.Of(message, feed), cancellationToken);
    }

    static bool IsOfPlan(EventKind kind) => kind.IsToldOfDay() || kind is EventKind.VisitsReassigned or EventKind.ReassignmentUndone
        or EventKind.DayForecast or EventKind.PromisesFlagged or EventKind.ProposalDeclined;
}

/// <summary>What happened to the plan at one moment; without an event it only tells how far the feed has come.</summary>
/// <param name="Sequence">Where it stands in the feed: give it back as <c>after</c>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Event">What happened.</param>
/// <param name="Note">Why, and what was gained.</param>
/// <param name="Moves">
/// Visits that went elsewhere; of flagged promises where they are and when they are expected; of a declined proposal what it would have
/// moved.
/// </param>
/// <param name="JobKey">The emergency that nobody can attend in time.</param>
/// <param name="Resync">Set on the last event of a subscription that cannot go on: load again, and subscribe from the sequence.</param>
public sealed record PlanChanged(
    string Sequence, DateTimeOffset? At, EventKind? Event, string? Note, [property: ListSize(3)] IReadOnlyList<EngineMove> Moves,
    [property: GraphQLIgnore] long? JobKey, ResyncReason? Resync)
{
    /// <summary>The emergency that nobody can attend in time; null for everything else.</summary>
    public async Task<JobNode?> GetJobAsync(JobById loader) => JobKey is { } key ? await loader.LoadAsync(key) : null;

    internal static PlanChanged Of(LiveMessage message, FeedStreams feed)
    {
        var moves = message.Seen?.Moves ?? [];
        // A flag of nobody's visit names an emergency that has no appointment.
        var emergency = moves.Where(move => move.From == default).Select(move => (long?)move.Visit.Job.Value).FirstOrDefault();
        return new PlanChanged(
            feed.SequenceOf(message.Position), message.Seen?.At.ToDateTimeOffset(), message.Seen?.Kind, message.Seen?.Note,
            [.. moves.Where(move => move.From != default).Select(move => new EngineMove(new DayMoveState(
                new VisitKey(move.Visit.Job.Value, move.Visit.Number), move.From.Value, move.FromStart.ToDateTimeOffset(), move.To.Value,
                move.ToStart.ToDateTimeOffset())))],
            emergency, FeedStreams.ReasonOf(message));
    }
}
