namespace OrleansScheduling.Testing.Simulation;

/// <summary>
/// A link that loses and delays nothing: for those who look at the record from outside, and for the suite of all ledgers.
/// </summary>
sealed class DirectLink(SimulatedRecord record, TimeProvider time) : ILink
{
    /// <summary>As the databases' own: a lost wake-up is only a delay.</summary>
    static readonly TimeSpan Fallback = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    volatile Task writable = Task.CompletedTask;
    TaskCompletionSource bell = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskScheduler? Carriers => null;

    public TimeProvider Time => time;

    /// <summary>Batches that are written from now on stay on their way until it is set.</summary>
    public TaskCompletionSource HoldWrites()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        writable = held.Task;
        return held;
    }

    public async Task<T> AskAsync<T>(string request, Func<T> work)
    {
        if (request == "write") await writable;
        return work();
    }

    public async Task WaitAsync(long after, CancellationToken cancellationToken)
    {
        Task next;
        lock (gate) next = bell.Task;
        if (record.Head() > after) return;
        try
        {
            await next.WaitAsync(Fallback, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The look is repeated by the caller.
        }
    }

    public void Committed()
    {
        TaskCompletionSource rung;
        lock (gate) (rung, bell) = (bell, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        rung.TrySetResult();
    }
}
