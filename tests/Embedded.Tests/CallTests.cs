using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded.Tests;

internal interface IUnseenGrain : IGrainWithStringKey
{
    Task<Secret> Whisper(Secret secret);
}

internal sealed record Secret(string Text);

internal sealed class UnseenGrain : Grain, IUnseenGrain
{
    public Task<Secret> Whisper(Secret secret) => Task.FromResult(new Secret(secret.Text + "!"));
}

public interface INobodyGrain : IGrainWithStringKey;

public interface IWrongGrain : IGrainWithStringKey
{
    int Now();
}

public sealed class WrongGrain : Grain, IWrongGrain
{
    public int Now() => 1;
}

public sealed class CallTests
{
    private static readonly string[] Gates = ["one", "two", "three"];

    [Fact]
    public async Task Every_shape_of_method_can_be_called()
    {
        await using var silo = await TestSilo.Start();
        var key = Guid.NewGuid();
        var grain = silo.Grains.GetGrain<IShapesGrain>(key);
        await grain.Nothing();
        await grain.NothingMuch(5);
        Assert.Equal("ababab", await grain.Text("ab", 3));
        Assert.Equal(5.75m, await grain.Sum(1.25m, 2.5m, DayOfWeek.Tuesday));
        Assert.Equal(key, grain.GetPrimaryKey());
        Assert.Equal(12, silo.Grains.GetGrain<IReentrantGrain>(12).GetPrimaryKeyLong());
        Assert.Equal("counter/x", silo.Grain<ICounterGrain>("x").GetGrainId().ToString());
    }

    [Fact]
    public async Task Interfaces_and_arguments_may_be_internal()
    {
        await using var silo = await TestSilo.Start();
        Assert.Equal(new Secret("psst!"), await silo.Grain<IUnseenGrain>("a").Whisper(new Secret("psst")));
    }

    [Fact]
    public async Task Exceptions_reach_the_caller_with_type_and_message()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grains.GetGrain<IShapesGrain>(Guid.NewGuid());
        Assert.Equal("at once", (await Assert.ThrowsAsync<InvalidDataException>(() => grain.Fail("at once"))).Message);
        Assert.Equal("later", (await Assert.ThrowsAsync<InvalidDataException>(() => grain.FailLater("later").AsTask())).Message);
        Assert.Equal("aa", await grain.Text("a", 2));
    }

    [Fact]
    public async Task An_interface_without_a_grain_class_is_refused_at_once()
    {
        await using var silo = await TestSilo.Start();
        var refusal = Assert.Throws<ArgumentException>(() => silo.Grain<INobodyGrain>("a"));
        Assert.Contains(nameof(INobodyGrain), refusal.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => silo.Grain<IWrongGrain>("a"));
    }

    [Fact]
    public async Task The_request_context_flows_to_the_grain_and_nothing_else_does()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>("a");
        RequestContext.Set("principal", "desk");
        Assert.Equal("desk", await grain.AmbientValue("principal"));
        RequestContext.Clear();
        Assert.Null(await grain.AmbientValue("principal"));
    }

    [Fact]
    public async Task A_cancelled_call_that_waits_is_taken_out_of_the_mailbox()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IPatientGrain>("a");
        var first = grain.WaitFor("gate");
        using var cancellation = new CancellationTokenSource();
        var waiting = grain.Work("never done", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TestSilo.Patience));
        Assert.Equal(1, silo.Silo.Directory.All.Single().Load);
        silo.Probe.Tell("gate");
        await first;
        await grain.Work("done", CancellationToken.None);
        Assert.Equal(0, silo.Probe.Count("never done"));
    }

    [Fact]
    public async Task A_running_call_sees_its_token_cancelled_in_a_turn_of_the_grain()
    {
        await using var silo = await TestSilo.Start();
        using var cancellation = new CancellationTokenSource();
        var running = silo.Grain<IPatientGrain>("a").WorkUntilCancelled("work", cancellation.Token);
        await silo.Probe.Heard("work runs");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TestSilo.Patience));
        await silo.Probe.Heard("work cancelled in a turn");
    }

    [Fact]
    public async Task A_call_with_a_cancelled_token_is_not_sent()
    {
        await using var silo = await TestSilo.Start();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => silo.Grain<IPatientGrain>("a").Work("never done", new CancellationToken(canceled: true)));
        Assert.Equal(0, silo.Silo.Directory.Count);
    }

    [Fact]
    public async Task A_full_mailbox_refuses_with_grain_limit_and_length()
    {
        await using var silo = await TestSilo.Start(
            host => host.Configure<SiloMessagingOptions>(options => options.MaxEnqueuedRequestsHardLimit = 3));
        var grain = silo.Grain<ICounterGrain>("busy");
        var running = grain.WaitFor("gate");
        await silo.Probe.Heard("waits for gate");
        var waiting = Enumerable.Range(0, 3).Select(_ => grain.Read()).ToArray();
        var refusal = await Assert.ThrowsAsync<LimitExceededException>(() => grain.Read());
        Assert.Contains(
            "counter/busy is full: 3 calls wait and the limit is 3; Read was refused", refusal.Message, StringComparison.Ordinal);
        silo.Probe.Tell("gate");
        await Task.WhenAll([running, .. waiting]);
        Assert.Equal(0, await grain.Read());
    }

    [Fact]
    public async Task A_stateless_worker_has_no_more_activations_than_its_limit()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grains.GetGrain<IWorkerGrain>(1);
        var calls = Gates.Select(grain.WaitFor).ToArray();
        await silo.Probe.Heard("worker 2");
        Assert.Equal(2, silo.Silo.Directory.Count);
        Assert.Equal(2, silo.Probe.Count("worker works"));
        Array.ForEach(Gates, silo.Probe.Tell);
        var served = await Task.WhenAll(calls).WaitAsync(TestSilo.Patience);
        Assert.Equal(2, served.Distinct().Count());
    }

    [Fact]
    public async Task Turns_are_counted_and_traced()
    {
        var turns = 0L;
        var refused = new List<double>();
        using var meters = new MeterListener();
        await using var silo = await TestSilo.Start();
        var scope = silo.Host.Services.GetRequiredService<IMeterFactory>();
        var ours = "orleans-embedded-turn";
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope) && instrument.Name.StartsWith(ours, StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref turns, value));
        meters.SetMeasurementEventCallback<double>((_, value, _, _) => refused.Add(value));
        meters.Start();

        var key = Guid.NewGuid().ToString("N");
        var traced = new TaskCompletionSource<Activity>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("orleans.grain_id") as string == $"counter/{key}")
                    traced.TrySetResult(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var caller = new Activity("caller").Start();
        await silo.Grain<ICounterGrain>(key).AddSlowly();
        var activity = await traced.Task.WaitAsync(TestSilo.Patience);
        Assert.Equal("ICounterGrain/AddSlowly", activity.OperationName);
        Assert.Equal(caller.TraceId, activity.TraceId);

        // Another call of the grain: by then the first one has been counted.
        await silo.Grain<ICounterGrain>(key).Read();
        Assert.True(Interlocked.Read(ref turns) >= 1);
        Assert.NotEmpty(refused);
    }
}
