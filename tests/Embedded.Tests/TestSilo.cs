using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;

namespace OrleansScheduling.Embedded.Tests;

/// <summary>What grains tell their tests, and gates at which grains wait for them.</summary>
public sealed class Probe
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _events = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public ConcurrentQueue<string> Log { get; } = new();

    public int Count(string name) => _counts.GetValueOrDefault(name);

    /// <summary>Says that something has happened.</summary>
    public void Tell(string name)
    {
        _counts.AddOrUpdate(name, 1, (_, count) => count + 1);
        Log.Enqueue(name);
        Event(name).TrySetResult();
    }

    /// <summary>Completes once it has happened. The bound is only there so that a broken engine fails instead of hanging.</summary>
    public Task Heard(string name) => Event(name).Task.WaitAsync(TestSilo.Patience);

    public void Forget(string name) => _events.TryRemove(name, out _);

    private TaskCompletionSource Event(string name) =>
        _events.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>A host with its own clock.</summary>
public sealed class TestSilo : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private TestSilo(IHost host, ManualTime time, Probe probe)
    {
        Host = host;
        Time = time;
        Probe = probe;
    }

    public IHost Host { get; }

    public ManualTime Time { get; }

    public Probe Probe { get; }

    public IGrainFactory Grains => Host.Services.GetRequiredService<IGrainFactory>();

    internal Silo Silo => Host.Services.GetRequiredService<Silo>();

    public static async Task<TestSilo> Start(Action<ISiloBuilder>? configure = null, ManualTime? time = null)
    {
        time ??= new ManualTime();
        var probe = new Probe();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(probe);
        builder.UseOrleans(silo =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.AddMemoryGrainStorage("spare");
            configure?.Invoke(silo);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new TestSilo(host, time, probe);
    }

    public T Grain<T>(string key)
        where T : IGrainWithStringKey => Grains.GetGrain<T>(key);

    /// <summary>
    /// Completes when no call or tick is under way: what a grain told its test came in the middle of one, and a timer is armed again at its
    /// end.
    /// </summary>
    public Task WhenIdle() => Task.WhenAll(Silo.Directory.All.Select(activation => activation.WhenIdle())).WaitAsync(Patience);

    /// <summary>Advances the clock until idle grains are collected, and waits until they have ended.</summary>
    public async Task CollectIdle(TimeSpan advance)
    {
        await WhenIdle();
        var ended = Silo.Directory.All.Select(activation => activation.Deactivated).ToArray();
        Time.Advance(advance);
        await Task.WhenAll(ended).WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync();
        Host.Dispose();
    }
}
