namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// Takes questions back that nobody waits for any more, on threads of its own: the driver tells the server over a further connection, and
/// keeps the thread that asks it to until it has one. On a line that comes and goes these would be the threads that everybody else's
/// answers need.
/// </summary>
sealed class TakingBack
{
    /// <summary>
    /// Each may wait as long as a new connection has. An answer that comes meanwhile waits for it on a thread that others need: so these
    /// are few.
    /// </summary>
    const int MaxThreads = 2;

    readonly Lock gate = new();

    /// <summary>As many as there were connections, and those that waited for one.</summary>
    readonly Queue<CancellationTokenSource> unwanted = [];
    int running;

    public void Add(CancellationTokenSource question)
    {
        lock (gate)
        {
            unwanted.Enqueue(question);
            if (running == MaxThreads) return;
            running++;
        }

        new Thread(Run) { IsBackground = true, Name = "taking questions back" }.Start();
    }

    void Run()
    {
        while (true)
        {
            CancellationTokenSource? next;
            lock (gate)
            {
                if (!unwanted.TryDequeue(out next))
                {
                    running--;
                    return;
                }
            }

            try
            {
                next.Cancel();
            }
            catch (AggregateException)
            {
                // Its connection is being taken apart at the moment: it is gone.
            }
        }
    }
}
