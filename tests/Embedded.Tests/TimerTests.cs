using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;

namespace OrleansScheduling.Embedded.Tests;

public sealed class TimerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_timer_ticks_when_due_and_then_a_period_after_each_tick()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ITimedGrain>("a");
        await grain.Start(2 * Minute, Minute);
        silo.Time.Advance(2 * Minute - TimeSpan.FromSeconds(1));
        await grain.Ping();
        Assert.Equal(0, silo.Probe.Count("tick 1"));
        silo.Time.Advance(TimeSpan.FromSeconds(1));
        await silo.Probe.Heard("tick 1");
        await silo.WhenIdle();
        silo.Time.Advance(Minute);
        await silo.Probe.Heard("tick 2");
    }

    [Fact]
    public async Task A_tick_waits_its_turn_unless_it_interleaves()
    {
        await using var silo = await TestSilo.Start();
        var orderly = silo.Grain<ITimedGrain>("orderly");
        var hasty = silo.Grain<ITimedGrain>("hasty");
        await orderly.Start(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var busy = orderly.WaitFor("first gate");
        await silo.Probe.Heard("waits for first gate");
        silo.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, silo.Silo.Directory.All.Single().Load);
        Assert.Equal(0, silo.Probe.Count("tick 1"));
        silo.Probe.Tell("first gate");
        await busy;
        await silo.Probe.Heard("tick 1");

        silo.Probe.Forget("tick 1");
        await hasty.Start(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan, interleave: true);
        var alsoBusy = hasty.WaitFor("second gate");
        await silo.Probe.Heard("waits for second gate");
        silo.Time.Advance(TimeSpan.FromSeconds(1));
        await silo.Probe.Heard("tick 1");
        Assert.False(alsoBusy.IsCompleted);
        silo.Probe.Tell("second gate");
        await alsoBusy;
    }

    [Fact]
    public async Task A_timer_goes_on_after_a_failing_tick_and_ends_when_disposed()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ITimedGrain>("a");
        await grain.Start(Minute, Minute, fails: true);
        silo.Time.Advance(Minute);
        await silo.Probe.Heard("tick 1");
        await silo.WhenIdle();
        silo.Time.Advance(Minute);
        await silo.Probe.Heard("tick 2");
        await grain.StopTimer();
        silo.Time.Advance(5 * Minute);
        await grain.Ping();
        Assert.Equal(0, silo.Probe.Count("tick 3"));
    }

    [Fact]
    public async Task Change_sets_a_new_time()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ITimedGrain>("a");
        await grain.Start(Minute, Minute);
        await grain.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        silo.Time.Advance(TimeSpan.FromSeconds(5));
        await silo.Probe.Heard("tick 1");
        await grain.Ping();
        silo.Time.Advance(10 * Minute);
        await grain.Ping();
        Assert.Equal(0, silo.Probe.Count("tick 2"));
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation_and_only_a_keep_alive_timer_prevents_that()
    {
        await using var silo = await TestSilo.Start();
        var armedBefore = silo.Time.Armed;
        await silo.Grain<ITimedGrain>("plain").Start(TimeSpan.FromHours(1), Minute);
        await silo.CollectIdle(TimeSpan.FromMinutes(17));
        Assert.Equal(armedBefore, silo.Time.Armed);
        silo.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, silo.Probe.Count("tick 1"));

        await silo.Grain<ITimedGrain>("kept").Start(10 * Minute, 10 * Minute, keepAlive: true);
        for (var tick = 1; tick <= 4; tick++)
        {
            await silo.Time.WhenArmedIn(10 * Minute).WaitAsync(TestSilo.Patience);
            silo.Time.Advance(10 * Minute);
            await silo.Probe.Heard($"tick {tick}");
        }
    }
}

