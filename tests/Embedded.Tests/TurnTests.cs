
namespace OrleansScheduling.Embedded.Tests;

public sealed class TurnTests
{
    [Fact]
    public async Task Thousands_of_concurrent_calls_leave_a_plain_counter_exact()
    {
        const int Callers = 64;
        const int CallsEach = 200;
        await using var silo = await TestSilo.Start();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            var grain = silo.Grain<ICounterGrain>("one");
            for (var i = 0; i < CallsEach; i++)
                await grain.AddSlowly();
        }))).WaitAsync(TestSilo.Patience);
        Assert.Equal(Callers * CallsEach, await silo.Grain<ICounterGrain>("one").Read());
    }

    [Fact]
    public async Task Turns_of_a_reentrant_grain_interleave_but_never_run_in_parallel()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grains.GetGrain<IReentrantGrain>(7);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => grain.Mix(40))).WaitAsync(TestSilo.Patience);
        var (mostAtOnce, mostOpen) = await grain.Seen();
        Assert.Equal(1, mostAtOnce);
        Assert.True(mostOpen > 1, "calls of a reentrant grain interleave");
    }

    [Fact]
    public async Task Awaits_come_back_to_the_scheduler_of_the_activation()
    {
        await using var silo = await TestSilo.Start();
        Assert.True(await silo.Grain<ICounterGrain>("a").ComesBackAfterAwait());
    }

    [Fact]
    public async Task A_call_waits_until_the_one_before_it_has_finished()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>("a");
        var first = grain.WaitFor("gate");
        await silo.Probe.Heard("waits for gate");
        var second = grain.Say("second");
        await grain.SayAtOnce("interleaved");
        Assert.Equal(0, silo.Probe.Count("second"));
        silo.Probe.Tell("gate");
        await Task.WhenAll(first, second);
        Assert.Equal(["waits for gate", "interleaved", "gate", "second"], silo.Probe.Log);
    }

    [Fact]
    public async Task Read_only_calls_run_together_and_do_not_overtake_a_writer()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>("a");
        var readers = new[] { grain.WaitReading("one"), grain.WaitReading("two") };
        await Task.WhenAll(silo.Probe.Heard("waits for one"), silo.Probe.Heard("waits for two"));
        var writer = grain.Say("writer");
        var late = grain.WaitReading("three");
        silo.Probe.Tell("one");
        await readers[0];
        await grain.SayAtOnce("still reading");
        Assert.Equal(0, silo.Probe.Count("writer") + silo.Probe.Count("waits for three"));
        silo.Probe.Tell("two");
        silo.Probe.Tell("three");
        await Task.WhenAll(readers[1], writer, late).WaitAsync(TestSilo.Patience);
        Assert.True(silo.Probe.Log.ToList().IndexOf("writer") < silo.Probe.Log.ToList().IndexOf("waits for three"));
    }

    [Fact]
    public async Task A_deadlocked_chain_of_calls_ends_in_a_timeout_and_the_grains_live_on()
    {
        await using var silo = await TestSilo.Start();
        var around = silo.Grain<ILoopGrain>("a").CallAround("b");
        await silo.Probe.Heard("called back");
        silo.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(around.IsCompleted);
        silo.Time.Advance(TimeSpan.FromSeconds(4));
        var timeout = await Assert.ThrowsAsync<TimeoutException>(() => around.WaitAsync(TestSilo.Patience));
        Assert.Contains("00:00:30", timeout.Message, StringComparison.Ordinal);
        await silo.Grain<ILoopGrain>("a").Ping().WaitAsync(TestSilo.Patience);
        await silo.Grain<ILoopGrain>("b").Ping().WaitAsync(TestSilo.Patience);
    }

    [Fact]
    public async Task A_method_may_have_a_response_timeout_of_its_own()
    {
        await using var silo = await TestSilo.Start();
        var never = silo.Grain<IPatientGrain>("a").Never();
        silo.Time.Advance(TimeSpan.FromSeconds(7));
        await Assert.ThrowsAsync<TimeoutException>(() => never.WaitAsync(TestSilo.Patience));
    }
}
