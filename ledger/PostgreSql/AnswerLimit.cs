namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// How long somebody waits for the database's answer. Whoever waits is answered here, and not by the driver's own limit of time: that keeps
/// the thread on which it runs out until the server is told, or cannot be. What nobody waits for any more is taken back on other threads.
/// </summary>
sealed partial class AnswerLimit(int seconds, TimeProvider time)
{
    /// <summary>
    /// The driver's own patience, longer than anybody's here: most of what is given up has been taken back before.
    /// </summary>
    public static int DriverSeconds(int answerSeconds) => answerSeconds + 30;

    /// <summary>While nothing is answered: a caller who needs several answers is not to wait for each in full.</summary>
    static readonly TimeSpan WhileSilent = TimeSpan.FromSeconds(1);

    /// <summary>Another one as soon as something is answered in silence.</summary>
    volatile Hearing hearing = new();

    /// <summary>
    /// The one question that is asked while nothing is answered, and whether others may ask after it: it was answered, or nobody waits for
    /// the answer any more. Everybody else waits for that: each question without an answer keeps a connection, and a thread while it is
    /// taken back.
    /// </summary>
    TaskCompletionSource<bool>? probe;

    readonly TakingBack takingBack = new();

    /// <summary>For what has to wait before it can be asked at all.</summary>
    public TimeSpan Whole { get; } = TimeSpan.FromSeconds(seconds);

    TimeSpan Short => WhileSilent < Whole ? WhileSilent : Whole;

    /// <summary>Whether the last that was heard is that nothing was.</summary>
    public bool IsSilent => hearing.IsSilent;

    /// <exception cref="LedgerUnavailableException">
    /// There was no answer, or the line was lost: whether the work was done, or will be, is not known.
    /// </exception>
    /// <param name="begin">
    /// Asks; not called at all when others found out meanwhile that nothing is answered. It is told to stop when nobody waits any more.
    /// </param>
    /// <param name="after">What there is to do when work that was not answered has ended.</param>
    public async Task<T> WaitAsync<T>(
        Func<CancellationToken, Task<T>> begin, Func<Task>? after = null, CancellationToken cancellationToken = default)
    {
        TaskCompletionSource<bool>? mine = null;
        var came = time.GetTimestamp();
        while (IsSilent && mine is null)
        {
            var asked = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.CompareExchange(ref probe, asked, null) is not { } others) mine = asked;
            // Ends with its question, which is given up after the short time.
            else if (!await IsAnsweredAsync(others.Task, Whole - time.GetElapsedTime(came)))
                throw Silence(new TimeoutException("Another question had no answer."));
        }

        var isUnheard = false;
        try
        {
            return await AskAsync(begin, after, Whole - time.GetElapsedTime(came), cancellationToken);
        }
        catch (Npgsql.PostgresException)
        {
            // A refusal is an answer too.
            NoteAnswer();
            throw;
        }
        catch (LedgerUnavailableException)
        {
            isUnheard = true;
            throw;
        }
        finally
        {
            if (mine is not null)
            {
                Volatile.Write(ref probe, null);
                mine.SetResult(!isUnheard);
            }
        }
    }

    /// <summary>Whether somebody else's question is answered in what is left of the whole time.</summary>
    async Task<bool> IsAnsweredAsync(Task<bool> others, TimeSpan left)
    {
        if (left > TimeSpan.Zero)
        {
            Task waiting = others.WaitAsync(left, time, CancellationToken.None);
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return others.IsCompleted && await others;
    }

    async Task<T> AskAsync<T>(
        Func<CancellationToken, Task<T>> begin, Func<Task>? after, TimeSpan left, CancellationToken cancellationToken)
    {
        // Nobody disposes it: it has neither timer nor handle, and whoever gives up may be at it at any moment.
        var stop = new CancellationTokenSource();
        await using var givingUp = cancellationToken.UnsafeRegister(question => takingBack.Add((CancellationTokenSource)question!), stop);
        var asked = time.GetTimestamp();
        var work = begin(stop.Token);
        try
        {
            var answer = await PatientlyAsync(work, left < Short ? Short : left);
            NoteAnswer();
            return answer;
        }
        catch (TimeoutException unheard) when (!work.IsCompleted)
        {
            NoteSilence();
            _ = EndAsync(work, after, stop, Whole - time.GetElapsedTime(asked));
            throw Silence(unheard);
        }
        catch (Exception lost) when (IsLost(lost))
        {
            // The driver's time for a new connection is up before.
            var isSilence = lost is TimeoutException or { InnerException: TimeoutException };
            if (isSilence) NoteSilence();
            if (after is not null) await after();
            throw new LedgerUnavailableException(lost) { IsSilence = isSilence };
        }
    }

    /// <summary>
    /// Waits as long as it may; from the moment that somebody else finds nothing answered, only the short time, unless anybody is answered
    /// in it. What is asked in silence has the short time alone, since others wait for its end.
    /// </summary>
    /// <param name="most">
    /// What is left of the whole time to whoever had to wait for somebody else's question; the short time at least.
    /// </param>
    async Task<T> PatientlyAsync<T>(Task<T> work, TimeSpan most)
    {
        var asked = time.GetTimestamp();
        var isProbe = IsSilent;
        while (true)
        {
            var now = hearing;
            var wasSilent = isProbe || now.IsSilent;
            var left = most - time.GetElapsedTime(asked);
            if (left < TimeSpan.Zero) left = TimeSpan.Zero;
            Task waiting = work.WaitAsync(wasSilent && Short < left ? Short : left, time, wasSilent ? CancellationToken.None : now.Silence);
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (work.IsCompleted) return await work;
            // Those who wait are told one after another, and what this one does next may take its time.
            await Task.Yield();
            var isFoundByOthers = !wasSilent && now.IsSilent;
            var isOver = !isProbe && wasSilent && hearing != now && time.GetElapsedTime(asked) < most;
            if (!isFoundByOthers && !isOver) throw new TimeoutException();
        }
    }

    void NoteSilence() => hearing.End();

    void NoteAnswer()
    {
        var now = hearing;
        if (now.IsSilent && Interlocked.CompareExchange(ref hearing, new Hearing(), now) == now) now.HearAgain();
    }

    static bool IsLost(Exception failure) => failure is not Npgsql.PostgresException
        && failure is Npgsql.NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException;

    static LedgerUnavailableException Silence(TimeoutException silence) => new(silence) { IsSilence = true };

    /// <summary>Nobody waits for it any more, and how it ends is nobody's fault.</summary>
    /// <param name="left">Of the whole time: until then a slow server may answer.</param>
    async Task EndAsync(Task work, Func<Task>? after, CancellationTokenSource stop, TimeSpan left)
    {
        if (left > TimeSpan.Zero)
            await work.WaitAsync(left, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!work.IsCompleted) takingBack.Add(stop);
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Late is not silent: whoever asks a slow server next gets the whole time again, or all would be given up from here on.
        if (work.IsCompletedSuccessfully) NoteAnswer();
        if (after is not null) await after().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
