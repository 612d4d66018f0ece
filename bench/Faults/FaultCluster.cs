using System.Diagnostics;
using System.Net;
using Npgsql;
using OrleansScheduling.Bench.GraphQL;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Faults;

/// <summary>Three processes of the service on one PostgreSQL, and a town to book in.</summary>
sealed class FaultCluster : IAsyncDisposable
{
    public const int Nodes = 3;

    /// <summary>Contractors beside the one that is booked with: their plans are duties too.</summary>
    const int OtherContractors = 9;

    /// <summary>Freeing holds, and a plan for each contractor.</summary>
    public const int Duties = 1 + 1 + OtherContractors;

    /// <summary>Numbered from 1.</summary>
    public const int Operatives = 400;

    /// <summary>Two processes that are starting hold as many connections as those that run.</summary>
    public const string PoolSize = ";Maximum Pool Size=40";

    static readonly Town Town = new(Operatives);

    FaultCluster(PrivatePostgreSql database, string connection, string directory, string apiKey, DirectoryInfo? program)
    {
        (Database, Connection, Directory, ApiKey, Calls) = (database, connection, directory, apiKey, new BookingCalls(apiKey));
        Program = program?.FullName;
        Watch = new DutyWatch(connection);
    }

    public PrivatePostgreSql Database { get; }

    public string Connection { get; }

    public string Directory { get; }

    /// <summary>What callers sign in with: a planner's.</summary>
    public string ApiKey { get; }

    public BookingCalls Calls { get; }

    public DutyWatch Watch { get; }

    /// <summary>Where the program that the nodes run was published; null: the one built beside this program.</summary>
    public string? Program { get; }

    public List<NodeProcess> All { get; } = [];

    /// <param name="isOnNetwork">Whether the database is reached through a <see cref="NetworkLine"/> too.</param>
    /// <param name="disk">What the database lies on; null: the machine's own.</param>
    /// <param name="program">Where the program that the nodes run was published; null: the one built beside this program.</param>
    /// <param name="previous">Another version, published, that makes the schema and is what the nodes run first; null: none.</param>
    public static async Task<FaultCluster> StartAsync(
        bool isOnNetwork, DatabaseDisk? disk, DirectoryInfo? program, DirectoryInfo? previous, CancellationToken cancellationToken)
    {
        // As many as the manual says, for the nodes of all cases: 75 each.
        var settings = new Dictionary<string, string>
        {
            ["max_wal_size"] = disk is null ? "4GB" : "64MB",
            ["max_connections"] = "400",
        };
        if (isOnNetwork) settings["listen_addresses"] = $"127.0.0.1,{NetworkLine.DatabaseAddress}";
        var database = await PrivatePostgreSql.StartAsync(settings, isOnNetwork ? NetworkLine.NodeNetwork : null, disk?.Folder);
        var directory = System.IO.Directory.CreateTempSubdirectory("osl-faults-").FullName;
        FaultCluster? cluster = null;
        try
        {
            const string Filled = "faults";
            var connection = await database.CreateDatabaseAsync(Filled) + PoolSize;
            await FillAsync(connection, cancellationToken);
            var key = await ServerProcess.NewKeyAsync(connection, directory, "FIX");
            if (previous is not null)
                connection = await PreviousVersion.LedgerAsync(database, Filled, previous, directory, cancellationToken);
            cluster = new FaultCluster(database, connection, directory, key, program);
            for (var number = 1; number <= Nodes; number++)
            {
                cluster.All.Add(new NodeProcess($"node {number}", connection, directory, IPAddress.Loopback, NodeProcess.FreePort())
                {
                    Published = previous?.FullName ?? cluster.Program,
                });
                await cluster.All[^1].StartAsync(cancellationToken);
            }

            await cluster.Calls.SearchAsync(cluster.All[0], cancellationToken);
            return cluster;
        }
        catch
        {
            if (cluster is not null)
            {
                await cluster.DisposeAsync();
                throw;
            }

            await database.DisposeAsync();
            System.IO.Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    static async Task FillAsync(string connection, CancellationToken cancellationToken)
    {
        await using var database = await LedgerDatabase.OpenAsync(
            new LedgerOptions { ConnectionString = connection }, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, cancellationToken);
        await Town.SettleAsync(database.Registry, cancellationToken);
        await database.Registry.UpsertAsync(
            new RegistryBatch
            {
                Organisations =
                [
                    .. Enumerable.Range(3, OtherContractors).Select(id => new Organisation(
                        new OrganisationId(id), $"OTHER{id}", $"Contractor {id}", OrganisationKind.Contractor, "Europe/London")),
                ],
            },
            cancellationToken);
    }

    /// <summary>What the API calls the operatives, by their numbers.</summary>
    public async Task<Dictionary<int, string>> OperativeIdsAsync(CancellationToken cancellationToken)
    {
        const int PageSize = 100;
        var ids = new Dictionary<int, string>();
        foreach (var numbers in Enumerable.Range(1, Operatives).Chunk(PageSize))
        {
            var found = await Calls.AskAsync(
                All[0], "query ($in: [String!]) { operatives(first: 100, where: { reference: { in: $in } }) { nodes { id reference } } }",
                new { @in = numbers.Select(number => $"OP{number}") }, cancellationToken);
            foreach (var node in found["operatives"]!["nodes"]!.AsArray())
            {
                var number = node!["reference"]!.GetValue<string>().AsSpan(2);
                ids[int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)] = node["id"]!.GetValue<string>();
            }
        }

        return ids;
    }

    /// <summary>Waits until the database answers somebody who comes anew.</summary>
    /// <returns>Seconds that it took.</returns>
    public async Task<double> AnswersAfterAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await using var source = NpgsqlDataSource.Create(Connection + ";Pooling=false");
        while (true)
        {
            try
            {
                await using var command = source.CreateCommand("SELECT 1");
                await command.ExecuteScalarAsync(cancellationToken);
                return Stopwatch.GetElapsedTime(started).TotalSeconds;
            }
            catch (NpgsqlException) when (Stopwatch.GetElapsedTime(started) < DutyWatch.Longest)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
        }
    }

