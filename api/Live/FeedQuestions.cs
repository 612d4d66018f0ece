namespace OrleansScheduling.Api.Live;

/// <summary>
/// What those who come back ask the database about the feed: so many questions at a time. When a thousand come at once they wait here, in
/// order, and leave connections to others. Each connection of a caller has a bounded number of subscriptions that may wait.
/// </summary>
public sealed class FeedQuestions : IDisposable
{
    const int MaxAtATime = 8;

    /// <summary>Longest wait for a turn: while nothing is answered those who wait are told together, and come again.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim free = new(MaxAtATime);

    /// <exception cref="TimeoutException">Too many were ahead.</exception>
    public async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (!await free.WaitAsync(Patience, cancellationToken))
            throw new TimeoutException("Too many who came back were ahead of this one.");
        try
        {
            return await ask(cancellationToken);
        }
        finally
        {
            free.Release();
        }
    }

    public void Dispose() => free.Dispose();
}
