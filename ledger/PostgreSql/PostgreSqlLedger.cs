using System.Data;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Commit;
using OrleansScheduling.Ledger.Feed;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>The business record on PostgreSQL.</summary>
/// <param name="source">For what somebody waits for.</param>
/// <param name="following">For what the feed's reader waits for, as <paramref name="followingLimit"/> allows.</param>
/// <param name="patient">For imports, and for all diaries at once.</param>
sealed class PostgreSqlLedger(
    NpgsqlDataSource source, NpgsqlDataSource following, DriverLimit followingLimit, NpgsqlDataSource patient, GroupCommit commits,
    ReadGate reads, FeedSignal signal, ILogger logger) : ILedger
{
    /// <summary>Diaries of one page when all are loaded: a few megabytes at a few hundred visits each.</summary>
    const int DiaryPage = 500;

    /// <summary>Most diaries of one call.</summary>
    const int MaxDiaries = 1000;

    /// <summary>An import is one long statement; the driver gives it up after 30 s, and waits for it here until then.</summary>
    static readonly AnswerLimit ImportLimit = new(120, TimeProvider.System);

    readonly SemaphoreSlim importing = new(1);
    PostgreSqlLane? importLane;

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
        if (changesets.Count == 0) return null;
        await importing.WaitAsync(cancellationToken);
        try
        {
            importLane ??= new PostgreSqlLane(patient, signal, ImportLimit, logger);
            return await importLane.ImportAsync(changesets);
        }
        finally
        {
            importing.Release();
        }
    }

    // The unique index on the key makes it one row or none.
    internal const string EntryOfKey = "SELECT position, payload, body_hash FROM event WHERE command_key = $1";

    public Task<(FeedEntry Entry, long BodyHash)?> FindByKeyAsync(Guid key, CancellationToken cancellationToken) =>
        reads.RunAsync<(FeedEntry Entry, long BodyHash)?>(async token =>
        {
            await using var command = source.CreateCommand(EntryOfKey);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = key });
            await using var row = await command.ExecuteReaderAsync(token);
            if (!await row.ReadAsync(token)) return null;
            return (new FeedEntry(row.GetInt64(0), EventCodec.Decode(row.GetFieldValue<byte[]>(1))), row.GetInt64(2));
        }, cancellationToken);

    // One statement, one snapshot: the visits are those of the version that is read.
    const string JobById = $"""
        SELECT {Rows.JobColumns}, {Rows.PlaceColumns}
        FROM job j LEFT JOIN visit v ON v.job_id = j.job_id
        WHERE j.job_id = $1 ORDER BY v.number
        """;

    public Task<Job?> LoadJobAsync(JobId job, CancellationToken cancellationToken) =>
        reads.RunAsync<Job?>(async token =>
        {
            await using var command = source.CreateCommand(JobById);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = job.Value });
            await using var row = await command.ExecuteReaderAsync(token);
            var jobs = await Rows<PostgreSqlColumns>.ReadJobsAsync(row, token);
            return jobs.Count == 0 ? null : jobs[0];
        }, cancellationToken);

    // One statement, one snapshot: version and visits of a diary belong together, and a multi-diary commit is seen whole.
    const string DiariesByOperative = $"""
        SELECT n.operative_id, d.version, {Rows.VisitColumns}
        FROM unnest($1::integer[]) AS n (operative_id)
        LEFT JOIN diary d ON d.operative_id = n.operative_id
        LEFT JOIN visit v ON v.operative_id = n.operative_id AND v.starts >= $2 AND v.day >= $3
        ORDER BY n.operative_id, v.starts
        """;

    public Task<IReadOnlyList<DiaryRecord>> LoadDiariesAsync(
        IReadOnlyList<OperativeId> operatives, LocalDate from, CancellationToken cancellationToken)
    {
        if (operatives.Count > MaxDiaries)
            throw new ArgumentOutOfRangeException(nameof(operatives), operatives.Count,
                $"At most {MaxDiaries} diaries are loaded at once.");
        return reads.RunAsync<IReadOnlyList<DiaryRecord>>(async token =>
        {
            int[] wanted = [.. operatives.Select(operative => operative.Value).Distinct()];
            await using var command = source.CreateCommand(DiariesByOperative);
            command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = wanted });
            AddFrom(command, from);
            await using var row = await command.ExecuteReaderAsync(token);
            return await ReadDiariesAsync(row, token);
        }, cancellationToken);
    }

    // Pages by key: what is committed between two pages may or may not be in a later page, whole.
    const string DiariesAfter = $"""
        SELECT d.operative_id, d.version, {Rows.VisitColumns}
        FROM (SELECT operative_id, version FROM diary WHERE operative_id > $1 ORDER BY operative_id LIMIT $4) d
        LEFT JOIN visit v ON v.operative_id = d.operative_id AND v.starts >= $2 AND v.day >= $3
        ORDER BY d.operative_id, v.starts
        """;

    public async IAsyncEnumerable<DiaryRecord> LoadAllDiariesAsync(LocalDate from,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = int.MinValue;
        while (true)
        {
            List<DiaryRecord> page;
            await using (var command = patient.CreateCommand(DiariesAfter))
            {
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = last });
                AddFrom(command, from);
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = DiaryPage });
                await using var row = await command.ExecuteReaderAsync(cancellationToken);
                page = await ReadDiariesAsync(row, cancellationToken);
            }

            foreach (var diary in page) yield return diary;
            if (page.Count < DiaryPage) yield break;
            last = page[^1].Operative.Value;
        }
    }

    static void AddFrom(NpgsqlCommand command, LocalDate from)
    {
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Moments.ToUtc(Rows.EarliestStart(from)) });
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = from.ToDateOnly() });
    }

    static async Task<List<DiaryRecord>> ReadDiariesAsync(NpgsqlDataReader row, CancellationToken cancellationToken)
    {
        var diaries = new List<DiaryRecord>();
        List<Visit> visits = [];
        while (await row.ReadAsync(cancellationToken))
        {
            var operative = new OperativeId(row.GetInt32(0));
            if (diaries.Count == 0 || diaries[^1].Operative != operative)
                diaries.Add(new DiaryRecord(operative, row.IsDBNull(1) ? 0 : row.GetInt64(1), visits = []));
            if (!row.IsDBNull(2)) visits.Add(Rows<PostgreSqlColumns>.ReadVisit(row, 2));
        }

        return diaries;
    }

    const string QuotasFrom = "SELECT contract_id, day, window_code, patch, used FROM quota_use WHERE day >= $1";

    // What a reader of the feed does not see yet, of what this snapshot sees. As many as may be
    // committed while one transaction lasts; the longest is an import, which is given up after two minutes.
    const string CommittedBeyond = "SELECT position FROM event WHERE position >= feed_horizon()";

    public Task<QuotaReading> LoadQuotasAsync(LocalDate from, CancellationToken cancellationToken) =>
        followingLimit.WaitAsync(stop => ReadQuotasAsync(from, stop), cancellationToken);

    async Task<QuotaReading> ReadQuotasAsync(LocalDate from, CancellationToken cancellationToken)
    {
        await using var connection = await following.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT feed_horizon()"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(CommittedBeyond));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(QuotasFrom)
        {
            Parameters = { new NpgsqlParameter<DateOnly> { TypedValue = from.ToDateOnly() } },
        });
        await using var row = await batch.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var before = row.GetInt64(0);
        await row.NextResultAsync(cancellationToken);
        var later = new HashSet<long>();
        while (await row.ReadAsync(cancellationToken)) later.Add(row.GetInt64(0));
        await row.NextResultAsync(cancellationToken);
        var used = new Dictionary<QuotaKey, int>();
        while (await row.ReadAsync(cancellationToken)) used.Add(Rows<PostgreSqlColumns>.ReadQuota(row), row.GetInt32(4));
        return new QuotaReading(used, before, later);
    }

    // The partial index has only jobs that are held.
    const string ExpiredHolds = """
        SELECT job_id FROM job WHERE hold_expires_at <= $1 AND hold_expires_at IS NOT NULL ORDER BY hold_expires_at LIMIT $2
        """;

    public Task<IReadOnlyList<JobId>> FindExpiredHoldsAsync(Instant now, int limit, CancellationToken cancellationToken) =>
        reads.RunAsync<IReadOnlyList<JobId>>(async token =>
        {
            await using var command = source.CreateCommand(ExpiredHolds);
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Moments.ToUtc(now) });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
            await using var row = await command.ExecuteReaderAsync(token);
            var jobs = new List<JobId>();
            while (await row.ReadAsync(token)) jobs.Add(new JobId(row.GetInt64(0)));
            return jobs;
        }, cancellationToken);

    const string JobsOfProperty = $"""
        SELECT {Rows.JobColumns}, {Rows.PlaceColumns}
        FROM (SELECT * FROM job WHERE property_id = $1 ORDER BY reported_at DESC, job_id DESC LIMIT $2) j
        LEFT JOIN visit v ON v.job_id = j.job_id
        ORDER BY j.reported_at DESC, j.job_id DESC, v.number
        """;

    public Task<IReadOnlyList<Job>> FindJobsAsync(PropertyId property, int limit, CancellationToken cancellationToken) =>
        reads.RunAsync<IReadOnlyList<Job>>(async token =>
        {
            await using var command = source.CreateCommand(JobsOfProperty);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = property.Value });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
            await using var row = await command.ExecuteReaderAsync(token);
            return await Rows<PostgreSqlColumns>.ReadJobsAsync(row, token);
        }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await commits.DisposeAsync();
        if (importLane is not null) await importLane.DisposeAsync();
        importing.Dispose();
        reads.Dispose();
    }
}
