namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// How long somebody waits for the database's answer. The driver's own time-out first asks the server to stop, and waits for that too,
/// which takes as long again where the server cannot be reached; so whoever waits is answered here, and the driver is left to end by
/// itself.
/// </summary>
sealed class AnswerLimit(int seconds)
{
    /// <summary>While nothing is answered: a caller who needs several answers is not to wait for each in full.</summary>
    static readonly TimeSpan WhileSilent = TimeSpan.FromSeconds(1);

    readonly TimeSpan limit = TimeSpan.FromSeconds(seconds);

    /// <summary>Whether the last that was heard is that nothing was.</summary>
    volatile bool isSilent;

    /// <exception cref="LedgerUnavailableException">There was no answer; the work goes on, and what becomes of it is not known.</exception>
    /// <param name="after">What there is to do when work that nobody waits for has ended.</param>
    public async Task<T> WaitAsync<T>(Task<T> work, Func<Task>? after = null)
    {
        try
        {
            var answer = await work.WaitAsync(isSilent && WhileSilent < limit ? WhileSilent : limit);
            isSilent = false;
            return answer;
        }
        catch (TimeoutException silence) when (!work.IsCompleted)
        {
            isSilent = true;
            _ = EndAsync(work, after);
            throw new LedgerUnavailableException(silence);
        }
    }

    /// <summary>Nobody waits for it any more, and how it ends is nobody's fault.</summary>
    async Task EndAsync(Task work, Func<Task>? after)
    {
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Late is not silent: whoever asks a slow server next gets the whole time again, or all would be given up from here on.
        if (work.IsCompletedSuccessfully) isSilent = false;
        if (after is not null) await after().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
