using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Api.GraphQL.Feed;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Jobs;

public sealed class JobSubscriptions
{
    /// <summary>Stands for an id that is no job's: the last one of the last day that a job's number has room for.</summary>
    const long NoJob = JobId.MaxValue;

    /// <summary>
    /// Every change of jobs that the caller sees. Those who see only what is their own hear, without a name, of what is done in their own
    /// diary; a tenant names the job.
    /// </summary>
    /// <param name="job">Only this job. An operative hears of it until a visit of it leaves the own diary.</param>
    /// <param name="contract">Only jobs under this contract.</param>
    /// <param name="after">The last sequence seen: what came since is sent first. Left out: from now on.</param>
    public async Task<IAsyncEnumerable<JobChanged>> JobChangedAsync(
        [Service] FeedStreams feed, [Service] Records records, [Service] GlobalIds ids, CancellationToken cancellationToken,
        [ID] string? job = null, [ID] string? contract = null, string? after = null)
    {
        feed.Demand(RecordKind.Job);
        var one = job is null ? (long?)null : ids.Decode(NodeKind.Job, job) ?? NoJob;
        var under = contract is null ? (ContractId?)null : new ContractId(ids.DecodeSmall(NodeKind.Contract, contract));
        // Those who see only their own see a job by its home or its operative, which an entry of the feed does not tell: a job that is
        // named is asked for once, and without a name they hear of what is in their own diary.
        var own = feed.Scope.OwnOnly && one is { } wanted && await IsSeenAsync(records, wanted, cancellationToken)
            ? new JobId(wanted) : (JobId?)null;
        var filter = new LiveFilter(IsMeant, new LiveTopics(null, one is { } named ? new JobId(named) : null));
        return feed.StreamAsync(filter, after, own, message => JobChanged.Of(message, feed, one), cancellationToken);

        bool IsMeant(BookingEvent seen) => seen.Job is { } about
            ? (one is null || about.Value == one) && (under is null || seen.Contract == under)
            : seen.Diaries.SelectMany(diary => diary.Put)
                .Any(visit => (one is null || visit.Id.Job.Value == one) && (under is null || visit.Contract == under));
    }

    static Task<bool> IsSeenAsync(Records records, long job, CancellationToken cancellationToken) => records.AskAsync(
        RecordKind.Job, (context, stop) => context.Jobs.AnyAsync(row => row.Id == job, stop), cancellationToken);
}

/// <summary>What happened to a job; without an event it only tells how far the feed has come.</summary>
/// <param name="Sequence">Where it stands in the feed: give it back as <c>after</c>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Event">What happened.</param>
/// <param name="JobVersion">The job's version after it; null where visits only went to other operatives or other times.</param>
/// <param name="Promise">The window that was held, promised or given up.</param>
/// <param name="HoldExpiresAt">Of the hold that was placed.</param>
/// <param name="Note">The reason that was given for a cancellation, a repair called off or a visit without access.</param>
/// <param name="Resync">Set on the last event of a subscription that cannot go on: load again, and subscribe from the sequence.</param>
public sealed record JobChanged(
    string Sequence, DateTimeOffset? At, EventKind? Event, [property: GraphQLIgnore] long? JobKey, long? JobVersion, PromiseNode? Promise,
    DateTimeOffset? HoldExpiresAt, string? Note, ResyncReason? Resync)
{
    /// <summary>The job as it is now; null for an event about visits of several jobs, unless the subscription names one.</summary>
    public async Task<JobNode?> GetJobAsync(JobById loader) => JobKey is { } key ? await loader.LoadAsync(key) : null;

    internal static JobChanged Of(LiveMessage message, FeedStreams feed, long? named)
    {
        var seen = message.Seen;
        return new JobChanged(
            feed.SequenceOf(message.Position), seen?.At.ToDateTimeOffset(), seen?.Kind,
            seen is null ? null : seen.Job?.Value ?? named, seen?.Job is null ? null : seen.JobVersion,
            seen?.Promise is { } promise ? PromiseNode.Of(promise) : null,
            seen?.Hold?.ExpiresAt.ToDateTimeOffset(), seen?.Job is null ? null : seen.Note, FeedStreams.ReasonOf(message));
    }
}
