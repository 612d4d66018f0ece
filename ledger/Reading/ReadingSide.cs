using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using OrleansScheduling.Ledger.PostgreSql;
using OrleansScheduling.Ledger.Sqlite;

namespace OrleansScheduling.Ledger.Reading;

/// <summary>
/// Answers questions about the record, each in a context of its own that sees what one scope lets see; contexts are pooled.
/// </summary>
public abstract class ReadingSide : IAsyncDisposable
{
    /// <summary>
    /// Connections for questions, beside those of the ledger: a PostgreSQL server takes 100 by default, and one process fits. Half are for
    /// questions by keys. Contexts that are kept for the next question are as many; further questions wait.
    /// </summary>
    protected const int MaxConnections = 32;

    /// <summary>No question may hold the database longer; the API's own limit is the same.</summary>
    protected static readonly TimeSpan MaxQuestion = TimeSpan.FromSeconds(10);

    /// <summary>Reports that run at a time: of SQLite's turns, four at least, some are left to others.</summary>
    internal const int MaxReports = 2;

    /// <summary>With a tenth of a second each, the last one is told in a few seconds.</summary>
    internal const int MaxReportsWaiting = 100;

    /// <summary>A quarter of the line.</summary>
    internal const int MaxReportsOfOne = MaxReportsWaiting / 4;

    readonly ReportTurns reports = new(MaxReports, MaxReportsWaiting, MaxReportsOfOne);

    /// <summary>The answer to a question, in the scope of whoever asks.</summary>
    /// <param name="question">
    /// Uses the context as long as it runs; it may do so when nobody waits for it any more. Its token is the one to go by.
    /// </param>
    /// <exception cref="LedgerUnavailableException">The database answers nobody.</exception>
    public Task<T> AskAsync<T>(
        ReadingScope scope, Func<ReadingContext, CancellationToken, Task<T>> question, CancellationToken cancellationToken) =>
        RunAsync(stop => AnswerAsync(Open(scope), question, stop), cancellationToken);

    /// <summary>As <see cref="AskAsync"/>, in a context as of <see cref="OpenByKeys"/>.</summary>
    /// <exception cref="LedgerUnavailableException">The database answers nobody.</exception>
    public Task<T> AskByKeysAsync<T>(
        ReadingScope scope, Func<ReadingContext, CancellationToken, Task<T>> question, CancellationToken cancellationToken) =>
        RunAsync(stop => AnswerAsync(OpenByKeys(scope), question, stop), cancellationToken);

    /// <summary>As <see cref="AskAsync"/>, for a question that looks at every row which its filter leaves: few run at a time.</summary>
    /// <exception cref="LedgerUnavailableException">The database answers nobody.</exception>
    /// <exception cref="TooManyReportsException">As many wait as may, of all or of one organisation.</exception>
    public Task<T> ReportAsync<T>(
        ReadingScope scope, Func<ReadingContext, CancellationToken, Task<T>> question, CancellationToken cancellationToken) =>
        RunAsync(stop => reports.RunAsync(scope.Organisation, () => AnswerAsync(Open(scope), question, stop), stop), cancellationToken);

    static async Task<T> AnswerAsync<T>(
        ReadingContext rented, Func<ReadingContext, CancellationToken, Task<T>> question, CancellationToken stop)
    {
        await using var context = rented;
        return await question(context, stop);
    }

