using OrleansScheduling.Api.Hosting;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.GraphQL;

/// <summary>
/// How long a caller waits for what becomes of a command. Signing in and a command ask the database several things, one after the other; on
/// a line that comes and goes each of them may be answered just before it would be given up, and together they take longer than anybody
/// stays.
/// </summary>
public sealed class CommandPatience(LedgerOptions ledger, IHttpContextAccessor http, TimeProvider time)
{
    /// <summary>The longest that one answer is waited for, and a fifth of it for all the others.</summary>
    const double Answers = 1.2;

    /// <summary>Left to a command whatever came before it.</summary>
    static readonly TimeSpan Least = TimeSpan.FromSeconds(0.5);

    /// <summary>Null where there is no line: SQLite is in this process.</summary>
    readonly TimeSpan? longest =
        ledger.ConnectionString.Length > 0 ? TimeSpan.FromSeconds(Answers * ledger.AnswerSeconds) : null;

    /// <summary>Signing in has as long as a command: it may ask several things, too.</summary>
    /// <exception cref="TimeoutException">It is not known who it is.</exception>
    public Task<T> SignInAsync<T>(Task<T> signIn) =>
        longest is { } limit ? signIn.WaitAsync(limit, time, http.HttpContext?.RequestAborted ?? CancellationToken.None) : signIn;

    /// <exception cref="TimeoutException">
    /// There was no answer: the command goes on, and what becomes of it is not known. It is to be sent again with its key.
    /// </exception>
    public Task<CommandAnswer> WaitAsync(Task<CommandAnswer> command)
    {
        if (longest is not { } limit) return command;
        // Whoever sends several commands in one request has as long for each; whoever comes by a socket has signed in long ago.
        var request = http.HttpContext;
        var left = limit - (request?.Features.Get<RequestBegan>()?.SignIn ?? TimeSpan.Zero);
        return command.WaitAsync(left > Least ? left : Least, time, request?.RequestAborted ?? CancellationToken.None);
    }
}
