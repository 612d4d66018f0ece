using Orleans.Runtime;
using Orleans.Timers;

namespace OrleansScheduling.Embedded;

internal sealed class TimerRegistry : ITimerRegistry
{
    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (grainContext is not Activation activation)
            throw new InvalidOperationException("Only a grain that the engine has made can have timers.");
        var timer = new GrainTimer(activation, cancellation => callback(state, cancellation), options);
        activation.Add(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }
}

/// <summary>A timer of an activation. It is armed again when its tick has finished, so it never has two ticks in the mailbox.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    /// <summary>A shorter period would be a busy loop in the grain's mailbox.</summary>
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly ITimer _timer;
    private TimeSpan _period;
    private bool _ticking;
    private bool _changedInTick;
    private bool _disposed;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        Activation = activation;
        Callback = callback;
        Interleave = options.Interleave;
        KeepAlive = options.KeepAlive;

        // A timer must not carry the async locals of the turn that made it into its ticks.
        using var suppressed = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        _timer = activation.Silo.Time.CreateTimer(
            static timer => ((GrainTimer)timer!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Activation Activation { get; }

    public Func<CancellationToken, Task> Callback { get; }

    public bool Interleave { get; }

    public bool KeepAlive { get; }

    public CancellationToken Token => _cancellation.Token;

    public bool IsDisposed
    {
        get
        {
            lock (_gate)
                return _disposed;
        }
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        RequireTime(dueTime, nameof(dueTime));
        RequireTime(period, nameof(period));
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _period = period != Timeout.InfiniteTimeSpan && period < ShortestPeriod ? ShortestPeriod : period;
            if (_ticking)
                _changedInTick = true;
            _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        _timer.Dispose();
        Activation.Remove(this);
        _cancellation.Cancel();
        _cancellation.Dispose();
    }

    public void TickFinished()
    {
        lock (_gate)
        {
            _ticking = false;
            if (!_disposed && !_changedInTick)
                _timer.Change(_period, Timeout.InfiniteTimeSpan);
            _changedInTick = false;
        }
    }

    private static void RequireTime(TimeSpan time, string name)
    {
        if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(name, time, "A timer's times are zero or more, or infinite.");
    }

    private void Due()
    {
        lock (_gate)
        {
            // Change may have made a second one due while the first still runs: the one that runs goes on, the other one is dropped.
            if (_disposed || _ticking || !Activation.Silo.ServesTicks)
                return;
            _ticking = true;
        }

        Activation.TryEnqueue(new TimerTick(this) { SentAt = Activation.Silo.Time.GetTimestamp() });
    }
}

/// <summary>One tick in the mailbox.</summary>
internal sealed class TimerTick(GrainTimer timer) : GrainRequest
{
    public override GrainMethod Method => throw new InvalidOperationException("A timer's tick is not a call of a method.");

    public override string Name => "timer";

    public override bool IsTick => true;

    public override bool CountsAsUse => timer.KeepAlive;

    public override bool MayAlwaysInterleave => timer.Interleave;

    public override bool IsReadOnly => false;

    public override bool Begin(Activation activation, object grain)
    {
        var running = Run();
        if (running.IsCompleted)
            return true;
        running.GetAwaiter().UnsafeOnCompleted(() => activation.FinishTurn(this));
        return false;
    }

    public override Task<object?> InvokeBoxed(object grain) => throw new InvalidOperationException("Ticks don't go through filters.");

    public override bool Fail(Exception exception) => false;

    public override bool Cancel(CancellationToken token) => false;

    private async Task Run()
    {
        try
        {
            if (!timer.IsDisposed)
                await timer.Callback(timer.Token);
        }
        catch (Exception exception)
        {
            timer.Activation.ObserveFailure(exception);
            timer.Activation.Silo.Log.TimerFailed(exception, timer.Activation.GrainId);
        }

        timer.TickFinished();
    }
}
