using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace OrleansScheduling.Ledger.Sqlite;

/// <summary>
/// The one connection that writes, on a thread of its own: SQLite has one writer, and its calls block. Every piece of work is one
/// transaction, durable when it ends (<c>synchronous=FULL</c>), rolled back when it throws.
/// </summary>
sealed class SqliteWriter : IDisposable
{
    /// <summary>Pieces of work that wait for the thread; a caller that finds no room waits for it.</summary>
    const int MaxQueued = 1024;

    /// <summary>How long a write waits for another process that writes to the same file.</summary>
    public const int BusyTimeoutSeconds = 30;

    readonly BlockingCollection<Action<SqliteConnection>> work = new(MaxQueued);
    readonly string connectionString;
    readonly Thread thread;

    public SqliteWriter(string connectionString)
    {
        this.connectionString = connectionString;
        thread = new Thread(Run) { IsBackground = true, Name = "ledger writer" };
        thread.Start();
    }

    /// <summary>Runs a piece of work in a transaction that holds the write lock from its start.</summary>
    public Task<T> RunAsync<T>(Func<SqliteConnection, T> piece)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(connection =>
        {
            try
            {
                done.SetResult(InTransaction(connection, piece));
            }
            catch (SqliteException exception) when (exception.SqliteErrorCode != SQLitePCL.raw.SQLITE_CONSTRAINT)
            {
                done.SetException(new LedgerUnavailableException(exception));
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }

    static T InTransaction<T>(SqliteConnection connection, Func<SqliteConnection, T> piece)
    {
        if (connection.State != System.Data.ConnectionState.Open) SqliteDatabase.Open(connection);
        Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            var result = piece(connection);
            Execute(connection, "COMMIT");
            return result;
        }
        catch
        {
            // A failed COMMIT may have ended the transaction already.
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) Execute(connection, "ROLLBACK");
            throw;
        }
    }

    public static int Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    void Run()
    {
        using var connection = new SqliteConnection(connectionString);
        foreach (var piece in work.GetConsumingEnumerable()) piece(connection);
    }

    public void Dispose()
    {
        work.CompleteAdding();
        thread.Join();
        work.Dispose();
    }
}
