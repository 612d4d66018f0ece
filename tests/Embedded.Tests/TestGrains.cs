using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded.Tests;

public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> AddSlowly();

    Task<int> Read();

    Task<Guid> Who();

    Task<bool> ComesBackAfterAwait();

    Task WaitFor(string name);

    Task Say(string name);

    [AlwaysInterleave]
    Task SayAtOnce(string name);

    [ReadOnly]
    Task WaitReading(string name);

    Task DeactivateSoon();

    Task Keep(TimeSpan span);

    Task<string?> AmbientValue(string key);
}

public sealed class CounterGrain(Probe probe) : Grain, ICounterGrain
{
    private readonly Guid _activation = Guid.NewGuid();
    private int _count;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe.Tell($"ended {this.GetPrimaryKeyString()} {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public async Task<int> AddSlowly()
    {
        var before = _count;
        await Task.Yield();
        _count = before + 1;
        return _count;
    }

    public Task<int> Read() => Task.FromResult(_count);

    public Task<Guid> Who() => Task.FromResult(_activation);

    public async Task<bool> ComesBackAfterAwait()
    {
        var before = TaskScheduler.Current;
        await Task.Run(static () => { });
        return before != TaskScheduler.Default && ReferenceEquals(before, TaskScheduler.Current);
    }

    public async Task WaitFor(string name)
    {
        probe.Tell($"waits for {name}");
        await probe.Heard(name);
    }

    public Task Say(string name)
    {
        probe.Tell(name);
        return Task.CompletedTask;
    }

    public Task SayAtOnce(string name) => Say(name);

    public Task WaitReading(string name) => WaitFor(name);

    public Task DeactivateSoon()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Keep(TimeSpan span)
    {
        DelayDeactivation(span);
        return Task.CompletedTask;
    }

    public Task<string?> AmbientValue(string key) => Task.FromResult(RequestContext.Get(key) as string);
}

public interface IReentrantGrain : IGrainWithIntegerKey
{
    Task Mix(int awaits);

    Task<(int MostAtOnce, int MostOpen)> Seen();
}

[Reentrant]
public sealed class ReentrantGrain : Grain, IReentrantGrain
{
    private int _inTurn;
    private int _mostAtOnce;
    private int _open;
    private int _mostOpen;

    public async Task Mix(int awaits)
    {
        _mostOpen = Math.Max(_mostOpen, ++_open);
        for (var i = 0; i < awaits; i++)
        {
            Turn();
            if (i % 2 == 0)
                await Task.Run(static () => Thread.SpinWait(50));
            else
                await Task.Yield();
            Turn();
        }

        _open--;
    }

    public Task<(int MostAtOnce, int MostOpen)> Seen() => Task.FromResult((_mostAtOnce, _mostOpen));

    private void Turn()
    {
        _mostAtOnce = Math.Max(_mostAtOnce, Interlocked.Increment(ref _inTurn));
        Thread.SpinWait(2_000);
        Interlocked.Decrement(ref _inTurn);
    }
}

public interface IShapesGrain : IGrainWithGuidKey
{
    Task Nothing();

    Task<string> Text(string text, int times);

    ValueTask NothingMuch(long ignored);

    ValueTask<decimal> Sum(decimal a, decimal b, DayOfWeek day, CancellationToken cancellationToken = default);

    Task Fail(string message);

    ValueTask<int> FailLater(string message);
}

public sealed class ShapesGrain : Grain, IShapesGrain
{
    public Task Nothing() => Task.CompletedTask;

    public async Task<string> Text(string text, int times)
    {
        await Task.Yield();
        return string.Concat(Enumerable.Repeat(text, times));
    }

    public async ValueTask NothingMuch(long ignored) => await Task.Yield();

    public ValueTask<decimal> Sum(decimal a, decimal b, DayOfWeek day, CancellationToken cancellationToken) => new(a + b + (int)day);

    public Task Fail(string message) => throw new InvalidDataException(message);

    public async ValueTask<int> FailLater(string message)
    {
        await Task.Yield();
        throw new InvalidDataException(message);
    }
}

/// <summary>Two of these that call each other are the smallest deadlock.</summary>
public interface ILoopGrain : IGrainWithStringKey
{
    Task CallAround(string through);

    Task CallBack(string to);

    Task Ping();
}

public sealed class LoopGrain(Probe probe) : Grain, ILoopGrain
{
    public Task CallAround(string through) => GrainFactory.GetGrain<ILoopGrain>(through).CallBack(this.GetPrimaryKeyString());

    public async Task CallBack(string to)
    {
        var ping = GrainFactory.GetGrain<ILoopGrain>(to).Ping();
        probe.Tell("called back");
        await ping;
    }

    public Task Ping() => Task.CompletedTask;
}

public interface IPatientGrain : IGrainWithStringKey
{
    Task WaitFor(string name);

    Task Work(string name, CancellationToken cancellationToken);

    Task<bool> WorkUntilCancelled(string name, CancellationToken cancellationToken);

    [ResponseTimeout("00:00:05")]
    Task Never();
}

public sealed class PatientGrain(Probe probe) : Grain, IPatientGrain
{
    public async Task WaitFor(string name)
    {
        probe.Tell($"waits for {name}");
        await probe.Heard(name);
    }

    public Task Work(string name, CancellationToken cancellationToken)
    {
        probe.Tell(name);
        return Task.CompletedTask;
    }

    public async Task<bool> WorkUntilCancelled(string name, CancellationToken cancellationToken)
    {
        var scheduler = TaskScheduler.Current;
        var cancelled = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(() =>
        {
            var where = ReferenceEquals(scheduler, TaskScheduler.Current) ? "in a turn" : "outside of turns";
            probe.Tell($"{name} cancelled {where}");
            cancelled.SetResult();
        });
        probe.Tell($"{name} runs");
        await cancelled.Task;
        return cancellationToken.IsCancellationRequested;
    }

    public Task Never() => new TaskCompletionSource().Task;
}

public interface IFragileGrain : IGrainWithStringKey
{
    Task<int> Attempts();
}

public sealed class FragileGrain : Grain, IFragileGrain
{
    public static readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> AttemptsByKey = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        AttemptsByKey.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, n) => n + 1) == 1
            ? throw new InvalidDataException("the first activation fails")
            : Task.CompletedTask;

    public Task<int> Attempts() => Task.FromResult(AttemptsByKey[this.GetPrimaryKeyString()]);
}

public interface IWorkerGrain : IGrainWithIntegerKey
{
    Task<Guid> WaitFor(string name);
}

[StatelessWorker(2)]
public sealed class WorkerGrain(Probe probe) : Grain, IWorkerGrain
{
    private readonly Guid _activation = Guid.NewGuid();

    public async Task<Guid> WaitFor(string name)
    {
        probe.Tell("worker works");
        probe.Tell($"worker {probe.Count("worker works")}");
        await probe.Heard(name);
        return _activation;
    }
}
