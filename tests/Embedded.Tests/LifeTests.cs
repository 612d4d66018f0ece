using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded.Tests;

public sealed class LifeTests
{
    [Fact]
    public async Task An_idle_grain_is_deactivated_and_the_next_call_gets_a_fresh_one()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>("a");
        var first = await grain.Who();
        silo.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(first, await grain.Who());
        await silo.CollectIdle(TimeSpan.FromMinutes(16));
        Assert.Equal(1, silo.Probe.Count("ended a ActivationIdle"));
        Assert.NotEqual(first, await grain.Who());
    }

    [Fact]
    public async Task A_grain_that_asked_for_delay_is_kept_and_one_at_work_too()
    {
        await using var silo = await TestSilo.Start();
        await silo.Grain<ICounterGrain>("kept").Keep(TimeSpan.FromHours(2));
        var working = silo.Grain<ICounterGrain>("working").WaitFor("gate");
        await silo.Probe.Heard("waits for gate");
        silo.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, silo.Silo.Directory.Count);
        silo.Probe.Tell("gate");
        await Assert.ThrowsAsync<TimeoutException>(() => working);
        await silo.Grain<ICounterGrain>("working").Read();
        await silo.CollectIdle(TimeSpan.FromHours(2));
        Assert.Equal(0, silo.Silo.Directory.Count);
    }

    [Fact]
    public async Task Calls_that_wait_while_a_grain_deactivates_go_to_the_next_activation_in_order()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>("a");
        var first = await grain.Who();
        var running = grain.WaitFor("gate");
        await silo.Probe.Heard("waits for gate");
        var deactivating = grain.DeactivateSoon();
        var said = grain.Say("after");
        var second = grain.Who();
        silo.Probe.Tell("gate");
        await Task.WhenAll(running, deactivating, said).WaitAsync(TestSilo.Patience);
        Assert.NotEqual(first, await second);
        await silo.Probe.Heard("ended a ApplicationRequested");
        Assert.Equal(["waits for gate", "gate", "ended a ApplicationRequested", "after"], silo.Probe.Log);
    }

    [Fact]
    public async Task A_failed_activation_fails_its_callers_and_the_next_call_tries_anew()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IFragileGrain>(Guid.NewGuid().ToString());
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => grain.Attempts());
        Assert.Equal("the first activation fails", failure.Message);
        Assert.Equal(2, await grain.Attempts());
    }

    [Fact]
    public async Task Above_the_bound_the_least_recently_used_grains_are_ended()
    {
        await using var silo = await TestSilo.Start(host => host.Configure<EmbeddedSiloOptions>(options => options.MaxActivations = 20));
        for (var i = 0; i < 20; i++)
        {
            await silo.Grain<ICounterGrain>($"g{i}").Read();
            silo.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await silo.Grain<ICounterGrain>("g0").Read();
        await silo.Grain<ICounterGrain>("one more").Read();
        await Task.WhenAll(silo.Probe.Heard("ended g1 RuntimeRequested"), silo.Probe.Heard("ended g2 RuntimeRequested"));
        Assert.Equal(0, silo.Probe.Count("ended g0 RuntimeRequested"));
        Assert.Equal(0, silo.Probe.Count("ended g19 RuntimeRequested"));
    }

    [Fact]
    public async Task When_all_grains_are_busy_new_ones_are_refused_at_twice_the_bound()
    {
        await using var silo = await TestSilo.Start(host => host.Configure<EmbeddedSiloOptions>(options => options.MaxActivations = 4));
        var busy = Enumerable.Range(0, 8).Select(i => silo.Grain<ICounterGrain>($"g{i}").WaitFor("gate")).ToArray();
        var refusal = await Assert.ThrowsAsync<LimitExceededException>(() => silo.Grain<ICounterGrain>("too many").Read());
        Assert.Contains("the limit is 4", refusal.Message, StringComparison.Ordinal);
        silo.Probe.Tell("gate");
        await Task.WhenAll(busy);
    }

    [Fact]
    public async Task Memory_does_not_grow_with_grains_that_have_been_collected()
    {
        const int Grains = 100_000;
        const long AllowedBytes = 10 << 20;
        await using var silo = await TestSilo.Start(host => host.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionQuantum = TimeSpan.FromSeconds(1);
            options.CollectionAge = TimeSpan.FromSeconds(2);
        }));
        await Round("warm");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Round("again");
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < AllowedBytes, $"{grown:N0} bytes more after {Grains:N0} grains that are gone");

        async Task Round(string prefix)
        {
            for (var i = 0; i < Grains; i++)
                await silo.Grain<ILoopGrain>($"{prefix}{i}").Ping();
            Assert.Equal(Grains, silo.Silo.Directory.Count);
            await silo.CollectIdle(TimeSpan.FromSeconds(4));
            Assert.Equal(0, silo.Silo.Directory.Count);
        }
    }

    [Fact]
    public async Task A_stopping_host_refuses_new_calls_finishes_those_under_way_and_ends_every_grain()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>("a");
        var running = grain.WaitFor("gate");
        var waiting = grain.AddSlowly();
        await silo.Probe.Heard("waits for gate");
        var stopping = silo.Host.StopAsync();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.Read());
        Assert.False(stopping.IsCompleted);
        silo.Probe.Tell("gate");
        await running.WaitAsync(TestSilo.Patience);
        Assert.Equal(1, await waiting.WaitAsync(TestSilo.Patience));
        await stopping.WaitAsync(TestSilo.Patience);
        Assert.Equal(1, silo.Probe.Count("ended a ShuttingDown"));
        Assert.Equal(0, silo.Silo.Directory.Count);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_ever_for_a_call_that_hangs()
    {
        await using var silo = await TestSilo.Start();
        var hanging = silo.Grain<ICounterGrain>("a").WaitFor("gate that nobody opens in time");
        await silo.Probe.Heard("waits for gate that nobody opens in time");
        var stopping = silo.Host.StopAsync();
        await silo.Time.WhenArmedIn(TimeSpan.FromSeconds(15)).WaitAsync(TestSilo.Patience);
        silo.Time.Advance(TimeSpan.FromSeconds(15));
        await stopping.WaitAsync(TestSilo.Patience);
        Assert.False(hanging.IsCompleted);
        silo.Probe.Tell("gate that nobody opens in time");
        await hanging;
    }
}
