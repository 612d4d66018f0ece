using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;
using VisitState = OrleansScheduling.Domain.Jobs.VisitState;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    async Task<IReadOnlyList<long>> JobsInAsync(OperativeId operative, NodaTime.LocalDate day) =>
        [.. (await Node.Diary(operative).Read(Caller.Contractor, day.ToDateOnly(), 1)).Visits.Select(visit => visit.Job)];

    [StoreFact]
    public async Task A_window_is_booked_by_one_command()
    {
        var job = Caller.NewJob();
        var offer = await Anna.OfferAsync(Daily, 1, Tap, Tuesday, Am);
        var booked = Granted(await Anna.BookAsync(job, offer));
        Assert.Equal("BookingMade", booked.Event);
        Assert.Null(booked.Hold);
        var visit = Assert.Single(booked.Visits);
        Assert.InRange(visit.Start, visit.Promise.Start, visit.Promise.End);
        Refused(RefusalReason.AlreadyBooked, await Anna.BookAsync(job, offer));
        Refused(RefusalReason.NotBooked, await Anna.MoveAsync(Caller.NewJob(), offer));
    }

    [StoreFact]
    public async Task A_move_frees_the_old_slot_and_takes_the_new_one_in_one_commit()
    {
        var job = await Anna.BookedAsync(Daily, 1, Bath, Tuesday, Am);
        var before = await HeadAsync();
        var moved = Granted(await Anna.MoveAsync(job, await Anna.OfferAsync(Daily, 1, Bath, Wednesday, Am, job)));
        var entry = Assert.Single(await FeedAsync(before));
        Assert.Equal(EventKind.BookingMoved, entry.Event.Kind);
        Assert.Equal(moved.Position, entry.Position);
        Assert.Single(entry.Event.Diaries.SelectMany(diary => diary.Removed));
        Assert.Single(entry.Event.Diaries.SelectMany(diary => diary.Put));
        var visit = Assert.Single((await Node.Job(job).Get(Caller.Landlord))!.Visits);
        Assert.Equal(Wednesday.ToDateOnly(), visit.Day);
        foreach (var plumber in Plumbers) Assert.Empty(await JobsInAsync(plumber, Tuesday));
    }

    [StoreFact]
    public async Task A_booking_is_moved_by_hold_and_confirmation_and_stays_until_then()
    {
        var job = await Anna.BookedAsync(Daily, 1, Bath, Tuesday, Am);
        var held = Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, Bath, Wednesday, Am, job)));
        var between = (await Node.Job(job).Get(Caller.Landlord))!;
        Assert.Equal((int)JobStatus.Booked, between.Status);
        Assert.Equal([(int)VisitState.Booked, (int)VisitState.Held], between.Visits.Select(visit => visit.State).Order().Reverse());
        var moved = Granted(await Anna.ConfirmAsync(job, held.Hold!.Number));
        Assert.Equal("BookingMoved", moved.Event);
        Assert.Equal(held.Promise, moved.Promise);
        Assert.Equal(Wednesday.ToDateOnly(), Assert.Single((await Node.Job(job).Get(Caller.Landlord))!.Visits).Day);
    }

    [StoreFact]
    public async Task A_move_within_a_full_diary_uses_the_time_that_it_gives_up()
    {
        var jobs = new List<JobId>();
        foreach (var _ in Plumbers) jobs.Add(await Anna.BookedAsync(Daily, 1, Bath, Tuesday, Am));
        // A hold leaves the booking where it is until it is confirmed: there is no room for both.
        var toHold = new GrainInterfaces.SearchSlots(
            1, [Bath], Tuesday.ToDateOnly(), 1, jobs[0].Value, Anna.Holder, Anna.Asker, GrainInterfaces.ClaimKind.Hold);
        Assert.Equal("AllFull", (await Node.Contract(Daily).Search(toHold)).Slots[0].Refusal?.Reason);
        Refused(RefusalReason.WindowGone, await Anna.HoldAsync(jobs[0], TokenFor(jobs[0], Bath, Tuesday, Am)));
        var moved = Granted(await Anna.MoveAsync(jobs[0], await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am, jobs[0])));
        Assert.Single(moved.Visits);
        var taken = new List<long>();
        foreach (var plumber in Plumbers) taken.AddRange(await JobsInAsync(plumber, Tuesday));
        Assert.Equal(jobs.Select(job => job.Value).Order(), taken.Order());
    }

    /// <summary>A token as the search would have made it a moment before.</summary>
    string TokenFor(JobId? job, string line, NodaTime.LocalDate day, WindowCode window, ContractId? contract = null, int property = 1,
        int minutes = 15) =>
        Node.Get<Offers.OfferTokens>().Encode(new Offers.Offer(
            contract ?? Daily, Property(property), [new SorCode(line)], day, window, job,
            Node.Availability.Now + NodaTime.Duration.FromMinutes(minutes)));

    [StoreFact]
    public async Task A_cancelled_booking_frees_its_slot_and_the_job_waits_or_is_closed()
    {
        var kept = await Anna.BookedAsync(Daily, 1, Bath, Tuesday, Am);
        var closed = await Anna.BookedAsync(Daily, 2, Bath, Tuesday, Am);
        Assert.Equal("BookingCancelled", Granted(await Anna.CancelAsync(kept)).Event);
        Granted(await Anna.CancelAsync(closed, close: true));
        Assert.Equal((int)JobStatus.Logged, (await Node.Job(kept).Get(Caller.Landlord))!.Status);
        Assert.Equal((int)JobStatus.Cancelled, (await Node.Job(closed).Get(Caller.Landlord))!.Status);
        foreach (var plumber in Plumbers) Assert.Empty(await JobsInAsync(plumber, Tuesday));
        Refused(RefusalReason.NotBooked, await Anna.CancelAsync(kept));
        Refused(RefusalReason.JobClosed, await Anna.CancelAsync(closed, close: true));
        Refused(RefusalReason.JobClosed, await Anna.BookAsync(closed, TokenFor(closed, Bath, Wednesday, Am, property: 2)));
        Granted(await Anna.BookAsync(kept, await Anna.OfferAsync(Daily, 1, Bath, Wednesday, Am, kept)));
    }

    [StoreFact]
    public async Task When_the_best_operative_is_taken_the_next_best_comes_and_when_all_are_the_window_is_gone()
    {
        // All offers are made before anybody claims.
        var offers = new List<string>();
        for (var i = 0; i < 4; i++) offers.Add(await Anna.OfferAsync(Daily, i + 1, Bath, Tuesday, Am));
        var who = new List<int>();
        for (var i = 0; i < 3; i++) who.Add(Granted(await Anna.BookAsync(Caller.NewJob(), offers[i])).Visits[0].Operative);
        Assert.Equal(Plumbers.Select(plumber => plumber.Value), who.Order());
        Refused(RefusalReason.WindowGone, await Anna.BookAsync(Caller.NewJob(), offers[3]));
    }

    [StoreFact]
    public async Task Two_people_start_together()
    {
        var job = Caller.NewJob();
        var held = Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, Worktop, Tuesday, Am)));
        Assert.Equal(2, held.Visits.Select(visit => visit.Operative).Distinct().Count());
        Assert.Single(held.Visits.Select(visit => visit.Start).Distinct());
        var confirmed = Granted(await Anna.ConfirmAsync(job, held.Hold!.Number));
        Assert.Equal(2, confirmed.Visits.Count);
        Granted(await Anna.CancelAsync(job));
        foreach (var joiner in Joiners) Assert.Empty(await JobsInAsync(joiner, Tuesday));
    }

    [StoreFact]
    public async Task When_one_of_two_people_has_no_room_nothing_is_changed()
    {
        var offer = await Anna.OfferAsync(Daily, 1, Worktop, Tuesday, Am);
        // One joiner's whole day is taken away meanwhile.
        var absent = Person(Joiners[0], Repairs, Joiner, [new(Tuesday.AtMidnight(), Wednesday.AtMidnight(), "Ill")]);
        await Node.Registry.UpsertAsync(new Ledger.RegistryBatch { Operatives = [absent] }, CancellationToken.None);
        await Node.CatchUpAsync();
        var head = await HeadAsync();
        var job = Caller.NewJob();
        Refused(RefusalReason.WindowGone, await Anna.BookAsync(job, offer));
        Assert.Equal(head, await HeadAsync());
        Assert.Null(await Node.Job(job).Get(Caller.Landlord));
        foreach (var joiner in Joiners) Assert.Empty(await JobsInAsync(joiner, Tuesday));
    }

    [StoreFact]
    public async Task Several_visits_and_several_trades_are_booked_whole()
    {
        var plaster = Granted(await Anna.BookAsync(Caller.NewJob(), await Anna.OfferAsync(Daily, 1, Plaster, Tuesday, Am)));
        Assert.Equal([0, 1], plaster.Visits.Select(visit => visit.Stage).Order());
        Assert.True(plaster.Visits.Max(visit => visit.Day) >= Tuesday.PlusDays(2).ToDateOnly());

        var answer = await Node.Contract(Daily).Search(new(2, [Tap, Door], Tuesday.ToDateOnly(), 1, 0, "anna", Caller.Landlord));
        var both = Granted(await Anna.BookAsync(Caller.NewJob(), answer.Slots[0].Offer!));
        Assert.Equal(2, both.Visits.Select(visit => visit.Operative).Distinct().Count());
    }

    [StoreFact]
    public async Task A_quota_is_exact_when_many_race_for_it()
    {
        var offer = TokenFor(null, Tap, Tuesday, Am, Rationed);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Anna.BookAsync(Caller.NewJob(), offer)));
        Assert.Equal(3, answers.Count(answer => answer.Receipt is not null));
        Assert.All(answers.Where(answer => answer.Refusal is not null), answer => Assert.Equal("QuotaUsed", answer.Refusal!.Reason));
        await Node.CatchUpAsync();
        Assert.Equal("QuotaUsed", (await Anna.SlotAsync(Rationed, 1, Tap, Tuesday, Am)).Refusal!.Reason);
        // Five a day in all: two afternoons are left.
        var afternoon = TokenFor(null, Tap, Tuesday, Pm, Rationed);
        answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Anna.BookAsync(Caller.NewJob(), afternoon)));
        Assert.Equal(2, answers.Count(answer => answer.Receipt is not null));
    }

    [StoreFact]
    public async Task A_move_within_a_full_quota_is_no_further_appointment()
    {
        var jobs = new List<JobId>();
        for (var i = 0; i < 3; i++) jobs.Add(await Anna.BookedAsync(Rationed, 1, Tap, Tuesday, Am));
        for (var i = 0; i < 2; i++) jobs.Add(await Anna.BookedAsync(Rationed, 1, Tap, Tuesday, Pm));
        await Node.CatchUpAsync();
        // The day is full for the contract; mornings are too.
        Granted(await Anna.MoveAsync(jobs[0], TokenFor(jobs[0], Tap, Tuesday, Pm, Rationed)));
        await Node.CatchUpAsync();
        Refused(RefusalReason.QuotaUsed, await Anna.BookAsync(Caller.NewJob(), TokenFor(null, Tap, Tuesday, Am, Rationed)));
        Granted(await Anna.CancelAsync(jobs[0]));
        await Node.CatchUpAsync();
        Granted(await Anna.BookAsync(Caller.NewJob(), TokenFor(null, Tap, Tuesday, Am, Rationed)));
    }

    [StoreFact]
    public async Task Time_kept_for_emergencies_is_refused_to_routine_work_and_given_to_emergencies()
    {
        var routine = 0;
        while ((await Anna.SlotAsync(Reserved, 1, Tap, Tuesday, Am)).Offer is { } offer && routine < 50)
        {
            Granted(await Anna.BookAsync(Caller.NewJob(), offer));
            routine++;
        }

        Assert.InRange(routine, 3, 12);
        Assert.Equal("HeldForEmergencies", (await Anna.SlotAsync(Reserved, 1, Tap, Tuesday, Pm)).Refusal!.Reason);
        Refused(RefusalReason.WindowGone, await Anna.BookAsync(Caller.NewJob(), TokenFor(null, Tap, Tuesday, Pm, Reserved)));
        Granted(await Anna.BookAsync(Caller.NewJob(), await Anna.OfferAsync(Reserved, 1, Burst, Tuesday, Pm)));
    }

    [StoreFact]
    public async Task Time_kept_for_other_contracts_is_refused_to_this_one_and_given_to_emergencies_and_to_those()
    {
        var routine = 0;
        while ((await Anna.SlotAsync(Lent, 1, Tap, Tuesday, Am)).Offer is { } offer && routine < 50)
        {
            Granted(await Anna.BookAsync(Caller.NewJob(), offer));
            routine++;
        }

        Assert.InRange(routine, 3, 12);
        Assert.Equal("KeptForOtherWork", (await Anna.SlotAsync(Lent, 1, Tap, Tuesday, Pm)).Refusal!.Reason);
        Refused(RefusalReason.WindowGone, await Anna.BookAsync(Caller.NewJob(), TokenFor(null, Tap, Tuesday, Pm, Lent)));
        Granted(await Anna.BookAsync(Caller.NewJob(), await Anna.OfferAsync(Lent, 1, Burst, Tuesday, Pm)));
        Granted(await Anna.BookAsync(Caller.NewJob(), await Anna.OfferAsync(Daily, 1, Tap, Tuesday, Pm)));
    }

    [StoreFact]
    public async Task Notice_and_cut_off_are_asked_again_when_a_window_is_claimed()
    {
        var offer = await Anna.OfferAsync(Noticed, 1, Tap, Wednesday, Am);
        Assert.Equal("NoticeTooShort", (await Anna.SlotAsync(Noticed, 1, Tap, Monday, Pm)).Refusal!.Reason);
        Refused(RefusalReason.NoticeTooShort, await Anna.BookAsync(Caller.NewJob(), TokenFor(null, Tap, Monday, Pm, Noticed)));
        Refused(RefusalReason.BeyondHorizon, await Anna.BookAsync(Caller.NewJob(), TokenFor(null, Tap, Monday.PlusDays(30), Pm, Noticed)));
        Granted(await Anna.BookAsync(Caller.NewJob(), offer));
    }
}
