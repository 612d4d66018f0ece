using NodaTime;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.State;

namespace OrleansScheduling.Ledger.Sqlite;

/// <summary>Grain state and reminders on SQLite.</summary>
sealed class SqliteState(SqliteDatabase database, SqliteWriter writer) : IStateStore
{
    const string InsertState = "INSERT OR IGNORE INTO grain_state (state_type, state_key, etag, data) VALUES ($type, $key, $etag, $data)";
    const string UpdateState =
        "UPDATE grain_state SET etag = $etag, data = $data WHERE state_type = $type AND state_key = $key AND etag = $before";

    public async Task<StateRow?> ReadAsync(string type, string key, CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(
            connection, "SELECT data, etag FROM grain_state WHERE state_type = $type AND state_key = $key", "$type", "$key");
        using var row = statement.Query(type, key);
        return row.Read() ? new StateRow(row.GetFieldValue<byte[]>(0), row.GetInt64(1)) : null;
    }

    public async Task<long?> WriteAsync(string type, string key, byte[] data, long? etag, CancellationToken cancellationToken)
    {
        Etags.Check(type, key);
        var next = Etags.Next();
        var written = await writer.RunAsync(connection =>
        {
            if (etag is { } before)
            {
                using var update = new SqliteStatement(connection, UpdateState, "$type", "$key", "$etag", "$data", "$before");
                return update.Execute(type, key, next, data, before);
            }

            using var insert = new SqliteStatement(connection, InsertState, "$type", "$key", "$etag", "$data");
            return insert.Execute(type, key, next, data);
        });
        return written == 1 ? next : null;
    }

    public async Task<bool> ClearAsync(string type, string key, long etag, CancellationToken cancellationToken)
    {
        return await writer.RunAsync(connection =>
        {
            using var statement = new SqliteStatement(
                connection, "DELETE FROM grain_state WHERE state_type = $type AND state_key = $key AND etag = $etag", "$type", "$key",
                    "$etag");
            return statement.Execute(type, key, etag);
        }) == 1;
    }

    public async Task<long> PutReminderAsync(string grain, string name, Instant startsAt, Duration period,
        CancellationToken cancellationToken)
    {
        Etags.Check(grain, name);
        var next = Etags.Next();
        await writer.RunAsync(connection =>
        {
            using var statement = new SqliteStatement(
                connection,
                "REPLACE INTO reminder (grain, name, starts_at, period_microseconds, etag) VALUES ($grain, $name, $starts, $period, $etag)",
                "$grain", "$name", "$starts", "$period", "$etag");
            return statement.Execute(grain, name, Moments.ToMicroseconds(startsAt), Etags.Microseconds(period), next);
        });
        return next;
    }

    public async Task<bool> RemoveReminderAsync(string grain, string name, long etag, CancellationToken cancellationToken)
    {
        return await writer.RunAsync(connection =>
        {
            using var statement = new SqliteStatement(
                connection, "DELETE FROM reminder WHERE grain = $grain AND name = $name AND etag = $etag", "$grain", "$name", "$etag");
            return statement.Execute(grain, name, etag);
        }) == 1;
    }

    public async Task<IReadOnlyList<ReminderRow>> ReadRemindersAsync(string grain, CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(
            connection,
            "SELECT grain, name, starts_at, period_microseconds, etag FROM reminder WHERE grain = $grain ORDER BY name LIMIT $limit",
            "$grain", "$limit");
        return ReadRows(statement, grain, IStateStore.MaxReminders);
    }

    public async Task<IReadOnlyList<ReminderRow>> ReadAllRemindersAsync(string afterGrain, string afterName,
        CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(
            connection,
            """
            SELECT grain, name, starts_at, period_microseconds, etag FROM reminder
            WHERE (grain, name) > ($grain, $name) ORDER BY grain, name LIMIT $limit
            """,
            "$grain", "$name", "$limit");
        return ReadRows(statement, afterGrain, afterName, IStateStore.MaxReminders);
    }

    static List<ReminderRow> ReadRows(SqliteStatement statement, params ReadOnlySpan<object?> values)
    {
        using var row = statement.Query(values);
        var reminders = new List<ReminderRow>();
        while (row.Read())
        {
            var period = Etags.Period(row.GetInt64(3));
            reminders.Add(new ReminderRow(row.GetString(0), row.GetString(1), SqliteColumns.ReadInstant(row, 2), period, row.GetInt64(4)));
        }

        return reminders;
    }
}
