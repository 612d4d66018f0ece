using NodaTime;
using Npgsql;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Commit;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// Reads the versions, counts and keys that a batch names: four reads in one round trip, without locks. What they say may be out of date
/// by the time of the write; the write's own fences decide.
/// </summary>
sealed partial class PostgreSqlLane
{
    const string DiaryVersions = "SELECT operative_id, version FROM diary WHERE operative_id = ANY($1)";

    const string JobVersions = "SELECT job_id, version FROM job WHERE job_id = ANY($1)";

    const string RecordedKeys = "SELECT command_key, body_hash, position, payload FROM event WHERE command_key = ANY($1)";

    const string QuotaCounts = """
        SELECT q.contract_id, q.day, q.window_code, q.patch, q.used
        FROM unnest($1::integer[], $2::date[], $3::text[], $4::text[]) AS n (contract_id, day, window_code, patch)
        JOIN quota_use q USING (contract_id, day, window_code, patch)
        """;

    async Task<Knowledge> ExamineAsync(IReadOnlyList<Changeset> changesets)
    {
        var quotas = changesets.SelectMany(changeset => changeset.Event.Quotas).Select(quota => quota.Key).Distinct().ToArray();
        try
        {
            return await limit.WaitAsync(
                stop => ReadAsync(changesets, quotas, stop), cancellationToken: CancellationToken.None);
        }
        catch (PostgresException exception)
        {
            throw new LedgerUnavailableException(exception);
        }
    }

    async Task<Knowledge> ReadAsync(IReadOnlyList<Changeset> changesets, QuotaKey[] quotas, CancellationToken stop)
    {
        await using var reading = await source.OpenConnectionAsync(stop);
        await using var batch = new NpgsqlBatch(reading);
        Add(batch, DiaryVersions, changesets.SelectMany(changeset => changeset.Event.Diaries).Select(diary => diary.Operative.Value)
            .Distinct().ToArray());
        Add(batch, JobVersions, changesets.SelectMany(changeset => changeset.Jobs).Select(job => job.Id.Value).Distinct().ToArray());
        Add(batch, RecordedKeys, changesets.Where(changeset => changeset.Key is not null).Select(changeset => changeset.Key!.Value.Key)
            .ToArray());
        Add(
            batch,
            QuotaCounts,
            quotas.Select(key => key.Contract.Value).ToArray(),
            quotas.Select(key => key.Day.ToDateOnly()).ToArray(),
            quotas.Select(key => key.Window).ToArray(),
            quotas.Select(key => key.Patch).ToArray());
        await using var row = await batch.ExecuteReaderAsync(stop);
        return await ReadKnowledgeAsync(row, stop);
    }

    static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }

    static async Task<Knowledge> ReadKnowledgeAsync(NpgsqlDataReader row, CancellationToken stop)
    {
        var known = new Knowledge();
        while (await row.ReadAsync(stop)) known.Diaries[new OperativeId(row.GetInt32(0))] = row.GetInt64(1);
        await row.NextResultAsync(stop);
        while (await row.ReadAsync(stop)) known.Jobs[new JobId(row.GetInt64(0))] = row.GetInt64(1);
        await row.NextResultAsync(stop);
        while (await row.ReadAsync(stop))
        {
            var entry = new FeedEntry(row.GetInt64(2), EventCodec.Decode(row.GetFieldValue<byte[]>(3)));
            known.Keys[row.GetGuid(0)] = (entry, row.GetInt64(1));
        }

        await row.NextResultAsync(stop);
        while (await row.ReadAsync(stop))
        {
            var day = LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(1));
            known.Quotas[new QuotaKey(new ContractId(row.GetInt32(0)), day, row.GetString(2), row.GetString(3))] = row.GetInt32(4);
        }

        return known;
    }
}
