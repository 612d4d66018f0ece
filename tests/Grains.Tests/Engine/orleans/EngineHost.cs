using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.TestingHost;
using OrleansScheduling.Grains.Engine;

namespace OrleansScheduling.Grains.Tests;

/// <summary>
/// What grains and their services run in: a cluster of two silos. They share one ledger, one index and one clock, so that the tests see
/// what they see of one process; grains live in either silo, and calls between the silos are serialized. Silos with a ledger and an
/// index each are what <c>ClusterTests</c> is about.
/// </summary>
sealed class EngineHost : IAsyncDisposable
{
    const short Silos = 2;

    readonly IHost shared;
    readonly InProcessTestCluster cluster;

    EngineHost(IHost shared, InProcessTestCluster cluster) => (this.shared, this.cluster) = (shared, cluster);

    public IServiceProvider Services => shared.Services;

    /// <summary>As a process that is a silo itself has it.</summary>
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <param name="beneath">What is there before the engine starts: clock, ledger.</param>
    /// <param name="above">What calls grains, or is called by them: scheduling.</param>
    public static async Task<EngineHost> StartAsync(Action<IHostApplicationBuilder> beneath, Action<IHostApplicationBuilder> above)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        beneath(builder);
        above(builder);
        // Nobody calls a grain before the test does: what the services do by themselves waits for the test's clock.
        var grains = DispatchProxy.Create<IGrainFactory, LaterFactory>();
        builder.Services.AddSingleton(grains);
        var own = builder.Services.Select(service => service.ServiceType)
            .Where(type => type.Assembly.GetName().Name!.StartsWith("OrleansScheduling.", StringComparison.Ordinal))
            .Append(typeof(TimeProvider)).Distinct().ToList();
        var shared = builder.Build();
        await shared.StartAsync();

        var plan = new InProcessTestClusterBuilder(Silos);
        plan.Options.InitializeClientOnDeploy = false;
        plan.Options.ConfigureFileLogging = false;
        plan.ConfigureSiloHost((_, silo) =>
        {
            // As instances: they are the shared host's to dispose of.
            foreach (var type in own) silo.Services.AddSingleton(type, shared.Services.GetRequiredService(type));
        });
        plan.ConfigureSilo((_, silo) =>
        {
            // The cluster's own business goes by the machine's clock: three days of a test are no reason to take a silo for dead.
            silo.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
            // Ten thousand calls on a crowded machine are late, not lost: the tests have bounds of their own.
            silo.Services.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromMinutes(5));
            silo.ConfigureGrains();
        });
        var cluster = plan.Build();
        await cluster.DeployAsync();
        ((LaterFactory)(object)grains).Inner = cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        return new EngineHost(shared, cluster);
    }

    public async ValueTask DisposeAsync()
    {
        // As in a process: first those who call grains, then the grains, then what grains stand on.
        await shared.StopAsync();
        await cluster.StopAllSilosAsync();
        await cluster.DisposeAsync();
        if (shared is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else shared.Dispose();
    }

    /// <summary>The services are there before the cluster that they call grains of.</summary>
    public class LaterFactory : DispatchProxy
    {
        internal IGrainFactory? Inner { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            try
            {
                return targetMethod!.Invoke(Inner ?? throw new InvalidOperationException("The cluster has not started."), args);
            }
            catch (TargetInvocationException failure) when (failure.InnerException is not null)
            {
                ExceptionDispatchInfo.Throw(failure.InnerException);
                throw;
            }
        }
    }
}
