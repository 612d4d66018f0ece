using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>
/// The mailbox. Calls are admitted in the order in which they came. One that may interleave (a reentrant class, an
/// always-interleaving method) doesn't wait for others; a read-only one runs beside read-only ones, but never overtakes a writer that
/// waits.
/// </summary>
internal sealed partial class Activation
{
    private RequestList _waiting;
    private RequestList _interleaving;
    private RequestList _running;

    // Of the running ones: those that block others, and those among them that are not read-only.
    private int _blocking;
    private int _blockingWriters;
    private bool _warnedOfLength;

    /// <summary>The number of calls that wait or run; read without the gate, so it may be a moment old.</summary>
    public int Load => _waiting.Count + _interleaving.Count + _running.Count;

    public int QueueLength => _waiting.Count + _interleaving.Count;

    /// <summary>False if this activation has ended and the call must go to another. A full mailbox fails the call.</summary>
    public bool TryEnqueue(GrainRequest request)
    {
        var limit = request.IsTick ? 0 : Class.MaxWorkers > 0 ? Silo.HardLimitOfWorker : Silo.HardLimit;
        bool wake;
        int length;
        lock (_gate)
        {
            if (_state == ActivationState.Ended)
                return false;
            length = _waiting.Count + _interleaving.Count;
            if (limit > 0 && length >= limit)
            {
                request.Stage = RequestStage.Done;
                wake = false;
            }
            else
            {
                request.Home = this;
                Append_NeedsGate(request);
                wake = Wake_NeedsGate();
            }
        }

        if (request.Home is null)
            Refuse(request, length, limit);
        else if (Silo.SoftLimit > 0)
            WarnOfLength(length + 1);
        if (wake)
            ScheduleDrain(preferLocal: true);
        return true;
    }

    /// <summary>Takes back a call whose caller has given up: out of the queue, or by cancelling the grain's token if it runs.</summary>
    public void Withdraw(GrainRequest request)
    {
        var running = false;
        lock (_gate)
        {
            if (request.Stage is RequestStage.Waiting or RequestStage.WaitingToInterleave)
                Unqueue_NeedsGate(request);
            else
                running = request.Stage == RequestStage.Running;
        }

        if (running && request.Cancellation is { } cancellation)
            CancelInATurn(cancellation);
    }

    /// <summary>Fails the calls whose time is up. Those that wait are taken out of the queue; those that run go on, unheard.</summary>
    public void ExpireRequests(long now)
    {
        if (Load == 0)
            return;
        List<(GrainRequest Request, bool WasRunning)>? expired = null;
        int length;
        lock (_gate)
        {
            length = _waiting.Count + _interleaving.Count;
            CollectExpired(_waiting.First, now, ref expired);
            CollectExpired(_interleaving.First, now, ref expired);
            CollectExpired(_running.First, now, ref expired);
            foreach (var (request, wasRunning) in expired ?? [])
            {
                if (wasRunning)
                    request.Deadline = long.MaxValue;
                else
                    Unqueue_NeedsGate(request);
            }
        }

        foreach (var (request, wasRunning) in expired ?? [])
        {
            Silo.Telemetry.TimedOut.Add(1);
            request.Cancellation?.StopListening();
            request.Fail(new TimeoutException(
                $"No answer from {GrainId}.{request.Name} within {Silo.ResponseTimeoutOf(request)}: the call was "
                + $"{(wasRunning ? "running" : "waiting behind a call that is running")}, with {length} in the queue."));
        }
    }

    private static void CollectExpired(GrainRequest? first, long now, ref List<(GrainRequest, bool)>? expired)
    {
        for (var request = first; request is not null; request = request.Next)
        {
            if (request.Deadline <= now)
                (expired ??= []).Add((request, request.Stage == RequestStage.Running));
        }
    }

    private void CancelInATurn(CallCancellation cancellation)
    {
        // The caller's thread may carry async locals of its own; the grain's callbacks must not see them.
        using var suppressed = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        _ = Task.Factory.StartNew(
            static source => ((CallCancellation)source!).Cancel(),
            cancellation,
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach,
            this);
    }

    private void Append_NeedsGate(GrainRequest request)
    {
        if (Class.Reentrant || request.MayAlwaysInterleave)
        {
            request.Stage = RequestStage.WaitingToInterleave;
            _interleaving.Append(request);
        }
        else
        {
            request.Stage = RequestStage.Waiting;
            _waiting.Append(request);
        }
    }

    private void Unqueue_NeedsGate(GrainRequest request)
    {
        if (request.Stage == RequestStage.Waiting)
            _waiting.Remove(request);
        else
            _interleaving.Remove(request);
        request.Stage = RequestStage.Done;
    }

    /// <summary>The next call that may start, now counted as running; null if none may.</summary>
    private GrainRequest? Admit_NeedsGate()
    {
        if (_state != ActivationState.Valid)
            return null;
        if (_interleaving.First is { } interleaving)
        {
            _interleaving.Remove(interleaving);
            return Run_NeedsGate(interleaving);
        }

        if (_waiting.First is not { } next || (_blocking > 0 && (_blockingWriters > 0 || !next.IsReadOnly)))
            return null;
        _waiting.Remove(next);
        _blocking++;
        if (!next.IsReadOnly)
            _blockingWriters++;
        return Run_NeedsGate(next, blocks: true);
    }

    private GrainRequest Run_NeedsGate(GrainRequest request, bool blocks = false)
    {
        request.Stage = RequestStage.Running;
        request.Blocks = blocks;
        _running.Append(request);
        if (request.CountsAsUse)
            _lastUsed = request.SentAt;
        return request;
    }

    private void Remove_NeedsGate(GrainRequest request)
    {
        if (request.Stage != RequestStage.Running)
            return;
        _running.Remove(request);
        request.Stage = RequestStage.Done;
        if (!request.Blocks)
            return;
        _blocking--;
        if (!request.IsReadOnly)
            _blockingWriters--;
    }

    private void Refuse(GrainRequest request, int length, int limit)
    {
        Silo.Telemetry.Refused.Add(1);
        request.Fail(new LimitExceededException(
            $"The mailbox of {GrainId} is full: {length} calls wait and the limit is {limit}; {request.Name} was refused."));
    }

    private void WarnOfLength(int length)
    {
        if (length < Silo.SoftLimit)
        {
            // Half-way down it may warn again; a queue that hovers about the limit doesn't fill the log.
            if (_warnedOfLength && length < Silo.SoftLimit / 2)
                _warnedOfLength = false;
            return;
        }

        if (_warnedOfLength)
            return;
        _warnedOfLength = true;
        Silo.Log.MailboxIsLong(GrainId, length, Silo.SoftLimit);
    }
}
