namespace OrleansScheduling.Embedded.Tests;

/// <summary>
/// A clock that stands still until it is told to go on. Timers fire on the thread that advances it, in the order in which they are
/// due.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(DateTimeOffset Due, TaskCompletionSource Armed)> _watches = [];
    private DateTimeOffset _now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers are set.</summary>
    public int Armed
    {
        get
        {
            lock (_gate)
                return _timers.Count;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan span)
    {
        var end = GetUtcNow() + span;
        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                _now = next is null ? end : next.Due > _now ? next.Due : _now;
                if (next is null)
                    return;
                next.Rearm_NeedsGate();
            }

            next.Fire();
        }
    }

    /// <summary>Completes when some timer is set for exactly so long from now.</summary>
    public Task WhenArmedIn(TimeSpan fromNow)
    {
        lock (_gate)
        {
            var due = _now + fromNow;
            if (_timers.Any(timer => timer.Due == due))
                return Task.CompletedTask;
            var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watches.Add((due, armed));
            return armed.Task;
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _disposed;

        public DateTimeOffset Due { get; private set; } = DateTimeOffset.MaxValue;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                if (_disposed)
                    return false;
                _period = period;
                Set_NeedsGate(dueTime);
                return true;
            }
        }

        public void Rearm_NeedsGate() => Set_NeedsGate(_period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : _period);

        public void Dispose()
        {
            lock (time._gate)
            {
                _disposed = true;
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set_NeedsGate(TimeSpan dueTime)
        {
            time._timers.Remove(this);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                Due = DateTimeOffset.MaxValue;
                return;
            }

            Due = time._now + dueTime;
            time._timers.Add(this);
            foreach (var watch in time._watches.Where(watch => watch.Due == Due).ToArray())
            {
                time._watches.Remove(watch);
                watch.Armed.SetResult();
            }
        }
    }
}
