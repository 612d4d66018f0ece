namespace OrleansScheduling.GraphQL.Execution;

/// <summary>
/// A token that is cancelled after a time. Whatever is called back when it is may throw, as a database driver does whose connection is
/// taken apart at that moment: out of the timer of a <see cref="CancellationTokenSource"/> that would end the process.
/// </summary>
sealed class TimeLimit : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly ITimer timer;

    public TimeLimit(TimeSpan after, TimeProvider time) =>
        timer = time.CreateTimer(static limit => ((TimeLimit)limit!).End(), this, after, Timeout.InfiniteTimeSpan);

    public CancellationToken Token => source.Token;

    /// <summary>What is thrown stays in the task, which nobody looks at.</summary>
    void End()
    {
        try
        {
            _ = source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // What was limited has ended at the same moment.
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        source.Dispose();
    }
}
