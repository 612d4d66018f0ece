namespace OrleansScheduling.Testing;

/// <summary>A clock that stands still until it is moved. Timers, delays and timeouts that are due fire, in order of their time, inside
/// <see cref="Advance"/>.</summary>
public sealed class FakeTimeProvider(DateTimeOffset start) : TimeProvider
{
    readonly Lock gate = new();
    readonly List<FakeTimer> timers = [];
    DateTimeOffset now = start;

    /// <summary>Starts on Monday 2 June 2025, 08:00 in London.</summary>
    public FakeTimeProvider()
        : this(new DateTimeOffset(2025, 6, 2, 7, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>Timers that wait: a test may await work until it has set one.</summary>
    public int PendingTimers
    {
        get
        {
            lock (gate) return timers.Count;
        }
    }

    /// <summary>Those of them whose time comes within this.</summary>
    public int DueWithin(TimeSpan by)
    {
        lock (gate) return timers.Count(timer => timer.DueAt <= now + by);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset until;
        lock (gate)
        {
            until = now + by;
            foreach (var timer in timers) timer.SkipTo(until);
        }

        while (TakeDue(until) is { } due) due.Fire();
        lock (gate) now = until;
    }

    FakeTimer? TakeDue(DateTimeOffset until)
    {
        lock (gate)
        {
            var due = timers.Where(timer => timer.DueAt <= until).MinBy(timer => timer.DueAt);
            if (due is null) return null;
            if (due.DueAt > now) now = due.DueAt;
            if (due.Period > TimeSpan.Zero) due.DueAt += due.Period;
            else timers.Remove(due);
            return due;
        }
    }

    sealed class FakeTimer(FakeTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset DueAt { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        /// <summary>
        /// Of the times that a periodic timer falls due up to then, the last one alone is left: as PeriodicTimer has it for those who are
        /// late, and as three days of five-second looks need not be looked through.
        /// </summary>
        public void SkipTo(DateTimeOffset until)
        {
            if (Period > TimeSpan.Zero && DueAt < until) DueAt += Period * ((until - DueAt).Ticks / Period.Ticks);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                DueAt = clock.now + dueTime;
                clock.timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock.gate) clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
