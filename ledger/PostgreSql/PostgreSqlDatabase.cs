using System.Data;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Commit;
using OrleansScheduling.Ledger.Feed;
using OrleansScheduling.Ledger.Reading;
using OrleansScheduling.Ledger.Snapshot;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>The ledger on PostgreSQL: safe for any number of processes.</summary>
sealed class PostgreSqlDatabase : LedgerDatabase
{
    /// <summary>Statements that one reading connection keeps prepared: more than this room has.</summary>
    const int MaxPreparedReads = 60;

    /// <summary>For a page of the feed, and at most for a new connection that follows it.</summary>
    const int LeastFollowingSeconds = 5;

    readonly NpgsqlDataSource source;

    /// <summary>For commits and questions that somebody waits for: they fail soon where the database cannot be reached.</summary>
    readonly NpgsqlDataSource quick;

    /// <summary>
    /// For following the feed: a connection that has waited through a silence sends again ever more seldom, and a new one finds the
    /// database as soon as it can be reached.
    /// </summary>
    readonly NpgsqlDataSource following;
    readonly PostgreSqlLedger ledger;
    readonly PostgreSqlFeed feed;
    readonly GroupCommit commits;
    readonly PostgreSqlDuties duties;
    readonly LedgerOptions options;
    readonly AnswerLimit limit;
    readonly Heartbeat heartbeat;
    readonly ILogger logger;

    public PostgreSqlDatabase(LedgerOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        this.options = options;
        logger = loggers.CreateLogger("OrleansScheduling.Ledger");
        var connection = PostgreSqlSessions.Of(options.ConnectionString, "ledger");
        connection.MaxAutoPrepare = MaxPreparedReads;
        connection.AutoPrepareMinUsages = 2;
        // No statement here leaves anything in a session but LISTEN, whose connection is kept until the end.
        connection.NoResetOnClose = true;
        // A caller's answer means durable, whatever the server's default is. JIT costs more than any of these statements takes.
        connection.Options = $"{connection.Options} -c synchronous_commit=on -c jit=off".Trim();
        source = new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
        var followingSeconds = Math.Max(LeastFollowingSeconds, options.AnswerSeconds);
        connection.CommandTimeout = DriverLimit.DriverSeconds(followingSeconds);
        connection.Timeout = Math.Min(connection.Timeout, LeastFollowingSeconds);
        // Whoever does not answer is not waited for when it is told to stop.
        connection.CancellationTimeout = -1;
        following = new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
        connection.CommandTimeout = AnswerLimit.DriverSeconds(options.AnswerSeconds);
        connection.Timeout = Math.Min(connection.Timeout, Math.Max(1, options.AnswerSeconds / 2));
        quick = new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
        var signal = new FeedSignal();
        // Nobody waits for it, and a busy server is no silent one.
        var followingLimit = new DriverLimit(TimeSpan.FromSeconds(followingSeconds), TimeProvider.System);
        limit = new AnswerLimit(options.AnswerSeconds, TimeProvider.System);
        var lanes = Enumerable.Range(0, options.MaxBatchesInFlight).Select(_ => new PostgreSqlLane(quick, signal, limit, logger)).ToList();
        commits = new GroupCommit(lanes, options.MaxBatch, options.MaxWaiting, logger);
        var reads = new ReadGate(options.MaxWaiting, limit);
        ledger = new PostgreSqlLedger(quick, following, followingLimit, source, commits, reads, signal, logger);
        feed = new PostgreSqlFeed(following, followingLimit, source, signal, time, logger);
        Registry = new PostgreSqlRegistry(quick, source, reads, limit, signal, time);
        State = new PostgreSqlState(quick, limit);
        heartbeat = new Heartbeat(quick, limit, TimeProvider.System, logger);
        // The server goes by its own clock, and not by the one that bookings go by.
        duties = new PostgreSqlDuties(options.ConnectionString, TimeProvider.System, logger);
    }

    public override ILedger Ledger => ledger;

    public override IFeed Feed => feed;

    public override IRegistryStore Registry { get; }

    public override IStateStore State { get; }

    public override IDuties Duties => duties;

    public override bool IsSilent => limit.IsSilent;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await PostgreSqlMigrations.RunAsync(source, logger, cancellationToken);
        feed.Start();
        heartbeat.Start();
    }

    public override ReadingSide OpenReading(IEnumerable<IInterceptor> watchers) => ReadingSide.OnPostgreSql(options, watchers, limit);

    public override Task OpenExistingAsync(CancellationToken cancellationToken) =>
        PostgreSqlMigrations.HoldCurrentAsync(source, cancellationToken);

    public override async Task<ILedgerSnapshot> OpenSnapshotAsync(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return new LedgerSnapshot<PostgreSqlColumns>(connection, transaction);
    }

    protected override async ValueTask CloseAsync()
    {
        await duties.DisposeAsync();
        await ledger.DisposeAsync();
        await feed.DisposeAsync();
        await heartbeat.DisposeAsync();
        await quick.DisposeAsync();
        await following.DisposeAsync();
        await source.DisposeAsync();
    }
}
