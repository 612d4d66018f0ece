using System.Collections.Concurrent;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>
/// Decides when data loaders load. While the executor, or the completion of an earlier batch, is still running resolvers, keys only gather;
/// when the last of them has come to rest, every gathered batch goes out. So a level of the response costs one load per loader.
/// </summary>
sealed class BatchScheduler
{
    ConcurrentQueue<Func<Task>>? gathered;
    int running;

    public void Enter() => Interlocked.Increment(ref running);

    public void Leave()
    {
        if (Interlocked.Decrement(ref running) == 0) Dispatch();
    }

    public void Schedule(Func<Task> load)
    {
        // Most requests use no data loader, so the queue is made for the first that does.
        LazyInitializer.EnsureInitialized(ref gathered).Enqueue(load);

        // Nobody is running, so nobody would dispatch: the resolver came back from work of its own. Let its neighbours come back too.
        if (Volatile.Read(ref running) == 0) ThreadPool
            .UnsafeQueueUserWorkItem(static self => self.DispatchIfIdle(), this, preferLocal: false);
    }

    void DispatchIfIdle()
    {
        Enter();
        Leave();
    }

    void Dispatch()
    {
        if (Volatile.Read(ref gathered) is not { } queue) return;
        while (queue.TryDequeue(out var load)) _ = load();
    }
}
