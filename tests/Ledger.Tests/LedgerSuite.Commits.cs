using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Ledger.Tests;

/// <summary>Fences, chains, neighbours.</summary>
public abstract partial class LedgerSuite
{
    [Fact]
    public async Task A_booking_is_read_back_as_it_was_written()
    {
        var job = Sample.NewJob();
        var hold = new Hold(new HoldId(job, 3), "session-9", Sample.Promise(12), Sample.Now + NodaTime.Duration.FromMinutes(5));
        var visit = Sample.Visit(job, 1, operative: 5, 32);
        var held = Sample.Visit(job, 2, operative: 5, 40, state: VisitState.Held);
        var written = Sample.Job(job, 1, hold: hold);
        var changeset = new Changeset(Sample.Event(EventKind.BookingMade, job, 1, [Sample.Diary(5, 1, [visit, held])]), [written], null);

        var result = await CommitAsync(changeset);

        Assert.Equal(CommitStatus.Committed, result.Status);
        var read = await Ledger.LoadJobAsync(job, CancellationToken.None);
        Assert.NotNull(read);
        Assert.Equal(written.Lines, read.Lines);
        Assert.Equal([new VisitPlace(visit.Id, visit.Operative, visit.Day, 0, VisitState.Booked),
            new VisitPlace(held.Id, held.Operative, held.Day, 0, VisitState.Held)], read.Visits);
        Assert.Equal(written, read with { Lines = written.Lines, Visits = written.Visits });
        var diary = await DiaryAsync(5);
        Assert.Equal(1, diary.Version);
        Assert.Equal([visit, held], diary.Visits);
    }

    [Fact]
    public async Task A_diary_that_nothing_was_written_to_has_version_0()
    {
        Assert.Equal(0, (await DiaryAsync(99)).Version);
        Assert.Null(await Ledger.LoadJobAsync(Sample.NewJob(), CancellationToken.None));
    }

    [Fact]
    public async Task A_changeset_decided_on_an_old_diary_is_refused_whole()
    {
        await CommitAsync(Sample.Booking(1, diaryVersion: 1, 32));

        var late = Sample.Booking(1, diaryVersion: 1, 40);
        Assert.Equal(CommitStatus.Stale, (await CommitAsync(late)).Status);

        Assert.Null(await Ledger.LoadJobAsync(late.Jobs[0].Id, CancellationToken.None));
        Assert.Single((await DiaryAsync(1)).Visits);
        Assert.Single(await ReadFeedAsync());
    }

    [Fact]
    public async Task A_changeset_that_names_a_future_version_is_refused()
    {
        Assert.Equal(CommitStatus.Stale, (await CommitAsync(Sample.Booking(1, diaryVersion: 2, 32))).Status);
        Assert.Equal(0, (await DiaryAsync(1)).Version);
    }

    [Fact]
    public async Task A_job_that_exists_cannot_be_made_again()
    {
        var first = Sample.Booking(1, 1, 32);
        await CommitAsync(first);
        Assert.Equal(CommitStatus.Stale, (await CommitAsync(Sample.Booking(2, 1, 32, job: first.Jobs[0].Id))).Status);
        Assert.Equal(0, (await DiaryAsync(2)).Version);
    }

