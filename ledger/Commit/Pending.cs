namespace OrleansScheduling.Ledger.Commit;

/// <summary>One caller's changeset on its way. Either the caller gives up or a batch takes it: whichever comes first counts.</summary>
sealed class Pending(Changeset changeset) : TaskCompletionSource<CommitResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    const int Waiting = 0;
    const int Taken = 1;
    const int GivenUp = 2;

    int state;

    public Changeset Changeset => changeset;

    /// <summary>Ends the caller's interest in cancellation once the changeset is on its way.</summary>
    public CancellationTokenRegistration Cancellation { get; set; }

    public bool TryTake() => Interlocked.CompareExchange(ref state, Taken, Waiting) == Waiting;

    public bool TryGiveUp() => Interlocked.CompareExchange(ref state, GivenUp, Waiting) == Waiting;
}
