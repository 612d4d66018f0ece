using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger.Reading;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>The line to the database goes silent without breaking: whoever waits is told so, and nothing happens twice.</summary>
[Collection(nameof(PostgreSqlCluster))]
public sealed class SilentLineTests(ClusterFixture cluster) : IAsyncLifetime
{
    /// <summary>Far longer than anything takes: running out is missing evidence, and fails the test.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    string direct = "";
    Relay? relay;
    LedgerDatabase? opened;

    LedgerDatabase Database => opened!;

    public Task InitializeAsync() => Task.CompletedTask;

    async Task<Relay> JoinAsync(bool isMute = false)
    {
        direct = await cluster.NewDatabaseAsync();
        // The schema is made by somebody whose line is whole.
        await using (await OpenAsync(direct, 30)) relay = new Relay((await cluster.ClusterAsync()).Port, isMute);
        opened = await OpenAsync(new NpgsqlConnectionStringBuilder(direct) { Port = relay.Port }.ConnectionString, 1);
        return relay;
    }

    static Task<LedgerDatabase> OpenAsync(string connection, int answerSeconds) => LedgerDatabase.OpenAsync(
        new LedgerOptions { ConnectionString = connection, AnswerSeconds = answerSeconds }, TimeProvider.System,
        NullLoggerFactory.Instance, CancellationToken.None);

    public async Task DisposeAsync()
    {
        relay?.Heal();
        if (opened is not null) await opened.DisposeAsync();
        if (relay is not null) await relay.DisposeAsync();
    }

    Task<CommitResult> CommitAsync(Changeset changeset) => Database.Ledger.CommitAsync(changeset, CancellationToken.None);

    /// <summary>The same command under the same key, until it is answered: a busy machine may be late more than once.</summary>
    async Task<CommitResult> RepeatAsync(Changeset changeset)
    {
        while (true)
        {
            try
            {
                return await CommitAsync(changeset);
            }
            catch (LedgerUnavailableException)
            {
                // Not known still.
            }
        }
    }

