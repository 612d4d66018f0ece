namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// How long a question may take that no caller waits for, in place of the driver's own limit: that keeps the thread on which it runs out
/// until the server is told, or cannot be; few such threads are all there are on a small machine.
/// </summary>
sealed class DriverLimit(TimeSpan most, TimeProvider time)
{
    readonly TakingBack takingBack = new();

    /// <summary>
    /// For the driver, a little longer: the beginning of a transaction, which is sent with its first question, cannot be taken back.
    /// </summary>
    public static int DriverSeconds(int most) => most + 5;

    /// <param name="ask">Ends soon after it is told to.</param>
    /// <exception cref="LedgerUnavailableException">There was no answer in time, and the question was taken back.</exception>
    public async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        // Nobody disposes it: it has neither timer nor handle, and whoever gives up may be at it at any moment.
        var stop = new CancellationTokenSource();
        await using var givingUp = cancellationToken.UnsafeRegister(question => takingBack.Add((CancellationTokenSource)question!), stop);
        var work = ask(stop.Token);
        Task inTime = work.WaitAsync(most, time, CancellationToken.None);
        await inTime.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (work.IsCompleted) return await work;
        takingBack.Add(stop);
        try
        {
            return await work;
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LedgerUnavailableException(new TimeoutException($"There was no answer in {most.TotalSeconds} s.", late));
        }
    }
}
