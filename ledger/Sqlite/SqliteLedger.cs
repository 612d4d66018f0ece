using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Commit;
using OrleansScheduling.Ledger.Feed;

namespace OrleansScheduling.Ledger.Sqlite;

/// <summary>The business record on SQLite. Reads run on the caller's thread, each a single statement and so one snapshot.</summary>
sealed class SqliteLedger(SqliteDatabase database, SqliteWriter writer, GroupCommit commits, FeedSignal signal) : ILedger
{
    /// <summary>Diaries of one page when all are loaded.</summary>
    const int DiaryPage = 500;

    /// <summary>Most diaries of one call.</summary>
    const int MaxDiaries = 1000;

    readonly SqliteLane imports = new(writer, signal);

    public Task<CommitResult> CommitAsync(Changeset changeset, CancellationToken cancellationToken)
    {
        ChangesetRules.Check(changeset);
        return commits.CommitAsync(changeset, cancellationToken);
    }

    public async Task<(int Index, CommitStatus Status)?> ImportAsync(IReadOnlyList<Changeset> changesets,
        CancellationToken cancellationToken)
    {
        if (changesets.Count > ILedger.MaxImport)
            throw new ArgumentOutOfRangeException(nameof(changesets), changesets.Count,
                $"At most {ILedger.MaxImport} changesets are imported at once.");
        foreach (var changeset in changesets) ChangesetRules.Check(changeset);
        cancellationToken.ThrowIfCancellationRequested();
        var refused = await imports.ImportAsync(changesets);
        signal.Wake();
        return refused;
    }

    internal const string EntryOfKey = "SELECT position, payload, body_hash FROM event WHERE command_key = $key";

    public async Task<(FeedEntry Entry, long BodyHash)?> FindByKeyAsync(Guid key, CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(connection, EntryOfKey, "$key");
        using var row = statement.Query(key.ToByteArray());
        if (!row.Read()) return null;
        return (new FeedEntry(row.GetInt64(0), EventCodec.Decode(row.GetFieldValue<byte[]>(1))), row.GetInt64(2));
    }

    const string JobById = $"""
        SELECT {Rows.JobColumns}, {Rows.PlaceColumns}
        FROM job j LEFT JOIN visit v ON v.job_id = j.job_id
        WHERE j.job_id = $job ORDER BY v.number
        """;

    public async Task<Job?> LoadJobAsync(JobId job, CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(connection, JobById, "$job");
        using var row = statement.Query(job.Value);
        var jobs = await Rows<SqliteColumns>.ReadJobsAsync(row, cancellationToken);
        return jobs.Count == 0 ? null : jobs[0];
    }

    const string DiariesByOperative = $"""
        SELECT n.value, d.version, {Rows.VisitColumns}
        FROM json_each($operatives) n
        LEFT JOIN diary d ON d.operative_id = n.value
        LEFT JOIN visit v ON v.operative_id = n.value AND v.starts >= $starts AND v.day >= $day
        ORDER BY n.value, v.starts
        """;

    public async Task<IReadOnlyList<DiaryRecord>> LoadDiariesAsync(
        IReadOnlyList<OperativeId> operatives, LocalDate from, CancellationToken cancellationToken)
    {
        if (operatives.Count > MaxDiaries)
            throw new ArgumentOutOfRangeException(nameof(operatives), operatives.Count,
                $"At most {MaxDiaries} diaries are loaded at once.");
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(connection, DiariesByOperative, "$operatives", "$starts", "$day");
        var named = $"[{string.Join(',', operatives.Distinct())}]";
        using var row = statement.Query(named, Moments.ToMicroseconds(Rows.EarliestStart(from)), Moments.ToText(from));
        return ReadDiaries(row);
    }

    const string DiariesAfter = $"""
        SELECT d.operative_id, d.version, {Rows.VisitColumns}
        FROM (SELECT operative_id, version FROM diary WHERE operative_id > $after ORDER BY operative_id LIMIT $limit) d
        LEFT JOIN visit v ON v.operative_id = d.operative_id AND v.starts >= $starts AND v.day >= $day
        ORDER BY d.operative_id, v.starts
        """;

    public async IAsyncEnumerable<DiaryRecord> LoadAllDiariesAsync(LocalDate from,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = (long)int.MinValue - 1;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<DiaryRecord> page;
            await using (var connection = database.OpenReader())
            {
                using var statement = new SqliteStatement(connection, DiariesAfter, "$after", "$limit", "$starts", "$day");
                using var row = statement.Query(last, DiaryPage, Moments.ToMicroseconds(Rows.EarliestStart(from)), Moments.ToText(from));
                page = ReadDiaries(row);
            }

            foreach (var diary in page) yield return diary;
            if (page.Count < DiaryPage) yield break;
            last = page[^1].Operative.Value;
        }
    }

    static List<DiaryRecord> ReadDiaries(SqliteDataReader row)
    {
        var diaries = new List<DiaryRecord>();
        List<Visit> visits = [];
        while (row.Read())
        {
            var operative = new OperativeId(row.GetInt32(0));
            if (diaries.Count == 0 || diaries[^1].Operative != operative)
                diaries.Add(new DiaryRecord(operative, row.IsDBNull(1) ? 0 : row.GetInt64(1), visits = []));
            if (!row.IsDBNull(2)) visits.Add(Rows<SqliteColumns>.ReadVisit(row, 2));
        }

        return diaries;
    }

    public async Task<QuotaReading> LoadQuotasAsync(LocalDate from, CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        // One snapshot for both reads.
        await using var transaction = connection.BeginTransaction(deferred: true);
        using var head = new SqliteStatement(connection, "SELECT coalesce(max(position), 0) FROM event");
        var before = (long)head.Scalar()! + 1;
        using var statement = new SqliteStatement(
            connection, "SELECT contract_id, day, window_code, patch, used FROM quota_use WHERE day >= $day", "$day");
        using var row = statement.Query(Moments.ToText(from));
        var used = new Dictionary<QuotaKey, int>();
        while (row.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            used.Add(Rows<SqliteColumns>.ReadQuota(row), row.GetInt32(4));
        }

        return new QuotaReading(used, before, QuotaReading.None.Later);
    }

    public async Task<IReadOnlyList<JobId>> FindExpiredHoldsAsync(Instant now, int limit, CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(
            connection,
            "SELECT job_id FROM job WHERE hold_expires_at <= $now AND hold_expires_at IS NOT NULL ORDER BY hold_expires_at LIMIT $limit",
            "$now", "$limit");
        using var row = statement.Query(Moments.ToMicroseconds(now), limit);
        var jobs = new List<JobId>();
        while (row.Read()) jobs.Add(new JobId(row.GetInt64(0)));
        return jobs;
    }

    const string JobsOfProperty = $"""
        SELECT {Rows.JobColumns}, {Rows.PlaceColumns}
        FROM (SELECT * FROM job WHERE property_id = $property ORDER BY reported_at DESC, job_id DESC LIMIT $limit) j
        LEFT JOIN visit v ON v.job_id = j.job_id
        ORDER BY j.reported_at DESC, j.job_id DESC, v.number
        """;

    public async Task<IReadOnlyList<Job>> FindJobsAsync(PropertyId property, int limit, CancellationToken cancellationToken)
    {
        await using var connection = database.OpenReader();
        using var statement = new SqliteStatement(connection, JobsOfProperty, "$property", "$limit");
        using var row = statement.Query(property.Value, limit);
        return await Rows<SqliteColumns>.ReadJobsAsync(row, cancellationToken);
    }

    public ValueTask DisposeAsync() => commits.DisposeAsync();
}