public sealed class ReminderTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_reminder_wakes_a_grain_that_is_not_active_and_comes_again()
    {
        await using var silo = await TestSilo.Start(host => host.UseInMemoryReminderService());
        await silo.Grain<IRemindedGrain>("a").Remind("rota", 30 * Minute, 20 * Minute);
        await silo.CollectIdle(20 * Minute);
        Assert.Equal(0, silo.Silo.Directory.Count);
        silo.Time.Advance(10 * Minute);
        await silo.Probe.Heard("rota 08:30 since 08:30");
        Assert.Equal(1, silo.Silo.Directory.Count);
        await silo.Time.WhenArmedIn(20 * Minute).WaitAsync(TestSilo.Patience);
        silo.Time.Advance(20 * Minute);
        await silo.Probe.Heard("rota 08:50 since 08:30");
    }

    [Fact]
    public async Task Reminders_outlive_the_host_and_missed_times_are_not_made_up_for()
    {
        var table = new InMemoryReminderTable();
        var time = new ManualTime();
        void WithTable(ISiloBuilder host) => host.ConfigureServices(services => services.AddSingleton<IReminderTable>(table));
        await using (var first = await TestSilo.Start(WithTable, time))
            await first.Grain<IRemindedGrain>("a").Remind("rota", 30 * Minute, 20 * Minute);
        time.Advance(65 * Minute);

        await using var second = await TestSilo.Start(WithTable, time);
        Assert.Empty(second.Probe.Log);
        time.Advance(5 * Minute);
        await second.Probe.Heard("rota 09:10 since 08:30");
        Assert.Single(second.Probe.Log);
        Assert.Equal(["rota"], await second.Grain<IRemindedGrain>("a").Names());
    }

    [Fact]
    public async Task A_reminder_can_be_moved_and_taken_back()
    {
        await using var silo = await TestSilo.Start(host => host.UseInMemoryReminderService());
        var grain = silo.Grain<IRemindedGrain>("a");
        await grain.Remind("rota", 10 * Minute, 10 * Minute);
        await grain.Remind("rota", 30 * Minute, 10 * Minute);
        await grain.Remind("stock", 30 * Minute, 10 * Minute);
        Assert.True(await grain.Forget("stock"));
        Assert.False(await grain.Forget("stock"));
        Assert.Equal(["rota"], await grain.Names());
        silo.Time.Advance(30 * Minute);
        await silo.Probe.Heard("rota 08:30 since 08:30");
        Assert.Single(silo.Probe.Log);
    }

    [Fact]
    public async Task A_reminder_that_another_process_has_written_is_found()
    {
        var table = new InMemoryReminderTable();
        await using var silo = await TestSilo.Start(
            host => host.ConfigureServices(services => services.AddSingleton<IReminderTable>(table)));
        await table.UpsertRow(new ReminderEntry
        {
            GrainId = silo.Grain<IRemindedGrain>("b").GetGrainId(),
            ReminderName = "rota",
            StartAt = silo.Time.GetUtcNow().UtcDateTime + (7 * Minute),
            Period = Minute,
        });
        var read = silo.Time.WhenArmedIn(7 * Minute);
        silo.Time.Advance(5 * Minute);
        await read.WaitAsync(TestSilo.Patience);
        silo.Time.Advance(2 * Minute);
        await silo.Probe.Heard("rota 08:07 since 08:07");
    }

    [Fact]
    public async Task A_period_below_a_minute_is_refused()
    {
        await using var silo = await TestSilo.Start(host => host.UseInMemoryReminderService());
        await Assert.ThrowsAsync<ArgumentException>(
            () => silo.Grain<IRemindedGrain>("a").Remind("rota", TimeSpan.Zero, TimeSpan.FromSeconds(59)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => silo.Grain<IRemindedGrain>("a").Remind("rota", TimeSpan.FromSeconds(-1), Minute));
    }

    [Fact]
    public async Task A_host_without_a_reminder_table_says_so()
    {
        await using var silo = await TestSilo.Start();
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => silo.Grain<IRemindedGrain>("a").Remind("rota", Minute, Minute));
        Assert.Contains("UseInMemoryReminderService", refusal.Message, StringComparison.Ordinal);
    }
}
