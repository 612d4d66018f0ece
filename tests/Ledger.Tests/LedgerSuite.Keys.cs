using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>Idempotency, quotas, bounds, imports.</summary>
public abstract partial class LedgerSuite
{
    [Fact]
    public async Task The_same_key_and_body_gets_the_first_answer()
    {
        var key = Sample.NewKey();
        var first = await CommitAsync(Sample.Booking(1, 1, 32, key));
        var again = await CommitAsync(Sample.Booking(1, 2, 40, key));
        Assert.Equal(CommitStatus.Replayed, again.Status);
        Assert.Equal(first.Entry!.Position, again.Entry!.Position);
        Assert.Equal(first.Entry.Event.Job, again.Entry.Event.Job);
        Assert.Single((await DiaryAsync(1)).Visits);
        var found = await Ledger.FindByKeyAsync(key.Key, CancellationToken.None);
        Assert.Equal((first.Entry.Position, key.BodyHash), (found!.Value.Entry.Position, found.Value.BodyHash));
        Assert.Null(await Ledger.FindByKeyAsync(Guid.NewGuid(), CancellationToken.None));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        var key = Sample.NewKey(body: 1);
        await CommitAsync(Sample.Booking(1, 1, 32, key));
        Assert.Equal(CommitStatus.KeyReused, (await CommitAsync(Sample.Booking(2, 1, 32, key with { BodyHash = 2 }))).Status);
        Assert.Equal(0, (await DiaryAsync(2)).Version);
    }

    [Fact]
    public async Task The_same_key_twice_in_one_batch_is_carried_out_once()
    {
        var key = Sample.NewKey();
        var changesets = new[] { Sample.Booking(9, 1, 1), Sample.Booking(1, 1, 32, key), Sample.Booking(1, 1, 32, key),
            Sample.Booking(2, 1, 32, key with { BodyHash = 5 }) };
        // In one lane the first batch holds the first changeset, and the next one the three that have the key.
        var narrow = await OpenAsync(options => options with { MaxBatchesInFlight = 1 });
        var results = await Task.WhenAll(changesets.Select(changeset => narrow.Ledger.CommitAsync(changeset, CancellationToken.None)));
        Assert.Equal(
            [CommitStatus.Committed, CommitStatus.Committed, CommitStatus.Replayed, CommitStatus.KeyReused],
                results.Select(result => result.Status));
        Assert.Equal(results[1].Entry!.Position, results[2].Entry!.Position);
    }

    [Fact]
    public async Task Two_ledgers_that_race_with_one_key_carry_it_out_once()
    {
        var other = await OpenAsync();
        for (var round = 0; round < 50; round++)
        {
            var key = Sample.NewKey();
            var results = await Task.WhenAll(
                Ledger.CommitAsync(Sample.Booking(1000 + round, 1, 32, key), CancellationToken.None),
                other.Ledger.CommitAsync(Sample.Booking(2000 + round, 1, 32, key), CancellationToken.None));
            Assert.Equal([CommitStatus.Committed, CommitStatus.Replayed], results.Select(result => result.Status).Order());
            Assert.Equal(results[0].Entry!.Position, results[1].Entry!.Position);
            Assert.Equal(results[0].Entry!.Event.Job, results[1].Entry!.Event.Job);
        }
    }

    [Fact]
    public async Task A_quota_is_never_passed_by_any_number_of_callers_on_two_ledgers()
    {
        var other = await OpenAsync();
        var results = await Task.WhenAll(Enumerable.Range(1, 200)
            .Select(operative => (operative % 2 == 0 ? Ledger : other.Ledger).CommitAsync(
            Sample.Booking(operative, 1, 32, quotas: [Sample.Quota(1, 25), Sample.Quota(1, 1000, "")]), CancellationToken.None)));
        Assert.Equal(25, results.Count(result => result.Status == CommitStatus.Committed));
        Assert.Equal(175, results.Count(result => result.Status == CommitStatus.QuotaUsed));
        Assert.Equal(25, await UsedAsync("AM"));
        Assert.Equal(25, await UsedAsync(""));
    }

