namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>Questions that may take longer than anybody waits for a command: reports.</summary>
sealed partial class AnswerLimit
{
    /// <summary>What is silent for less may be one connection that was lost, and not the line.</summary>
    static readonly TimeSpan Doubt = TimeSpan.FromSeconds(0.5);

    /// <summary>What the server has ended by itself until then needs no line any more to be taken back.</summary>
    static readonly TimeSpan LongestUnheard = TimeSpan.FromSeconds(10);

    /// <summary>Cancelled when silence is found that is not known now.</summary>
    public CancellationToken NextSilence => hearing is { IsSilent: false } now ? now.Silence : CancellationToken.None;

    /// <summary>
    /// Waits for as long as the database answers anything at all, and a moment more. It finds no silence by itself: others ask all the time
    /// (<see cref="Heartbeat"/>).
    /// </summary>
    /// <param name="begin">Asks; not called at all in silence. It is told to stop when somebody can be told to.</param>
    /// <exception cref="LedgerUnavailableException">Nothing is answered.</exception>
    public async Task<T> WhileHeardAsync<T>(Func<CancellationToken, Task<T>> begin, CancellationToken cancellationToken)
    {
        if (hearing is { IsSilent: true } already && !await IsHeardAgainAsync(already, cancellationToken)) throw Unheard();
        // Nobody disposes it: it has neither timer nor handle, and whoever gives up may be at it at any moment.
        var stop = new CancellationTokenSource();
        // Not on the thread of whoever gives up: the driver may keep it.
        var givingUp = cancellationToken.UnsafeRegister(question => takingBack.Add((CancellationTokenSource)question!), stop);
        Task<T> work;
        try
        {
            work = begin(stop.Token);
        }
        catch
        {
            givingUp.Unregister();
            throw;
        }

        while (true)
        {
            var now = hearing;
            Task waiting = work.WaitAsync(now.Silence);
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (work.IsCompleted) break;
            // Those who wait are told one after another.
            await Task.Yield();
            Task first = await Task.WhenAny(work, IsHeardAgainAsync(now, CancellationToken.None));
            if (first == work || hearing != now) continue;
            // Its caller goes now: that is no reason to take it back before there is a line.
            givingUp.Unregister();
            _ = TakeBackAsync(work, stop, now);
            throw Unheard();
        }

        givingUp.Unregister();
        try
        {
            return await work;
        }
        catch (Exception lost) when (LedgerFault.IsAway(lost))
        {
            // However deep the driver's word for it lies.
            throw new LedgerUnavailableException(lost);
        }
    }

    async Task<bool> IsHeardAgainAsync(Hearing now, CancellationToken cancellationToken)
    {
        Task waiting = now.Again.WaitAsync(Doubt, time, cancellationToken);
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return now.Again.IsCompleted;
    }

    /// <summary>
    /// If it can be, when there is a line over which it can be taken back: otherwise the server would go on with it, and with the next one
    /// over another connection.
    /// </summary>
    async Task TakeBackAsync(Task work, CancellationTokenSource stop, Hearing then)
    {
        Task heard = Task.WhenAny(work, then.Again).WaitAsync(LongestUnheard, time, CancellationToken.None);
        await heard.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!work.IsCompleted) takingBack.Add(stop);
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    static LedgerUnavailableException Unheard() => Silence(new TimeoutException("The database answers nobody."));
}
