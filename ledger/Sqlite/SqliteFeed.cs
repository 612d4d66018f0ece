using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Feed;

namespace OrleansScheduling.Ledger.Sqlite;

/// <summary>The change feed on SQLite: one writer at a time, so positions are in commit order by themselves.</summary>
sealed class SqliteFeed(SqliteDatabase database, FeedSignal signal, TimeProvider time) : IFeed
{
    /// <summary>Another process that writes to the file is noticed at the next look.</summary>
    static readonly TimeSpan Fallback = TimeSpan.FromSeconds(1);

    public async Task<long> HeadAsync(CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(connection, "SELECT coalesce(max(position), 0) FROM event");
        return (long)statement.Scalar()!;
    }

    public Task<IReadOnlyList<FeedEntry>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync("SELECT position, payload FROM event WHERE position > $from ORDER BY position LIMIT $limit", after, limit);

    public Task<IReadOnlyList<FeedEntry>> ReadBackAsync(long before, int limit, CancellationToken cancellationToken) =>
        ReadAsync("SELECT position, payload FROM event WHERE position < $from ORDER BY position DESC LIMIT $limit", before, limit);

    async Task<IReadOnlyList<FeedEntry>> ReadAsync(string sql, long from, int limit)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(connection, sql, "$from", "$limit");
        using var row = statement.Query(from, Math.Clamp(limit, 1, IFeed.MaxPage));
        var entries = new List<FeedEntry>();
        while (row.Read()) entries.Add(new FeedEntry(row.GetInt64(0), EventCodec.Decode(row.GetFieldValue<byte[]>(1))));
        return entries;
    }

    public async Task WaitAsync(long after, CancellationToken cancellationToken)
    {
        // The signal is taken before the look: what is committed after the look wakes it.
        var next = signal.Any;
        if (await HeadAsync(cancellationToken) > after) return;
        try
        {
            await next.WaitAsync(Fallback, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The look is repeated by the caller.
        }
    }
}
