namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// Takes questions back that nobody waits for any more, one after another on a thread of its own: the driver tells the server over a
/// further connection, and keeps the thread that asks it to until it has one. On a line that comes and goes these would be the threads
/// that everybody else's answers need.
/// </summary>
sealed class TakingBack
{
    readonly Lock gate = new();

    /// <summary>As many as there were connections, and those that waited for one.</summary>
    readonly Queue<CancellationTokenSource> unwanted = [];
    bool isRunning;

    public void Add(CancellationTokenSource question)
    {
        lock (gate)
        {
            unwanted.Enqueue(question);
            if (isRunning) return;
            isRunning = true;
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
                    isRunning = false;
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
