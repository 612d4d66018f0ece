using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace OrleansScheduling.Ledger;

/// <summary>What an operator can put right when the ledger's database cannot be used, in one sentence. No secret is told.</summary>
public static class LedgerFault
{
    /// <returns>Null when the failure is none of the database or its files. Inner exceptions are the caller's to look at.</returns>
    public static string? Of(Exception failure) => failure switch
    {
        NewerSchemaException or OlderSchemaException or NoLedgerException => failure.Message,
        PostgresException refused => Of(refused),
        NpgsqlException lost =>
            $"PostgreSQL does not answer: {Sentence(lost.Message)} Start it, or correct Host and Port in ConnectionStrings:Ledger.",
        SqliteException broken => Of(broken),
        UnauthorizedAccessException or DirectoryNotFoundException => OfFiles(failure),
        // Those derived from it are of other things too, such as a part of the program that is missing.
        IOException when failure.GetType() == typeof(IOException) => OfFiles(failure),
        _ => null,
    };

    /// <summary>
    /// Whether the database is away for now: it does not answer, restarts, or has no connection left. Whoever asks again in a moment may be
    /// answered. Looks at inner exceptions too: a connection that is not there in time is a bare <see cref="TimeoutException"/> of the
    /// driver's, and lies in an exception of the mapper's.
    /// </summary>
    public static bool IsAway(Exception failure)
    {
        for (var one = failure; one is not null; one = one.InnerException)
        {
            switch (one)
            {
                case LedgerUnavailableException:
                // Class 57P: shut down, crashed, starting.
                case PostgresException { SqlState: ['5', '7', 'P', ..] }:
                case DbException { IsTransient: true }:
                case TimeoutException and not RegexMatchTimeoutException:
                    return true;
                // The driver puts a time-out into it, too: it does not wait for the server to say that it has stopped.
                case OperationCanceledException:
                    return false;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether the server has stopped a question: it took too long, or was taken for one that had ended on the same connection a moment
    /// before and that nobody waited for any more. Looks at inner exceptions too.
    /// </summary>
    public static bool IsStopped(Exception failure)
    {
        for (var one = failure; one is not null; one = one.InnerException)
        {
            if (one is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled }) return true;
        }

        return false;
    }

    static string OfFiles(Exception failure) =>
        $"{Sentence(failure.Message)} If that is the ledger's, give the program a directory that it may write to, with Ledger:Directory.";

    static string Of(PostgresException refused) => refused.SqlState switch
    {
        PostgresErrorCodes.InvalidCatalogName =>
            $"PostgreSQL has no such database: {Sentence(refused.MessageText)} Create it, or correct Database in ConnectionStrings:Ledger.",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"PostgreSQL refused the sign-in: {Sentence(refused.MessageText)} Correct Username and Password in ConnectionStrings:Ledger.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"PostgreSQL refused: {Sentence(refused.MessageText)} Give the role the right to create tables in the database.",
        PostgresErrorCodes.CannotConnectNow => "PostgreSQL is still starting, or shutting down. Try again in a moment.",
        PostgresErrorCodes.TooManyConnections => "PostgreSQL has no connection left. Raise max_connections, or lower Maximum Pool Size.",
        _ => $"PostgreSQL refused ({refused.SqlState}): {Sentence(refused.MessageText)} Its log says more.",
    };

    static string Of(SqliteException broken) => broken.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT =>
            "ledger.db in Ledger:Directory is damaged, or no SQLite file. Restore it from a backup, or name another directory.",
        SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM =>
            "ledger.db in Ledger:Directory cannot be opened for writing. Give the program the right, or name another directory.",
        SQLitePCL.raw.SQLITE_FULL => "The disk of Ledger:Directory is full. Make room.",
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED =>
            "Another program has ledger.db locked. SQLite is for one process that writes; stop the other, or use PostgreSQL.",
        _ => $"SQLite could not use ledger.db: {Sentence(broken.Message)} Look at the disk of Ledger:Directory.",
    };

    static string Sentence(string message)
    {
        var line = message.Split('\n')[0].Trim();
        return line.EndsWith('.') ? line : line + ".";
    }
}
