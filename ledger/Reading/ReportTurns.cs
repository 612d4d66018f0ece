using System.Collections.Concurrent;

namespace OrleansScheduling.Ledger.Reading;

/// <summary>
/// Reports look at every row that their filters leave. So few run at a time that whoever books meanwhile finds a connection and a
/// processor; the others wait in order. A turn lasts as long as the database is at the report, also when nobody waits for it any more.
/// </summary>
/// <param name="most">How many run at a time.</param>
/// <param name="maxWaiting">How many more may wait; further ones are refused.</param>
/// <param name="maxOfOne">How many of one organisation may run or wait: others find a place in the line.</param>
sealed class ReportTurns(int most, int maxWaiting, int maxOfOne) : IDisposable
{
    readonly SemaphoreSlim free = new(most);
    readonly ConcurrentDictionary<int, int> ofOne = new();
    int asking;

    /// <exception cref="TooManyReportsException">More than the bound wait already.</exception>
    public async Task<T> RunAsync<T>(int organisation, Func<Task<T>> report, CancellationToken stop)
    {
        // Counted first, looked at then: of two who come at once neither may pass the bound.
        var all = Interlocked.Increment(ref asking);
        var own = ofOne.AddOrUpdate(organisation, 1, static (_, before) => before + 1);
        try
        {
            if (all > most + maxWaiting || own > maxOfOne) throw new TooManyReportsException();
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
            if (ofOne.AddOrUpdate(organisation, 0, static (_, before) => before - 1) == 0)
                ofOne.TryRemove(new KeyValuePair<int, int>(organisation, 0));
        }
    }

    public void Dispose() => free.Dispose();
}
