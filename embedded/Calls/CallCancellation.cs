namespace OrleansScheduling.Embedded;

/// <summary>
/// Ties a caller's token to one call. The grain gets a token of its own, which is cancelled in a turn of the grain: callbacks that
/// the grain
/// registers on it never run beside the grain's turns.
/// </summary>
internal sealed class CallCancellation(GrainRequest request, CancellationToken callerToken) : CancellationTokenSource
{
    private CancellationTokenRegistration _registration;

    public CancellationToken CallerToken => callerToken;

    /// <summary>Starts to listen. Called once the request stands in a mailbox.</summary>
    public void Listen()
    {
        _registration = callerToken.UnsafeRegister(static call => ((CallCancellation)call!).OnCallerCancelled(), this);

        // The call may have finished on another thread while the registration was being made.
        if (request.Stage == RequestStage.Done)
            _registration.Unregister();
    }

    public void StopListening() => _registration.Unregister();

    private void OnCallerCancelled()
    {
        request.Home?.Withdraw(request);
        request.Cancel(callerToken);
    }
}
