using OrleansScheduling.Embedded;

namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>
/// One life of a process: its thread pool, its timers and its clock. Whatever is ready to run waits in the world for its turn. A process
/// that has crashed runs nothing any more.
/// </summary>
sealed class SimulatedProcess : TaskScheduler, ITurnThreads
{
    readonly SimulatedWorld world;

    public SimulatedProcess(SimulatedWorld world, int number, string name)
    {
        (this.world, Number, Name) = (world, number, name);
        Clock = new SimulatedClock(world, this);
    }

    public int Number { get; }

    public string Name { get; }

    public SimulatedClock Clock { get; }

    public bool HasCrashed { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>What became ready while it was paused.</summary>
    public List<object> Held { get; } = [];

    public override int MaximumConcurrencyLevel => 1;

    public void Crash()
    {
        HasCrashed = true;
        world.Withdraw(this, null);
        Held.Clear();
    }

    /// <summary>The process is stopped, as by a signal, and knows nothing of it.</summary>
    public void Pause()
    {
        IsPaused = true;
        world.Withdraw(this, Held);
    }

    public void Resume()
    {
        IsPaused = false;
        foreach (var work in Held) Submit(work);
        Held.Clear();
    }

    /// <summary>Starts work in this process.</summary>
    public void Run(Func<Task> work) =>
        _ = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    public void Run(Action work) =>
        _ = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    public void Execute(object work)
    {
        if (HasCrashed) return;
        if (work is Task task) TryExecuteTask(task);
        else ((IThreadPoolWorkItem)work).Execute();
    }

    void ITurnThreads.Queue(IThreadPoolWorkItem work, bool preferLocal) => Submit(work);

    protected override void QueueTask(Task task) => Submit(task);

    /// <summary>A pool may run a continuation where the work before it ended, or later: both happen.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && !HasCrashed && Current == this && world.Draw(2) == 0 && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    void Submit(object work)
    {
        if (!HasCrashed) world.Post(this, work);
    }
}

/// <summary>A process's clock. Its time of day may jump; its timestamps never do.</summary>
sealed class SimulatedClock(SimulatedWorld world, SimulatedProcess process) : TimeProvider
{
    /// <summary>How far the time of day is from the right one.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => world.UtcNow + Offset;

    public override long GetTimestamp() => world.Now;

    /// <summary>Completes when so much of the simulation's time has passed.</summary>
    public Task PassAsync(TimeSpan time)
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CreateTimer(_ => passed.TrySetResult(), null, time, Timeout.InfiniteTimeSpan);
        return passed.Task;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(world, process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class SimulatedTimer(SimulatedWorld world, SimulatedProcess process, TimerCallback callback, object? state) : ITimer
    {
        Appointment? next;
        TimeSpan period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            next?.Cancel();
            this.period = period;
            next = dueTime == Timeout.InfiniteTimeSpan || process.HasCrashed ? null : world.After(dueTime, Fire);
            return true;
        }

        void Fire()
        {
            next = null;
            if (process.HasCrashed) return;
            if (period > TimeSpan.Zero) next = world.After(period, Fire);
            process.Run(() => callback(state));
        }

        public void Dispose()
        {
            next?.Cancel();
            next = null;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
