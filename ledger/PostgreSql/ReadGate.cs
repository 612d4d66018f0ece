using Npgsql;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// Lets so many reads at a time to the database, fewer than the pool has connections: when thousands ask at once they wait here, in order,
/// and not for a connection until the pool's patience ends. Commits and the feed do not pass through it.
/// </summary>
sealed class ReadGate(int maxWaiting, AnswerLimit limit) : IDisposable
{
    /// <summary>More would only wait for the server's processors; a pool has 100 connections unless its owner says otherwise.</summary>
    const int MaxReads = 32;

    readonly SemaphoreSlim free = new(MaxReads);
    int asking;

    /// <exception cref="LedgerUnavailableException">The database is away, or more than the bound wait already.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref asking) > maxWaiting + MaxReads)
                throw new LedgerUnavailableException(new InvalidOperationException($"More than {maxWaiting} reads wait."));
            // Waiting for a place is not silence, and has the same end.
            if (!await free.WaitAsync(limit.Whole, cancellationToken))
                throw new LedgerUnavailableException(new TimeoutException("Too many reads were ahead of this one."));
            try
            {
                return await limit.WaitAsync(read, cancellationToken: cancellationToken);
            }
            finally
            {
                free.Release();
            }
        }
        catch (PostgresException exception)
        {
            throw new LedgerUnavailableException(exception);
        }
        finally
        {
            Interlocked.Decrement(ref asking);
        }
    }

    public void Dispose() => free.Dispose();
}