    [PostgreSqlTheory]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, true)]
    public async Task What_had_no_answer_is_told_so_and_happens_once_when_it_is_repeated(bool to, bool from, bool isMute)
    {
        var relay = await JoinAsync(isMute);
        await RepeatAsync(Sample.Booking(1, 1, 32, Sample.NewKey()));
        var cut = Sample.Booking(1, 2, 36, Sample.NewKey());
        var other = Sample.Booking(2, 1, 32, Sample.NewKey());
        relay.Cut(to, from);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => CommitAsync(cut)).WaitAsync(Patience);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => CommitAsync(other)).WaitAsync(Patience);
        await Assert.ThrowsAsync<LedgerUnavailableException>(
            () => Database.Ledger.LoadJobAsync(cut.Jobs[0].Id, CancellationToken.None)).WaitAsync(Patience);
        relay.Heal();

        foreach (var changeset in new[] { cut, other })
        {
            var answer = await RepeatAsync(changeset).WaitAsync(Patience);
            Assert.Contains(answer.Status, new[] { CommitStatus.Committed, CommitStatus.Replayed });
        }

        await using var whole = await OpenAsync(direct, 30);
        var diaries = await whole.Ledger.LoadDiariesAsync([new OperativeId(1), new OperativeId(2)], Sample.Monday, CancellationToken.None);
        Assert.Equal([2, 1], diaries.Select(diary => diary.Visits.Count));
        Assert.Equal(3, (await whole.Feed.ReadAsync(0, 10, CancellationToken.None)).Count);
    }

    [PostgreSqlFact]
    public async Task However_often_the_line_goes_silent_no_connection_is_left_behind()
    {
        const int Silences = 8;
        var relay = await JoinAsync(isMute: true);
        var operative = 0;
        for (var i = 0; i < Silences; i++)
        {
            await Task.WhenAll(RepeatAsync(Next()), RepeatAsync(Next())).WaitAsync(Patience);
            relay.Cut(to: true, from: true);
            // A reader finds out. Of those that come then another is sent, and commits, whose lines are whole, are told with it.
            await RefusedAsync(ReadAsync);
            await Task.WhenAll(
                RefusedAsync(ReadAsync), RefusedAsync(() => CommitAsync(Next())), RefusedAsync(() => CommitAsync(Next())));
            relay.Heal();
        }

        await RepeatAsync(Next()).WaitAsync(Patience);
        // Two lanes, the feed, duties, and what a moment needs beside them.
        const int Few = 10;
        await using var counting = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(direct) { Pooling = false }.ConnectionString);
        await SettledAsync().WaitAsync(Patience);

        static Task RefusedAsync(Func<Task> ask) => Assert.ThrowsAsync<LedgerUnavailableException>(ask).WaitAsync(Patience);

        Task ReadAsync() => Database.Registry.CountPropertiesAsync(CancellationToken.None);

        Changeset Next() => Sample.Booking(++operative, 1, 32, Sample.NewKey());

        // A server notices at its own time that a line was put away.
        async Task SettledAsync()
        {
            while (true)
            {
                await using var command = counting.CreateCommand(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
                if ((long)(await command.ExecuteScalarAsync())! <= Few) return;
            }
        }
    }

    public static TheoryData<string> Questions => [.. AllQuestions.Keys];

    static readonly Dictionary<string, Func<LedgerDatabase, Task>> AllQuestions = new()
    {
        ["property by id"] = database => database.Registry.FindPropertyAsync(new PropertyId(1), default),
        ["property by reference"] = database => database.Registry.FindPropertyAsync(Sample.Client, "P1", default),
        ["search for properties"] = database => database.Registry.SearchPropertiesAsync([Sample.Client], "orchard", 5, default),
        ["number of properties"] = database => database.Registry.CountPropertiesAsync(default),
        ["telling of a day"] = database => database.Registry.TellAsync(
            new OperativeId(1), new DayTelling(EventKind.DayLocked, Sample.Monday, Sample.Monday.AtMidnight(), Sample.Monday.AtMidnight()),
            Sample.NewKey(), "tester", default),
        ["job"] = database => database.Ledger.LoadJobAsync(Sample.NewJob(), default),
        ["key"] = database => database.Ledger.FindByKeyAsync(Guid.NewGuid(), default),
        ["state"] = database => database.State.ReadAsync("session", "1", default),
        ["new state"] = database => database.State.WriteAsync("session", "1", [1], null, default),
        ["reminders"] = database => database.State.ReadRemindersAsync("grain", default),
        // Nobody asks anything but these, and either may take as long as a report.
        ["list"] = database => ReadAsync(database, (reading, ask) => reading.AskAsync(ReadingScope.Nothing, ask, default)),
        ["rows by keys"] = database => ReadAsync(database, (reading, ask) => reading.AskByKeysAsync(ReadingScope.Nothing, ask, default)),
    };

    static async Task ReadAsync(
        LedgerDatabase database, Func<ReadingSide, Func<ReadingContext, CancellationToken, Task<int>>, Task<int>> ask)
    {
        await using var reading = database.OpenReading([]);
        await ask(reading, (context, stop) => context.Jobs.CountAsync(stop));
    }

    [PostgreSqlFact]
    public async Task Who_reads_when_the_line_goes_silent_is_told_and_leaves_the_way_free_for_others()
    {
        // As many as there are connections for them.
        const int Readers = 16;
        var relay = await JoinAsync(isMute: true);
        await using var reading = Database.OpenReading([]);
        var asked = Enumerable.Range(0, Readers).Select(_ => reading.AskAsync(ReadingScope.Nothing, EndlessAsync, default)).ToArray();
        await UntilAsync(async () => await EndlessOnesAsync() == Readers).WaitAsync(Patience);
        relay.Cut(to: true, from: true);
        foreach (var one in asked) await Assert.ThrowsAsync<LedgerUnavailableException>(() => one).WaitAsync(Patience);
        await Assert.ThrowsAsync<LedgerUnavailableException>(CountAsync).WaitAsync(Patience);
        relay.Heal();

        await UntilAnsweredAsync(CountAsync).WaitAsync(Patience);

        Task CountAsync() => reading.AskAsync(ReadingScope.Nothing, (context, stop) => context.Jobs.CountAsync(stop), default);

        // Neither side ends it by itself.
        static Task<int> EndlessAsync(ReadingContext context, CancellationToken stop)
        {
            context.Database.SetCommandTimeout(TimeSpan.FromHours(1));
            return context.Database.ExecuteSqlRawAsync("SET statement_timeout = 0; SELECT pg_sleep(3600)", stop);
        }

        async Task<long> EndlessOnesAsync()
        {
            var alone = new NpgsqlConnectionStringBuilder(direct) { Pooling = false }.ConnectionString;
            await using var counting = NpgsqlDataSource.Create(alone);
            await using var command = counting.CreateCommand(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'");
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    [PostgreSqlFact]
    public async Task A_question_that_the_server_has_stopped_is_known_as_such()
    {
        await JoinAsync();
        await using var reading = Database.OpenReading([]);

        var asked = reading.AskAsync(
            ReadingScope.Nothing,
            (context, stop) => context.Database.ExecuteSqlRawAsync("SET statement_timeout = 1; SELECT pg_sleep(3600)", stop),
            default);

        var told = await Assert.ThrowsAnyAsync<Exception>(() => asked).WaitAsync(Patience);
        Assert.True(LedgerFault.IsStopped(new InvalidOperationException("As a query may tell it.", told)));
        Assert.False(LedgerFault.IsAway(told));
    }

    static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo()) await Task.Yield();
    }

    [PostgreSqlTheory]
    [MemberData(nameof(Questions))]
    public async Task Every_question_that_somebody_waits_for_is_refused(string question)
    {
        var relay = await JoinAsync();
        var ask = AllQuestions[question];
        // Lines are open: those that go silent, not new ones that are refused.
        await UntilAnsweredAsync(() => ask(Database)).WaitAsync(Patience);
        relay.Cut(to: true, from: true);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => ask(Database)).WaitAsync(Patience);
        relay.Heal();
        await UntilAnsweredAsync(() => ask(Database)).WaitAsync(Patience);
    }

    static async Task UntilAnsweredAsync(Func<Task> ask)
    {
        while (true)
        {
            try
            {
                await ask();
                return;
            }
            catch (LedgerUnavailableException)
            {
                // A busy machine may be late.
            }
        }
    }
}
