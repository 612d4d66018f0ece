namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>A time in which the database answers, and the silence after it.</summary>
sealed class Hearing
{
    readonly CancellationTokenSource silence = new();
    readonly TaskCompletionSource again = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the last that was heard is that nothing was.</summary>
    public bool IsSilent => silence.IsCancellationRequested;

    /// <summary>Cancelled when nothing is answered, which tells those who wait.</summary>
    public CancellationToken Silence => silence.Token;

    /// <summary>Completes when something is answered in that silence: another hearing has begun.</summary>
    public Task Again => again.Task;

    public void End() => _ = silence.CancelAsync();

    public void HearAgain() => again.TrySetResult();
}