    /// <summary>Waits for as long as there is somebody to wait for.</summary>
    protected abstract Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> question, CancellationToken cancellationToken);

    /// <summary>A context that sees what the scope lets see. The caller disposes it.</summary>
    internal ReadingContext Open(ReadingScope scope)
    {
        var context = Rent(scope.OwnOnly);
        context.Use(scope);
        return context;
    }

    /// <summary>
    /// As <see cref="Open"/>, for a question whose best plan is the same whoever asks and whichever keys it is asked with: rows by their
    /// keys. It is planned once for each connection. Otherwise the database plans it anew each time, since it can leave out half of a query
    /// filter when it knows the scope, and takes that for a gain; planning costs these questions more than answering them.
    /// </summary>
    internal ReadingContext OpenByKeys(ReadingScope scope)
    {
        var context = RentByKeys(scope.OwnOnly);
        context.Use(scope);
        return context;
    }

    protected abstract ReadingContext Rent(bool ofOnePerson);

    protected abstract ReadingContext RentByKeys(bool ofOnePerson);

    public virtual ValueTask DisposeAsync()
    {
        reports.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static ReadingSide OnPostgreSql(LedgerOptions options, IEnumerable<IInterceptor> watchers, AnswerLimit limit) =>
        new OfPostgreSql(options, watchers, limit);

    internal static ReadingSide OnSqlite(LedgerOptions options, IEnumerable<IInterceptor> watchers) => new OfSqlite(options, watchers);

    sealed class OfPostgreSql : ReadingSide
    {
        readonly Pool any;
        readonly Pool byKeys;
        readonly AnswerLimit limit;

        public OfPostgreSql(LedgerOptions options, IEnumerable<IInterceptor> watchers, AnswerLimit limit)
        {
            this.limit = limit;
            IInterceptor[] told = [.. watchers];
            any = new Pool(options, "", told);
            byKeys = new Pool(options, "-c plan_cache_mode=force_generic_plan", told);
        }

        protected override ReadingContext Rent(bool ofOnePerson) => any.Rent(ofOnePerson);

        protected override ReadingContext RentByKeys(bool ofOnePerson) => byKeys.Rent(ofOnePerson);

        protected override Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> question, CancellationToken cancellationToken) =>
            limit.WhileHeardAsync(question, cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await any.Source.DisposeAsync();
            await byKeys.Source.DisposeAsync();
            await base.DisposeAsync();
        }

        sealed class Pool
        {
            const int Connections = MaxConnections / 2;

            readonly PooledDbContextFactory<PostgreSqlReading> ofOrganisations;
            readonly PooledDbContextFactory<PostgreSqlReadingOfOnePerson> ofPeople;

            public Pool(LedgerOptions options, string planning, IEnumerable<IInterceptor> watchers)
            {
                var connection = PostgreSqlSessions.Of(options.ConnectionString, "reading");
                connection.MaxPoolSize = Connections;
                connection.MaxAutoPrepare = 200;
                connection.AutoPrepareMinUsages = 3;
                // Questions leave nothing behind in a session that would have to be cleared.
                connection.NoResetOnClose = true;
                connection.CommandTimeout = AnswerLimit.DriverSeconds(options.AnswerSeconds);
                // Whoever is told to stop is not waited for.
                connection.CancellationTimeout = -1;
                connection.Timeout = Math.Min(connection.Timeout, Math.Max(1, options.AnswerSeconds / 2));
                var limit = ((long)MaxQuestion.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
                connection.Options =
                    $"{connection.Options} -c default_transaction_read_only=on -c statement_timeout={limit} -c jit=off {planning}".Trim();
                Source = new NpgsqlDataSourceBuilder(connection.ConnectionString).Build();
                ofOrganisations = Contexts<PostgreSqlReading>(watchers);
                ofPeople = Contexts<PostgreSqlReadingOfOnePerson>(watchers);
            }

            public NpgsqlDataSource Source { get; }

            public ReadingContext Rent(bool ofOnePerson) =>
                ofOnePerson ? ofPeople.CreateDbContext() : ofOrganisations.CreateDbContext();

            PooledDbContextFactory<TContext> Contexts<TContext>(IEnumerable<IInterceptor> watchers)
                where TContext : PostgreSqlReading =>
                new(Common<TContext>(watchers).UseNpgsql(Source).Options, Connections);
        }
    }

    sealed class OfSqlite : ReadingSide
    {
        readonly string connectionString;
        readonly PooledDbContextFactory<SqliteReading> ofOrganisations;
        readonly PooledDbContextFactory<SqliteReadingOfOnePerson> ofPeople;
        readonly SqliteTurns turns = new();

        public OfSqlite(LedgerOptions options, IEnumerable<IInterceptor> watchers)
        {
            connectionString = new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(options.Directory, SqliteDatabase.FileName),
                Mode = SqliteOpenMode.ReadOnly,
                DefaultTimeout = (int)MaxQuestion.TotalSeconds,
            }.ConnectionString;
            ofOrganisations = Contexts<SqliteReading>([turns, .. watchers]);
            ofPeople = Contexts<SqliteReadingOfOnePerson>([turns, .. watchers]);
        }

        protected override ReadingContext Rent(bool ofOnePerson) =>
            ofOnePerson ? ofPeople.CreateDbContext() : ofOrganisations.CreateDbContext();

        /// <summary>SQLite plans a statement when it is prepared, whatever its parameters.</summary>
        protected override ReadingContext RentByKeys(bool ofOnePerson) => Rent(ofOnePerson);

        protected override Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> question, CancellationToken cancellationToken) =>
            question(cancellationToken);

        PooledDbContextFactory<TContext> Contexts<TContext>(IEnumerable<IInterceptor> watchers)
            where TContext : SqliteReading => new(
            Common<TContext>(watchers)
                // A list is one parameter, so that a longer list is not another statement.
                .UseSqlite(connectionString, sqlite => sqlite.UseParameterizedCollectionMode(ParameterTranslationMode.Parameter))
                .Options,
            MaxConnections);

        public override ValueTask DisposeAsync()
        {
            SqliteConnection.ClearPool(new SqliteConnection(connectionString));
            turns.Dispose();
            return base.DisposeAsync();
        }
    }

    static DbContextOptionsBuilder<TContext> Common<TContext>(IEnumerable<IInterceptor> watchers)
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        options.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).EnableThreadSafetyChecks(false).AddInterceptors(watchers);
        // A filter on a row whose relative is filtered too is what these queries mean.
        options.ConfigureWarnings(warnings =>
            warnings.Ignore(CoreEventId.PossibleIncorrectRequiredNavigationWithQueryFilterInteractionWarning));
        return options;
    }
}
