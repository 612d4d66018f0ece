using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Ledger;

/// <summary>One operative's recorded diary from a day on.</summary>
/// <param name="Version">0 for a diary that nothing was ever written to.</param>
public sealed record DiaryRecord(OperativeId Operative, long Version, IReadOnlyList<Visit> Visits);

/// <summary>How far quotas were used at one moment, and which entries of the feed are counted in that.</summary>
/// <param name="Used">Quotas that were ever used.</param>
/// <param name="Before">Entries before this position are counted.</param>
/// <param name="Later">
/// Positions from <paramref name="Before"/> on that are counted too: committed, but not shown by the feed yet, since an older
/// transaction was still under way.
/// </param>
public sealed record QuotaReading(IReadOnlyDictionary<QuotaKey, int> Used, long Before, IReadOnlySet<long> Later)
{
    public static QuotaReading None { get; } = new(new Dictionary<QuotaKey, int>(), 0, new HashSet<long>());

    /// <summary>Whether the entry at a position is counted in <see cref="Used"/>.</summary>
    public bool Counts(long position) => position < Before || Later.Contains(position);
}

/// <summary>
/// The business record. Correctness rests here, not on the engine: whoever commits names the versions that were decided on, and a
/// stale commit is refused whole, from whichever process it comes.
/// </summary>
public interface ILedger : IAsyncDisposable
{
    /// <summary>Most changesets of one import.</summary>
    public const int MaxImport = 50_000;

    /// <summary>
    /// Commits one changeset. Returns only when it is durable or refused. When it throws, the outcome is unknown: the caller asks
    /// <see cref="FindByKeyAsync"/> or repeats the same changeset with the same key, which is safe.
    /// </summary>
    Task<CommitResult> CommitAsync(Changeset changeset, CancellationToken cancellationToken);

    /// <summary>
    /// Commits many changesets in one transaction, for imports: all of them or, when any is refused, none. The first that was refused is
    /// returned, or null when all were committed. A changeset whose key was used before with the same body counts as done and writes
    /// nothing.
    /// At most <see cref="MaxImport"/>.
    /// </summary>
    Task<(int Index, CommitStatus Status)?> ImportAsync(IReadOnlyList<Changeset> changesets, CancellationToken cancellationToken);

    /// <summary>The entry that a key made, or null. The body is not compared.</summary>
    Task<(FeedEntry Entry, long BodyHash)?> FindByKeyAsync(Guid key, CancellationToken cancellationToken);

    Task<Job?> LoadJobAsync(JobId job, CancellationToken cancellationToken);

    /// <summary>The diaries of the operatives named, with visits whose day is <paramref name="from"/> or later. At most 1,000 operatives
    /// a call.</summary>
    Task<IReadOnlyList<DiaryRecord>> LoadDiariesAsync(IReadOnlyList<OperativeId> operatives, LocalDate from,
        CancellationToken cancellationToken);

    /// <summary>Every diary that was ever written to, with visits from a day on, in pages; for building an index at start.</summary>
    IAsyncEnumerable<DiaryRecord> LoadAllDiariesAsync(LocalDate from, CancellationToken cancellationToken);

    /// <summary>How much of each quota is used at one moment, for days from <paramref name="from"/> on.</summary>
    Task<QuotaReading> LoadQuotasAsync(LocalDate from, CancellationToken cancellationToken);

    /// <summary>Jobs whose hold ran out at or before <paramref name="now"/>, the oldest first.</summary>
    Task<IReadOnlyList<JobId>> FindExpiredHoldsAsync(Instant now, int limit, CancellationToken cancellationToken);

    /// <summary>The newest jobs of a property, the latest first.</summary>
    Task<IReadOnlyList<Job>> FindJobsAsync(PropertyId property, int limit, CancellationToken cancellationToken);
}

/// <summary>The change feed: every commit once, in commit order, with no gap that a reader could see.</summary>
public interface IFeed
{
    /// <summary>Most entries that one read returns.</summary>
    public const int MaxPage = 1000;

    /// <summary>The position of the newest entry that readers may see; 0 for an empty feed.</summary>
    Task<long> HeadAsync(CancellationToken cancellationToken);

    /// <summary>Entries after a position, in order, at most <paramref name="limit"/> (up to <see cref="MaxPage"/>).</summary>
    Task<IReadOnlyList<FeedEntry>> ReadAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Entries before a position, the newest first, at most <paramref name="limit"/> (up to <see cref="MaxPage"/>).</summary>
    Task<IReadOnlyList<FeedEntry>> ReadBackAsync(long before, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a position is that of an entry, or 0, before all. One that is not was told by a past that is gone: the database was
    /// recovered to an earlier moment.
    /// </summary>
    async Task<bool> HasAsync(long position, CancellationToken cancellationToken) =>
        position == 0 || (await ReadAsync(position - 1, 1, cancellationToken)) is [var entry] && entry.Position == position;

    /// <summary>
    /// Returns when there may be entries after <paramref name="after"/>, from any process, or after an interval of at most a second, so
    /// that
    /// a lost wake-up is only a delay.
    /// </summary>
    Task WaitAsync(long after, CancellationToken cancellationToken);

    /// <summary>How far it is behind; a feed whose database shows every commit at once is not.</summary>
    Task<FeedLag> LagAsync(CancellationToken cancellationToken) => Task.FromResult(FeedLag.None);
}
