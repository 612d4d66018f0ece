using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static System.Threading.CancellationToken;

namespace OrleansScheduling.Grains.Tests;

/// <summary>The table in which silos find each other, asked as Orleans asks it. Of two who change it at once one must fail.</summary>
[Collection(ClusterCollection.Name)]
public sealed class MembershipTests(ClusterFixture postgresql) : IAsyncLifetime
{
    static readonly DateTime Start = new(2025, 6, 2, 9, 0, 0, DateTimeKind.Utc);

    readonly FakeTimeProvider clock = new();
    ClusterNode node = null!;
    IMembershipTable table = null!;

    public async Task InitializeAsync()
    {
        node = ClusterNode.Build(await postgresql.NewDatabaseAsync(), clock);
        await node.Services.GetRequiredService<LedgerDatabase>().StartAsync(None);
        table = node.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true, None);
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
    }

    static MembershipEntry Silo(int port, SiloStatus status = SiloStatus.Joining) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, port, 1),
        SiloName = $"silo {port}",
        HostName = "here",
        Status = status,
        StartTime = Start,
        IAmAliveTime = Start,
        SuspectTimes = [],
    };

    [PostgreSqlFact]
    public void A_silo_that_answers_nothing_is_left_out_within_ten_seconds()
    {
        var membership = node.Services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;
        // The next probe is sent when the one before has had its time; the table brings what gossip does not.
        Assert.InRange(membership.MaxProbeTimeout * membership.NumMissedProbesLimit, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9));
        Assert.InRange(membership.TableRefreshTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.InRange(membership.NumVotesForDeathDeclaration, 1, 2);
    }

    [PostgreSqlFact]
    public async Task Of_those_who_join_on_one_version_one_does()
    {
        var version = (await table.ReadAllAsync(None)).Version.Next();
        var joined = await Task.WhenAll(Enumerable.Range(1, 8).Select(port => table.InsertRowAsync(Silo(port), version, None)));
        Assert.Single(joined, true);
        var read = await table.ReadAllAsync(None);
        Assert.Equal(version.Version, read.Version.Version);
        var silo = Assert.Single(read.Members).Item1;
        Assert.Equal((SiloStatus.Joining, "here", Start, Start), (silo.Status, silo.HostName, silo.StartTime, silo.IAmAliveTime));
        Assert.False(await table.InsertRowAsync(Silo(silo.SiloAddress.Endpoint.Port), read.Version.Next(), None));
        Assert.Equal(version.Version, (await table.ReadAllAsync(None)).Version.Version);
    }

    [PostgreSqlFact]
    public async Task A_change_on_an_old_version_is_refused_whole()
    {
        await table.InsertRowAsync(Silo(1), (await table.ReadAllAsync(None)).Version.Next(), None);
        var seen = await table.ReadAllAsync(None);
        var tag = seen.Members[0].Item2;
        var active = Silo(1, SiloStatus.Active);
        Assert.True(await table.UpdateRowAsync(active, tag, seen.Version.Next(), None));

        var suspect = Silo(1, SiloStatus.Dead);
        suspect.AddSuspector(SiloAddress.New(IPAddress.Loopback, 2, 1), Start);
        Assert.False(await table.UpdateRowAsync(suspect, tag, seen.Version.Next(), None));
        var now = await table.ReadRowAsync(active.SiloAddress, None);
        Assert.Equal(SiloStatus.Active, now.Members[0].Item1.Status);
        Assert.True(await table.UpdateRowAsync(suspect, now.Members[0].Item2, now.Version.Next(), None));
        var dead = (await table.ReadRowAsync(active.SiloAddress, None)).Members[0].Item1;
        Assert.Equal((SiloStatus.Dead, Start), (dead.Status, Assert.Single(dead.SuspectTimes!).Item2));
        // Nothing is changed of a silo that is not there.
        Assert.False(await table.UpdateRowAsync(Silo(9), tag, (await table.ReadAllAsync(None)).Version.Next(), None));
    }

    [PostgreSqlFact]
    public async Task The_version_is_read_of_a_silo_that_is_not_there()
    {
        var read = await table.ReadRowAsync(SiloAddress.New(IPAddress.Loopback, 7, 1), None);
        Assert.Empty(read.Members);
        Assert.Equal((await table.ReadAllAsync(None)).Version.Version, read.Version.Version);
    }

    [PostgreSqlFact]
    public async Task Signs_of_life_are_kept_and_the_long_dead_are_cleared_away()
    {
        await table.InsertRowAsync(Silo(1, SiloStatus.Dead), (await table.ReadAllAsync(None)).Version.Next(), None);
        await table.InsertRowAsync(Silo(2, SiloStatus.Active), (await table.ReadAllAsync(None)).Version.Next(), None);
        await table.InsertRowAsync(Silo(3, SiloStatus.Dead), (await table.ReadAllAsync(None)).Version.Next(), None);
        var alive = Silo(3);
        alive.IAmAliveTime = Start.AddHours(2);
        await table.UpdateIAmAliveAsync(alive, None);
        await table.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(Start.AddHours(1)), None);
        Assert.Equal([2, 3], (await table.ReadAllAsync(None)).Members.Select(member => member.Item1.SiloAddress.Endpoint.Port).Order());
        await table.DeleteMembershipTableEntriesAsync("tests", None);
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true, None);
        Assert.Empty((await table.ReadAllAsync(None)).Members);
    }
}
