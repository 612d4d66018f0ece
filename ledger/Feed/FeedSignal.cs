namespace OrleansScheduling.Ledger.Feed;

/// <summary>Wakes everybody who waits for new entries.</summary>
sealed class FeedSignal
{
    TaskCompletionSource any = New();
    TaskCompletionSource own = New();

    /// <summary>Done at the first wake-up, from any process, after this property was read.</summary>
    public Task Any => Volatile.Read(ref any).Task;

    /// <summary>Done at the first commit of this process after this property was read.</summary>
    public Task Own => Volatile.Read(ref own).Task;

    /// <summary>This process has committed.</summary>
    public void Wake()
    {
        Ring(ref own);
        Ring(ref any);
    }

    public void WakeFromOutside() => Ring(ref any);

    static void Ring(ref TaskCompletionSource bell)
    {
        var current = Volatile.Read(ref bell);
        Interlocked.CompareExchange(ref bell, New(), current);
        current.TrySetResult();
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
