using System.Text.Json;
using OrleansScheduling.Check;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.Grains.Tests;

/// <summary>What bookings do, written once; the two databases are two derived classes.</summary>
public abstract partial class GrainSuite(ITestOutputHelper output) : IAsyncLifetime
{
    readonly List<GrainHost> nodes = [];
    TestDatabase? database;

    protected abstract Task<TestDatabase> NewDatabaseAsync();

    protected FakeTimeProvider Clock { get; } = new();

    protected GrainHost Node { get; private set; } = null!;

    protected Caller Anna { get; private set; } = null!;

    protected Caller Ben { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        database = await NewDatabaseAsync();
        Node = await StartNodeAsync(World.Batch);
        (Anna, Ben) = (new Caller(Node, "anna"), new Caller(Node, "ben"));
    }

    /// <summary>Another node on the same database, as another process would be.</summary>
    protected async Task<GrainHost> StartNodeAsync(RegistryBatch? world = null)
    {
        var node = await GrainHost.StartAsync(database!.Options, Clock, world);
        nodes.Add(node);
        return node;
    }

    /// <summary>Ends the first node and starts another in its place.</summary>
    protected async Task RestartAsync()
    {
        await Node.DisposeAsync();
        nodes.Remove(Node);
        Node = await StartNodeAsync();
        (Anna, Ben) = (new Caller(Node, "anna"), new Caller(Node, "ben"));
    }

    /// <summary>After every test, whatever it was about: nothing in the ledger contradicts itself.</summary>
    public async Task DisposeAsync()
    {
        var report = await LedgerCheck.RunAsync(Node.Get<LedgerDatabase>(), Node.Availability.Travel, CancellationToken.None);
        foreach (var node in nodes) await node.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
        Assert.True(report.Succeeded, report.ToString());
    }

    protected static void AssertSame<T>(T expected, T actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));

    protected static string Name(RefusalReason reason) => reason.ToString();

    protected static Receipt Granted(CommandAnswer answer) => Caller.Granted(answer);

    protected static RefusalState Refused(RefusalReason reason, CommandAnswer answer) => Caller.Refused(Name(reason), answer);

    protected async Task<List<FeedEntry>> FeedAsync(long after = 0)
    {
        var entries = new List<FeedEntry>();
        while (true)
        {
            var page = await Node.Feed.ReadAsync(entries.Count == 0 ? after : entries[^1].Position, IFeed.MaxPage, CancellationToken.None);
            if (page.Count == 0) return entries;
            entries.AddRange(page);
        }
    }

    protected Task<T> WithPassingTimeAsync<T>(Task<T> work) => GrainHost.WithPassingTimeAsync(Clock, work);

    protected Task<long> HeadAsync() => Node.Feed.HeadAsync(CancellationToken.None);
}

public sealed class SqliteGrainTests(ITestOutputHelper output) : GrainSuite(output)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteTestDatabase());
}

[Collection(ClusterCollection.Name)]
public sealed class PostgreSqlGrainTests(ClusterFixture cluster, ITestOutputHelper output) : GrainSuite(output)
{
    protected override async Task<TestDatabase> NewDatabaseAsync() => new PostgreSqlTestDatabase(await cluster.NewDatabaseAsync());
}
