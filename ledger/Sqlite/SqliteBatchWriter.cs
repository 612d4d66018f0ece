using Microsoft.Data.Sqlite;
using NodaTime;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Commit;

namespace OrleansScheduling.Ledger.Sqlite;

/// <summary>Writes a plan whose fences were checked under the same write lock.</summary>
static class SqliteBatchWriter
{
    const string PutDiary = """
        INSERT INTO diary (operative_id, version) VALUES ($operative, $version) ON CONFLICT DO UPDATE SET version = excluded.version
        """;

    const string PutQuota = """
        INSERT INTO quota_use (contract_id, day, window_code, patch, used) VALUES ($contract, $day, $window, $patch, $used)
        ON CONFLICT DO UPDATE SET used = excluded.used
        """;

    const string RemoveVisit = "DELETE FROM visit WHERE job_id = $job AND number = $number";

    const string Append = """
        INSERT INTO event (body_hash, command_key, payload) VALUES ($hash, $key, $payload) RETURNING position
        """;

    static readonly string[] JobColumns =
    [
        "job_id", "version", "reported_at", "promise_starts", "promise_ends", "hold_starts", "hold_ends", "hold_expires_at", "contract_id",
        "client_id", "contractor_id", "property_id", "last_number", "hold_number", "status", "emergency", "lines", "description",
        "promise_window", "hold_window", "holder",
    ];

    static readonly string[] VisitColumns =
    [
        "job_id", "number", "starts", "ends", "promise_starts", "promise_ends", "latitude", "longitude", "hold_expires_at", "operative_id",
        "contract_id", "day", "stage", "state", "start_fixed", "promise_window",
    ];

    static readonly string PutJob = Put("job", JobColumns);
    static readonly string PutVisit = Put("visit", VisitColumns);

    /// <summary>A whole row in place of the one with the same primary key, if there is one.</summary>
    static string Put(string table, string[] columns) =>
        $"REPLACE INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "$" + column))})";

    static string[] Names(string[] columns) => [.. columns.Select(column => "$" + column)];

    /// <returns>The position of the first entry; the others follow one by one, since nobody else writes.</returns>
    public static long Write(SqliteConnection connection, BatchPlan plan)
    {
        using var putDiary = new SqliteStatement(connection, PutDiary, "$operative", "$version");
        foreach (var diary in plan.Diaries) putDiary.Execute(diary.Operative.Value, diary.Version);
        WriteJobs(connection, plan);
        WriteVisits(connection, plan);
        if (plan.Quotas.Count > 0)
        {
            using var putQuota = new SqliteStatement(connection, PutQuota, "$contract", "$day", "$window", "$patch", "$used");
            foreach (var quota in plan.Quotas)
                putQuota.Execute(quota.Key.Contract.Value, Moments.ToText(quota.Key.Day), quota.Key.Window, quota.Key.Patch,
                    quota.Used!.Value + quota.Net);
        }

        using var append = new SqliteStatement(connection, Append, "$hash", "$key", "$payload");
        long? first = null;
        foreach (var index in plan.Accepted)
        {
            var changeset = plan.Changesets[index];
            var position = append.Scalar(changeset.Key?.BodyHash, changeset.Key?.Key.ToByteArray(), EventCodec.Encode(changeset.Event));
            first ??= (long)position!;
        }

        return first ?? 0;
    }

    static void WriteJobs(SqliteConnection connection, BatchPlan plan)
    {
        using var put = new SqliteStatement(connection, PutJob, Names(JobColumns));
        foreach (var write in plan.Jobs)
        {
            var job = write.State;
            put.Execute(
                job.Id.Value, job.Version, Moments.ToMicroseconds(job.ReportedAt), At(job.Promise?.Start), At(job.Promise?.End),
                At(job.Hold?.Promise.Start), At(job.Hold?.Promise.End), At(job.Hold?.ExpiresAt), job.Contract.Value, job.Client.Value,
                job.Contractor.Value, job.Property.Value, job.LastNumber, job.Hold?.Id.Number, (int)job.Status, job.Emergency,
                Rows.JoinLines(job.Lines), job.Description, job.Promise?.Window.Value, job.Hold?.Promise.Window.Value, job.Hold?.Holder);
        }
    }

    static void WriteVisits(SqliteConnection connection, BatchPlan plan)
    {
        using var put = new SqliteStatement(connection, PutVisit, Names(VisitColumns));
        using var remove = new SqliteStatement(connection, RemoveVisit, "$job", "$number");
        foreach (var write in plan.Visits)
        {
            if (write.State is { } visit) Put(put, visit);
            else remove.Execute(write.Id.Job.Value, write.Id.Number);
        }
    }

    static void Put(SqliteStatement put, Visit visit) => put.Execute(
        visit.Id.Job.Value, visit.Id.Number, Moments.ToMicroseconds(visit.Start), Moments.ToMicroseconds(visit.End),
        Moments.ToMicroseconds(visit.Promise.Start), Moments.ToMicroseconds(visit.Promise.End), visit.Place.LatitudeDegrees,
        visit.Place.LongitudeDegrees, At(visit.HoldExpiresAt), visit.Operative.Value, visit.Contract.Value, Moments.ToText(visit.Day),
        visit.Stage, (int)visit.State, visit.StartFixed, visit.Promise.Window.Value);

    static long? At(Instant? instant) => instant is { } some ? Moments.ToMicroseconds(some) : null;
}
