using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>The line to the database goes silent without breaking: whoever waits is told so, and nothing happens twice.</summary>
[Collection(nameof(PostgreSqlCluster))]
public sealed class SilentLineTests(ClusterFixture cluster) : IAsyncLifetime
{
    /// <summary>Far longer than anything takes: running out is missing evidence, and fails the test.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    string direct = "";
    Relay relay = null!;
    LedgerDatabase database = null!;

    public async Task InitializeAsync()
    {
        direct = await cluster.NewDatabaseAsync();
        // The schema is made by somebody whose line is whole.
        await using (await OpenAsync(direct, 30)) relay = new Relay((await cluster.ClusterAsync()).Port);
        database = await OpenAsync(new NpgsqlConnectionStringBuilder(direct) { Port = relay.Port }.ConnectionString, 1);
    }

    static Task<LedgerDatabase> OpenAsync(string connection, int answerSeconds) => LedgerDatabase.OpenAsync(
        new LedgerOptions { ConnectionString = connection, AnswerSeconds = answerSeconds }, TimeProvider.System,
        NullLoggerFactory.Instance, CancellationToken.None);

    public async Task DisposeAsync()
    {
        relay.Heal();
        await database.DisposeAsync();
        await relay.DisposeAsync();
    }

    Task<CommitResult> CommitAsync(Changeset changeset) => database.Ledger.CommitAsync(changeset, CancellationToken.None);

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
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task What_had_no_answer_is_told_so_and_happens_once_when_it_is_repeated(bool to, bool from)
    {
        await RepeatAsync(Sample.Booking(1, 1, 32, Sample.NewKey()));
        var cut = Sample.Booking(1, 2, 36, Sample.NewKey());
        var other = Sample.Booking(2, 1, 32, Sample.NewKey());
        relay.Cut(to, from);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => CommitAsync(cut)).WaitAsync(Patience);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => CommitAsync(other)).WaitAsync(Patience);
        await Assert.ThrowsAsync<LedgerUnavailableException>(
            () => database.Ledger.LoadJobAsync(cut.Jobs[0].Id, CancellationToken.None)).WaitAsync(Patience);
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
}
