using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.TestingHost;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Engine;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Tests;

/// <summary>A silo as the service runs it: ledger, index and feed of its own, and its place in a table of the ledger's database.</summary>
sealed class ClusterNode : IAsyncDisposable
{
    readonly IHost host;

    ClusterNode(IHost host) => this.host = host;

    /// <summary>The contracts' calls that grains of this silo were asked.</summary>
    public IReadOnlyCollection<string> Served => Services.GetRequiredService<Calls>().Served;

    public IServiceProvider Services => host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public AvailabilityService Availability => Services.GetRequiredService<AvailabilityService>();

    public SiloAddress Address => Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    /// <summary>Not started: what may be asked of a cluster's tables without being of the cluster.</summary>
    public static ClusterNode Build(string connectionString, TimeProvider clock, string cluster = "tests")
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole();
        builder.Configuration.AddInMemoryCollection(
            [new("Cluster:Name", cluster), new("Cluster:Address", "127.0.0.1"), new("Cluster:Port", "0")]);
        builder.Services.AddSingleton(clock);
        builder.Services.AddLedger(new LedgerOptions { ConnectionString = connectionString });
        builder.Services.AddSingleton<IDuties>(new EveryDuty());
        builder.AddGrainEngine();
        // The cluster's own business goes by the machine's clock.
        builder.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
        builder.Services.AddSingleton<Calls>();
        builder.Services.AddSingleton<IIncomingGrainCallFilter>(provider => provider.GetRequiredService<Calls>());
        builder.Services.AddScheduling(builder.Configuration);
        return new ClusterNode(builder.Build());
    }

    public static async Task<ClusterNode> StartAsync(string connectionString, TimeProvider clock, RegistryBatch? world = null)
    {
        var node = Build(connectionString, clock);
        if (world is not null)
        {
            await node.Services.GetRequiredService<LedgerDatabase>().StartAsync(CancellationToken.None);
            await node.Services.GetRequiredService<IRegistryStore>().UpsertAsync(world, CancellationToken.None);
        }

        await node.host.StartAsync();
        await node.Availability.Ready.WaitAsync(GrainHost.Patience);
        return node;
    }

    public Task StopAsync() => host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    sealed class Calls : IIncomingGrainCallFilter
    {
        public ConcurrentQueue<string> Served { get; } = new();

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceMethod.DeclaringType is { } type && type.Assembly == typeof(IJobGrain).Assembly) Served.Enqueue(type.Name);
            return context.Invoke();
        }
    }
}
