using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>
/// Turns. A turn is what runs between two awaits. At most one thread drains an activation at a time, so that two turns of it never run in
/// parallel, whether they belong to one call or to several interleaved ones. Awaits come back here because the activation
/// is the current <see cref="TaskScheduler"/> of its turns.
/// </summary>
internal sealed partial class Activation
{
    // Continuations of running calls; never more than those calls have awaits open.
    private readonly Queue<Task> _ready = new(0);

    // True from the moment that a drain is asked for until it finds nothing to do.
    private bool _draining;
    private Task? _drain;

    /// <summary>A thread of the pool starts to drain.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        // Grain code must run inside a task of this scheduler for its awaits to come back; one task serves all turns of a drain.
        _drain = new Task(
            static activation => ((Activation)activation!).Drain(), this, CancellationToken.None, TaskCreationOptions.DenyChildAttach);
        _drain.Start(this);
        TryExecuteTask(_drain);
    }

    protected override void QueueTask(Task task)
    {
        if (ReferenceEquals(task, _drain))
            return;
        bool wake;
        lock (_gate)
        {
            _ready.Enqueue(task);
            wake = Wake_NeedsGate();
        }

        if (wake)
            ScheduleDrain(preferLocal: true);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(RuntimeContext.Current, this) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
            return _ready.ToArray();
    }

    /// <summary>True if the caller must schedule a drain.</summary>
    private bool Wake_NeedsGate()
    {
        if (_draining)
            return false;
        _draining = true;
        return true;
    }

    private void ScheduleDrain(bool preferLocal) => Silo.Threads.Queue(this, preferLocal);

    private void Drain()
    {
        var outer = RuntimeContext.Exchange(this);
        var clean = ExecutionContext.Capture();
        var quantumEnds = Environment.TickCount64 + Silo.TurnQuantumMilliseconds;
        GrainRequest? finished = null;
        try
        {
            while (Next(ref finished, out var continuation, out var request, out var life))
            {
                if (continuation is not null)
                    TryExecuteTask(continuation);
                else if (request is not null)
                    finished = StartTurn(request) ? request : null;
                else
                    RunLife(life);

                // What a turn has put into async locals is nobody else's business.
                if (clean is not null && !ReferenceEquals(clean, ExecutionContext.Capture()))
                    ExecutionContext.Restore(clean);
                if (Environment.TickCount64 < quantumEnds)
                    continue;
                SettleBeforeYield(finished);
                ScheduleDrain(preferLocal: false);
                return;
            }
        }
        finally
        {
            RuntimeContext.Exchange(outer);
        }
    }

    /// <summary>What to do next; false if there is nothing, and then this drain is over.</summary>
    private bool Next(ref GrainRequest? finished, out Task? continuation, out GrainRequest? request, out LifeStep life)
    {
        TaskCompletionSource? idle = null;
        bool more;
        lock (_gate)
        {
            if (finished is not null)
                Remove_NeedsGate(finished);
            request = null;
            life = LifeStep.None;
            more = _ready.TryDequeue(out continuation);
            if (!more)
            {
                life = LifeStep_NeedsGate();
                more = life != LifeStep.None || (request = Admit_NeedsGate()) is not null;
            }

            if (!more)
            {
                _draining = false;
                if (_idle is not null && !IsBusy_NeedsGate())
                    (idle, _idle) = (_idle, null);
            }
        }

        idle?.TrySetResult();
        finished = null;
        return more;
    }

    private void SettleBeforeYield(GrainRequest? finished)
    {
        if (finished is null)
            return;
        lock (_gate)
            Remove_NeedsGate(finished);
    }

    private bool StartTurn(GrainRequest request)
    {
        if (request.Ambient is { } ambient)
            RequestContext.Values = ambient;
        Silo.Telemetry.TurnBegins(request);
        if (!request.Begin(this, GrainInstance!))
            return false;
        Settle(request);
        return true;
    }

    /// <summary>A call that did not finish at once has finished now.</summary>
    public void FinishTurn(GrainRequest request)
    {
        bool wake;
        lock (_gate)
        {
            Remove_NeedsGate(request);
            if (request.CountsAsUse)
                _lastUsed = Silo.Time.GetTimestamp();
            wake = Wake_NeedsGate();
        }

        Settle(request);
        if (wake)
            ScheduleDrain(preferLocal: true);
    }

    private void Settle(GrainRequest request)
    {
        request.Cancellation?.StopListening();
        Silo.Telemetry.TurnEnded(request);
    }
}
