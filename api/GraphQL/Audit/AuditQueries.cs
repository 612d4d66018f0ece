using NodaTime;
using OrleansScheduling.Api.Access.Audit;
using OrleansScheduling.Api.GraphQL.Contracts;
using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Audit;

public sealed class AuditQueries
{
    /// <summary>Who did what under the contracts that the caller sees, the oldest first; for administrators.</summary>
    /// <param name="from">The first moment.</param>
    /// <param name="until">The moment before which it was done.</param>
    /// <param name="subject">Who did it; left out: anybody.</param>
    /// <param name="job">What it was done to; left out: anything.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    [Cost(20)]
    public async Task<AuditLog> GetAuditAsync(
        DateTimeOffset from, DateTimeOffset until, [Service] Records records, [Service] AuditTrail trail, [Service] GlobalIds ids,
        [Service] FeedCursors cursors, CancellationToken cancellationToken, string? subject = null, [ID] string? job = null,
        string? after = null)
    {
        records.Demand(AccessAction.Read, RecordKind.Audit);
        Years.Demand("from", from.Year);
        Years.Demand("until", until.Year);
        long? position = null;
        if (after is not null)
        {
            if (!cursors.TryDecode(after, out var known))
                throw new GraphQLException("after: that is not the next of a page.", GraphQLErrorCodes.BadUserInput);
            position = known;
        }

        // An id of nothing is a job to which nothing was done.
        var about = job is null ? (JobId?)null : new JobId(ids.Decode(NodeKind.Job, job) ?? 0);
        var page = await trail.ReadAsync(
            records.Scope,
            new AuditQuery(Instant.FromDateTimeOffset(from), Instant.FromDateTimeOffset(until), subject, about, position),
            cancellationToken);
        return new AuditLog(
            [.. page.Entries.Select(entry => new AuditLine(
                entry.At.ToDateTimeOffset(), entry.Subject, entry.What, entry.Note, entry.Job?.Value, entry.Contract.Value))],
            page.Next is { } next ? cursors.Encode(next) : null);
    }
}

/// <summary>A page of what was done.</summary>
/// <param name="Next">Give it back as <c>after</c> for more; null when the period is done. A page may be empty and have a next.</param>
public sealed record AuditLog([property: ListSize(100)] IReadOnlyList<AuditLine> Entries, string? Next);

/// <summary>One thing that somebody did.</summary>
/// <param name="Subject">An opaque id, never a name.</param>
/// <param name="Event">What was done.</param>
/// <param name="Note">The reason that was given for a cancellation, a repair called off or a visit without access; what was taken
/// back.</param>
public sealed record AuditLine(
    DateTimeOffset At, string Subject, EventKind Event, string? Note, [property: GraphQLIgnore] long? JobKey,
    [property: GraphQLIgnore] int ContractKey)
{
    public async Task<JobNode?> GetJobAsync(JobById loader) => JobKey is { } key ? await loader.LoadAsync(key) : null;

    public Task<ContractNode?> GetContractAsync(ContractById loader) => loader.LoadAsync(ContractKey);
}
