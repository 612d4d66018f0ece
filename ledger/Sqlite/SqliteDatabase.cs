using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Commit;
using OrleansScheduling.Ledger.Feed;
using OrleansScheduling.Ledger.Reading;
using OrleansScheduling.Ledger.Schema;
using OrleansScheduling.Ledger.Snapshot;

namespace OrleansScheduling.Ledger.Sqlite;

/// <summary>The ledger on SQLite: one office on one machine.</summary>
sealed partial class SqliteDatabase : LedgerDatabase
{
    public const string FileName = "ledger.db";

    readonly LedgerOptions options;
    readonly string connectionString;
    readonly SqliteWriter writer;
    readonly GroupCommit commits;
    readonly SqliteFeed feed;
    readonly ILogger logger;

    public SqliteDatabase(LedgerOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        this.options = options;
        logger = loggers.CreateLogger("OrleansScheduling.Ledger");
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(options.Directory, FileName),
            DefaultTimeout = SqliteWriter.BusyTimeoutSeconds,
            ForeignKeys = true,
        }.ConnectionString;
        writer = new SqliteWriter(connectionString);
        var signal = new FeedSignal();
        commits = new GroupCommit([new SqliteLane(writer, signal)], options.MaxBatch, options.MaxWaiting, logger);
        Ledger = new SqliteLedger(this, writer, commits, signal);
        feed = new SqliteFeed(this, signal, time);
        Registry = new SqliteRegistry(this, writer, signal, time);
        State = new SqliteState(this, writer);
    }

    public override ILedger Ledger { get; }

    public override IFeed Feed => feed;

    public override IRegistryStore Registry { get; }

    public override IStateStore State { get; }

    /// <summary>One process by design; a second one on the same file is kept right by the fences, and does the work twice.</summary>
    public override IDuties Duties { get; } = new EveryDuty();

    public override ReadingSide OpenReading(IEnumerable<IInterceptor> watchers) => ReadingSide.OnSqlite(options, watchers);

    const string CreateRecord = """
        CREATE TABLE IF NOT EXISTS schema_version (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT
        """;

    const string ReadRecord = "SELECT coalesce(max(number), 0) FROM schema_version";

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Directory);
        var all = Migration.All("Sqlite");
        // One transaction a step; the write lock lets two processes take turns.
        while (await writer.RunAsync(connection => Step(connection, all)) is { } name) Migrated(name);
    }

    public override Task OpenExistingAsync(CancellationToken cancellationToken)
    {
        var where = Path.GetFullPath(options.Directory);
        if (!File.Exists(Path.Combine(where, FileName))) throw new NoLedgerException(where);
        using var connection = OpenReader();
        using var read = connection.CreateCommand();
        read.CommandText = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'";
        if ((long)read.ExecuteScalar()! == 0) throw new NoLedgerException(where);
        read.CommandText = ReadRecord;
        Migration.HoldCurrent(Migration.All("Sqlite"), (int)(long)read.ExecuteScalar()!);
        return Task.CompletedTask;
    }

    static string? Step(SqliteConnection connection, IReadOnlyList<Migration> all)
    {
        SqliteWriter.Execute(connection, CreateRecord);
        using var read = connection.CreateCommand();
        read.CommandText = ReadRecord;
        var next = Migration.After(all, (int)(long)read.ExecuteScalar()!).FirstOrDefault();
        if (next is null) return null;
        SqliteWriter.Execute(connection, next.Sql);
        using var write = connection.CreateCommand();
        write.CommandText = "INSERT INTO schema_version VALUES ($number, $name, datetime('now'))";
        write.Parameters.AddWithValue("$number", next.Number);
        write.Parameters.AddWithValue("$name", next.Name);
        write.ExecuteNonQuery();
        return next.Name;
    }

    /// <summary>Opens a connection: a write-ahead log, so that readers never wait, flushed at every commit.</summary>
    public static void Open(SqliteConnection connection)
    {
        connection.Open();
        SqliteWriter.Execute(connection, "PRAGMA journal_mode = WAL");
        SqliteWriter.Execute(connection, "PRAGMA synchronous = FULL");
    }

    /// <summary>A pooled connection for reading.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        return connection;
    }

    public override Task<ILedgerSnapshot> OpenSnapshotAsync(CancellationToken cancellationToken)
    {
        var connection = OpenReader();
        return Task.FromResult<ILedgerSnapshot>(new LedgerSnapshot<SqliteColumns>(connection, connection.BeginTransaction(deferred: true)));
    }

    protected override async ValueTask CloseAsync()
    {
        await commits.DisposeAsync();
        await Ledger.DisposeAsync();
        writer.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(connectionString));
    }

    [LoggerMessage(EventId = 4020, Level = LogLevel.Information, Message = "The ledger's schema is now at {Name}")]
    partial void Migrated(string name);
}
