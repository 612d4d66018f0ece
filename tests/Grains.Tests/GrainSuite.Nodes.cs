using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    [StoreFact]
    public async Task A_stale_diary_is_read_and_decided_again()
    {
        var other = await StartNodeAsync();
        var there = new Caller(other, "far away");
        // Both nodes know the diaries; then one books without the other's having seen it.
        Granted(await Anna.BookAsync(Caller.NewJob(), TokenFor(null, Bath, Wednesday, Am)));
        Granted(await WithPassingTimeAsync(there.BookAsync(Caller.NewJob(), TokenFor(null, Bath, Wednesday, Am))));
        foreach (var _ in Plumbers) Granted(await Anna.BookAsync(Caller.NewJob(), TokenFor(null, Bath, Tuesday, Am)));
        Refused(RefusalReason.WindowGone, await WithPassingTimeAsync(there.BookAsync(Caller.NewJob(), TokenFor(null, Bath, Tuesday, Am))));
        Granted(await WithPassingTimeAsync(there.BookAsync(Caller.NewJob(), TokenFor(null, Bath, Wednesday, Am))));
    }

    [StoreFact]
    public async Task A_diary_that_another_node_booked_in_is_followed_by_the_feed_and_not_read_again()
    {
        var ledger = new FaultyLedger();
        var other = await StartNodeAsync(faults: ledger);
        var there = new Caller(other, "far away");
        foreach (var _ in Plumbers) Granted(await there.BookAsync(Caller.NewJob(), TokenFor(null, Bath, Wednesday, Am)));
        await Node.CatchUpAsync();
        var before = ledger.DiaryReadings;
        Assert.True(before >= Plumbers.Count, "A diary that is not known is read.");
        foreach (var _ in Plumbers) Granted(await Anna.BookAsync(Caller.NewJob(), TokenFor(null, Bath, Tuesday, Am)));
        await other.CatchUpAsync();
        Refused(RefusalReason.WindowGone, await there.BookAsync(Caller.NewJob(), TokenFor(null, Bath, Tuesday, Am)));
        foreach (var _ in Plumbers) Granted(await there.BookAsync(Caller.NewJob(), TokenFor(null, Bath, Wednesday.PlusDays(1), Am)));
        Assert.Equal(before, ledger.DiaryReadings);
    }

    [StoreFact]
    public async Task A_restart_loses_nothing()
    {
        var held = Caller.NewJob();
        var booked = await Anna.BookedAsync(Daily, 1, Bath, Tuesday, Am);
        var hold = Granted(await Anna.HoldAsync(held, await Anna.OfferAsync(Daily, 2, Worktop, Tuesday, Am)));
        var before = await PictureAsync();
        await RestartAsync();
        AssertSame(before, await PictureAsync());
        Assert.Equal((int)Domain.Jobs.JobStatus.Booked, (await Node.Job(booked).Get(Caller.Landlord))!.Status);
        Granted(await Anna.ConfirmAsync(held, hold.Hold!.Number));
    }

    /// <summary>Everything that callers can see: diaries, and the windows of a fortnight.</summary>
    async Task<object> PictureAsync(GrainHost? node = null)
    {
        node ??= Node;
        var diaries = new List<object>();
        foreach (var operative in Plumbers.Concat(Joiners))
            diaries.Add(await node.Diary(operative).Read(Caller.Contractor, Monday.ToDateOnly(), 14));
        var windows = new List<object>();
        foreach (var line in new[] { Tap, Bath, Door, Worktop })
        {
            var answer = await node.Contract(Daily).Search(new(3, [line], Monday.ToDateOnly(), 14, 0, "picture", Caller.Landlord));
            windows.AddRange(answer.Slots.Select(slot => slot with { Offer = slot.Offer is null ? null : "offer" }));
        }

        return new { diaries, windows };
    }

    [StoreFact]
    public async Task The_index_follows_the_feed_of_another_node()
    {
        var other = await StartNodeAsync();
        var job = await Anna.BookedAsync(Daily, 1, Bath, Tuesday, Am);
        await Anna.BookedAsync(Daily, 2, Worktop, Tuesday, Pm);
        Granted(await Anna.MoveAsync(job, TokenFor(job, Bath, Wednesday, Am)));
        await other.CatchUpAsync();
        await Node.CatchUpAsync();
        AssertSame(await PictureAsync(), await PictureAsync(other));
    }

    [StoreFact]
    public async Task A_registry_change_refuses_claims_decided_on_the_old_rota()
    {
        var other = await StartNodeAsync();
        // Each diary is known to its grain.
        foreach (var _ in Plumbers) Granted(await Anna.BookAsync(Caller.NewJob(), TokenFor(null, Bath, Wednesday, Am)));
        // All plumbers fall ill, told to the other node.
        var ill = Plumbers.Select(id => Person(id, Repairs, Plumber, [new(Tuesday.AtMidnight(), Wednesday.AtMidnight(), "Ill")]));
        await other.Registry.UpsertAsync(new RegistryBatch { Operatives = [.. ill] }, CancellationToken.None);
        var claim = Anna.BookAsync(Caller.NewJob(), TokenFor(null, Bath, Tuesday, Am));
        await Node.CatchUpAsync();
        Refused(RefusalReason.WindowGone, await claim);
        Assert.Equal("NobodyWorking", (await Anna.SlotAsync(Daily, 1, Bath, Tuesday, Am)).Refusal!.Reason);
    }

    [StoreFact]
    public async Task Expired_holds_are_freed_once_and_not_looked_at_again()
    {
        var first = Caller.NewJob();
        var second = Caller.NewJob();
        Granted(await Anna.HoldAsync(first, await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am)));
        Granted(await Anna.HoldAsync(second, await Anna.OfferAsync(Daily, 2, Bath, Tuesday, Am)));
        Clock.Advance(TimeSpan.FromMinutes(6));
        await Node.Expiry.FreeExpiredAsync(CancellationToken.None);
        Assert.Null((await Node.Job(first).Get(Caller.Landlord))!.Hold);
        Assert.Null((await Node.Job(second).Get(Caller.Landlord))!.Hold);
        Assert.Equal(0, await Node.Expiry.FreeExpiredAsync(CancellationToken.None));
    }

    [StoreFact]
    public async Task A_visit_that_has_passed_is_freed_with_the_rest_of_its_job()
    {
        var job = Caller.NewJob();
        Granted(await Anna.BookAsync(job, await Anna.OfferAsync(Daily, 1, Plaster, Tuesday, Am)));
        Clock.Advance(TimeSpan.FromDays(3));
        await Node.CatchUpAsync();
        Granted(await Anna.CancelAsync(job, close: true));
        Assert.Empty((await Node.Job(job).Get(Caller.Landlord))!.Visits);
        foreach (var joiner in Joiners) Assert.Empty((await Node.Diary(joiner).Read(Caller.Contractor, Monday.ToDateOnly(), 14)).Visits);
    }

    [StoreFact]
    public async Task Past_days_of_a_diary_can_be_read()
    {
        var job = await Anna.BookedAsync(Daily, 1, Tap, Tuesday, Am);
        Clock.Advance(TimeSpan.FromDays(3));
        var found = new List<long>();
        foreach (var plumber in Plumbers) found.AddRange(await JobsInAsync(plumber, Tuesday));
        Assert.Equal([job.Value], found);
        var nobody = Node.Grains.GetGrain<GrainInterfaces.IOperativeDiaryGrain>("nobody");
        Assert.Empty((await nobody.Read(Caller.Contractor, DateOnly.MaxValue, 5)).Visits);
    }
}
