using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Npgsql;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Ledger;

/// <summary>
/// Durable bookings a second through the ledger, without grains. PostgreSQL runs on this machine with its default durability (fsync and
/// synchronous_commit on, data on disk), in a cluster of the benchmark's own; every case has its own database and starts after a
/// checkpoint.
/// </summary>
static class LedgerBench
{
    const int Diaries = 1000;
    const int Callers = 256;
    const int PlainConnections = 64;
    const double VisitOnlyTarget = 1.2;
    const double SameRecordTarget = 2.5;
    const double P99TargetMilliseconds = 20;

    public static async Task RunAsync(BenchSettings settings, Report report, CancellationToken cancellationToken)
    {
        await using var cluster = await PrivatePostgreSql.StartAsync(new Dictionary<string, string> { ["max_wal_size"] = "4GB" });
        var visitOnly = await PlainAsync(cluster, "plain_visit", wholeRecord: false, settings, cancellationToken);
        report.Add("plain client, visit row only", "bookings", "1/s", visitOnly.PerSecond);
        var sameRecord = await PlainAsync(cluster, "plain_record", wholeRecord: true, settings, cancellationToken);
        report.Add("plain client, same record", "bookings", "1/s", sameRecord.PerSecond);

        var options = new LedgerOptions { ConnectionString = await cluster.CreateDatabaseAsync("ledger") };
        var ours = await LedgerAsync(cluster, options, settings, cancellationToken);
        report.AddAtLeastTimes("ledger, PostgreSQL", "bookings", "1/s", ours.PerSecond, "visit row only", visitOnly.PerSecond,
            VisitOnlyTarget);
        report.AddAtLeastTimes("ledger, PostgreSQL", "bookings", "1/s", ours.PerSecond, "same record", sameRecord.PerSecond,
            SameRecordTarget);
        report.Add("ledger, PostgreSQL", "latency p50", "ms", ours.P50Milliseconds);
        report.AddAtMost("ledger, PostgreSQL", "latency p99", "ms", ours.P99Milliseconds, P99TargetMilliseconds);

        var hotOptions = new LedgerOptions { ConnectionString = await cluster.CreateDatabaseAsync("hot") };
        var hot = await HotDiaryAsync(hotOptions, settings, cancellationToken);
        report.Add("ledger, PostgreSQL, one hot diary", "bookings", "1/s", hot.PerSecond);
        report.Add("ledger, PostgreSQL, one hot diary", "latency p99", "ms", hot.P99Milliseconds);

        var directory = Directory.CreateTempSubdirectory("osl-bench-");
        var lite = await LedgerAsync(null, new LedgerOptions { Directory = directory.FullName }, settings, cancellationToken);
        directory.Delete(recursive: true);
        report.Add("ledger, SQLite", "bookings", "1/s", lite.PerSecond);
        report.Add("ledger, SQLite", "latency p99", "ms", lite.P99Milliseconds);
    }

    static async Task<LoopResult> PlainAsync(
        PrivatePostgreSql cluster, string database, bool wholeRecord, BenchSettings settings, CancellationToken cancellationToken)
    {
        await cluster.CreateDatabaseAsync(database);
        await cluster.ExecuteAsync(database, PlainClient.VisitTable + PlainClient.OtherTables);
        await cluster.ExecuteAsync(database, "CHECKPOINT");
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString(database, PlainConnections));
        var clients = new List<PlainClient>();
        for (var i = 0; i < PlainConnections; i++) clients.Add(await PlainClient.OpenAsync(source, wholeRecord));
        var bookings = new Bookings(Diaries);
        var randoms = Randoms(PlainConnections);
        var now = Instant.FromUtc(2025, 6, 1, 12, 0);
        var result = await ClosedLoop.RunAsync(
            PlainConnections,
            settings.Seconds,
            caller =>
            {
                var (operative, version) = bookings.Next(caller, PlainConnections, randoms[caller]);
                return clients[caller].BookAsync(Bookings.Changeset(bookings.NewJob(), operative, version, now));
            },
            cancellationToken);
        foreach (var client in clients) await client.DisposeAsync();
        return result;
    }

    static async Task<LoopResult> LedgerAsync(PrivatePostgreSql? cluster, LedgerOptions options, BenchSettings settings,
        CancellationToken cancellationToken)
    {
        await using var database = await LedgerDatabase.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance,
            cancellationToken);
        if (cluster is not null) await cluster.ExecuteAsync("ledger", "CHECKPOINT");
        var bookings = new Bookings(Diaries);
        var randoms = Randoms(Callers);
        var now = Instant.FromUtc(2025, 6, 1, 12, 0);
        return await ClosedLoop.RunAsync(
            Callers,
            settings.Seconds,
            async caller =>
            {
                var (operative, version) = bookings.Next(caller, Callers, randoms[caller]);
                var changeset = Bookings.Changeset(bookings.NewJob(), operative, version, now);
                Committed(await database.Ledger.CommitAsync(changeset, CancellationToken.None));
            },
            cancellationToken);
    }

    /// <summary>All callers want the same operative: each is decided on the version that the one before it will make.</summary>
    static async Task<LoopResult> HotDiaryAsync(LedgerOptions options, BenchSettings settings, CancellationToken cancellationToken)
    {
        await using var database = await LedgerDatabase.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance,
            cancellationToken);
        var bookings = new Bookings(1);
        var now = Instant.FromUtc(2025, 6, 1, 12, 0);
        var turn = new Lock();
        long version = 0;
        return await ClosedLoop.RunAsync(
            Callers,
            settings.Seconds,
            async caller =>
            {
                Task<CommitResult> commit;
                var job = bookings.NewJob();
                lock (turn) commit = database.Ledger.CommitAsync(Bookings.Changeset(job, 1, ++version, now), CancellationToken.None);
                Committed(await commit);
            },
            cancellationToken);
    }

    static void Committed(CommitResult result)
    {
        if (result.Status != CommitStatus.Committed) throw new InvalidOperationException($"A booking was answered {result.Status}.");
    }

    /// <summary>Seeded by the caller's number: every run books alike.</summary>
    static Random[] Randoms(int callers) => [.. Enumerable.Range(0, callers).Select(caller => new Random(caller))];
}
