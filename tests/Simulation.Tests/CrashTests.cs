using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansScheduling.Check;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Simulation.Tests;

/// <summary>
/// The program and the database are killed in the middle of load. Afterwards every receipt that was given stands in the ledger under its
/// key, none twice; every hold is right; whatever had no answer can be sent again and happens once; and the check finds nothing.
/// </summary>
public sealed class CrashTests : IAsyncLifetime
{
    /// <summary>Receipts between two events of a test: enough that batches, holds and moves are under way.</summary>
    const int Receipts = 150;

    static readonly Town Town = new(Operatives: 8, Properties: 200);
    readonly List<LoadedProcess> processes = [];
    readonly List<DirectoryInfo> directories = [];
    PrivatePostgreSql? cluster;

    public static TheoryData<int> Seeds => [1, 2];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Killed_process_on_SQLite_has_kept_every_receipt(int seed)
    {
        var directory = Directory.CreateTempSubdirectory("crash-tests-");
        directories.Add(directory);
        await KillProcessAsync(new LedgerOptions { Directory = directory.FullName }, seed);
    }

    [PostgreSqlTheory]
    [MemberData(nameof(Seeds))]
    public async Task Killed_process_on_PostgreSQL_has_kept_every_receipt(int seed) =>
        await KillProcessAsync(await PostgreSqlAsync(), seed);

    async Task KillProcessAsync(LedgerOptions options, int seed)
    {
        var process = await StartAsync(options, seed, "one");
        await process.ReachAsync(Receipts);
        await process.KillAsync();

        await ProveAsync(options, process);
    }

    [PostgreSqlTheory]
    [MemberData(nameof(Seeds))]
    public async Task Killed_PostgreSQL_has_kept_every_receipt_and_the_process_goes_on(int seed)
    {
        var options = await PostgreSqlAsync();
        var process = await StartAsync(options, seed, "one");
        await process.ReachAsync(Receipts);
        await cluster!.KillAsync();
        var before = process.Receipts.Count;
        await cluster.ResumeAsync();
        await process.ReachAsync(before + Receipts);
        await process.KillAsync();

        await ProveAsync(options, process);
    }

    [PostgreSqlFact]
    public async Task Two_processes_race_for_the_same_diaries_while_one_is_killed()
    {
        var options = await PostgreSqlAsync();
        var (one, other) = (await StartAsync(options, 3, "one"), await StartAsync(options, 4, "other"));
        await Task.WhenAll(one.ReachAsync(Receipts), other.ReachAsync(Receipts));
        await one.KillAsync();
        await other.ReachAsync(other.Receipts.Count + Receipts);
        await other.KillAsync();

        await ProveAsync(options, one, other);
    }

    [PostgreSqlFact]
    public async Task Process_that_was_stopped_for_a_while_has_nothing_stale_accepted()
    {
        var options = await PostgreSqlAsync();
        var (one, other) = (await StartAsync(options, 5, "one"), await StartAsync(options, 6, "other"));
        await Task.WhenAll(one.ReachAsync(Receipts), other.ReachAsync(Receipts));
        one.Stop();
        // While it sleeps, the diaries that it knows move on under it.
        await other.ReachAsync(other.Receipts.Count + (2 * Receipts));
        one.Continue();
        await one.ReachAsync(one.Receipts.Count + Receipts);
        await one.KillAsync();
        await other.KillAsync();

        await ProveAsync(options, one, other);
    }

    async Task<LedgerOptions> PostgreSqlAsync()
    {
        cluster = await PrivatePostgreSql.StartAsync();
        return new LedgerOptions { ConnectionString = await cluster.CreateDatabaseAsync("load") };
    }

