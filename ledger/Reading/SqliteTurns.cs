using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace OrleansScheduling.Ledger.Reading;

/// <summary>
/// Statements on SQLite run on the threads of those who ask. So they take turns, lest questions that take long leave no thread to the rest
/// of the process, and one that nobody waits for any more is broken off: the provider looks at a token before a statement begins and never
/// again.
/// </summary>
sealed class SqliteTurns : DbCommandInterceptor, IDisposable
{
    /// <summary>How many run at once. More would only wait for the processors; with fewer than four, one slow report would be felt by
    /// everybody.</summary>
    public static readonly int MaxStatements = Math.Max(4, 2 * Environment.ProcessorCount);

    readonly SemaphoreSlim free = new(MaxStatements);
    readonly ConditionalWeakTable<DbCommand, Turn> running = [];

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        await free.WaitAsync(cancellationToken);
        var interruption = cancellationToken.CanBeCanceled && command.Connection is SqliteConnection { Handle: { } handle }
            ? cancellationToken.UnsafeRegister(static handle => raw.sqlite3_interrupt((sqlite3)handle!), handle)
            : default;
        running.Add(command, new Turn(free, interruption));
        return result;
    }

    public override InterceptionResult DataReaderDisposing(
        DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        End(command);
        return result;
    }

    public override Task CommandFailedAsync(
        DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        End(command);
        return Task.CompletedTask;
    }

    public override Task CommandCanceledAsync(
        DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        End(command);
        return Task.CompletedTask;
    }

    void End(DbCommand command)
    {
        if (running.TryGetValue(command, out var turn) && running.Remove(command)) turn.End();
    }

    public void Dispose() => free.Dispose();

    sealed class Turn(SemaphoreSlim free, CancellationTokenRegistration interruption)
    {
        /// <summary>
        /// Waits for an interruption that is under way: the connection is given back, and the next statement on it is another's.
        /// </summary>
        public void End()
        {
            interruption.Dispose();
            free.Release();
        }
    }
}
