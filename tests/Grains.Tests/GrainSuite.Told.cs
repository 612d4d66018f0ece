using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;
using VisitState = OrleansScheduling.GrainInterfaces.VisitState;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    Task<CommandAnswer> ToldAsync(Task<CommandAnswer> telling) => WithPassingTimeAsync(telling);

    async Task<List<VisitState>> TodayOfAsync(OperativeId operative) =>
        [.. (await Node.Diary(operative).Read(Caller.Contractor, Monday.ToDateOnly(), 1)).Visits];

    Task<CommandAnswer> AwayAsync(OperativeId operative, DateTimeOffset? from = null, string? key = null) =>
        ToldAsync(Planner.TellAsync(operative, EventKind.OperativeAbsent, from, key: key));

    [StoreFact]
    public async Task An_absence_in_the_morning_empties_the_day_onto_colleagues_in_the_record()
    {
        var visits = new List<VisitState>();
        foreach (var (property, window) in new[] { (1, Am), (2, Am), (3, Pm) })
        {
            var visit = await TodaysVisitAsync(property, Tap, window);
            if (visit.Operative != Plumbers[0].Value) Granted(await Planner.ReassignAsync(Wish(visit, Plumbers[0])));
            visits.Add(visit);
        }

        await FollowedAsync();
        var receipt = Granted(await AwayAsync(Plumbers[0], key: "ill"));
        Assert.Equal(nameof(EventKind.OperativeAbsent), receipt.Event);
        AssertSame(receipt, Granted(await AwayAsync(Plumbers[0], key: "ill")));
        Refused(RefusalReason.KeyReused, await AwayAsync(Plumbers[1], key: "ill"));
        var plan = await FollowedAsync();
        Assert.Empty(await TodayOfAsync(Plumbers[0]));
        foreach (var visit in visits)
        {
            var now = await AgainAsync(visit);
            Assert.InRange(now.Start, visit.Promise.Start, visit.Promise.End.AddSeconds(-1));
        }

        Assert.Empty(plan.Flags);
        Assert.Empty(plan.Unsettled);
        Assert.True(plan.Lines.Single(line => line.Operative == Plumbers[0].Value).IsAway);
        Assert.All(await EngineEntriesAsync(), entry => Assert.Equal(EventKind.VisitsReassigned, entry.Event.Kind));
        var told = Assert.Single(await FeedAsync(), entry => entry.Event.Kind == EventKind.OperativeAbsent).Event;
        Assert.Equal(("actor-paula", Repairs), (told.Actor, told.Contractor));
    }

    [StoreFact]
    public async Task What_nobody_can_take_over_from_an_absent_operative_is_flagged_and_given_when_somebody_can()
    {
        await OnlyPlumberAsync();
        var visit = await TodaysVisitAsync(1, Tap, Am);
        await FollowedAsync();
        Granted(await AwayAsync(Plumbers[0]));
        var flag = Assert.Single((await FollowedAsync()).Flags);
        Assert.Equal(((int)FlagReason.NobodyFree, "Operative 1 is away."), (flag.Reason, flag.Because));
        Assert.Equal(Plumbers[0].Value, (await AgainAsync(visit)).Operative);
        Assert.DoesNotContain(await EngineEntriesAsync(), entry => entry.Event.Diaries.Count > 0);
        // Nobody is asked for overtime who is not there.
        Assert.DoesNotContain(flag.WaysOut, way => way.Operative == Plumbers[0].Value);

        // A colleague comes after all.
        await Node.Registry.UpsertAsync(
            new RegistryBatch { Operatives = [Person(Plumbers[1], Repairs, Plumber)] }, CancellationToken.None);
        Assert.Empty((await FollowedAsync()).Flags);
        Assert.Equal(Plumbers[1].Value, (await AgainAsync(visit)).Operative);
    }

    [StoreFact]
    public async Task An_absence_closes_the_day_to_bookings_at_once_and_outlives_a_restart_and_an_import()
    {
        await OnlyPlumberAsync();
        var offer = await Anna.OfferAsync(Daily, 1, Tap, Monday, Pm);
        Granted(await AwayAsync(Plumbers[0], new DateTimeOffset(2025, 6, 2, 11, 0, 0, TimeSpan.Zero)));
        Refused(RefusalReason.WindowGone, await WithPassingTimeAsync(Anna.BookAsync(Caller.NewJob(), offer)));
        Assert.Null((await Anna.SlotAsync(Daily, 1, Tap, Monday, Pm)).Offer);
        Assert.NotNull((await Anna.SlotAsync(Daily, 1, Tap, Monday, Am)).Offer);

        await RestartAsync();
        Assert.Null((await Anna.SlotAsync(Daily, 1, Tap, Monday, Pm)).Offer);
        // The rota is imported again, and knows nothing of it.
        var imported = Person(Plumbers[0], Repairs, Plumber) with { Name = "Somebody Else" };
        await Node.Registry.UpsertAsync(new RegistryBatch { Operatives = [imported] }, CancellationToken.None);
        await Node.CatchUpAsync();
        Assert.Null((await Anna.SlotAsync(Daily, 1, Tap, Monday, Pm)).Offer);
        var known = (await Node.Registry.LoadAsync(CancellationToken.None)).Operatives.Single(one => one.Id == Plumbers[0]);
        Assert.Equal(("Somebody Else", 1), (known.Name, known.Told.Count));
        Assert.NotNull((await Anna.SlotAsync(Daily, 1, Tap, Tuesday, Pm)).Offer);
    }

    [StoreFact]
    public async Task A_locked_day_is_left_alone_by_the_engine_until_it_is_given_back()
    {
        var (bath, tap) = await BathAndTapAsync();
        var plumber = new OperativeId(bath.Operative);
        Granted(await ToldAsync(Planner.TellAsync(plumber, EventKind.DayLocked)));
        Granted(await ToldAsync(Planner.TellAsync(plumber, EventKind.DayLocked)));
        await RestartAsync();
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 300));
        var plan = await FollowedAsync();
        Assert.True(plan.Lines.Single(line => line.Operative == plumber.Value).IsLocked);
        Assert.Equal((int)FlagReason.BoundByPlanner, Assert.Single(plan.Flags).Reason);
        Assert.Equal(plumber.Value, (await AgainAsync(tap)).Operative);

        Granted(await ToldAsync(Planner.TellAsync(plumber, EventKind.DayUnlocked)));
        Assert.Empty((await FollowedAsync()).Flags);
        Assert.NotEqual(plumber.Value, (await AgainAsync(tap)).Operative);
    }

    [StoreFact]
    public async Task Overtime_that_is_agreed_keeps_a_promise_that_was_flagged()
    {
        await OnlyPlumberAsync();
        var (bath, _) = await BathAndTapAsync();
        var plumber = new OperativeId(bath.Operative);
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 210));
        var way = Assert.Single(Assert.Single((await FollowedAsync()).Flags).WaysOut);
        Assert.Equal((int)WayOutKind.Overtime, way.Kind);
        var until = new DateTimeOffset(2025, 6, 2, 15, 30, 0, TimeSpan.Zero).AddMinutes(way.Minutes);
        Refused(
            RefusalReason.InvalidInput, await ToldAsync(Planner.TellAsync(plumber, EventKind.OvertimeAgreed, until: until.AddHours(9))));
        Granted(await ToldAsync(Planner.TellAsync(plumber, EventKind.OvertimeAgreed, until: until)));
        var plan = await FollowedAsync();
        Assert.Empty(plan.Flags);
        Assert.Equal(until, plan.Lines.Single(line => line.Operative == plumber.Value).Ends);
        // Once more, and longer.
        Granted(await ToldAsync(Planner.TellAsync(plumber, EventKind.OvertimeAgreed, until: until.AddMinutes(30))));
        Assert.Equal(until.AddMinutes(30), (await FollowedAsync()).Lines.Single(line => line.Operative == plumber.Value).Ends);
    }

    [StoreFact]
    public async Task A_day_is_told_of_by_its_contractor_and_an_absence_by_oneself()
    {
        var head = await HeadAsync();
        var own = new Caller(Node, "o", asker: new Asker(Repairs.Value, OwnOnly: true, Operative: Plumbers[0].Value));
        (string Case, RefusalReason Reason, Func<Task<CommandAnswer>> Send)[] rows =
        [
            ("a colleague's absence", RefusalReason.OperativeNotFound, () => own.TellAsync(Plumbers[1], EventKind.OperativeAbsent)),
            ("one's own lock", RefusalReason.OperativeNotFound, () => own.TellAsync(Plumbers[0], EventKind.DayLocked)),
            ("one's own overtime", RefusalReason.OperativeNotFound,
                () => own.TellAsync(Plumbers[0], EventKind.OvertimeAgreed, until: Clock.GetUtcNow().AddHours(10))),
            ("by the landlord", RefusalReason.OperativeNotFound, () => Anna.TellAsync(Plumbers[0], EventKind.OperativeAbsent)),
            ("by another contractor", RefusalReason.OperativeNotFound,
                () => new Caller(Node, "x", asker: new Asker(Heating.Value)).TellAsync(Plumbers[0], EventKind.OperativeAbsent)),
            ("another contractor's", RefusalReason.OperativeNotFound, () => Planner.TellAsync(GasEngineer, EventKind.OperativeAbsent)),
            ("nobody's", RefusalReason.OperativeNotFound, () => Planner.TellAsync(new OperativeId(0), EventKind.DayLocked)),
            ("yesterday's", RefusalReason.InvalidInput,
                () => Planner.TellAsync(Plumbers[0], EventKind.OperativeAbsent, Clock.GetUtcNow().AddDays(-1))),
            ("over before it begins", RefusalReason.InvalidInput,
                () => Planner.TellAsync(Plumbers[0], EventKind.OperativeAbsent, Clock.GetUtcNow(), Clock.GetUtcNow().AddMinutes(-5))),
            ("no end of overtime", RefusalReason.InvalidInput, () => Planner.TellAsync(Plumbers[0], EventKind.OvertimeAgreed)),
            ("no kind of telling", RefusalReason.InvalidInput, () => Planner.TellAsync(Plumbers[0], EventKind.BookingMade)),
        ];
        foreach (var (name, reason, send) in rows)
        {
            var answer = await send();
            Assert.True(answer.Refusal?.Reason == Name(reason), $"{name}: {answer.Refusal?.Reason ?? "granted"}");
        }

        Assert.Equal(head, await HeadAsync());
        Granted(await ToldAsync(own.TellAsync(Plumbers[0], EventKind.OperativeAbsent)));
    }
}
