using System.Text.Json;
using Npgsql;
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
    protected async Task<GrainHost> StartNodeAsync(RegistryBatch? world = null, FaultyLedger? faults = null, IDuties? duties = null)
    {
        var node = await GrainHost.StartAsync(database!.Options, Clock, world, faults, duties);
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

    [PostgreSqlFact]
    public async Task A_claim_that_needs_a_registry_change_which_a_long_transaction_holds_back_is_told_so()
    {
        await using var elsewhere = NpgsqlDataSource.Create(await cluster.NewDatabaseAsync());
        await using var slow = await elsewhere.OpenConnectionAsync();
        await using var begun = await slow.BeginTransactionAsync();
        await using (var take = new NpgsqlCommand("SELECT pg_current_xact_id()::text", slow)) await take.ExecuteScalarAsync();
        var ill = World.Plumbers.Select(id => World.Person(
            id, World.Repairs, World.Plumber, [new(World.Tuesday.AtMidnight(), World.Wednesday.AtMidnight(), "Ill")]));
        await Node.Registry.UpsertAsync(new RegistryBatch { Operatives = [.. ill] }, CancellationToken.None);

        var offers = Node.Get<Offers.OfferTokens>();
        var offer = new Offers.Offer(
            World.Daily, World.Property(1), [new(World.Bath)], World.Tuesday, World.Am, null,
            Node.Availability.Now + NodaTime.Duration.FromMinutes(15));
        var job = Caller.NewJob();
        Refused(RefusalReason.CatchingUp, await WithPassingTimeAsync(Anna.BookAsync(job, offers.Encode(offer))));
        Assert.NotEqual(FeedLag.None, await Node.Feed.LagAsync(CancellationToken.None));
        Assert.Null(await Node.Job(job).Get(Caller.Landlord));

        await begun.RollbackAsync();
        await Node.CatchUpAsync();
        Refused(RefusalReason.WindowGone, await WithPassingTimeAsync(Anna.BookAsync(Caller.NewJob(), offers.Encode(offer))));
        Assert.Equal(FeedLag.None, await Node.Feed.LagAsync(CancellationToken.None));
    }
}
