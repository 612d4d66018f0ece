using NodaTime;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Access.Audit;

/// <summary>What to look for.</summary>
/// <param name="Subject">Who did it; null: anybody.</param>
/// <param name="Job">What it was done to; null: anything.</param>
/// <param name="After">The last position that was looked at; null: from the end of the period at which reading begins.</param>
public sealed record AuditQuery(Instant From, Instant Until, string? Subject, JobId? Job, long? After);

/// <summary>One thing that somebody did.</summary>
/// <param name="Note">The reason that was given, where one was.</param>
public sealed record AuditEntry(Instant At, string Subject, EventKind What, JobId? Job, ContractId Contract, string? Note);

/// <param name="Next">Where to go on; null when the period is done.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, long? Next);

/// <summary>
/// Who did what, from the feed: each command's entry carries the subject that sent it, and no entry is ever changed. Seen are the entries
/// of the contracts that the one who looks sees.
/// </summary>
public sealed class AuditTrail(IFeed feed)
{
    /// <summary>Entries of one page.</summary>
    public const int MaxEntries = 100;

    /// <summary>Feed entries that one page looks through; a rarer find is on a later page.</summary>
    public const int MaxScanned = 20_000;

    /// <summary>Entries are written a little after their moment, and not quite in its order.</summary>
    static readonly Duration Disorder = Duration.FromMinutes(2);

    /// <summary>The oldest first.</summary>
    public async Task<AuditPage> ReadAsync(AccessScope scope, AuditQuery query, CancellationToken cancellationToken)
    {
        var found = new List<AuditEntry>();
        var position = query.After ?? await BeforeAsync(query.From - Disorder, cancellationToken);
        for (var scanned = 0; scanned < MaxScanned;)
        {
            var page = await feed.ReadAsync(position, Math.Min(IFeed.MaxPage, MaxScanned - scanned), cancellationToken);
            if (page.Count == 0) return new AuditPage(found, null);
            scanned += page.Count;
            foreach (var entry in page)
            {
                if (entry.Event.At > query.Until + Disorder) return new AuditPage(found, null);
                position = entry.Position;
                if (IsFor(entry.Event, scope, query)) found.Add(EntryOf(entry.Event));
                if (found.Count == MaxEntries) return new AuditPage(found, position);
            }
        }

        return new AuditPage(found, position);
    }

    /// <summary>The newest first.</summary>
    public async Task<AuditPage> ReadNewestAsync(AccessScope scope, AuditQuery query, CancellationToken cancellationToken)
    {
        var found = new List<AuditEntry>();
        var position = query.After ?? await BeforeAsync(query.Until + Disorder, cancellationToken) + 1;
        for (var scanned = 0; scanned < MaxScanned;)
        {
            var page = await feed.ReadBackAsync(position, Math.Min(IFeed.MaxPage, MaxScanned - scanned), cancellationToken);
            if (page.Count == 0) return new AuditPage(found, null);
            scanned += page.Count;
            foreach (var entry in page)
            {
                if (entry.Event.At < query.From - Disorder) return new AuditPage(found, null);
                position = entry.Position;
                if (IsFor(entry.Event, scope, query)) found.Add(EntryOf(entry.Event));
                if (found.Count == MaxEntries) return new AuditPage(found, position);
            }
        }

        return new AuditPage(found, position);
    }

    /// <summary>What concerns no one contract is the contractor's own, for those who see all of its contracts.</summary>
    static bool IsSeen(BookingEvent happened, AccessScope scope) => happened.Contract == default
        ? happened.Moves.Count > 0 && happened.Contractor == scope.Organisation && scope.Principal.Contracts.IsAll && !scope.OwnOnly
        : scope.Sees(happened.Contract);

    static bool IsFor(BookingEvent happened, AccessScope scope, AuditQuery query) => IsSeen(happened, scope)
        && happened.At >= query.From && happened.At < query.Until
        && (query.Subject is null || happened.Actor == query.Subject)
        && (query.Job is null || happened.Job == query.Job || happened.Moves.Any(move => move.Visit.Job == query.Job));

    static AuditEntry EntryOf(BookingEvent happened) =>
        new(happened.At, happened.Actor, happened.Kind, happened.Job, happened.Contract, happened.Note);

    /// <summary>A position with nothing of a moment or later before it: halved in turn, some sixty short reads at most.</summary>
    async Task<long> BeforeAsync(Instant moment, CancellationToken cancellationToken)
    {
        var (low, high) = (0L, await feed.HeadAsync(cancellationToken));
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var next = await feed.ReadAsync(middle, 1, cancellationToken);
            if (next.Count == 0 || next[0].Event.At >= moment) high = middle;
            else low = Math.Max(middle + 1, next[0].Position);
        }

        return low;
    }
}
