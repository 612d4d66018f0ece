using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Hosting;

/// <summary>
/// How long a caller waits for what needs several answers. Signing in, a command and a board ask the database several things, one after
/// the other; on a line that comes and goes each of them may be answered just before it would be given up, and together they take longer
/// than anybody stays.
/// </summary>
/// <param name="isSilent">Whether the database answers nobody, as far as is known.</param>
public sealed class CallerPatience(LedgerOptions ledger, IHttpContextAccessor http, TimeProvider time, Func<bool> isSilent)
{
    /// <summary>The longest that one answer is waited for, and a fifth of it for all the others.</summary>
    const double Answers = 1.2;

    /// <summary>Left whatever came before.</summary>
    static readonly TimeSpan Least = TimeSpan.FromSeconds(0.5);

    /// <summary>What only reads is waited for as long as a report while the database answers, and it is looked again so often.</summary>
    static readonly (TimeSpan Longest, TimeSpan Look) Reading = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(0.25));

    /// <summary>Null where there is no line: SQLite is in this process.</summary>
    readonly TimeSpan? longest =
        ledger.ConnectionString.Length > 0 ? TimeSpan.FromSeconds(Answers * ledger.AnswerSeconds) : null;

    CancellationToken Gone => http.HttpContext?.RequestAborted ?? CancellationToken.None;

    /// <summary>Signing in has as long as a command: it may ask several things, too.</summary>
    /// <exception cref="TimeoutException">It is not known who it is.</exception>
    public Task<T> SignInAsync<T>(Task<T> signIn) => longest is { } limit ? signIn.WaitAsync(limit, time, Gone) : signIn;

    /// <exception cref="TimeoutException">
    /// There was no answer: the command goes on, and what becomes of it is not known. It is to be sent again with its key.
    /// </exception>
    public Task<CommandAnswer> WaitAsync(Task<CommandAnswer> command) =>
        // Whoever sends several commands in one request has as long for each. Whose caller goes ends as a request, and not as a field.
        longest is { } limit ? command.WaitAsync(AfterSignIn(limit), time, CancellationToken.None) : command;

    /// <summary>
    /// What asks in several steps has as long for all of them as a command where nothing is answered, and as a report where something is.
    /// </summary>
    /// <param name="read">It is told to stop when nobody waits any more, and asks no further then.</param>
    /// <exception cref="TimeoutException">There was no answer to some of it.</exception>
    public async Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read)
    {
        if (longest is not { } limit) return await read(Gone);
        using var over = new CancellationTokenSource();
        try
        {
            var (reading, began, left) = (read(over.Token), time.GetTimestamp(), AfterSignIn(limit));
            while (true)
            {
                Task waiting = reading.WaitAsync(left, time, Gone);
                await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (reading.IsCompleted) return await reading;
                if (waiting.IsCanceled || isSilent() || time.GetElapsedTime(began) >= Reading.Longest) await waiting;
                left = Reading.Look;
            }
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    TimeSpan AfterSignIn(TimeSpan limit)
    {
        // Whoever comes by a socket has signed in long ago.
        var left = limit - (http.HttpContext?.Features.Get<RequestBegan>()?.SignIn ?? TimeSpan.Zero);
        return left > Least ? left : Least;
    }
}
