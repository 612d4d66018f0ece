using System.Data.Common;
using System.Runtime.CompilerServices;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger.Coding;

namespace OrleansScheduling.Ledger.Snapshot;

/// <summary>Reads the rows through one transaction that sees one moment. The statements are the same for both databases.</summary>
/// <param name="transaction">Repeatable read on PostgreSQL, a read transaction of the write-ahead log on SQLite.</param>
sealed class LedgerSnapshot<TColumns>(DbConnection connection, DbTransaction transaction) : ILedgerSnapshot
    where TColumns : IColumnReader
{
    const string Counts = """
        SELECT (SELECT count(*) FROM job), (SELECT count(*) FROM visit), (SELECT count(*) FROM diary), (SELECT count(*) FROM event)
        """;

    public async Task<SnapshotCounts> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(Counts);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new SnapshotCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));
    }

    const string Jobs = $"""
        SELECT {Rows.JobColumns}, p.patch, p.latitude, p.longitude, p.client_id, {Rows.VisitColumns}
        FROM job j LEFT JOIN visit v ON v.job_id = j.job_id LEFT JOIN property p ON p.property_id = j.property_id
        ORDER BY j.job_id, v.number
        """;

    public async IAsyncEnumerable<RecordedJob> JobsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = Command(Jobs);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        RecordedJob? current = null;
        var visits = new List<Visit>();
        while (await row.ReadAsync(cancellationToken))
        {
            if (current is null || current.Job.Id.Value != row.GetInt64(0))
            {
                if (current is not null) yield return Whole(current, visits);
                visits = [];
                current = ReadJob(row);
            }

            const int VisitAt = Rows.JobColumnCount + PropertyColumnCount;
            if (!row.IsDBNull(VisitAt)) visits.Add(Rows<TColumns>.ReadVisit(row, VisitAt));
        }

        if (current is not null) yield return Whole(current, visits);
    }

    const int PropertyColumnCount = 4;

    static RecordedJob ReadJob(DbDataReader row)
    {
        const int At = Rows.JobColumnCount;
        var job = Rows<TColumns>.ReadJob(row);
        return row.IsDBNull(At)
            ? new RecordedJob(job, [], null)
            : new RecordedJob(job, [], new PatchCode(row.GetString(At)), new Place(row.GetDouble(At + 1), row.GetDouble(At + 2)),
                new OrganisationId(row.GetInt32(At + 3)));
    }

    static RecordedJob Whole(RecordedJob job, List<Visit> visits)
    {
        var places = visits.Select(visit => new VisitPlace(visit.Id, visit.Operative, visit.Day, visit.Stage, visit.State));
        return job with { Job = job.Job with { Visits = [.. places] }, Visits = visits };
    }

    const string Lost = $"""
        SELECT {Rows.VisitColumns} FROM visit v WHERE NOT EXISTS (SELECT 1 FROM job j WHERE j.job_id = v.job_id)
        ORDER BY v.job_id, v.number LIMIT 101
        """;

    public async Task<IReadOnlyList<Visit>> VisitsWithoutJobAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(Lost);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var visits = new List<Visit>();
        while (await row.ReadAsync(cancellationToken)) visits.Add(Rows<TColumns>.ReadVisit(row, 0));
        return visits;
    }

    // Diaries that have a row, and those that only visits name.
    const string Diaries = $"""
        SELECT n.operative_id, d.version, {Rows.VisitColumns}
        FROM (SELECT operative_id FROM diary UNION SELECT operative_id FROM visit) n
        LEFT JOIN diary d ON d.operative_id = n.operative_id
        LEFT JOIN visit v ON v.operative_id = n.operative_id
        ORDER BY n.operative_id, v.starts, v.job_id, v.number
        """;

    public async IAsyncEnumerable<RecordedDiary> DiariesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = Command(Diaries);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        RecordedDiary? current = null;
        List<Visit> visits = [];
        while (await row.ReadAsync(cancellationToken))
        {
            var operative = new OperativeId(row.GetInt32(0));
            if (current is null || current.Operative != operative)
            {
                if (current is not null) yield return current;
                current = new RecordedDiary(operative, row.IsDBNull(1) ? null : row.GetInt64(1), visits = []);
            }

            if (!row.IsDBNull(2)) visits.Add(Rows<TColumns>.ReadVisit(row, 2));
        }

        if (current is not null) yield return current;
    }

    public async IAsyncEnumerable<RecordedEntry> EntriesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT position, payload, command_key FROM event ORDER BY position");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var entry = new FeedEntry(row.GetInt64(0), EventCodec.Decode(row.GetFieldValue<byte[]>(1)));
            yield return new RecordedEntry(entry, row.IsDBNull(2) ? null : ReadKey(row, 2));
        }
    }

    const string RepeatedKeys = """
        SELECT command_key, count(*) FROM event WHERE command_key IS NOT NULL GROUP BY command_key HAVING count(*) > 1 LIMIT 101
        """;

    public async Task<IReadOnlyList<(Guid Key, long Times)>> RepeatedKeysAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(RepeatedKeys);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<(Guid, long)>();
        while (await row.ReadAsync(cancellationToken)) keys.Add((ReadKey(row, 0), row.GetInt64(1)));
        return keys;
    }

    public async IAsyncEnumerable<(QuotaKey Key, int Used)> QuotasAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = Command(
            "SELECT contract_id, day, window_code, patch, used FROM quota_use ORDER BY contract_id, day, window_code, patch");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) yield return (Rows<TColumns>.ReadQuota(row), row.GetInt32(4));
    }

    /// <summary>A <c>uuid</c> in PostgreSQL, its 16 bytes in SQLite.</summary>
    static Guid ReadKey(DbDataReader row, int column) => row.GetValue(column) switch
    {
        Guid key => key,
        byte[] bytes => new Guid(bytes),
        var other => throw new InvalidDataException($"A command key is of type {other.GetType()}."),
    };

    DbCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        // A large ledger takes as long as it takes; whoever asked can cancel.
        command.CommandTimeout = 0;
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
