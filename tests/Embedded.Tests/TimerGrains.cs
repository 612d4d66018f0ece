using Orleans;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded.Tests;

public interface ITimedGrain : IGrainWithStringKey
{
    Task Start(TimeSpan due, TimeSpan period, bool interleave = false, bool keepAlive = false, bool fails = false);

    Task Change(TimeSpan due, TimeSpan period);

    Task StopTimer();

    Task WaitFor(string name);

    Task Ping();
}

public sealed class TimedGrain(Probe probe) : Grain, ITimedGrain
{
    private IGrainTimer? _timer;
    private int _ticks;

    public Task Start(TimeSpan due, TimeSpan period, bool interleave, bool keepAlive, bool fails)
    {
        _timer = this.RegisterGrainTimer(
            async cancellation =>
            {
                await Task.Yield();
                probe.Tell($"tick {++_ticks}");
                if (fails)
                    throw new InvalidDataException("a tick fails");
            },
            new GrainTimerCreationOptions(due, period) { Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task StopTimer()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public async Task WaitFor(string name)
    {
        probe.Tell($"waits for {name}");
        await probe.Heard(name);
    }

    public Task Ping() => Task.CompletedTask;
}

public interface IRemindedGrain : IGrainWithStringKey
{
    Task Remind(string name, TimeSpan due, TimeSpan period);

    Task<bool> Forget(string name);

    Task<string[]> Names();
}

public sealed class RemindedGrain(Probe probe) : Grain, IRemindedGrain, IRemindable
{
    public Task Remind(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task<bool> Forget(string name)
    {
        if (await this.GetReminder(name) is not { } reminder)
            return false;
        await this.UnregisterReminder(reminder);
        return true;
    }

    public async Task<string[]> Names() => [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName).Order()];

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        probe.Tell($"{reminderName} {status.CurrentTickTime:HH:mm} since {status.FirstTickTime:HH:mm}");
        return Task.CompletedTask;
    }
}
