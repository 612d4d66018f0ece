using NodaTime;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>The change feed, and engine state.</summary>
public abstract partial class LedgerSuite
{
    [Fact]
    public async Task The_feed_has_every_commit_once_in_order_and_pages_join_up()
    {
        Assert.Equal(0, await Database.Feed.HeadAsync(CancellationToken.None));
        await CommitAllAsync(Enumerable.Range(1, 25).Select(version => Sample.Booking(1, version, version * 2)));
        var all = await ReadFeedAsync();
        Assert.Equal(Enumerable.Range(1, 25).Select(version => (long)version), all.Select(entry => entry.Event.Diaries[0].Version));
        Assert.Equal(all[^1].Position, await Database.Feed.HeadAsync(CancellationToken.None));
        var paged = new List<long>();
        var after = 0L;
        while (await Database.Feed.ReadAsync(after, 4, CancellationToken.None) is { Count: > 0 } page)
        {
            paged.AddRange(page.Select(entry => entry.Position));
            after = page[^1].Position;
        }

        Assert.Equal(all.Select(entry => entry.Position), paged);

        var back = new List<long>();
        var before = long.MaxValue;
        while (await Database.Feed.ReadBackAsync(before, 4, CancellationToken.None) is { Count: > 0 } page)
        {
            back.AddRange(page.Select(entry => entry.Position));
            before = back[^1];
        }

        Assert.Equal(all.Select(entry => entry.Position).Reverse(), back);
    }

    [Fact]
    public async Task A_committed_entry_is_the_one_that_the_feed_shows()
    {
        var result = await CommitAsync(Sample.Booking(1, 1, 32, Sample.NewKey(), quotas: [Sample.Quota(1, 5)]));
        var entry = Assert.Single(await ReadFeedAsync());
        Assert.Equal(result.Entry!.Position, entry.Position);
        Assert.Equivalent(result.Entry.Event, entry.Event, strict: true);
    }

    [Fact]
    public async Task A_reader_that_follows_the_feed_of_two_writing_ledgers_misses_nothing()
    {
        const int Commits = 400;
        var other = await OpenAsync();
        var third = await OpenAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var reading = Task.Run(async () =>
        {
            var seen = new List<FeedEntry>();
            while (seen.Count < Commits)
            {
                var after = seen.Count == 0 ? 0 : seen[^1].Position;
                var page = await third.Feed.ReadAsync(after, 50, limit.Token);
                Assert.All(page, entry => Assert.True(entry.Position > after));
                seen.AddRange(page);
                if (page.Count == 0) await third.Feed.WaitAsync(after, limit.Token);
            }

            return seen;
        });
        var writers = Enumerable.Range(0, 8).Select(async writer =>
        {
            var ledger = writer % 2 == 0 ? Ledger : other.Ledger;
            for (var version = 1; version <= Commits / 8; version++)
                Assert.Equal(CommitStatus.Committed,
                    (await ledger.CommitAsync(Sample.Booking(100 + writer, version, version * 2), CancellationToken.None)).Status);
        });
        await Task.WhenAll(writers);
        var all = await reading;
        foreach (var diary in all.GroupBy(entry => entry.Event.Diaries[0].Operative))
            Assert.Equal(Enumerable.Range(1, Commits / 8).Select(version => (long)version),
                diary.Select(entry => entry.Event.Diaries[0].Version));
        Assert.Equal(Commits, all.Select(entry => entry.Position).Distinct().Count());
    }

    [Fact]
    public async Task A_waiting_reader_is_woken_by_a_commit_of_its_own_process()
    {
        var waiting = Database.Feed.WaitAsync(0, CancellationToken.None);
        await CommitAsync(Sample.Booking(1, 1, 32));
        await waiting.WaitAsync(TimeSpan.FromMinutes(3));
        await Database.Feed.WaitAsync(0, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task Opened_again_the_ledger_has_everything_and_goes_on()
    {
        await CommitAllAsync(Enumerable.Range(1, 10).Select(version => Sample.Booking(1, version, version * 2)));
        await Database.DisposeAsync();
        var again = await OpenAsync();
        Assert.Equal(10, (await again.Feed.ReadAsync(0, 100, CancellationToken.None)).Count);
        Assert.Equal(CommitStatus.Committed, (await again.Ledger.CommitAsync(Sample.Booking(1, 11, 40), CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Several_processes_may_start_on_an_empty_database_at_the_same_time()
    {
        await using var home = await NewHomeAsync();
        var ledgers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(__ => home.Options)));
        Assert.Equal(CommitStatus.Committed, (await ledgers[0].Ledger.CommitAsync(Sample.Booking(1, 1, 32), CancellationToken.None))
            .Status);
        Assert.Equal(CommitStatus.Stale, (await ledgers[3].Ledger.CommitAsync(Sample.Booking(1, 1, 40), CancellationToken.None)).Status);
        foreach (var ledger in ledgers) await ledger.DisposeAsync();
    }

    [Fact]
    public async Task State_is_written_only_over_the_write_that_was_read()
    {
        var state = Database.State;
        Assert.Null(await state.ReadAsync("job", "1", CancellationToken.None));
        var first = await state.WriteAsync("job", "1", [1, 2, 3], null, CancellationToken.None);
        Assert.NotNull(first);
        Assert.Null(await state.WriteAsync("job", "1", [9], null, CancellationToken.None));
        var second = await state.WriteAsync("job", "1", [4], first, CancellationToken.None);
        Assert.Null(await state.WriteAsync("job", "1", [9], first, CancellationToken.None));
        var read = await state.ReadAsync("job", "1", CancellationToken.None);
        Assert.Equal([4], read!.Data);
        Assert.Equal(second, read.Etag);
        Assert.False(await state.ClearAsync("job", "1", first!.Value, CancellationToken.None));
        Assert.True(await state.ClearAsync("job", "1", second!.Value, CancellationToken.None));
        Assert.Null(await state.ReadAsync("job", "1", CancellationToken.None));
        Assert.NotEqual(second, await state.WriteAsync("job", "1", [5], null, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => state.WriteAsync(new string('x', 300), "1", [], null, CancellationToken.None));
    }

    [Fact]
    public async Task Reminders_are_put_read_and_removed_by_their_etag()
    {
        var state = Database.State;
        var first = await state.PutReminderAsync("job/1", "expiry", Sample.Now, Duration.FromMinutes(1), CancellationToken.None);
        var second = await state.PutReminderAsync("job/1", "expiry", Sample.Now + Duration.FromHours(1), Duration.FromMinutes(5),
            CancellationToken.None);
        await state.PutReminderAsync("job/2", "expiry", Sample.Now, Duration.FromMinutes(1), CancellationToken.None);
        Assert.NotEqual(first, second);
        var row = Assert.Single(await state.ReadRemindersAsync("job/1", CancellationToken.None));
        Assert.Equal(new ReminderRow("job/1", "expiry", Sample.Now + Duration.FromHours(1), Duration.FromMinutes(5), second), row);
        Assert.Equal(["job/1", "job/2"], (await state.ReadAllRemindersAsync("", "", CancellationToken.None))
            .Select(reminder => reminder.Grain));
        Assert.Equal(["job/2"], (await state.ReadAllRemindersAsync("job/1", "expiry", CancellationToken.None))
            .Select(reminder => reminder.Grain));
        Assert.False(await state.RemoveReminderAsync("job/1", "expiry", first, CancellationToken.None));
        Assert.True(await state.RemoveReminderAsync("job/1", "expiry", second, CancellationToken.None));
        Assert.Empty(await state.ReadRemindersAsync("job/1", CancellationToken.None));
    }
}
