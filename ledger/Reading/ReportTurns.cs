namespace OrleansScheduling.Ledger.Reading;

/// <summary>
/// Reports look at every row that their filters leave. So few run at a time that whoever books meanwhile finds a connection and a
/// processor; the others wait in order. A turn lasts as long as the database is at the report, also when nobody waits for it any more.
/// </summary>
/// <param name="most">How many run at a time.</param>
/// <param name="maxWaiting">How many more may wait; further ones are refused.</param>
sealed class ReportTurns(int most, int maxWaiting) : IDisposable
{
    readonly SemaphoreSlim free = new(most);
    int asking;

    /// <exception cref="LedgerUnavailableException">More than the bound wait already.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> report, CancellationToken stop)
    {
        try
        {
            if (Interlocked.Increment(ref asking) > most + maxWaiting)
                throw new LedgerUnavailableException(new InvalidOperationException($"More than {maxWaiting} reports wait."));
            await free.WaitAsync(stop);
            try
            {
                return await report();
            }
            finally
            {
                free.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref asking);
        }
    }

    public void Dispose() => free.Dispose();
}
