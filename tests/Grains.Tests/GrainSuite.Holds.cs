using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    [StoreFact]
    public async Task A_window_is_searched_held_and_confirmed()
    {
        var job = Caller.NewJob();
        var held = Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am)));
        Assert.Equal("HoldPlaced", held.Event);
        Assert.Equal("anna", held.Hold!.Holder);
        Assert.Equal(Clock.GetUtcNow().AddMinutes(5), held.Hold.ExpiresAt);

        var confirmed = Granted(await Anna.ConfirmAsync(job, held.Hold.Number));
        Assert.Equal("BookingConfirmed", confirmed.Event);
        Assert.Equal(held.Promise, confirmed.Promise);
        Assert.Equal(held.Hold, confirmed.Hold);
        var state = (await Node.Job(job).Get(Caller.Landlord))!;
        Assert.Equal((int)JobStatus.Booked, state.Status);
        Assert.Null(state.Hold);
        var visit = Assert.Single(state.Visits);
        Assert.Equal((int)VisitState.Booked, visit.State);
        var diary = await Node.Diary(new(visit.Operative)).Read(Caller.Contractor, Tuesday.ToDateOnly(), 1);
        Assert.Equal(job.Value, Assert.Single(diary.Visits).Job);
    }

    [StoreFact]
    public async Task A_hold_is_seen_by_another_node_and_keeps_the_place()
    {
        var other = await StartNodeAsync();
        var there = new Caller(other, "far away");
        foreach (var _ in Plumbers) Granted(await Anna.HoldAsync(Caller.NewJob(), await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am)));
        await other.CatchUpAsync();
        Assert.Equal("AllFull", (await there.SlotAsync(Daily, 2, Bath, Tuesday, Am)).Refusal!.Reason);
    }

    [StoreFact]
    public async Task An_expired_hold_releases_its_slot_and_cannot_be_confirmed()
    {
        var jobs = Plumbers.Select(_ => Caller.NewJob()).ToList();
        var hold = 0;
        foreach (var job in jobs) hold = Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am)))
            .Hold!.Number;
        Assert.Null((await Ben.SlotAsync(Daily, 2, Bath, Tuesday, Am)).Offer);

        Clock.Advance(TimeSpan.FromMinutes(5));
        Refused(RefusalReason.HoldExpired, await Anna.ConfirmAsync(jobs[2], hold), orGone: RefusalReason.HoldNotFound);
        await Node.Expiry.FreeExpiredAsync(CancellationToken.None);
        await Node.CatchUpAsync();
        Assert.NotNull((await Ben.SlotAsync(Daily, 2, Bath, Tuesday, Am)).Offer);
        foreach (var job in jobs) Assert.Empty((await Node.Job(job).Get(Caller.Landlord))!.Visits);
        Assert.Equal(3, (await FeedAsync()).Count(entry => entry.Event.Kind == EventKind.HoldExpired));
    }

    /// <summary>The node's own sweep may have been faster than the caller.</summary>
    static void Refused(RefusalReason reason, GrainInterfaces.CommandAnswer answer, RefusalReason orGone) =>
        Assert.Contains(answer.Refusal?.Reason, new[] { Name(reason), Name(orGone) });

    [StoreFact]
    public async Task Stepping_back_shows_the_callers_own_held_window()
    {
        var job = Caller.NewJob();
        // The other two plumbers are taken, so that the window is full but for this hold.
        await Ben.BookedAsync(Daily, 2, Bath, Tuesday, Am);
        await Ben.BookedAsync(Daily, 3, Bath, Tuesday, Am);
        Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am)));
        var own = await Anna.SlotAsync(Daily, 1, Bath, Tuesday, Am, job);
        Assert.True(own.HeldByYou);
        Assert.NotNull(own.Offer);
        var others = await Ben.SlotAsync(Daily, 1, Bath, Tuesday, Am, job);
        Assert.False(others.HeldByYou);
        Assert.Equal("HeldByAnother", others.Refusal!.Reason);
        // Taking it again replaces the hold, though nobody else has room.
        var again = Granted(await Anna.HoldAsync(job, own.Offer));
        Assert.Single(again.Visits);
        Assert.Single((await Node.Job(job).Get(Caller.Landlord))!.Visits);
    }

    [StoreFact]
    public async Task A_hold_of_the_same_holder_is_replaced_and_another_holder_is_refused()
    {
        var job = Caller.NewJob();
        var first = Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am)));
        var elsewhere = await Ben.OfferAsync(Daily, 1, Bath, Wednesday, Am);
        Refused(RefusalReason.HeldByAnother, await Ben.HoldAsync(job, elsewhere));
        Refused(RefusalReason.HeldByAnother, await Ben.ConfirmAsync(job, first.Hold!.Number));
        Refused(RefusalReason.HeldByAnother, await Ben.ReleaseAsync(job, first.Hold.Number));
        var second = Granted(await Anna.HoldAsync(job, elsewhere));
        Assert.True(second.Hold!.Number > first.Hold.Number);
        Refused(RefusalReason.HoldNotFound, await Anna.ConfirmAsync(job, first.Hold.Number));
        var tuesday = await Node.Diary(new(first.Visits[0].Operative)).Read(Caller.Contractor, Tuesday.ToDateOnly(), 1);
        Assert.Empty(tuesday.Visits);
        Granted(await Anna.ConfirmAsync(job, second.Hold.Number));
    }

    [StoreFact]
    public async Task Another_holder_may_take_over_once_the_hold_has_expired()
    {
        var job = Caller.NewJob();
        Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am)));
        Clock.Advance(TimeSpan.FromMinutes(5));
        var held = Granted(await Ben.HoldAsync(job, await Ben.OfferAsync(Daily, 1, Bath, Tuesday, Am)));
        Assert.Equal("ben", held.Hold!.Holder);
        Assert.Single((await Node.Job(job).Get(Caller.Landlord))!.Visits);
    }

    [StoreFact]
    public async Task A_released_hold_frees_its_slot_at_once()
    {
        await Ben.BookedAsync(Daily, 2, Bath, Tuesday, Am);
        await Ben.BookedAsync(Daily, 3, Bath, Tuesday, Am);
        var job = Caller.NewJob();
        var held = Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am)));
        Assert.Null((await Ben.SlotAsync(Daily, 4, Bath, Tuesday, Am)).Offer);
        var released = Granted(await Anna.ReleaseAsync(job, held.Hold!.Number));
        Assert.Equal("HoldReleased", released.Event);
        Assert.Equal(held.Promise, released.Promise);
        Assert.Equal(held.Hold, released.Hold);
        Assert.NotNull((await Ben.SlotAsync(Daily, 4, Bath, Tuesday, Am)).Offer);
        Refused(RefusalReason.HoldNotFound, await Anna.ReleaseAsync(job, held.Hold.Number));
    }

    [StoreFact]
    public async Task A_job_is_logged_then_held_with_its_reference()
    {
        var job = Caller.NewJob();
        Assert.Equal("JobLogged", Granted(await Anna.LogAsync(job, Daily, 1, Tap)).Event);
        Refused(RefusalReason.JobExists, await Ben.LogAsync(job, Daily, 1, Tap));
        Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, Tap, Tuesday, Am, job)));
        Assert.Equal("Reported by telephone", (await Node.Job(job).Get(Caller.Landlord))!.Description);
    }

    [StoreFact]
    public async Task Next_available_looks_as_far_as_the_contract_books()
    {
        var away = Person(GasEngineer, Heating, Gas, [new(Monday.AtMidnight(), Monday.PlusDays(80).AtMidnight(), "Away")]);
        await Node.Registry.UpsertAsync(new Ledger.RegistryBatch { Operatives = [away] }, CancellationToken.None);
        await Node.CatchUpAsync();
        var answer = await Node.Contract(Boilers).NextAvailable(new(1, [Boiler], null, 1, 0, "anna", Caller.Landlord));
        Assert.Equal(new DateOnly(2025, 8, 21), answer.Slots[0].Day);
        Assert.Contains(answer.Slots, slot => slot.Offer is not null);
    }
}
