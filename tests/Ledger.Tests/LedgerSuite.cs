using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger.Reading;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>A place where a test's ledgers live: an empty database of its own.</summary>
public interface ILedgerHome : IAsyncDisposable
{
    LedgerOptions Options { get; }
}

/// <summary>The suite is written once; the databases are derived classes, the simulated one among them.</summary>
public abstract partial class LedgerSuite : IAsyncLifetime
{
    readonly List<LedgerDatabase> opened = [];
    ILedgerHome? home;

    protected abstract Task<ILedgerHome> NewHomeAsync();

    protected LedgerDatabase Database { get; private set; } = null!;

    protected ILedger Ledger => Database.Ledger;

    protected LedgerOptions Options => home!.Options;

    public async Task InitializeAsync()
    {
        home = await NewHomeAsync();
        Database = await OpenAsync();
    }

    /// <summary>Opens another ledger on the same database, as another process would.</summary>
    protected async Task<LedgerDatabase> OpenAsync(Func<LedgerOptions, LedgerOptions>? change = null)
    {
        var options = change is null ? Options : change(Options);
        var database = await OpenAsync(options);
        opened.Add(database);
        return database;
    }

    protected virtual Task<LedgerDatabase> OpenAsync(LedgerOptions options) =>
        LedgerDatabase.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);

    /// <summary>
    /// Keeps batches on their way until it is set, where a database is so quick that nothing would ever wait; null where none is.
    /// </summary>
    protected virtual TaskCompletionSource? HoldWrites() => null;

    public async Task DisposeAsync()
    {
        foreach (var database in opened) await database.DisposeAsync();
        if (home is not null) await home.DisposeAsync();
    }

    protected Task<CommitResult> CommitAsync(Changeset changeset) => Ledger.CommitAsync(changeset, CancellationToken.None);

    protected async Task<DiaryRecord> DiaryAsync(int operative) =>
        Assert.Single(await Ledger.LoadDiariesAsync([new OperativeId(operative)], Sample.Monday, CancellationToken.None));

    protected async Task<CommitStatus[]> CommitAllAsync(IEnumerable<Changeset> changesets) =>
        [.. (await Task.WhenAll(changesets.Select(CommitAsync))).Select(result => result.Status)];

    protected async Task<List<FeedEntry>> ReadFeedAsync(long after = 0)
    {
        var entries = new List<FeedEntry>();
        while (true)
        {
            var page = await Database.Feed.ReadAsync(entries.Count == 0 ? after : entries[^1].Position, 100, CancellationToken.None);
            if (page.Count == 0) return entries;
            entries.AddRange(page);
        }
    }
}

[CollectionDefinition(nameof(PostgreSqlCluster))]
public sealed class PostgreSqlCluster : ICollectionFixture<ClusterFixture>;

/// <summary>PostgreSQL: a new database in the collection's cluster.</summary>
public sealed class PostgreSqlHome(LedgerOptions options) : ILedgerHome
{
    public LedgerOptions Options => options;

    public static async Task<ILedgerHome> NewAsync(ClusterFixture cluster) =>
        new PostgreSqlHome(new LedgerOptions { ConnectionString = await cluster.NewDatabaseAsync() + ";Maximum Pool Size=20" });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>SQLite: a new directory.</summary>
public sealed class SqliteHome : ILedgerHome
{
    readonly DirectoryInfo directory = System.IO.Directory.CreateTempSubdirectory("osl-sqlite-");

    public LedgerOptions Options => new() { Directory = directory.FullName };

    public ValueTask DisposeAsync()
    {
        directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class SqliteLedgerTests : SqlLedgerSuite
{
    protected override Task<ILedgerHome> NewHomeAsync() => Task.FromResult<ILedgerHome>(new SqliteHome());

    protected override async Task RunSqlAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Options.Directory, "ledger.db")};Pooling=False");
        connection.Open();
        await using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    [Fact]
    public async Task A_reader_of_another_process_looks_again_after_a_second()
    {
        var clock = new FakeTimeProvider();
        await using var other = await LedgerDatabase.OpenAsync(Options, clock, NullLoggerFactory.Instance, CancellationToken.None);
        var waiting = other.Feed.WaitAsync(0, CancellationToken.None);
        await CommitAsync(Sample.Booking(1, 1, 32));
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        await waiting.WaitAsync(TimeSpan.FromMinutes(3));
        Assert.Single(await other.Feed.ReadAsync(0, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Questions_take_turns_and_one_that_is_given_up_leaves_the_queue()
    {
        await OpenAsync();
        var counter = new Counter();
        await using var reading = Database.OpenReading([counter]);
        async Task<int> AskAsync(CancellationToken cancellationToken)
        {
            await using var seen = reading.Open(ReadingScope.Nothing);
            return await seen.Jobs.CountAsync(cancellationToken);
        }

        // Each comes as far as it can before the next is asked.
        var asked = Enumerable.Range(0, SqliteTurns.MaxStatements + 5).Select(_ => AskAsync(CancellationToken.None)).ToList();
        using var impatient = new CancellationTokenSource();
        var givenUp = AskAsync(impatient.Token);
        Assert.Equal(SqliteTurns.MaxStatements, counter.Begun);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.WaitAsync(TimeSpan.FromMinutes(2)));
        counter.GoOn.SetResult();
        await Task.WhenAll(asked).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(asked.Count, counter.Begun);
        Assert.Equal(0, await AskAsync(CancellationToken.None));
    }

    /// <summary>Counts statements that have got their turn, and keeps them there.</summary>
    sealed class Counter : DbCommandInterceptor
    {
        int begun;

        public int Begun => Volatile.Read(ref begun);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref begun);
            await GoOn.Task.WaitAsync(cancellationToken);
            return result;
        }
    }
}

[Collection(nameof(PostgreSqlCluster))]
public sealed class PostgreSqlLedgerTests(ClusterFixture cluster) : SqlLedgerSuite
{
    protected override Task<ILedgerHome> NewHomeAsync() => PostgreSqlHome.NewAsync(cluster);

    protected override string UndoOwnSteps =>
        "DROP TABLE cluster_silo; DROP TABLE cluster_version; DROP TABLE cluster_grain_state; DROP TABLE cluster_reminder; "
        + "DROP TABLE orleansquery; ALTER TABLE feed_origin DROP COLUMN timeline; ";

    protected override async Task RunSqlAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Options.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
