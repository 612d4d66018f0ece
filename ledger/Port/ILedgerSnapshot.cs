using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Ledger;

/// <summary>How much there is to read.</summary>
public sealed record SnapshotCounts(long Jobs, long Visits, long Diaries, long Entries);

/// <summary>A job with its visits whole, as the rows have them.</summary>
/// <param name="Patch">The patch of its property; null when the property is not there.</param>
/// <param name="Place">Where its property is.</param>
/// <param name="Owner">The client whose property it is.</param>
public sealed record RecordedJob(
    Job Job, IReadOnlyList<Visit> Visits, PatchCode? Patch, Place? Place = null, OrganisationId? Owner = null);

/// <summary>A diary as the rows have it.</summary>
/// <param name="Version">Null when visits are written to a diary that has no row.</param>
public sealed record RecordedDiary(OperativeId Operative, long? Version, IReadOnlyList<Visit> Visits);

/// <summary>An entry of the feed and the key that made it.</summary>
public sealed record RecordedEntry(FeedEntry Entry, Guid? Key);

/// <summary>
/// Everything that the ledger has recorded, as of one moment, for those who prove it: what is committed meanwhile is not seen. Each
/// sequence is
/// streamed; one is read at a time.
/// </summary>
public interface ILedgerSnapshot : IAsyncDisposable
{
    /// <summary>Most repeated keys and lost visits that are named.</summary>
    public const int MaxNamed = 101;

    Task<SnapshotCounts> CountAsync(CancellationToken cancellationToken);

    /// <summary>All jobs in order of their ids.</summary>
    IAsyncEnumerable<RecordedJob> JobsAsync(CancellationToken cancellationToken);

    /// <summary>Visits whose job is not recorded; at most <see cref="MaxNamed"/>.</summary>
    Task<IReadOnlyList<Visit>> VisitsWithoutJobAsync(CancellationToken cancellationToken);

    /// <summary>All diaries with all their visits, in order of operative, the visits in order of start.</summary>
    IAsyncEnumerable<RecordedDiary> DiariesAsync(CancellationToken cancellationToken);

    /// <summary>The whole feed in order.</summary>
    IAsyncEnumerable<RecordedEntry> EntriesAsync(CancellationToken cancellationToken);

    /// <summary>Keys that stand in the feed more than once; at most <see cref="MaxNamed"/>.</summary>
    Task<IReadOnlyList<(Guid Key, long Times)>> RepeatedKeysAsync(CancellationToken cancellationToken);

    /// <summary>Every quota's count.</summary>
    IAsyncEnumerable<(QuotaKey Key, int Used)> QuotasAsync(CancellationToken cancellationToken);
}
