using OrleansScheduling.Ledger;
using OrleansScheduling.Testing.Simulation;

namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>
/// The network between a process and the database: requests and answers take their time, overtake one another and get lost. What is
/// carried out late, or whose answer was lost, was carried out all the same.
/// </summary>
sealed class SimulatedLink(SimulatedWorld world, SimulatedProcess process, SimulatedRecord record, Faults faults) : ILink
{
    /// <summary>How long a process waits for the database before it gives a request up.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A lost wake-up of the feed is only a delay.</summary>
    static readonly TimeSpan Fallback = TimeSpan.FromSeconds(1);

    readonly List<TaskCompletionSource> waiting = [];

    public TaskScheduler? Carriers => process;

    public TimeProvider Time => process.Clock;

    public Task<T> AskAsync<T>(string request, Func<T> work)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isWrite = request is "write" or "import" or "tell" or "upsert registry";
        var (there, flush, back) = (faults.Way(), isWrite ? faults.Way() : TimeSpan.Zero, faults.Way());
        var (isLost, isAnswerLost) = (faults.IsLost(), faults.IsLost());
        if (isLost || isAnswerLost || there + flush + back > Patience)
        {
            world.After(Patience, () =>
            {
                if (answer.TrySetException(new LedgerUnavailableException(new TimeoutException("The database did not answer."))))
                    world.Tell($"{process.Name} gives up waiting: {request}");
            });
        }

        if (!isLost) Deliver(there);
        // A read that is repeated does no harm; a write is a statement on a connection, which never repeats one by itself.
        if (!isLost && !isWrite && faults.IsRepeated()) Deliver(faults.Way());
        return answer.Task;

        void Deliver(TimeSpan way) => world.After(way, () =>
        {
            if (world.IsTold) world.Tell($"{process.Name} → database: {request}");
            var done = Carry(work);
            world.Mix((process.Number * 1_000_003L) + (request.Length * 1009L) + record.Entries.Count);
            if (!isAnswerLost && !process.HasCrashed) world.After(flush + back, () => done(answer));
        });
    }

    static Action<TaskCompletionSource<T>> Carry<T>(Func<T> work)
    {
        try
        {
            var result = work();
            return answer => answer.TrySetResult(result);
        }
        catch (InvalidOperationException failure)
        {
            return answer => answer.TrySetException(failure);
        }
    }

    public Task WaitAsync(long after, CancellationToken cancellationToken)
    {
        var bell = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Add(bell);
        world.After(Fallback, () => bell.TrySetResult());
        return bell.Task;
    }

    /// <summary>Somebody has committed; word of it may get lost.</summary>
    public void Notify()
    {
        if (process.HasCrashed || faults.IsLost()) return;
        world.After(faults.Way(), Ring);
    }

    void Ring()
    {
        foreach (var bell in waiting) bell.TrySetResult();
        waiting.Clear();
    }

    public void Committed() => Ring();
}
