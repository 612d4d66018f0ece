using NodaTime;
using Npgsql;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.State;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>Grain state and reminders. Each change is one statement that names the write it follows.</summary>
sealed class PostgreSqlState(NpgsqlDataSource source, AnswerLimit limit) : IStateStore
{
    const string ReadState = "SELECT data, etag FROM grain_state WHERE state_type = $1 AND state_key = $2";
    const string InsertState = "INSERT INTO grain_state (state_type, state_key, etag, data) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    const string UpdateState = "UPDATE grain_state SET etag = $3, data = $4 WHERE state_type = $1 AND state_key = $2 AND etag = $5";
    const string DeleteState = "DELETE FROM grain_state WHERE state_type = $1 AND state_key = $2 AND etag = $3";

    public Task<StateRow?> ReadAsync(string type, string key, CancellationToken cancellationToken) =>
        limit.WaitAsync(stop => ReadRowAsync(type, key, stop), cancellationToken: cancellationToken);

    async Task<StateRow?> ReadRowAsync(string type, string key, CancellationToken cancellationToken)
    {
        await using var command = Command(ReadState, type, key);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new StateRow(row.GetFieldValue<byte[]>(0), row.GetInt64(1)) : null;
    }

    public async Task<long?> WriteAsync(string type, string key, byte[] data, long? etag, CancellationToken cancellationToken)
    {
        Etags.Check(type, key);
        var next = Etags.Next();
        var command = etag is { } before
            ? Command(UpdateState, type, key, next, data, before)
            : Command(InsertState, type, key, next, data);
        return await WriteAsync(command, cancellationToken) == 1 ? next : null;
    }

    public async Task<bool> ClearAsync(string type, string key, long etag, CancellationToken cancellationToken)
    {
        var command = Command(DeleteState, type, key, etag);
        return await WriteAsync(command, cancellationToken) == 1;
    }

    const string PutReminder = """
        INSERT INTO reminder (grain, name, starts_at, period_microseconds, etag) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (grain, name) DO UPDATE SET
            starts_at = excluded.starts_at, period_microseconds = excluded.period_microseconds, etag = excluded.etag
        """;

    const string DeleteReminder = "DELETE FROM reminder WHERE grain = $1 AND name = $2 AND etag = $3";
    const string ReadReminders =
        "SELECT grain, name, starts_at, period_microseconds, etag FROM reminder WHERE grain = $1 ORDER BY name LIMIT $2";

    const string ReadAllReminders = """
        SELECT grain, name, starts_at, period_microseconds, etag FROM reminder WHERE (grain, name) > ($1, $2) ORDER BY grain, name LIMIT $3
        """;

    public async Task<long> PutReminderAsync(string grain, string name, Instant startsAt, Duration period,
        CancellationToken cancellationToken)
    {
        Etags.Check(grain, name);
        var next = Etags.Next();
        var command = Command(PutReminder, grain, name, Moments.ToUtc(startsAt), Etags.Microseconds(period), next);
        await WriteAsync(command, cancellationToken);
        return next;
    }

    public async Task<bool> RemoveReminderAsync(string grain, string name, long etag, CancellationToken cancellationToken)
    {
        var command = Command(DeleteReminder, grain, name, etag);
        return await WriteAsync(command, cancellationToken) == 1;
    }

    public async Task<IReadOnlyList<ReminderRow>> ReadRemindersAsync(string grain, CancellationToken cancellationToken)
    {
        var command = Command(ReadReminders, grain, IStateStore.MaxReminders);
        return await limit.WaitAsync(stop => ReadRowsAsync(command, stop), cancellationToken: cancellationToken);
    }

    public async Task<IReadOnlyList<ReminderRow>> ReadAllRemindersAsync(string afterGrain, string afterName,
        CancellationToken cancellationToken)
    {
        var command = Command(ReadAllReminders, afterGrain, afterName, IStateStore.MaxReminders);
        return await limit.WaitAsync(stop => ReadRowsAsync(command, stop), cancellationToken: cancellationToken);
    }

    Task<int> WriteAsync(NpgsqlCommand command, CancellationToken cancellationToken) =>
        limit.WaitAsync(stop => ExecuteAsync(command, stop), cancellationToken: cancellationToken);

    /// <summary>A command belongs to whoever runs it: its caller may have given up.</summary>
    static async Task<int> ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command) return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static async Task<IReadOnlyList<ReminderRow>> ReadRowsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var owned = command;
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var reminders = new List<ReminderRow>();
        while (await row.ReadAsync(cancellationToken))
        {
            var period = Etags.Period(row.GetInt64(3));
            reminders.Add(new ReminderRow(row.GetString(0), row.GetString(1), PostgreSqlColumns.ReadInstant(row, 2), period,
                row.GetInt64(4)));
        }

        return reminders;
    }

    NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
