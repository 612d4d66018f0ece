using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansScheduling.Grains;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Engine;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Testing;

/// <summary>One process's worth of scheduling: ledger, grains, availability; without pages.</summary>
public sealed class SchedulingNode : IAsyncDisposable
{
    /// <summary>So long only a node takes that never will: a crowded machine is slow, not broken.</summary>
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(4);

    readonly IHost host;

    SchedulingNode(IHost host) => this.host = host;

    public IServiceProvider Services => host.Services;

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public LedgerDatabase Database => host.Services.GetRequiredService<LedgerDatabase>();

    public AvailabilityService Availability => host.Services.GetRequiredService<AvailabilityService>();

    /// <summary>Returns when searches and commands are answered.</summary>
    /// <param name="searchDays">How many days the availability index looks ahead.</param>
    /// <param name="runsPlans">Whether the engine follows the contractors' days.</param>
    public static async Task<SchedulingNode> StartAsync(
        LedgerOptions options, int searchDays = 56, TimeProvider? time = null, IReadOnlyDictionary<string, string?>? settings = null,
        bool runsPlans = false, CancellationToken cancellationToken = default)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
            [new("Scheduling:SearchDays", searchDays.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        if (settings is not null) builder.Configuration.AddInMemoryCollection(settings);
        // Standard output belongs to whoever runs the node.
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.AddLedger(options);
        builder.AddGrainEngine();
        builder.Services.AddScheduling(builder.Configuration);
        if (runsPlans) builder.Services.AddLivePlans();
        var node = new SchedulingNode(builder.Build());
        try
        {
            await node.host.StartAsync(cancellationToken);
            await node.Availability.Ready.WaitAsync(Hang, cancellationToken);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else host.Dispose();
    }
}