    [Fact]
    public async Task A_job_moves_from_version_to_version_and_an_old_one_is_refused()
    {
        var made = Sample.Booking(1, 1, 32);
        var job = made.Jobs[0].Id;
        await CommitAsync(made);
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(Sample.Change(EventKind.BookingCancelled, job, 2,
            Sample.Diary(1, 2, removed: [new VisitId(job, 1)])))).Status);
        Assert.Equal(CommitStatus.Stale, (await CommitAsync(Sample.Change(EventKind.BookingCancelled, job, 2))).Status);
        Assert.Equal(CommitStatus.Stale, (await CommitAsync(Sample.Change(EventKind.BookingCancelled, Sample.NewJob(), 2))).Status);
        Assert.Equal(2, (await Ledger.LoadJobAsync(job, CancellationToken.None))!.Version);
        Assert.Empty((await DiaryAsync(1)).Visits);
    }

    [Fact]
    public async Task Several_diaries_are_one_commit_all_or_nothing()
    {
        await CommitAsync(Sample.Booking(2, 1, 32));
        var job = Sample.NewJob();
        Changeset Lift(long second) => new(
            Sample.Event(
                EventKind.BookingMade, job, 1,
                [Sample.Diary(1, 1, [Sample.Visit(job, 1, 1, 40)]), Sample.Diary(2, second, [Sample.Visit(job, 2, 2, 40)])]),
            [Sample.Job(job, 1)],
            null);

        Assert.Equal(CommitStatus.Stale, (await CommitAsync(Lift(1))).Status);
        Assert.Equal(0, (await DiaryAsync(1)).Version);
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(Lift(2))).Status);
        Assert.Equal(1, (await DiaryAsync(1)).Version);
        Assert.Equal(2, (await DiaryAsync(2)).Version);
    }

    [Fact]
    public async Task Changesets_that_follow_one_another_on_one_diary_may_be_sent_without_waiting()
    {
        var changesets = Enumerable.Range(1, 40).Select(version => Sample.Booking(1, version, version * 2)).ToList();
        var statuses = await CommitAllAsync(changesets);
        Assert.All(statuses, status => Assert.Equal(CommitStatus.Committed, status));
        var diary = await DiaryAsync(1);
        Assert.Equal(40, diary.Version);
        Assert.Equal(40, diary.Visits.Count);
        Assert.Equal(changesets.Select(changeset => changeset.Event.Job), (await ReadFeedAsync()).Select(entry => entry.Event.Job));
    }

    [Fact]
    public async Task One_job_may_go_through_several_versions_in_one_batch()
    {
        var made = Sample.Booking(1, 1, 32);
        var job = made.Jobs[0].Id;
        var statuses = await CommitAllAsync(
        [
            Sample.Booking(9, 1, 1),
            made,
            Sample.Change(EventKind.DiaryReplanned, job, 2, Sample.Diary(1, 2, [Sample.Visit(job, 1, 1, 50)])),
            Sample.Change(EventKind.BookingMoved, job, 3, Sample.Diary(1, 3, removed: [new VisitId(job, 1)]),
                Sample.Diary(2, 1, [Sample.Visit(job, 2, 2, 20)])),
        ]);
        Assert.All(statuses, status => Assert.Equal(CommitStatus.Committed, status));
        Assert.Equal(3, (await Ledger.LoadJobAsync(job, CancellationToken.None))!.Version);
        Assert.Empty((await DiaryAsync(1)).Visits);
        Assert.Equal(Sample.Quarter(20), Assert.Single((await DiaryAsync(2)).Visits).Start);
        Assert.Equal(4, (await ReadFeedAsync()).Count);
    }

    [Fact]
    public async Task A_stale_changeset_in_the_middle_of_a_batch_does_not_touch_its_neighbours()
    {
        await CommitAsync(Sample.Booking(50, 1, 32));
        var changesets = Enumerable.Range(1, 100).Select(operative => Sample.Booking(operative, 1, 40)).ToList();
        var statuses = await CommitAllAsync(changesets);
        for (var i = 0; i < 100; i++)
            Assert.Equal(i + 1 == 50 ? CommitStatus.Stale : CommitStatus.Committed, statuses[i]);
        Assert.Equal(100, (await ReadFeedAsync()).Count);
    }

    [Fact]
    public async Task Of_many_that_want_the_same_version_one_wins()
    {
        var statuses = await CommitAllAsync(Enumerable.Range(0, 300).Select(index => Sample.Booking(1, 1, index)));
        Assert.Equal(1, statuses.Count(status => status == CommitStatus.Committed));
        Assert.Equal(299, statuses.Count(status => status == CommitStatus.Stale));
        Assert.Single((await DiaryAsync(1)).Visits);
    }

    [Fact]
    public async Task Two_ledgers_on_one_database_never_both_win_a_version()
    {
        var other = await OpenAsync();
        for (var version = 1; version <= 20; version++)
        {
            var operatives = Enumerable.Range(1, 20).ToList();
            var here = operatives.Select(operative =>
                Ledger.CommitAsync(Sample.Booking(operative, version, version * 4), CancellationToken.None)).ToList();
            var there = operatives.AsEnumerable().Reverse()
                .Select(operative => other.Ledger.CommitAsync(Sample.Booking(operative, version, (version * 4) + 2),
                    CancellationToken.None)).ToList();
            var won = (await Task.WhenAll(here.Concat(there))).Count(result => result.Status == CommitStatus.Committed);
            Assert.Equal(20, won);
        }

        for (var operative = 1; operative <= 20; operative++) Assert.Equal(20, (await DiaryAsync(operative)).Visits.Count);
        Assert.Equal(400, (await ReadFeedAsync()).Count);
    }

    [Fact]
    public async Task Overlapping_visits_are_refused_and_neighbours_committed()
    {
        await CommitAsync(Sample.Booking(1, 1, 32));
        var statuses = await CommitAllAsync(
        [
            Sample.Booking(2, 1, 32),
            // From 31 to 33, into the visit from 32 to 34.
            Sample.Booking(1, 2, 31),
            // Decided on the version that the overlapping one would have made.
            Sample.Booking(1, 3, 60),
            Sample.Booking(3, 1, 32),
        ]);
        Assert.Equal([CommitStatus.Committed, CommitStatus.Overlap, CommitStatus.Stale, CommitStatus.Committed], statuses);
        Assert.Equal(1, (await DiaryAsync(1)).Version);
    }

    [Fact]
    public async Task Visits_may_touch_but_not_share_a_moment()
    {
        await CommitAsync(Sample.Booking(1, 1, 32));
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(Sample.Booking(1, 2, 34))).Status);
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(Sample.Booking(1, 3, 30))).Status);
        Assert.Equal(CommitStatus.Overlap, (await CommitAsync(Sample.Booking(1, 4, 32))).Status);
        Assert.Equal(CommitStatus.Overlap, (await CommitAsync(Sample.Booking(1, 4, 33))).Status);
        var job = Sample.NewJob();
        var around = new Changeset(
            Sample.Event(EventKind.BookingMade, job, 1, [Sample.Diary(1, 4, [Sample.Visit(job, 1, 1, 20, quarters: 40)])]),
                [Sample.Job(job, 1)], null);
        Assert.Equal(CommitStatus.Overlap, (await CommitAsync(around)).Status);
        Assert.Equal(3, (await DiaryAsync(1)).Visits.Count);
    }

    [Fact]
    public async Task A_replanned_day_passes_when_its_final_state_is_free_of_overlaps()
    {
        var job = Sample.NewJob();
        Visit At(int number, int quarter) => Sample.Visit(job, number, 1, quarter);
        await CommitAsync(new Changeset(
            Sample.Event(EventKind.BookingMade, job, 1, [Sample.Diary(1, 1, [At(1, 32), At(2, 34), At(3, 36)])]), [Sample.Job(job, 1)],
                null));

        // Each takes the place of another: every order of single steps would overlap.
        var replanned = await CommitAsync(new Changeset(
            Sample.Event(EventKind.DiaryReplanned, null, 0, [Sample.Diary(1, 2, [At(1, 34), At(2, 36), At(3, 32)])]), [], null));

        Assert.Equal(CommitStatus.Committed, replanned.Status);
        Assert.Equal([3, 1, 2], (await DiaryAsync(1)).Visits.Select(visit => visit.Id.Number));
    }

    [Fact]
    public async Task A_visit_can_go_from_one_diary_to_another_under_its_own_number()
    {
        var made = Sample.Booking(1, 1, 32);
        var job = made.Jobs[0].Id;
        await CommitAsync(made);
        var moved = Sample.Change(
            EventKind.DiaryReplanned, job, 2, Sample.Diary(2, 1, [Sample.Visit(job, 1, 2, 32)]),
                Sample.Diary(1, 2, removed: [new VisitId(job, 1)]));
        Assert.Equal(CommitStatus.Committed, (await CommitAsync(moved)).Status);
        Assert.Empty((await DiaryAsync(1)).Visits);
        Assert.Single((await DiaryAsync(2)).Visits);
    }

    [Fact]
    public async Task A_changeset_that_no_row_can_hold_fails_alone()
    {
        var good = Enumerable.Range(1, 30).Select(operative => Sample.Booking(operative, 1, 32)).ToList();
        var bad = Sample.Booking(31, 1, 32);
        var visit = bad.Event.Diaries[0].Put[0];
        // A visit's end that is cut to the microsecond of its start: no time is left.
        bad = bad with
        {
            Event = bad.Event with
            {
                Diaries =
            [Sample.Diary(31, 1, [visit with { End = visit.Start.PlusNanoseconds(1) }])]
            }
        };
        var tasks = good[..15].Append(bad).Concat(good[15..]).Select(CommitAsync).ToList();
        await Assert.ThrowsAnyAsync<Exception>(() => tasks[15]);
        foreach (var task in tasks.Where((_, index) => index != 15)) Assert.Equal(CommitStatus.Committed, (await task).Status);
        Assert.Equal(0, (await DiaryAsync(31)).Version);
    }

    [Fact]
    public async Task A_changeset_that_contradicts_itself_is_the_callers_bug()
    {
        var job = Sample.NewJob();
        await Assert.ThrowsAsync<ArgumentException>(() =>
            CommitAsync(Sample.Change(EventKind.BookingMoved, job, 1, Sample.Diary(1, 1), Sample.Diary(1, 2))));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            CommitAsync(Sample.Change(EventKind.BookingMoved, job, 1, Sample.Diary(1, 1, [Sample.Visit(job, 1, 2, 32)]))));
        await Assert.ThrowsAsync<ArgumentException>(
            () => CommitAsync(Sample.Change(EventKind.BookingMoved, job, 1,
                [.. Enumerable.Range(1, Changeset.MaxDiaries + 1).Select(it => Sample.Diary(it, 1))])));
    }
}
