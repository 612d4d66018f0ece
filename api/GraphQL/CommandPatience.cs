using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.GraphQL;

/// <summary>
/// How long a caller waits for what becomes of a command. A command asks the database several things, one after the other; on a line that
/// comes and goes each of them may be answered just before it would be given up, and together they take longer than anybody stays.
/// </summary>
public sealed class CommandPatience(LedgerOptions ledger, TimeProvider time)
{
    /// <summary>The longest that one answer is waited for, and half of it: a first one that is late leaves time for the others.</summary>
    const double Answers = 1.5;

    /// <summary>Null where there is no line: SQLite is in this process.</summary>
    readonly TimeSpan? longest =
        ledger.ConnectionString.Length > 0 ? TimeSpan.FromSeconds(Answers * ledger.AnswerSeconds) : null;

    /// <exception cref="TimeoutException">
    /// There was no answer: the command goes on, and what becomes of it is not known. It is to be sent again with its key.
    /// </exception>
    public Task<CommandAnswer> WaitAsync(Task<CommandAnswer> command) =>
        longest is { } limit ? command.WaitAsync(limit, time) : command;
}
