using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace OrleansScheduling.Ledger.Reading;

/// <summary>
/// Breaks a statement off when nobody waits for it any more. The provider looks at a token before a statement begins and never again; a
/// long one would go on for whoever has left.
/// </summary>
sealed class SqliteInterrupts : DbCommandInterceptor
{
    readonly ConditionalWeakTable<DbCommand, IDisposable> running = [];

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled && command.Connection is SqliteConnection { Handle: { } handle })
        {
            running.AddOrUpdate(
                command, cancellationToken.UnsafeRegister(static handle => raw.sqlite3_interrupt((sqlite3)handle!), handle));
        }

        return new(result);
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

    /// <summary>
    /// Waits for an interruption that is under way: the connection is given back, and the next statement on it is another's.
    /// </summary>
    void End(DbCommand command)
    {
        if (!running.TryGetValue(command, out var registered)) return;
        running.Remove(command);
        registered.Dispose();
    }
}
