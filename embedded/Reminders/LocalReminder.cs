using Orleans;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>One reminder with its timer. It is armed again when the grain has received the tick, so it never has two under way.</summary>
internal sealed class LocalReminder : IDisposable
{
    /// <summary>A timer reaches 49 days; longer waits are taken in steps.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromDays(1);

    private readonly Silo _silo;
    private readonly IRemindable _grain;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private DateTime _due;
    private bool _disposed;

    public LocalReminder(Silo silo, ReminderEntry entry)
    {
        _silo = silo;
        Entry = entry;
        _grain = (IRemindable)silo.Factory.MakeReference(typeof(IRemindable), entry.GrainId);
        _due = NextDue(Now());
        using var suppressed = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        _timer = silo.Time.CreateTimer(
            static reminder => ((LocalReminder)reminder!).TimerDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ReminderEntry Entry { get; }

    public void Arm()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            var wait = _due - Now();
            _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestStep ? LongestStep : wait, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _disposed = true;
        _timer.Dispose();
    }

    private DateTime Now() => _silo.Time.GetUtcNow().UtcDateTime;

    /// <summary>The first time on the grid of start and period that is not in the past.</summary>
    private DateTime NextDue(DateTime now)
    {
        if (now <= Entry.StartAt)
            return Entry.StartAt;
        var passed = (now - Entry.StartAt).Ticks;
        var periods = (passed + Entry.Period.Ticks - 1) / Entry.Period.Ticks;
        return Entry.StartAt.AddTicks(periods * Entry.Period.Ticks);
    }

    private void TimerDue()
    {
        var now = Now();
        lock (_gate)
        {
            if (_disposed || !_silo.ServesTicks)
                return;
        }

        if (now < _due)
            Arm();
        else
            _ = Remind(now);
    }

    private async Task Remind(DateTime now)
    {
        try
        {
            await _grain.ReceiveReminder(Entry.ReminderName, new TickStatus(Entry.StartAt, Entry.Period, now));
        }
        catch (Exception exception)
        {
            _silo.Log.ReminderFailed(exception, Entry.GrainId, Entry.ReminderName);
        }

        var later = Now();
        _due = NextDue(later <= _due ? _due.AddTicks(1) : later);
        Arm();
    }
}