    [Fact]
    public async Task A_quota_that_is_given_back_can_be_used_again_and_never_goes_below_0()
    {
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(Sample.Booking(1, 1, 32, quotas: [Sample.Quota(2, 2)]))).Status);
        Assert.Equal(CommitStatus.QuotaUsed, (await CommitAsync(Sample.Booking(2, 1, 32, quotas: [Sample.Quota(1, 2)]))).Status);
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(Sample.Booking(3, 1, 32, quotas: [Sample.Quota(-1, 0)]))).Status);
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(Sample.Booking(4, 1, 32, quotas: [Sample.Quota(1, 2)]))).Status);
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(Sample.Booking(5, 1, 32, quotas: [Sample.Quota(-9, 0)]))).Status);
        Assert.Equal(0, await UsedAsync("AM"));
        Assert.Equal(CommitStatus.QuotaUsed, (await CommitAsync(Sample.Booking(6, 1, 32, quotas: [Sample.Quota(1, 0)]))).Status);
        Assert.Equal(CommitStatus.QuotaUsed, (await CommitAsync(Sample.Booking(6, 1, 32, quotas: [Sample.Quota(1, 2), Sample.Quota(2, 2)])))
            .Status);
    }

    async Task<int> UsedAsync(string window)
    {
        var quotas = await Ledger.LoadQuotasAsync(Sample.Monday, CancellationToken.None);
        return quotas.Used.Where(quota => quota.Key.Window == window).Sum(quota => quota.Value);
    }

    [Fact]
    public async Task A_reading_of_quotas_says_which_commits_it_counts()
    {
        const int Commits = 300;
        var narrow = await OpenAsync(options => options with { MaxBatch = 4 });
        var before = await Ledger.LoadQuotasAsync(Sample.Monday, CancellationToken.None);
        var start = await Database.Feed.HeadAsync(CancellationToken.None);
        var sent = Task.WhenAll(Enumerable.Range(1, Commits).Select(operative => narrow.Ledger.CommitAsync(
            Sample.Booking(operative, 1, 32, quotas: [Sample.Quota(1, Commits)]), CancellationToken.None)));
        var readings = new List<QuotaReading> { before };
        while (!sent.IsCompleted) readings.Add(await Ledger.LoadQuotasAsync(Sample.Monday, CancellationToken.None));
        Assert.All(await sent, result => Assert.Equal(CommitStatus.Committed, result.Status));
        readings.Add(await Ledger.LoadQuotasAsync(Sample.Monday, CancellationToken.None));

        var entries = await Database.Feed.ReadAsync(start, IFeed.MaxPage, CancellationToken.None);
        Assert.Equal(Commits, entries.Count);
        Assert.Equal(Commits, readings[^1].Used[Sample.Quota(1, 1).Key]);
        foreach (var reading in readings)
            Assert.Equal(entries.Count(entry => reading.Counts(entry.Position)), reading.Used.GetValueOrDefault(Sample.Quota(1, 1).Key));
    }

    [Fact]
    public async Task When_too_many_wait_the_next_is_told_so()
    {
        var small = await OpenAsync(options => options with { MaxWaiting = 3, MaxBatch = 1, MaxBatchesInFlight = 1 });
        var held = HoldWrites();
        var sent = Enumerable.Range(1, 200).Select(
            operative => small.Ledger.CommitAsync(Sample.Booking(operative, 1, 32), CancellationToken.None)).ToList();
        held?.SetResult();
        var statuses = (await Task.WhenAll(sent)).Select(result => result.Status).ToList();
        Assert.Contains(CommitStatus.Busy, statuses);
        Assert.Equal(CommitStatus.Committed, statuses[0]);
        var committed = statuses.Count(status => status == CommitStatus.Committed);
        Assert.Equal(200, committed + statuses.Count(status => status == CommitStatus.Busy));
        Assert.Equal(committed, (await ReadFeedAsync()).Count);
    }

    [Fact]
    public async Task A_caller_who_gives_up_while_waiting_writes_nothing_and_one_who_is_late_gets_the_answer()
    {
        var small = await OpenAsync(options => options with { MaxBatch = 1, MaxBatchesInFlight = 1 });
        using var cancellation = new CancellationTokenSource();
        var held = HoldWrites();
        // The first is on its way at once; the second waits behind it.
        var sent = small.Ledger.CommitAsync(Sample.Booking(1, 1, 32), cancellation.Token);
        var queued = Enumerable.Range(2, 50)
            .Select(operative => small.Ledger.CommitAsync(Sample.Booking(operative, 1, 32), cancellation.Token)).ToList();
        await cancellation.CancelAsync();
        held?.SetResult();
        Assert.Equal(CommitStatus.Committed, (await sent).Status);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued[^1]);
        var committed = 1;
        foreach (var task in queued)
        {
            try
            {
                Assert.Equal(CommitStatus.Committed, (await task).Status);
                committed++;
            }
            catch (OperationCanceledException)
            {
                // Given up in time.
            }
        }

        // Everything that follows is behind what was sent: the count is final.
        await small.Ledger.CommitAsync(Sample.Booking(99, 1, 32), CancellationToken.None);
        Assert.Equal(committed + 1, (await ReadFeedAsync()).Count);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            small.Ledger.CommitAsync(Sample.Booking(100, 1, 32), cancellation.Token));
    }

    [Fact]
    public async Task An_import_is_all_or_nothing()
    {
        var changesets = Enumerable.Range(1, 500)
            .Select(index => Sample.Booking((index % 50) + 1, ((index - 1) / 50) + 1, index / 50 * 4, Sample.NewKey())).ToList();
        var spoilt = changesets.ToList();
        spoilt[321] = Sample.Booking(1, 77, 90);
        Assert.Equal((321, CommitStatus.Stale), await Ledger.ImportAsync(spoilt, CancellationToken.None));
        Assert.Empty(await ReadFeedAsync());

        Assert.Null(await Ledger.ImportAsync(changesets, CancellationToken.None));
        Assert.Equal(500, (await ReadFeedAsync()).Count);

        // Once more: every key is known, nothing is written.
        Assert.Null(await Ledger.ImportAsync(changesets, CancellationToken.None));
        Assert.Equal(500, (await ReadFeedAsync()).Count);
        Assert.Equal((0, CommitStatus.Overlap), await Ledger.ImportAsync([Sample.Booking(1, 11, 4)], CancellationToken.None));
        Assert.Null(await Ledger.ImportAsync([], CancellationToken.None));
    }

    [Fact]
    public async Task Expired_holds_are_found_oldest_first_and_jobs_of_a_property_newest_first()
    {
        var jobs = new List<JobId>();
        for (var i = 0; i < 5; i++)
        {
            var job = Sample.NewJob();
            var hold = new Hold(new HoldId(job, 1), "s", Sample.Promise(8), Sample.Now - NodaTime.Duration.FromMinutes(i));
            var state = Sample.Job(job, 1, JobStatus.Logged, hold, property: 77) with
            {
                ReportedAt =
                Sample.Now + NodaTime.Duration.FromHours(i)
            };
            await CommitAsync(new Changeset(Sample.Event(EventKind.HoldPlaced, job, 1, []), [state], null));
            jobs.Add(job);
        }

        Assert.Equal([jobs[4], jobs[3]],
            await Ledger.FindExpiredHoldsAsync(Sample.Now - NodaTime.Duration.FromMinutes(1), 2, CancellationToken.None));
        Assert.Equal(5, (await Ledger.FindExpiredHoldsAsync(Sample.Now, 10, CancellationToken.None)).Count);
        Assert.Equal([jobs[4], jobs[3]], (await Ledger.FindJobsAsync(new PropertyId(77), 2, CancellationToken.None)).Select(job => job.Id));
        Assert.Empty(await Ledger.FindJobsAsync(new PropertyId(78), 2, CancellationToken.None));
    }

    [Fact]
    public async Task All_diaries_are_loaded_in_pages_from_a_day_on()
    {
        var changesets = Enumerable.Range(1, 1100).Select(operative => Sample.Booking(operative, 1, 32)).ToList();
        Assert.Null(await Ledger.ImportAsync(changesets, CancellationToken.None));
        var seen = new List<int>();
        await foreach (var diary in Ledger.LoadAllDiariesAsync(Sample.Monday, CancellationToken.None))
        {
            Assert.Single(diary.Visits);
            seen.Add(diary.Operative.Value);
        }

        Assert.Equal(Enumerable.Range(1, 1100), seen);
        await foreach (var diary in Ledger.LoadAllDiariesAsync(Sample.Monday.PlusDays(1),
            CancellationToken.None)) Assert.Empty(diary.Visits);
    }
}
