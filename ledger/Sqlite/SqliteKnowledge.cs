using Microsoft.Data.Sqlite;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Commit;

namespace OrleansScheduling.Ledger.Sqlite;

/// <summary>Reads the versions, counts and keys that a batch names.</summary>
static class SqliteKnowledge
{
    public static Knowledge Read(SqliteConnection connection, IReadOnlyList<Changeset> changesets)
    {
        var known = new Knowledge();
        using var diaries = new SqliteStatement(connection, "SELECT version FROM diary WHERE operative_id = $operative", "$operative");
        using var jobs = new SqliteStatement(connection, "SELECT version FROM job WHERE job_id = $job", "$job");
        using var keys = new SqliteStatement(connection, "SELECT position, payload, body_hash FROM event WHERE command_key = $key", "$key");
        using var quotas = new SqliteStatement(
            connection,
            "SELECT used FROM quota_use WHERE contract_id = $contract AND day = $day AND window_code = $window AND patch = $patch",
            "$contract", "$day", "$window", "$patch");
        foreach (var changeset in changesets)
        {
            foreach (var diary in changeset.Event.Diaries)
            {
                if (!known.Diaries.ContainsKey(diary.Operative))
                    known.Diaries.Add(diary.Operative, diaries.Scalar(diary.Operative.Value) as long? ?? 0);
            }

            foreach (var job in changeset.Jobs)
            {
                if (!known.Jobs.ContainsKey(job.Id)) known.Jobs.Add(job.Id, jobs.Scalar(job.Id.Value) as long? ?? 0);
            }

            foreach (var key in changeset.Event.Quotas.Select(quota => quota.Key))
            {
                if (!known.Quotas.ContainsKey(key)) known.Quotas.Add(key, Used(quotas, key));
            }

            if (changeset.Key is { } command && !known.Keys.ContainsKey(command.Key)) ReadKey(known, keys, command.Key);
        }

        return known;
    }

    static int Used(SqliteStatement quotas, QuotaKey key) =>
        (int)(quotas.Scalar(key.Contract.Value, Moments.ToText(key.Day), key.Window, key.Patch) as long? ?? 0);

    static void ReadKey(Knowledge known, SqliteStatement keys, Guid key)
    {
        using var row = keys.Query(key.ToByteArray());
        if (!row.Read()) return;
        var entry = new FeedEntry(row.GetInt64(0), EventCodec.Decode(row.GetFieldValue<byte[]>(1)));
        known.Keys.Add(key, (entry, row.GetInt64(2)));
    }
}
