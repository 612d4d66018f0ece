using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansScheduling.Ledger.PostgreSql;
using OrleansScheduling.Ledger.Reading;
using OrleansScheduling.Ledger.Sqlite;

namespace OrleansScheduling.Ledger;

/// <summary>One database with everything that this room offers over it.</summary>
public abstract class LedgerDatabase : IAsyncDisposable
{
    int closed;

    public abstract ILedger Ledger { get; }

    public abstract IFeed Feed { get; }

    public abstract IRegistryStore Registry { get; }

    public abstract IStateStore State { get; }

    public abstract IDuties Duties { get; }

    /// <summary>Whether nothing was answered by the database lately, as far as is known: whoever asks now will not be answered.</summary>
    public virtual bool IsSilent => false;

    /// <summary>For questions about the record. The caller disposes it, before this.</summary>
    /// <param name="watchers">Told of every command; for tests and for telemetry.</param>
    public abstract ReadingSide OpenReading(IEnumerable<IInterceptor> watchers);

    /// <summary>Brings the schema up to date and starts to listen. Safe from several processes at once.</summary>
    /// <exception cref="NewerSchemaException">The database was written by a newer program.</exception>
    public abstract Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Opens what is there for reading: creates nothing, changes no schema, and does not listen.</summary>
    /// <exception cref="NoLedgerException">There is none.</exception>
    /// <exception cref="OlderSchemaException">The schema is behind this program.</exception>
    /// <exception cref="NewerSchemaException">The database was written by a newer program.</exception>
    public abstract Task OpenExistingAsync(CancellationToken cancellationToken);

    /// <summary>The database that the options name; nothing is opened before <see cref="StartAsync"/>.</summary>
    /// <exception cref="ArgumentException">A setting that cannot be used.</exception>
    public static LedgerDatabase Create(LedgerOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        options.Validate();
        if (options.ConnectionString.Length == 0) return new SqliteDatabase(options, time, loggers);
        try
        {
            return new PostgreSqlDatabase(options, time, loggers);
        }
        catch (ArgumentException malformed)
        {
            throw new ArgumentException($"ConnectionStrings:Ledger is no PostgreSQL connection string: {malformed.Message}", malformed);
        }
    }

    /// <summary>Creates and starts.</summary>
    public static async Task<LedgerDatabase> OpenAsync(
        LedgerOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var database = Create(options, time, loggers);
        try
        {
            await database.StartAsync(cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everything that is recorded, as of now, for those who check it.</summary>
    public abstract Task<ILedgerSnapshot> OpenSnapshotAsync(CancellationToken cancellationToken);

    /// <summary>Answers everything that was taken, then closes. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) == 0) await CloseAsync();
    }

    protected abstract ValueTask CloseAsync();
}
