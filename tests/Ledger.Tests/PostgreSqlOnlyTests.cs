using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Npgsql;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Ledger.PostgreSql;
using OrleansScheduling.Ledger.Reading;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>What only a server can show: rogue clients, long transactions, other processes, dumps.</summary>
[Collection(nameof(PostgreSqlCluster))]
public sealed class PostgreSqlOnlyTests(ClusterFixture cluster) : IAsyncLifetime
{
    string connectionString = "";
    LedgerDatabase database = null!;
    NpgsqlDataSource rogue = null!;

    public async Task InitializeAsync()
    {
        connectionString = await cluster.NewDatabaseAsync();
        database = await OpenAsync(connectionString, TimeProvider.System);
        rogue = NpgsqlDataSource.Create(connectionString + ";Maximum Pool Size=10");
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        await rogue.DisposeAsync();
    }

    [PostgreSqlFact]
    public async Task Thousands_who_read_at_once_wait_in_line_and_leave_connections_for_others()
    {
        var booked = Sample.Booking(1, 1, 32);
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(booked)).Status);
        var reads = Enumerable.Range(0, 2000).Select(_ => database.Ledger.LoadJobAsync(booked.Jobs[0].Id, CancellationToken.None));
        Assert.All(await Task.WhenAll(reads), job => Assert.Equal(booked.Jobs[0].Id, job!.Id));
        await using var count = rogue.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ledger'");
        // 32 that read, the lanes, and the feed's two.
        Assert.InRange((long)(await count.ExecuteScalarAsync())!, 1, 40);
    }

    /// <summary>A node that dies while it is cut off cannot end its sessions, and the server would keep them for two hours.</summary>
    [PostgreSqlFact]
    public async Task The_server_forgets_a_session_whose_client_is_not_heard_any_more()
    {
        await using var reading = database.OpenReading([]);
        await using var context = reading.Open(ReadingScope.Nothing);
        var settings = await context.Database.SqlQuery<string>(
            $"SELECT name || '=' || setting AS \"Value\" FROM pg_settings WHERE name LIKE 'tcp\\_%' ORDER BY name").ToListAsync();
        Assert.Equal(
            ["tcp_keepalives_count=5", "tcp_keepalives_idle=10", "tcp_keepalives_interval=2", "tcp_user_timeout=20000"], settings);
    }

    [PostgreSqlFact]
    public async Task How_long_the_server_keeps_a_silent_session_is_the_owners_to_say()
    {
        var sessions = PostgreSqlSessions.Of(connectionString + ";Options=-c tcp_keepalives_idle=7", "owner");
        await using var source = NpgsqlDataSource.Create(sessions.ConnectionString);
        await using var asked = source.CreateCommand("SHOW tcp_keepalives_idle");
        Assert.Equal("7", await asked.ExecuteScalarAsync());
    }

    [PostgreSqlFact]
    public async Task A_question_by_keys_is_planned_once_and_not_for_each_set_of_keys()
    {
        var booked = Sample.Booking(1, 1, 32);
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(booked)).Status);
        await using var reading = database.OpenReading([]);
        await using var context = reading.OpenByKeys(ReadingScope.Nothing);
        await context.Database.OpenConnectionAsync();
        for (var asked = 0; asked < 20; asked++)
        {
            long[] keys = [booked.Jobs[0].Id.Value, asked];
            await context.Visits.Where(visit => keys.Contains(visit.JobId)).ToListAsync();
        }

        var plans = await context.Database.SqlQuery<long>(
            $"""
            SELECT unnest(ARRAY[generic_plans, custom_plans]) FROM pg_prepared_statements WHERE statement LIKE '%visit_read%'
            """).ToListAsync();
        Assert.Equal(2, plans.Count);
        Assert.InRange(plans[0], 1, 20);
        Assert.Equal(0, plans[1]);
    }

    static Task<LedgerDatabase> OpenAsync(string connectionString, TimeProvider time) => LedgerDatabase.OpenAsync(
        new LedgerOptions { ConnectionString = connectionString }, time, NullLoggerFactory.Instance, CancellationToken.None);

    Task<CommitResult> CommitAsync(Changeset changeset) => database.Ledger.CommitAsync(changeset, CancellationToken.None);

    static string Insert(int job, int operative, int fromMinute, int toMinute) => $"""
        INSERT INTO visit (job_id, number, operative_id, contract_id, day, starts, ends, promise_window, promise_starts, promise_ends,
            latitude, longitude,
            stage, start_fixed, state)
        VALUES ({job}, 1, {operative}, 7, '2025-06-02', {At(fromMinute)}, {At(toMinute)}, 'AM', {At(0)}, {At(240)}, 0, 0, 0, false, 2)
        """;

    static string At(int minute) => $"timestamptz '2025-06-02 08:00Z' + interval '{minute} minutes'";

    static async Task<string?> SqlStateOfAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (PostgresException exception)
        {
            return exception.SqlState;
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    async Task ExecuteAsync(string sql)
    {
        await using var command = rogue.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    [PostgreSqlFact]
    public async Task A_client_that_knows_no_fences_cannot_write_overlapping_visits()
    {
        await ExecuteAsync("INSERT INTO diary VALUES (1, 1), (2, 1)");
        await ExecuteAsync(Insert(1, 1, 0, 60));
        Assert.Null(await SqlStateOfAsync(() => ExecuteAsync(Insert(2, 1, 60, 90))));
        Assert.Equal("OL002", await SqlStateOfAsync(() => ExecuteAsync(Insert(3, 1, 30, 45))));
        Assert.Equal("OL002", await SqlStateOfAsync(() => ExecuteAsync(Insert(3, 1, -30, 200))));
        Assert.Equal("OL002", await SqlStateOfAsync(() => ExecuteAsync(Insert(3, 1, 89, 120))));
        Assert.Equal("OL002", await SqlStateOfAsync(() => ExecuteAsync(Insert(3, 1, -10, 1))));
        Assert.Null(await SqlStateOfAsync(() => ExecuteAsync(Insert(3, 2, 30, 45))));
        Assert.Equal("OL002", await SqlStateOfAsync(() => ExecuteAsync("UPDATE visit SET operative_id = 1 WHERE job_id = 3")));
        Assert.Equal("OL002", await SqlStateOfAsync(() =>
            ExecuteAsync("UPDATE visit SET ends = ends + interval '1 minute' WHERE job_id = 1")));
        Assert.Null(await SqlStateOfAsync(() =>
            ExecuteAsync("UPDATE visit SET starts = starts + interval '5 minutes', ends = ends + interval '5 minutes'")));
        Assert.Equal("23514", await SqlStateOfAsync(() => ExecuteAsync(Insert(4, 1, 300, 300))));
        Assert.Equal("OL004", await SqlStateOfAsync(() => ExecuteAsync(Insert(5, 77, 0, 30))));
        Assert.Equal("OL002", await SqlStateOfAsync(() => ExecuteAsync(
            "INSERT INTO visit SELECT job_id + 100, starts + interval '1 day', ends + interval '2 days', "
            + "promise_starts, promise_ends, latitude, longitude, NULL, number, 2, "
            + "contract_id, day, stage, state, start_fixed, promise_window FROM visit")));
    }

    [PostgreSqlFact]
    public async Task Two_transactions_at_once_cannot_both_take_the_same_time()
    {
        await ExecuteAsync("INSERT INTO diary VALUES (1, 1)");
        await using var one = await rogue.OpenConnectionAsync();
        await using var two = await rogue.OpenConnectionAsync();
        await ExecuteAsync(one, "BEGIN");
        await ExecuteAsync(two, "BEGIN");
        await ExecuteAsync(one, Insert(1, 1, 0, 60));
        var second = SqlStateOfAsync(() => ExecuteAsync(two, Insert(2, 1, 30, 90)));
        var ours = CommitAsync(Sample.Booking(1, 2, 32));
        await ExecuteAsync(one, "COMMIT");
        Assert.Equal("OL002", await second);
        await ExecuteAsync(two, "ROLLBACK");
        Assert.Equal(CommitStatus.Overlap, (await ours).Status);
    }

    [PostgreSqlFact]
    public async Task The_same_keys_in_opposite_order_at_two_processes_are_carried_out_once_each_though_the_server_finds_a_deadlock()
    {
        CommandKey[] keys = [Sample.NewKey(), Sample.NewKey(), Sample.NewKey()];
        await using var one = await OpenNarrowAsync();
        await using var other = await OpenNarrowAsync();
        // Both write their first key and wait for the second; then one has it, and each of them waits for what the other has.
        await using var holder = await rogue.OpenConnectionAsync();
        await ExecuteAsync(holder, "BEGIN");
        await ExecuteAsync(
            holder,
            $"INSERT INTO event (position, body_hash, command_key, payload) VALUES (1, 1, '{keys[1].Key}', '')");
        var ours = SendAsync(one, keys, 1);
        var theirs = SendAsync(other, [.. keys.Reverse()], 11);
        await using (var waiting = rogue.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'transactionid'"))
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            while ((long)(await waiting.ExecuteScalarAsync(patience.Token))! < 2) await Task.Yield();
        }

        await ExecuteAsync(holder, "ROLLBACK");

        var (told, again) = (await ours, (await theirs).Reverse().ToList());
        for (var i = 0; i < keys.Length; i++)
        {
            Assert.Equal([CommitStatus.Committed, CommitStatus.Replayed], new[] { told[i].Status, again[i].Status }.Order());
            Assert.Equal(told[i].Entry!.Position, again[i].Entry!.Position);
        }

        Task<LedgerDatabase> OpenNarrowAsync() => LedgerDatabase.OpenAsync(
            new LedgerOptions { ConnectionString = connectionString, MaxBatchesInFlight = 1 }, TimeProvider.System,
            NullLoggerFactory.Instance, CancellationToken.None);

        // A batch of one goes at once, and those that come meanwhile are the next.
        static async Task<CommitResult[]> SendAsync(LedgerDatabase ledger, CommandKey[] keys, int operative)
        {
            var ahead = ledger.Ledger.CommitAsync(Sample.Booking(operative, 1, 32), CancellationToken.None);
            var sent = keys.Select(key => ledger.Ledger.CommitAsync(Sample.Booking(++operative, 1, 32, key), CancellationToken.None))
                .ToList();
            await ahead;
            return await Task.WhenAll(sent);
        }
    }

    [PostgreSqlFact]
    public async Task A_transaction_with_an_old_snapshot_may_not_write_visits()
    {
        await ExecuteAsync("INSERT INTO diary VALUES (1, 1)");
        foreach (var level in new[] { "REPEATABLE READ", "SERIALIZABLE" })
        {
            await using var connection = await rogue.OpenConnectionAsync();
            await ExecuteAsync(connection, $"BEGIN ISOLATION LEVEL {level}");
            Assert.Equal("OL003", await SqlStateOfAsync(() => ExecuteAsync(connection, Insert(1, 1, 0, 60))));
            await ExecuteAsync(connection, "ROLLBACK");
        }
    }

    [PostgreSqlFact]
    public async Task An_entry_of_a_long_transaction_is_never_passed_by_a_reader()
    {
        await using var slow = await rogue.OpenConnectionAsync();
        await ExecuteAsync(slow, "BEGIN");
        // Its transaction id is taken now, its entry is written after ten others have been committed.
        await using (var take = new NpgsqlCommand("SELECT pg_current_xact_id()::text", slow)) await take.ExecuteScalarAsync();
        for (var operative = 1; operative <= 10; operative++) Assert.Equal(CommitStatus.Committed,
            (await CommitAsync(Sample.Booking(operative, 1, 32))).Status);
        Assert.Empty(await database.Feed.ReadAsync(0, 100, CancellationToken.None));
        Assert.Equal(0, await database.Feed.HeadAsync(CancellationToken.None));
        await using (var write = new NpgsqlCommand(
            "INSERT INTO event (position, payload) "
            + "SELECT ((pg_current_xact_id()::text::bigint + xid_offset) << 20) + 1, $1 FROM feed_origin", slow))
        {
            write.Parameters.Add(new NpgsqlParameter { Value = Coding.EventCodec.Encode(Sample.Booking(99, 1, 32).Event) });
            await write.ExecuteNonQueryAsync();
        }

        await ExecuteAsync(slow, "COMMIT");
        var entries = await database.Feed.ReadAsync(0, 100, CancellationToken.None);
        Assert.Equal([99, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], entries.Select(entry => entry.Event.Diaries[0].Operative.Value));
    }

    [PostgreSqlFact]
    public async Task A_transaction_that_stays_open_is_told_as_what_holds_the_feed_back()
    {
        var clock = new FakeTimeProvider(Sample.Now.ToDateTimeOffset());
        await using var watched = await OpenAsync(connectionString, clock);
        // In another database of the server: it holds all of them back.
        await using var elsewhere = NpgsqlDataSource.Create(await cluster.NewDatabaseAsync());
        await using var slow = await elsewhere.OpenConnectionAsync();
        await ExecuteAsync(slow, "BEGIN");
        await using (var take = new NpgsqlCommand("SELECT pg_current_xact_id()::text", slow)) await take.ExecuteScalarAsync();
        Assert.Equal(Duration.Zero, (await watched.Feed.LagAsync(CancellationToken.None)).Behind);

        await CommitAsync(Sample.Booking(1, 1, 32));
        clock.Advance(TimeSpan.FromSeconds(42));
        var held = await watched.Feed.LagAsync(CancellationToken.None);
        await ExecuteAsync(slow, "COMMIT");
        var after = await watched.Feed.LagAsync(CancellationToken.None);

        Assert.True(held.IsAlarming);
        Assert.Equal(Duration.FromSeconds(42), held.Behind);
        Assert.Matches("^held back by a writing transaction open for [0-9]+ s on the PostgreSQL server$", held.Reason);
        Assert.Contains($"process {slow.ProcessID} in database ", held.Holder, StringComparison.Ordinal);
        Assert.Equal(FeedLag.None, after);
    }

    [PostgreSqlFact]
    public async Task A_prepared_transaction_that_was_forgotten_is_named()
    {
        await using var own = await PrivatePostgreSql.StartAsync(new Dictionary<string, string> { ["max_prepared_transactions"] = "2" });
        await using var watched = await OpenAsync(await own.CreateDatabaseAsync("watched"), TimeProvider.System);
        await own.ExecuteAsync("postgres", "BEGIN; SELECT pg_current_xact_id(); PREPARE TRANSACTION 'left behind'");
        await watched.Ledger.CommitAsync(Sample.Booking(1, 1, 32), CancellationToken.None);

        var held = await watched.Feed.LagAsync(CancellationToken.None);
        await own.ExecuteAsync("postgres", "ROLLBACK PREPARED 'left behind'");

        Assert.Equal("prepared transaction left behind in database postgres", held.Holder);
        Assert.Equal(FeedLag.None, await watched.Feed.LagAsync(CancellationToken.None));
    }

    [PostgreSqlFact]
    public async Task A_reader_of_another_process_is_woken_without_a_clock()
    {
        // The other ledger's clock stands still: only a wake-up can end its wait.
        await using var other = await OpenAsync(connectionString, new FakeTimeProvider());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var seen = Task.Run(async () =>
        {
            while (await other.Feed.HeadAsync(limit.Token) == 0) await other.Feed.WaitAsync(0, limit.Token);
        });
        await CommitAsync(Sample.Booking(1, 1, 32));
        await seen;
    }

    [PostgreSqlFact]
    public async Task A_registry_change_waits_for_batches_and_stands_after_them_in_the_feed()
    {
        await using var batch = await rogue.OpenConnectionAsync();
        await ExecuteAsync(batch, "BEGIN");
        await ExecuteAsync(batch, "SELECT pg_advisory_xact_lock_shared(7306290201)");
        var landlord = new Domain.Organisations.Organisation(default, "LBX", "X", Domain.Organisations.OrganisationKind.Client,
            "Europe/London");
        var upsert = database.Registry.UpsertAsync(new RegistryBatch { Organisations = [landlord] }, CancellationToken.None);
        await using (var write = new NpgsqlCommand(
            "INSERT INTO event (position, payload) "
            + "SELECT ((pg_current_xact_id()::text::bigint + xid_offset) << 20) + 1, $1 FROM feed_origin", batch))
        {
            write.Parameters.Add(new NpgsqlParameter { Value = Coding.EventCodec.Encode(Sample.Booking(1, 1, 32).Event) });
            await write.ExecuteNonQueryAsync();
        }

        Assert.False(upsert.IsCompleted);
        await ExecuteAsync(batch, "COMMIT");
        Assert.Equal(1, (await upsert).Added);
        var kinds = (await database.Feed.ReadAsync(0, 10, CancellationToken.None)).Select(entry => entry.Event.Kind);
        Assert.Equal([EventKind.BookingMade, EventKind.RegistryChanged], kinds);
    }

    [PostgreSqlTheory]
    [InlineData("recovery_target_name")]
    [InlineData("recovery_target_time")]
    public async Task After_recovery_to_an_earlier_moment_what_is_booked_has_positions_that_nobody_was_told_before(string target)
    {
        await using var server = await PrivatePostgreSql.StartAsync(keepsLog: true);
        var kept = await server.CreateDatabaseAsync("kept");
        var point = "here";
        long last, lost;
        await using (var before = await OpenAsync(kept, TimeProvider.System))
        {
            await before.Ledger.CommitAsync(Sample.Booking(1, 1, 2), CancellationToken.None);
            await server.BackUpAsync();
            await before.Ledger.CommitAsync(Sample.Booking(1, 2, 4), CancellationToken.None);
            last = await before.Feed.HeadAsync(CancellationToken.None);
            if (target == "recovery_target_time") point = await server.NowAsync("kept");
            else await server.ExecuteAsync("kept", $"SELECT pg_create_restore_point('{point}')");
            for (var version = 3; version <= 30; version++)
                await before.Ledger.CommitAsync(Sample.Booking(1, version, version * 2), CancellationToken.None);
            lost = await before.Feed.HeadAsync(CancellationToken.None);
            await server.ExecuteAsync("kept", "SELECT pg_switch_wal()");
        }

        await server.RecoverAsync(target, point);
        await using var after = await OpenAsync(kept, TimeProvider.System);
        Assert.Equal(last, await after.Feed.HeadAsync(CancellationToken.None));
        var next = await after.Ledger.CommitAsync(Sample.Booking(1, 3, 50), CancellationToken.None);
        Assert.Equal(CommitStatus.Committed, next.Status);
        Assert.True(next.Entry!.Position > lost);

        // Once: the next start is on the same timeline.
        await using var again = await OpenAsync(kept, TimeProvider.System);
        var later = await again.Ledger.CommitAsync(Sample.Booking(1, 4, 54), CancellationToken.None);
        Assert.InRange(later.Entry!.Position, next.Entry.Position, next.Entry.Position + (1L << 40));
        Assert.Equal(4, (await again.Feed.ReadAsync(0, 10, CancellationToken.None)).Count);
    }

    [PostgreSqlFact]
    public async Task A_dump_restored_into_a_fresh_cluster_goes_on_after_its_last_position()
    {
        // As if the old cluster had run for long.
        await ExecuteAsync("UPDATE feed_origin SET xid_offset = 5000000");
        for (var version = 1; version <= 3; version++) await CommitAsync(Sample.Booking(1, version, version * 2));
        var last = await database.Feed.HeadAsync(CancellationToken.None);
        var dump = await (await cluster.ClusterAsync()).DumpAsync(new NpgsqlConnectionStringBuilder(connectionString).Database!);
        await using var fresh = await PrivatePostgreSql.StartAsync();
        var restored = await fresh.CreateDatabaseAsync("restored");
        await fresh.RestoreArchiveAsync("restored", dump);
        // A dump leaves the offset as it was: a cluster that is younger would give old positions again.
        await fresh.ExecuteAsync("restored", "UPDATE feed_origin SET xid_offset = 0");
        await using var again = await OpenAsync(restored, TimeProvider.System);
        Assert.Equal(3, (await again.Feed.ReadAsync(0, 10, CancellationToken.None)).Count);
        var next = await again.Ledger.CommitAsync(Sample.Booking(1, 4, 40), CancellationToken.None);
        Assert.True(next.Entry!.Position > last);
        Assert.Equal(next.Entry.Position, (await again.Feed.ReadAsync(last, 10, CancellationToken.None)).Single().Position);
    }
}
