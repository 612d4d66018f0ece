using Npgsql;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger;
using OrleansScheduling.Ledger.Coding;

namespace OrleansScheduling.Bench.Ledger;

/// <summary>
/// The yardsticks: what somebody writes who has a connection pool and an exclusion constraint. One transaction a booking, prepared
/// statements, all
/// statements of a booking in one round trip.
/// </summary>
sealed class PlainClient : IAsyncDisposable
{
    // The visit table of the first migration, with the guard as a constraint instead of the trigger.
    public const string VisitTable = """
        CREATE EXTENSION IF NOT EXISTS btree_gist;
        CREATE TABLE visit (
            job_id bigint NOT NULL, starts timestamptz NOT NULL, ends timestamptz NOT NULL, promise_starts timestamptz NOT NULL,
            promise_ends timestamptz NOT NULL, latitude double precision NOT NULL, longitude double precision NOT NULL,
            hold_expires_at timestamptz, number integer NOT NULL, operative_id integer NOT NULL, contract_id integer NOT NULL,
                day date NOT NULL,
            stage smallint NOT NULL, state smallint NOT NULL, start_fixed boolean NOT NULL, promise_window text NOT NULL,
            PRIMARY KEY (job_id, number),
            EXCLUDE USING gist (operative_id WITH =, tstzrange(starts, ends) WITH &&));
        """;

    public const string OtherTables = """
        CREATE TABLE diary (operative_id integer PRIMARY KEY, version bigint NOT NULL) WITH (fillfactor = 40);
        CREATE TABLE job (
            job_id bigint PRIMARY KEY, version bigint NOT NULL, reported_at timestamptz NOT NULL, promise_starts timestamptz,
            promise_ends timestamptz, hold_starts timestamptz, hold_ends timestamptz, hold_expires_at timestamptz,
                contract_id integer NOT NULL,
            client_id integer NOT NULL, contractor_id integer NOT NULL, property_id integer NOT NULL, last_number integer NOT NULL,
            hold_number integer, status smallint NOT NULL, emergency boolean NOT NULL, lines text NOT NULL, description text NOT NULL,
            promise_window text, hold_window text, holder text);
        CREATE INDEX job_property ON job (property_id);
        CREATE INDEX job_hold_expires ON job (hold_expires_at) WHERE hold_expires_at IS NOT NULL;
        CREATE TABLE event (position bigserial PRIMARY KEY, body_hash bigint, command_key uuid, payload bytea NOT NULL);
        CREATE UNIQUE INDEX event_command_key ON event (command_key) WHERE command_key IS NOT NULL;
        INSERT INTO diary SELECT n, 0 FROM generate_series(0, 999) n;
        """;

    const string InsertVisit = """
        INSERT INTO visit (job_id, number, operative_id, contract_id, day, starts, ends, promise_window, promise_starts, promise_ends,
            latitude,
            longitude, stage, start_fixed, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """;

    const string UpdateDiary = "UPDATE diary SET version = $2 WHERE operative_id = $1 AND version = $2 - 1";

    const string InsertJob = """
        INSERT INTO job (job_id, version, reported_at, promise_starts, promise_ends, contract_id, client_id, contractor_id, property_id,
            last_number,
            status, emergency, lines, description, promise_window)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """;

    const string InsertEvent = "INSERT INTO event (body_hash, command_key, payload) VALUES ($1, $2, $3)";

    readonly NpgsqlConnection connection;
    readonly NpgsqlBatch batch;
    readonly bool wholeRecord;

    PlainClient(NpgsqlConnection connection, bool wholeRecord)
    {
        this.connection = connection;
        this.wholeRecord = wholeRecord;
        batch = new NpgsqlBatch(connection);
    }

    public static async Task<PlainClient> OpenAsync(NpgsqlDataSource source, bool wholeRecord)
    {
        var client = new PlainClient(await source.OpenConnectionAsync(), wholeRecord);
        client.Fill(Bookings.Changeset(new JobId(1), 0, 1, NodaTime.Instant.FromUnixTimeSeconds(0)));
        await client.batch.PrepareAsync();
        return client;
    }

    public async Task BookAsync(Changeset changeset)
    {
        Fill(changeset);
        await batch.ExecuteNonQueryAsync();
    }

    void Fill(Changeset changeset)
    {
        var visit = changeset.Event.Diaries[0].Put[0];
        var diary = changeset.Event.Diaries[0];
        var at = 0;
        Set(
            at++, InsertVisit, visit.Id.Job.Value, visit.Id.Number, visit.Operative.Value, visit.Contract.Value, visit.Day.ToDateOnly(),
            Moments.ToUtc(visit.Start), Moments.ToUtc(visit.End), visit.Promise.Window.Value, Moments.ToUtc(visit.Promise.Start),
            Moments.ToUtc(visit.Promise.End), visit.Place.LatitudeDegrees, visit.Place.LongitudeDegrees, (short)visit.Stage,
                visit.StartFixed,
            (short)visit.State);
        if (!wholeRecord) return;
        var job = changeset.Jobs[0];
        Set(at++, UpdateDiary, diary.Operative.Value, diary.Version);
        Set(
            at++, InsertJob, job.Id.Value, job.Version, Moments.ToUtc(job.ReportedAt), Moments.ToUtc(job.Promise!.Value.Start),
            Moments.ToUtc(job.Promise.Value.End), job.Contract.Value, job.Client.Value, job.Contractor.Value, job.Property.Value,
                job.LastNumber,
            (short)job.Status, job.Emergency, Rows.JoinLines(job.Lines), job.Description, job.Promise.Value.Window.Value);
        Set(at, InsertEvent, changeset.Key!.Value.BodyHash, changeset.Key.Value.Key, EventCodec.Encode(changeset.Event));
    }

    void Set(int at, string sql, params ReadOnlySpan<object> values)
    {
        if (batch.BatchCommands.Count <= at)
        {
            var made = new NpgsqlBatchCommand(sql);
            foreach (var value in values) made.Parameters.Add(new NpgsqlParameter { Value = value });
            batch.BatchCommands.Add(made);
            return;
        }

        var command = batch.BatchCommands[at];
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
    }

    public async ValueTask DisposeAsync()
    {
        await batch.DisposeAsync();
        await connection.DisposeAsync();
    }
}
