using Microsoft.Extensions.Logging.Abstractions;
using OrleansScheduling.Bench.Ledger;
using OrleansScheduling.Check;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Booking;

/// <summary>
/// Durable bookings a second through the diary grain: one command that claims a window for a new job and promises it. PostgreSQL runs on
/// this machine with its default durability (fsync and synchronous_commit on, data on disk). The yardsticks are measured in turn with it,
/// and every ledger is checked afterwards.
/// </summary>
static class BookingBench
{
    const int Diaries = 1000;
    const int Callers = 256;

    /// <summary>Yardsticks and grains take turns so often: this machine's disk has good and bad minutes.</summary>
    const int Rounds = 2;
    const double VisitOnlyTarget = 1.2;
    const double SameRecordTarget = 2.5;
    const double P99TargetMilliseconds = 20;

    public static async Task RunAsync(BenchSettings settings, Report report, CancellationToken cancellationToken)
    {
        await using var cluster = await PrivatePostgreSql.StartAsync(new Dictionary<string, string> { ["max_wal_size"] = "4GB" });
        var turn = settings with { Seconds = Math.Max(1, settings.Seconds / Rounds) };
        var (visitOnly, sameRecord, ours, steps) = (new List<Measured>(), new List<Measured>(), new List<Measured>(), new List<Measured>());
        // Once for nothing: until then much of the code runs as it was first compiled, which is several times as slow.
        await PostgreSqlAsync(cluster, "unmeasured", new Town(Diaries), BookingCall.HoldAndConfirm, turn, cancellationToken);
        await PostgreSqlAsync(cluster, "unmeasured2", new Town(Diaries), BookingCall.Book, turn, cancellationToken);
        for (var round = 1; round <= Rounds; round++)
        {
            visitOnly.Add(await PlainAsync(cluster, $"plain_visit{round}", wholeRecord: false, turn, cancellationToken));
            ours.Add(await PostgreSqlAsync(cluster, $"grains{round}", new Town(Diaries), BookingCall.Book, turn, cancellationToken));
            sameRecord.Add(await PlainAsync(cluster, $"plain_record{round}", wholeRecord: true, turn, cancellationToken));
            steps.Add(
                await PostgreSqlAsync(cluster, $"steps{round}", new Town(Diaries), BookingCall.HoldAndConfirm, turn, cancellationToken));
        }

        Add(report, "plain client, visit row only", Measured.Mean(visitOnly), "bookings");
        Add(report, "plain client, same record", Measured.Mean(sameRecord), "bookings");
        var mean = Measured.Mean(ours);
        Add(report, "grains, PostgreSQL", mean, "bookings");
        report.AddAtMost("grains, PostgreSQL", "latency p99", "ms", mean.Loop.P99Milliseconds, P99TargetMilliseconds);
        report.AddAtLeastTimes(
            "grains, PostgreSQL", "bookings", "1/s", mean.Loop.PerSecond, "visit row only",
            Measured.Mean(visitOnly).Loop.PerSecond, VisitOnlyTarget);
        report.AddAtLeastTimes(
            "grains, PostgreSQL", "bookings", "1/s", mean.Loop.PerSecond, "same record",
            Measured.Mean(sameRecord).Loop.PerSecond, SameRecordTarget);
        Add(report, "grains, PostgreSQL, hold then confirm", Measured.Mean(steps), "bookings");
        Add(report, "grains, PostgreSQL, one hot diary",
            await PostgreSqlAsync(cluster, "hot", HotTown, BookingCall.BookInOneDiary, turn, cancellationToken), "bookings");
        Add(report, "grains, SQLite", await SqliteAsync(new Town(Diaries), BookingCall.Book, turn, cancellationToken), "bookings");
        Add(report, "grains, SQLite, one hot diary",
            await SqliteAsync(HotTown, BookingCall.BookInOneDiary, turn, cancellationToken), "bookings");
    }

    /// <summary>A diary takes 40 visits a day; with a year of them it lasts for a run, and then the next one is the hot one.</summary>
    static readonly Town HotTown = new(Operatives: 20, HorizonDays: 365);

