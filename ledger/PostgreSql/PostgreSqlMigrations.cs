using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansScheduling.Ledger.Schema;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>Brings the schema up to date. Processes that start at the same time take turns; each step and its record are one
/// transaction.</summary>
static partial class PostgreSqlMigrations
{
    /// <summary>Taken shared by every batch (the same number stands in <c>ledger_commit</c>), alone by what must not run beside
    /// one.</summary>
    public const string WaitForBatches = "SELECT pg_advisory_xact_lock(7306290201)";

    const string TakeTurn = "SELECT pg_advisory_xact_lock(7306290202)";

    const string CreateRecord = """
        CREATE TABLE IF NOT EXISTS schema_version (
            number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
        """;

    const string ReadRecord = "SELECT coalesce(max(number), 0) FROM schema_version";

    const string WriteRecord = "INSERT INTO schema_version (number, name) VALUES ($1, $2)";

    // A restored dump brings positions that are ahead of the new cluster's transaction ids. No batch runs meanwhile, and the transaction
    // id is
    // taken after the last one ended, so that no position is given twice.
    const string RaiseOrigin = """
        UPDATE feed_origin SET xid_offset = newest.number - newest.current + 1
        FROM (SELECT coalesce(max(position), 0) >> 20 AS number, pg_current_xact_id()::text::bigint AS current FROM event) newest
        WHERE newest.number >= newest.current + xid_offset
        """;

    // 2^32 transactions: more than anybody loses. Positions have room for two thousand such steps.
    const string FollowTimeline = """
        UPDATE feed_origin SET timeline = here.timeline,
            xid_offset = xid_offset + CASE WHEN feed_origin.timeline IS NULL THEN 0 ELSE 4294967296 END
        FROM (SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer AS timeline) here
        WHERE feed_origin.timeline IS DISTINCT FROM here.timeline
        RETURNING feed_origin.xid_offset
        """;

    public static async Task RunAsync(NpgsqlDataSource source, ILogger logger, CancellationToken cancellationToken)
    {
        var all = Migration.All("PostgreSql");
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        while (await StepAsync(connection, all, logger, cancellationToken))
        {
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, WaitForBatches, cancellationToken);
        if (await ExecuteAsync(connection, RaiseOrigin, cancellationToken) > 0) OriginRaised(logger);
        await using (var follow = new NpgsqlCommand(FollowTimeline, connection))
        {
            if (await follow.ExecuteScalarAsync(cancellationToken) is long and > 0) TimelineFollowed(logger);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Reads which step the database stands at, and takes none.</summary>
    public static async Task HoldCurrentAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var look = new NpgsqlCommand("SELECT to_regclass('schema_version') IS NOT NULL", connection);
        if (!(bool)(await look.ExecuteScalarAsync(cancellationToken))!) throw new NoLedgerException($"database {connection.Database}");
        await using var read = new NpgsqlCommand(ReadRecord, connection);
        Migration.HoldCurrent(Migration.All("PostgreSql"), (int)(await read.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>Takes the next step. False: there is none.</summary>
    static async Task<bool> StepAsync(NpgsqlConnection connection, IReadOnlyList<Migration> all, ILogger logger,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, TakeTurn, cancellationToken);
        await ExecuteAsync(connection, CreateRecord, cancellationToken);
        await using var read = new NpgsqlCommand(ReadRecord, connection);
        var recorded = (int)(await read.ExecuteScalarAsync(cancellationToken))!;
        var next = Migration.After(all, recorded).FirstOrDefault();
        if (next is null)
        {
            await transaction.CommitAsync(cancellationToken);
            return false;
        }

        await ExecuteAsync(connection, next.Sql, cancellationToken);
        await using var write = new NpgsqlCommand(WriteRecord, connection);
        write.Parameters.Add(new NpgsqlParameter<int> { TypedValue = next.Number });
        write.Parameters.Add(new NpgsqlParameter<string> { TypedValue = next.Name });
        await write.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Migrated(logger, next.Name);
        return true;
    }

    static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(EventId = 4020, Level = LogLevel.Information, Message = "The ledger's schema is now at {Name}")]
    static partial void Migrated(ILogger logger, string name);

    [LoggerMessage(EventId = 4021, Level = LogLevel.Warning, Message =
        "The feed's positions were ahead of this cluster's transactions (a restored dump); the offset was raised")]
    static partial void OriginRaised(ILogger logger);

    [LoggerMessage(EventId = 4022, Level = LogLevel.Information, Message =
        "The feed's positions begin beyond all that another timeline of this server may have told")]
    static partial void TimelineFollowed(ILogger logger);
}
