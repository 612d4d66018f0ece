namespace OrleansScheduling.Testing.Simulation;

/// <summary>The way from one process to the simulated database.</summary>
public interface ILink
{
    /// <summary>Carries a request there, has it done at one moment, and carries the answer back; or throws when one of them was
    /// lost.</summary>
    /// <param name="request">For the trace.</param>
    Task<T> AskAsync<T>(string request, Func<T> work);

    /// <summary>Completes when the feed may have something new.</summary>
    Task WaitAsync(long after, CancellationToken cancellationToken);

    /// <summary>Called by the database after each commit of this process.</summary>
    void Committed();

    /// <summary>Where batches are carried from; null: the thread pool.</summary>
    TaskScheduler? Carriers { get; }

    TimeProvider Time { get; }
}
