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
    /// <summary>The engine of a node takes in everything that has happened, and does what there is to do.</summary>
    async Task<DayPlanState> FollowedAsync(GrainHost? node = null)
    {
        node ??= Node;
        await node.CatchUpAsync();
        await WithPassingTimeAsync(FollowAsync(node));
        await node.CatchUpAsync();
        return (await node.Plan(Repairs).Today(Caller.Contractor))!;
    }

    static async Task<bool> FollowAsync(GrainHost node)
    {
        await node.Plan(Repairs).Follow();
        return true;
    }

    async Task<List<FeedEntry>> EngineEntriesAsync() =>
        [.. (await FeedAsync()).Where(entry => entry.Event.Actor == BookingEvent.Engine)];

    /// <summary>A bath in the morning and a tap in the afternoon, both with one plumber, who has begun the bath.</summary>
    async Task<(VisitState Bath, VisitState Tap)> BathAndTapAsync()
    {
        var bath = await TodaysVisitAsync(1, Bath, Am);
        var tap = await TodaysVisitAsync(2, Tap, Pm);
        if (tap.Operative != bath.Operative) Granted(await Planner.ReassignAsync(Wish(tap, new OperativeId(bath.Operative))));
        (bath, tap) = (await AgainAsync(bath), await AgainAsync(tap));
        await FollowedAsync();
        At(bath.Start.AddSeconds(1));
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Start));
        return (bath, tap);
    }

    [StoreFact]
    public async Task The_engine_gives_a_promise_that_an_overrun_would_break_to_a_colleague()
    {
        var (bath, tap) = await BathAndTapAsync();
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 300));
        Assert.True((await AgainAsync(tap)).Start >= tap.Promise.End);

        var plan = await FollowedAsync();
        var kept = await AgainAsync(tap);
        Assert.NotEqual(bath.Operative, kept.Operative);
        Assert.InRange(kept.Start, tap.Promise.Start, tap.Promise.End.AddSeconds(-1));
        Assert.Equal(bath.Operative, (await AgainAsync(bath)).Operative);
        var entry = Assert.Single(await EngineEntriesAsync());
        Assert.Equal((EventKind.VisitsReassigned, Repairs), (entry.Event.Kind, entry.Event.Contractor));
        var move = Assert.Single(entry.Event.Moves);
        Assert.Equal((tap.Job, bath.Operative, kept.Operative), (move.Visit.Job.Value, move.From.Value, move.To.Value));
        Assert.Empty(plan.Flags);
        Assert.Empty(plan.Unsettled);
        var deed = Assert.Single(plan.Done);
        Assert.Equal((entry.Position, false), (deed.Position, deed.IsForecast));
        Assert.Contains("Work takes longer.", deed.Note, StringComparison.Ordinal);
        Assert.Contains(plan.Lines.Single(line => line.Operative == kept.Operative).Stops, stop => stop.Visit.Job == tap.Job);

        // It was late where it came from: it cannot be put back to the second. A planner who gives it back is not gainsaid.
        Refused(RefusalReason.InvalidInput, await Planner.UndoAsync(entry.Position));
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Finish));
        Granted(await Planner.ReassignAsync(Wish(tap, new OperativeId(bath.Operative))));
        Assert.Empty((await FollowedAsync()).Flags);
        Assert.Equal(bath.Operative, (await AgainAsync(tap)).Operative);
        Assert.Single(await EngineEntriesAsync());
    }

    [StoreFact]
    public async Task A_promise_that_nobody_can_keep_is_flagged_before_it_is_late_with_ways_out()
    {
        await OnlyPlumberAsync();
        var (bath, tap) = await BathAndTapAsync();
        // It could begin before four, and would end after the shift.
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 210));
        var plan = await FollowedAsync();
        var flag = Assert.Single(plan.Flags);
        Assert.Equal((tap.Job, "Work takes longer."), (flag.Visit.Job, flag.Because));
        Assert.True(flag.RaisedAt < tap.Promise.End);
        Assert.Equal((int)WayOutKind.Overtime, Assert.Single(flag.WaysOut).Kind);
        Assert.Equal(bath.Operative, (await AgainAsync(tap)).Operative);
        Assert.DoesNotContain(await EngineEntriesAsync(), entry => entry.Event.Kind == EventKind.VisitsReassigned);

        // Sooner done than feared: the flag goes.
        At(tap.Promise.End.AddMinutes(-60));
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Finish));
        Assert.Empty((await FollowedAsync()).Flags);
    }

    [StoreFact]
    public async Task A_day_of_which_nothing_is_heard_goes_as_it_was_planned()
    {
        foreach (var (property, window) in new[] { (1, Am), (2, Am), (3, Pm), (4, Pm), (5, Pm) })
            await TodaysVisitAsync(property, Tap, window);
        await TodaysVisitAsync(6, Bath, Am);
        while (Clock.GetUtcNow().Hour < 16)
        {
            Clock.Advance(TimeSpan.FromMinutes(17));
            var plan = await FollowedAsync();
            Assert.Empty(plan.Flags);
        }

        Assert.Empty(await EngineEntriesAsync());
    }

    [StoreFact]
    public async Task What_is_pinned_stays_and_is_flagged()
    {
        var (bath, tap) = await BathAndTapAsync();
        Granted(await Planner.ReportAsync(tap, VisitReportKind.Pin));
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 300));
        var plan = await FollowedAsync();
        Assert.Equal(bath.Operative, (await AgainAsync(tap)).Operative);
        Assert.Equal((int)FlagReason.BoundByPlanner, Assert.Single(plan.Flags).Reason);
        Assert.DoesNotContain(await EngineEntriesAsync(), entry => entry.Event.Moves.Any(move => move.From != move.To));
    }

    [StoreFact]
    public async Task Two_nodes_that_follow_one_day_move_a_visit_once()
    {
        var other = await StartNodeAsync();
        var (bath, tap) = await BathAndTapAsync();
        await FollowedAsync(other);
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 300));
        await Node.CatchUpAsync();
        await other.CatchUpAsync();
        await WithPassingTimeAsync(Task.WhenAll(FollowAsync(Node), FollowAsync(other)));
        var here = await FollowedAsync();
        var there = await FollowedAsync(other);
        Assert.NotEqual(bath.Operative, (await AgainAsync(tap)).Operative);
        Assert.Single(await EngineEntriesAsync());
        Assert.Empty(here.Unsettled);
        Assert.Empty(there.Unsettled);
        AssertSame(here.Lines, there.Lines);
    }

    [StoreFact]
    public async Task A_node_that_starts_anew_knows_what_the_engine_did_and_what_is_flagged()
    {
        var (bath, tap) = await BathAndTapAsync();
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 300));
        var before = await FollowedAsync();
        await RestartAsync();
        var after = await FollowedAsync();
        AssertSame(before.Done, after.Done);
        AssertSame(before.Lines, after.Lines);
        Assert.Single(await EngineEntriesAsync());
        Assert.NotEqual(bath.Operative, (await AgainAsync(tap)).Operative);
    }

    [StoreFact]
    public async Task A_days_plan_is_the_contractors_own_and_ends_at_the_scope()
    {
        var visit = await TodaysVisitAsync(1, Tap, Pm);
        await TodaysVisitAsync(2, Tap, Pm, Reserved);
        await FollowedAsync();
        var plan = Node.Plan(Repairs);
        foreach (var (name, asker) in Strangers.Append(("landlord", Caller.Landlord)))
        {
            if (asker.Organisation == Repairs.Value && !asker.OwnOnly) continue;
            Assert.True(await plan.Today(asker) is null, name);
        }

        var narrow = (await plan.Today(Caller.Contractor with { Contracts = [Daily.Value] }))!;
        Assert.Equal([visit.Job], narrow.Lines.SelectMany(line => line.Stops).Select(stop => stop.Visit.Job));
        Assert.Null(await Node.Plan(new OrganisationId(99)).Today(new Asker(99)));
    }
}