    /// <summary>
    /// Everybody is up and has its share of the duties. Who has ended by itself is started again, as whatever looks after processes does.
    /// </summary>
    public async Task SettledAsync(CancellationToken cancellationToken)
    {
        var settling = Watch.SettledAsync(Stopwatch.GetTimestamp(), Duties, Nodes, cancellationToken);
        while (await Task.WhenAny(settling, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken)) != settling)
        {
            foreach (var node in All.Where(node => node.IsUp && node.HasEnded))
            {
                await node.StartAsync(cancellationToken);
                EndedBefore++;
            }
        }

        await settling;
    }

    /// <summary>Times that a node has ended by itself, and was started again.</summary>
    public int EndedBefore { get; private set; }

    /// <summary>Bookings a second with as many callers as make no difference any more: by processors, not by waiting.</summary>
    public async Task<double> CapacityAsync(int seconds, CancellationToken cancellationToken)
    {
        const int Callers = 32;
        const int MostTries = 5;
        var run = Guid.NewGuid().ToString("N");
        var (number, again) = (0, 0);
        var loop = await ClosedLoop.RunAsync(
            Callers, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(seconds),
            async caller =>
            {
                var (key, offer) = ($"{run}-{Interlocked.Increment(ref number)}", Calls.NextOffer());
                for (var left = MostTries; ; left--)
                {
                    var attempt = await Calls.BookAsync(All[caller % All.Count], key, offer, cancellationToken);
                    if (attempt.End == AttemptEnd.Booked) return;
                    if (attempt.End != AttemptEnd.TryAgain || left == 1)
                        throw new InvalidOperationException($"A booking failed with nothing wrong: {attempt}");
                    // All that the machine has is asked of it: a call may be told to come back in a moment, as at any other time.
                    Interlocked.Increment(ref again);
                }
            },
            cancellationToken);
        if (again > 0) await Console.Error.WriteLineAsync($"what three nodes can do: {again} attempts were told to try again");
        return loop.PerSecond;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in All) await node.DisposeAsync();
        await Watch.DisposeAsync();
        Calls.Dispose();
        NpgsqlConnection.ClearAllPools();
        await Database.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
