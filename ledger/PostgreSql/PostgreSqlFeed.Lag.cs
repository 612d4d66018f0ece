using System.Globalization;
using NodaTime;
using Npgsql;
using OrleansScheduling.Ledger.Coding;

namespace OrleansScheduling.Ledger.PostgreSql;

sealed partial class PostgreSqlFeed
{
    // The oldest entry that is committed and not shown yet, and who holds it back: the oldest transaction with an id, in whichever database
    // of the server. A session of another role is told only to members of pg_read_all_stats; one that was prepared has no session.
    const string Lag = """
        SELECT waiting.payload, extract(epoch FROM clock_timestamp() - coalesce(session.xact_start, prepared.prepared))::float8,
            session.pid, prepared.gid, coalesce(session.datname, prepared.database)
        FROM (SELECT payload FROM event WHERE position >= feed_horizon() ORDER BY position LIMIT 1) AS waiting
        CROSS JOIN (SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint & 4294967295)::text::xid AS id) AS oldest
        LEFT JOIN pg_stat_activity AS session ON session.backend_xid = oldest.id
        LEFT JOIN pg_prepared_xacts AS prepared ON prepared.transaction = oldest.id
        LIMIT 1
        """;

    public Task<FeedLag> LagAsync(CancellationToken cancellationToken) => limit.WaitAsync(ReadLagAsync, cancellationToken);

    async Task<FeedLag> ReadLagAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Lag);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) return FeedLag.None;
        var waiting = EventCodec.Decode(row.GetFieldValue<byte[]>(0));
        var behind = Duration.Max(Duration.Zero, Instant.FromDateTimeOffset(time.GetUtcNow()) - waiting.At);
        var open = row.IsDBNull(1) ? "" : string.Create(CultureInfo.InvariantCulture, $" open for {row.GetDouble(1):F0} s");
        return new FeedLag(behind, $"held back by a writing transaction{open} on the PostgreSQL server", HolderOf(row));
    }

    static string HolderOf(NpgsqlDataReader row)
    {
        if (!row.IsDBNull(3)) return $"prepared transaction {row.GetString(3)} in database {row.GetString(4)}";
        return row.IsDBNull(2) ? "a session that this role may not see; pg_read_all_stats shows it"
            : string.Create(CultureInfo.InvariantCulture, $"process {row.GetInt32(2)} in database {row.GetString(4)}");
    }
}
