using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Storage;

namespace OrleansScheduling.Embedded;

internal enum LifeStep : byte
{
    None,
    Activate,
    End,
}

/// <summary>How an activation begins and ends. Both happen in turns of it, so grain code needs no locks there either.</summary>
internal sealed partial class Activation
{
    private readonly List<Func<CancellationToken, Task>> _loads = new(0);
    private readonly HashSet<GrainTimer> _timers = new(0);
    private DeactivationReason? _reason;
    private TaskCompletionSource? _idle;
    private long _lastUsed;
    private long _keepUntil = long.MinValue;

    /// <summary>Ends the activation once the running calls have finished.</summary>
    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        bool wake;
        lock (_gate)
        {
            if (_state is ActivationState.Deactivating or ActivationState.Ending or ActivationState.Ended)
                return;
            _reason ??= deactivationReason;
            if (_state == ActivationState.Valid)
                _state = ActivationState.Deactivating;
            wake = Wake_NeedsGate();
        }

        if (wake)
            ScheduleDrain(preferLocal: false);
    }

    /// <summary>Ends the activation if it has nothing to do and was last used at <paramref name="before"/> or earlier.</summary>
    public bool DeactivateIfIdle(long now, long before, DeactivationReason reason)
    {
        lock (_gate)
        {
            if (_state != ActivationState.Valid || IsBusy_NeedsGate() || _lastUsed > before || _keepUntil > now)
                return false;
        }

        Deactivate(reason, CancellationToken.None);
        return true;
    }

    /// <summary>When it was last used, for finding the least recently used; null if it can't be ended now.</summary>
    public long? LastUsedIfIdle(long now)
    {
        lock (_gate)
            return _state == ActivationState.Valid && !IsBusy_NeedsGate() && _keepUntil <= now ? _lastUsed : null;
    }

    public void DelayDeactivation(TimeSpan timeSpan)
    {
        var now = Silo.Time.GetTimestamp();
        lock (_gate)
            _keepUntil = timeSpan <= TimeSpan.Zero ? long.MinValue : Silo.After(now, timeSpan);
    }

    /// <summary>Completes when no call waits or runs.</summary>
    public Task WhenIdle()
    {
        lock (_gate)
        {
            if (_state == ActivationState.Ended || !IsBusy_NeedsGate())
                return Task.CompletedTask;
            return (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Something to be read before <c>OnActivateAsync</c>: persistent states ask for it while the grain object is made.</summary>
    public void LoadBeforeActivation(Func<CancellationToken, Task> load) => _loads.Add(load);

    public void Add(GrainTimer timer)
    {
        lock (_gate)
            _timers.Add(timer);
    }

    public void Remove(GrainTimer timer)
    {
        lock (_gate)
            _timers.Remove(timer);
    }

    /// <summary>A stale state means that what the grain has in memory is wrong: the activation ends, and the next one reads anew.</summary>
    public void ObserveFailure(Exception exception)
    {
        if (exception is not InconsistentStateException { IsSourceActivation: true } stale)
            return;
        stale.IsSourceActivation = false;
        Deactivate(
            new(DeactivationReasonCode.ApplicationError, exception, "The grain's state was changed by somebody else."),
            CancellationToken.None);
    }

    private bool IsBusy_NeedsGate() => _running.Count + _waiting.Count + _interleaving.Count + _ready.Count > 0;

    private LifeStep LifeStep_NeedsGate()
    {
        if (_state == ActivationState.Created)
        {
            _state = ActivationState.Activating;
            return LifeStep.Activate;
        }

        if (_state != ActivationState.Deactivating || _running.Count > 0)
            return LifeStep.None;
        _state = ActivationState.Ending;
        return LifeStep.End;
    }

    private void RunLife(LifeStep step) => _ = step == LifeStep.Activate ? ActivateAsync() : EndAsync();

    private async Task ActivateAsync()
    {
        using var cancellation = new CancellationTokenSource();
        try
        {
            _scope = Silo.Services.CreateAsyncScope();
            var activating = BeginAsync(cancellation.Token);
            if (!activating.IsCompleted)
                activating = activating.WaitAsync(Silo.ActivationTimeout, Silo.Time, CancellationToken.None);
            await activating;
        }
        catch (Exception exception)
        {
            Silo.Log.ActivationFailed(exception, GrainId);
            CancelInThisTurn(cancellation);
            await ReleaseAsync();
            foreach (var request in Close())
            {
                request.Cancellation?.StopListening();
                request.Fail(exception);
            }

            return;
        }

        Silo.Telemetry.Activated.Add(1);
        lock (_gate)
            _state = _reason is null ? ActivationState.Valid : ActivationState.Deactivating;
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        GrainInstance = Class.Create(this, ActivationServices);
        foreach (var load in _loads)
            await load(cancellationToken);
        _loads.Clear();
        _loads.TrimExcess();
        if (GrainInstance is IGrainBase grain)
            await grain.OnActivateAsync(cancellationToken);
    }

    private async Task EndAsync()
    {
        var reason = _reason ?? new(DeactivationReasonCode.RuntimeRequested, "The host ended it.");
        GrainTimer[] timers;
        lock (_gate)
            timers = [.. _timers];
        foreach (var timer in timers)
            timer.Dispose();

        using var cancellation = new CancellationTokenSource();
        try
        {
            if (GrainInstance is IGrainBase grain)
            {
                var ending = grain.OnDeactivateAsync(reason, cancellation.Token);
                if (!ending.IsCompleted)
                    ending = ending.WaitAsync(Silo.DeactivationTimeout, Silo.Time, CancellationToken.None);
                await ending;
            }
        }
        catch (Exception exception)
        {
            Silo.Log.DeactivationFailed(exception, GrainId, reason.ReasonCode);
            CancelInThisTurn(cancellation);
        }

        await ReleaseAsync();
        Silo.Telemetry.Deactivated.Add(1, new KeyValuePair<string, object?>("reason", reason.ReasonCode.ToString()));
        foreach (var request in Close())
            Silo.Redirect(request);
    }

    /// <summary>Not <c>CancelAsync</c>: callbacks that the grain has registered belong into a turn.</summary>
    private void CancelInThisTurn(CancellationTokenSource cancellation)
    {
        try
        {
            cancellation.Cancel();
        }
        catch (AggregateException exception)
        {
            Silo.Log.ReleaseFailed(exception, GrainId);
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            if (GrainInstance is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync();
            else if (GrainInstance is IDisposable disposable)
                disposable.Dispose();
            if (_scope is { } scope)
                await scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            Silo.Log.ReleaseFailed(exception, GrainId);
        }
    }

    /// <summary>Takes the activation out of the directory, ends it, and gives the calls that still wait, oldest first.</summary>
    private List<GrainRequest> Close()
    {
        // Out of the directory first: whoever finds the activation ended finds another one, or none, there.
        Silo.Directory.Remove(this, _workers);
        List<GrainRequest> left = new(_waiting.Count + _interleaving.Count);
        TaskCompletionSource? idle;
        TaskCompletionSource? deactivated;
        lock (_gate)
        {
            _state = ActivationState.Ended;
            while ((_interleaving.First ?? _waiting.First) is { } request)
            {
                Unqueue_NeedsGate(request);
                request.Stage = RequestStage.None;
                request.Home = null;
                left.Add(request);
            }

            (idle, _idle) = (_idle, null);
            deactivated = _deactivated;
        }

        // References keep the last activation that they used: it must not keep the grain alive.
        GrainInstance = null;
        _scope = null;
        idle?.TrySetResult();
        deactivated?.TrySetResult();
        return left;
    }
}
