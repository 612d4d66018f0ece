namespace OrleansScheduling.Embedded;

/// <summary>
/// Where activations get the threads that drain them: the pool, unless a host that decides itself what runs next replaces it.
/// </summary>
public interface ITurnThreads
{
    /// <summary>Runs the work soon, not within this call.</summary>
    /// <param name="preferLocal">Whether it had best run near what asked for it.</param>
    void Queue(IThreadPoolWorkItem work, bool preferLocal);
}

internal sealed class PoolThreads : ITurnThreads
{
    public void Queue(IThreadPoolWorkItem work, bool preferLocal) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal);
}
