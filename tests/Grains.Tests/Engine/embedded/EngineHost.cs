using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using OrleansScheduling.Grains.Engine;

namespace OrleansScheduling.Grains.Tests;

/// <summary>What grains and their services run in: one process.</summary>
sealed class EngineHost : IAsyncDisposable
{
    readonly IHost host;

    EngineHost(IHost host) => this.host = host;

    public IServiceProvider Services => host.Services;

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    /// <param name="beneath">What is there before the engine starts: clock, ledger.</param>
    /// <param name="above">What calls grains, or is called by them: scheduling.</param>
    public static async Task<EngineHost> StartAsync(Action<IHostApplicationBuilder> beneath, Action<IHostApplicationBuilder> above)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        beneath(builder);
        builder.AddGrainEngine();
        above(builder);
        var host = builder.Build();
        await host.StartAsync();
        return new EngineHost(host);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else host.Dispose();
    }
}