    static void Add(Report report, string name, Measured measured, string metric)
    {
        report.Add(name, metric, "1/s", measured.Loop.PerSecond);
        report.Add(name, "latency p50", "ms", measured.Loop.P50Milliseconds);
        report.Add(name, "latency p99", "ms", measured.Loop.P99Milliseconds);
        report.Add(name, "processor, this process", "cores", measured.ClientCores);
        if (measured.ServerCores > 0) report.Add(name, "processor, PostgreSQL", "cores", measured.ServerCores);
        // What a busy machine blurs least.
        var cores = measured.ClientCores + measured.ServerCores;
        report.Add(name, "processor a booking", "µs", cores * 1e6 / measured.Loop.PerSecond);
    }

    static async Task<Measured> PlainAsync(
        PrivatePostgreSql cluster, string database, bool wholeRecord, BenchSettings settings, CancellationToken cancellationToken)
    {
        var usage = await Usage.StartAsync(cluster, cancellationToken);
        var loop = await LedgerBench.PlainAsync(cluster, database, wholeRecord, settings, cancellationToken);
        return usage.Stop(loop);
    }

    static async Task<Measured> PostgreSqlAsync(
        PrivatePostgreSql cluster, string database, Town town, Func<BookingCall, int, Task> call, BenchSettings settings,
            CancellationToken cancellationToken)
    {
        var options = new LedgerOptions { ConnectionString = await cluster.CreateDatabaseAsync(database) };
        var usage = await Usage.StartAsync(cluster, cancellationToken);
        return await MeasureAsync(
            options, town, call, settings, usage, () => cluster.ExecuteAsync(database, "CHECKPOINT"), cancellationToken);
    }

    static async Task<Measured> SqliteAsync(
        Town town, Func<BookingCall, int, Task> call, BenchSettings settings, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("osl-bench-");
        try
        {
            var usage = await Usage.StartAsync(null, cancellationToken);
            return await MeasureAsync(
                new LedgerOptions { Directory = directory.FullName }, town, call, settings, usage, () => Task.CompletedTask,
                cancellationToken);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    static async Task<Measured> MeasureAsync(
        LedgerOptions options, Town town, Func<BookingCall, int, Task> call, BenchSettings settings, Usage usage, Func<Task> settle,
        CancellationToken cancellationToken)
    {
        await using (
            var registry = await LedgerDatabase.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken))
            await town.SettleAsync(registry.Registry, cancellationToken);
        await using var node = await SchedulingNode.StartAsync(options, town.HorizonDays, cancellationToken: cancellationToken);
        var calls = new BookingCall(node.Grains, town);
        await calls.OpenDiariesAsync();
        await settle();
        usage.Restart();
        var loop = await ClosedLoop.RunAsync(Callers, settings.Seconds, caller => call(calls, caller), cancellationToken);
        var measured = usage.Stop(loop);
        var check = await LedgerCheck.RunAsync(node.Database, StraightLineTravel.Default, cancellationToken);
        if (!check.Succeeded || check.Warnings > 0)
            throw new InvalidOperationException($"The ledger is damaged:{Environment.NewLine}{check}");
        if (check.Counts.Jobs != calls.Booked)
            throw new InvalidOperationException($"{calls.Booked} bookings were answered and {check.Counts.Jobs} are recorded.");
        return measured;
    }
}

/// <param name="ClientCores">Processor time of this process over wall-clock time, warm-up included.</param>
sealed record Measured(LoopResult Loop, double ClientCores, double ServerCores)
{
    public static Measured Mean(IReadOnlyList<Measured> rounds) => new(
        new LoopResult(
            rounds.Average(round => round.Loop.PerSecond), rounds.Average(round => round.Loop.P50Milliseconds),
            rounds.Average(round => round.Loop.P99Milliseconds), rounds.Sum(round => round.Loop.Calls)),
        rounds.Average(round => round.ClientCores),
        rounds.Average(round => round.ServerCores));
}