    async Task<LoadedProcess> StartAsync(LedgerOptions options, int seed, string name)
    {
        await using (
            var database = await LedgerDatabase.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None))
            await Town.SettleAsync(database.Registry);
        var process = LoadedProcess.Start(options, seed, name);
        processes.Add(process);
        return process;
    }

    static async Task ProveAsync(LedgerOptions options, params IReadOnlyList<LoadedProcess> loads)
    {
        await using var node = await SchedulingNode.StartAsync(options);
        foreach (var load in loads)
        {
            Assert.True(load.Receipts.Count >= Receipts);
            await ProveReceiptsAsync(node, load);
            await ProveHoldsAsync(node, load);
            await ProveUnansweredAsync(node, load);
        }

        var report = await LedgerCheck.RunAsync(node.Database, StraightLineTravel.Default, CancellationToken.None);
        Assert.True(report is { Breaches: 0, Warnings: 0 }, report.ToString());
        Assert.True(report.Counts.Keys >= loads.Sum(load => load.Receipts.Count));
    }

    /// <summary>Under its key, where the receipt says, and nowhere else.</summary>
    static async Task ProveReceiptsAsync(SchedulingNode node, LoadedProcess load)
    {
        var positions = new Dictionary<Guid, long>();
        await using (var snapshot = await node.Database.OpenSnapshotAsync(CancellationToken.None))
        {
            await foreach (var entry in snapshot.EntriesAsync(CancellationToken.None))
            {
                if (entry.Key is { } key) Assert.True(positions.TryAdd(key, entry.Entry.Position), $"Key {key} stands in the feed twice.");
            }
        }

        foreach (var (key, (position, _)) in load.Receipts)
            Assert.True(positions.TryGetValue(RecordedKey(key), out var recorded)
                && recorded == position, $"Receipt {key} at {position} is recorded at {recorded}.");
        // A refusal has written nothing.
        foreach (var key in load.Refusals.Keys)
            Assert.False(positions.ContainsKey(RecordedKey(key)), $"{key} was refused and is recorded.");
    }

    /// <summary>Organisation and key, as the ledger's port describes it, worked out here once more.</summary>
    static Guid RecordedKey(string key) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{Town.Landlord}\n{key}")).AsSpan(0, 16));

    /// <summary>A hold that was given, and that nobody has touched since, is still there.</summary>
    static async Task ProveHoldsAsync(SchedulingNode node, LoadedProcess load)
    {
        var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var untouched = load.Sent.Values.GroupBy(command => command.Job).Where(job => job.Count() == 1 && job.First().Verb == "Hold")
            .Select(job => job.First());
        var proved = 0;
        foreach (var command in untouched)
        {
            if (!load.Receipts.TryGetValue(command.Key, out var receipt)) continue;
            var job = await node.Database.Ledger.LoadJobAsync(command.Job, CancellationToken.None);
            Assert.NotNull(job);
            Assert.True(
                job.Hold is { } hold && hold.Id.Number == receipt.Hold && hold.ExpiresAt > now, $"Hold of {command.Key} is {job.Hold}.");
            Assert.Equal(VisitState.Held, Assert.Single(job.Visits).State);
            proved++;
        }

        Assert.True(proved > 0, "The load left no hold to prove.");
    }

    /// <summary>Sent again under its key, twice: the same answer, and one entry at most.</summary>
    static async Task ProveUnansweredAsync(SchedulingNode node, LoadedProcess load)
    {
        var unanswered = load.Sent.Values.Where(
            command => !load.Receipts.ContainsKey(command.Key) && !load.Refusals.ContainsKey(command.Key)).ToList();
        Assert.True(unanswered.Count > 0, "The load was not killed in the middle of anything.");
        var recorded = new HashSet<Guid>();
        await using (var snapshot = await node.Database.OpenSnapshotAsync(CancellationToken.None))
        {
            await foreach (var entry in snapshot.EntriesAsync(CancellationToken.None))
            {
                if (entry.Key is { } key) recorded.Add(key);
            }
        }

        foreach (var command in unanswered.Concat(load.Sent.Values.Where(command => load.Receipts.ContainsKey(command.Key)).Take(50)))
        {
            var first = await command.SendAsync(node);
            var again = await command.SendAsync(node);
            Assert.Equal(first.Receipt?.Position, again.Receipt?.Position);
            if (recorded.Contains(RecordedKey(command.Key))) Assert.NotNull(first.Receipt);
            if (load.Receipts.TryGetValue(command.Key, out var receipt)) Assert.Equal(receipt.Position, first.Receipt?.Position);
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var process in processes) process.Dispose();
        if (cluster is not null) await cluster.DisposeAsync();
        foreach (var directory in directories) directory.Delete(recursive: true);
    }
}
