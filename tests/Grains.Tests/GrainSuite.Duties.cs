using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    /// <summary>Another node, which looks on until it is given a duty.</summary>
    async Task<(GrainHost Node, GivenDuties Duties)> StartOnlookerAsync()
    {
        var duties = new GivenDuties();
        return (await StartNodeAsync(duties: duties), duties);
    }

    static async Task<DayPlanState> SeenAsync(GrainHost node)
    {
        await node.CatchUpAsync();
        return (await node.Plan(Repairs).Today(Caller.Contractor))!;
    }

    /// <summary>Without the seconds, which pass between two looks.</summary>
    static object WhoDoesWhat(DayPlanState plan) =>
        plan.Lines.Select(line => new { line.Operative, Visits = line.Stops.Select(stop => stop.Visit).ToList() }).ToList();

    static object Gist(ProposalState proposal) => new
    {
        proposal.Id,
        proposal.MadeAt,
        Moves = proposal.Moves.Select(move => new { move.Visit, move.From, move.To }).ToList(),
    };

    [StoreFact]
    public async Task A_node_without_the_duty_shows_the_plan_and_carries_out_nothing()
    {
        var (other, _) = await StartOnlookerAsync();
        var (bath, tap) = await BathAndTapAsync();
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 300));
        await FollowedAsync(other);
        Assert.Empty(await EngineEntriesAsync());

        var carriedOut = await FollowedAsync();
        Assert.Single(await EngineEntriesAsync());
        Assert.NotEqual(bath.Operative, (await AgainAsync(tap)).Operative);
        var seen = await SeenAsync(other);
        AssertSame(WhoDoesWhat(carriedOut), WhoDoesWhat(seen));
        AssertSame(carriedOut.Done, seen.Done);
        Assert.Empty(seen.Unsettled);
        Assert.Single(await EngineEntriesAsync());
    }

    [StoreFact]
    public async Task A_node_that_takes_over_carries_out_what_the_one_before_has_left()
    {
        var (other, duties) = await StartOnlookerAsync();
        var (bath, tap) = await BathAndTapAsync();
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 300));
        await FollowedAsync(other);
        Assert.Equal(bath.Operative, (await AgainAsync(tap)).Operative);

        duties.Give(DutyKind.LivePlans);
        await FollowedAsync(other);
        Assert.NotEqual(bath.Operative, (await AgainAsync(tap)).Operative);
        Assert.Single(await EngineEntriesAsync());
        // The one before finds that there is nothing left to do.
        await FollowedAsync();
        Assert.Single(await EngineEntriesAsync());
    }

    [StoreFact]
    public async Task A_flag_that_a_dead_node_had_not_told_is_told_by_the_one_that_takes_over_and_once()
    {
        await OnlyPlumberAsync();
        var (other, duties) = await StartOnlookerAsync();
        var (bath, tap) = await BathAndTapAsync();
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 210));
        Assert.Single((await FollowedAsync(other)).Flags);
        Assert.DoesNotContain(await FeedAsync(), entry => entry.Event.Kind == EventKind.PromisesFlagged);

        duties.Give(DutyKind.LivePlans);
        await FollowedAsync(other);
        await FollowedAsync();
        var told = Assert.Single(await FeedAsync(), entry => entry.Event.Kind == EventKind.PromisesFlagged);
        Assert.Equal(tap.Job, Assert.Single(told.Event.Moves).Visit.Job.Value);
    }

    [StoreFact]
    public async Task A_proposal_is_shown_and_accepted_at_any_node()
    {
        var (other, _) = await StartOnlookerAsync();
        var visits = await CrossedDaysAsync();
        var proposal = Assert.Single((await ImprovedAsync()).Proposals);
        var seen = Assert.Single((await SeenAsync(other)).Proposals);
        AssertSame(Gist(proposal), Gist(seen));

        var there = new Caller(other, "paula", asker: Caller.Contractor);
        var receipt = Granted(await WithPassingTimeAsync(
            other.Plan(Repairs).Accept(new AnswerProposal(there.Context("yes"), seen.Id), CancellationToken.None)));
        await Node.CatchUpAsync();
        Assert.InRange(await CrossedAsync(visits), 0, 1);
        AssertSame(receipt, Granted(await AcceptAsync(proposal.Id, "yes", there)));
        Assert.Empty((await FollowedAsync()).Proposals);
        Assert.Empty((await SeenAsync(other)).Proposals);
    }

    [StoreFact]
    public async Task A_proposal_is_declined_at_any_node_and_outlives_the_node_that_found_it_otherwise()
    {
        var (other, _) = await StartOnlookerAsync();
        await CrossedDaysAsync();
        var proposal = Assert.Single((await ImprovedAsync()).Proposals);
        await RestartAsync();
        AssertSame(Gist(proposal), Gist(Assert.Single((await FollowedAsync()).Proposals)));

        var there = new Caller(other, "paula", asker: Caller.Contractor);
        await other.CatchUpAsync();
        Granted(await WithPassingTimeAsync(
            other.Plan(Repairs).Decline(new AnswerProposal(there.Context("no"), proposal.Id), CancellationToken.None)));
        Assert.Empty((await SeenAsync(other)).Proposals);
        Assert.Empty((await FollowedAsync()).Proposals);
    }

    [StoreFact]
    public async Task A_node_without_the_duty_looks_for_no_improvements()
    {
        await CrossedDaysAsync();
        var (other, duties) = await StartOnlookerAsync();
        async Task<DayPlanState> ImprovedThereAsync()
        {
            for (var i = 0; i < Plumbers.Count; i++) await other.Plan(Repairs).Improve();
            return await FollowedAsync(other);
        }

        await SeenAsync(other);
        Assert.Empty((await ImprovedThereAsync()).Proposals);
        duties.Give(DutyKind.LivePlans);
        await FollowedAsync(other);
        Assert.Single((await ImprovedThereAsync()).Proposals);
    }

    [StoreFact]
    public async Task Expired_holds_are_freed_by_the_node_that_has_the_duty_as_soon_as_it_has_it()
    {
        var (other, duties) = await StartOnlookerAsync();
        await Node.DisposeAsync();
        nodes.Remove(Node);
        Node = other;
        Anna = new Caller(Node, "anna");
        var job = Caller.NewJob();
        Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am)));
        var freed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        other.Availability.Followed += entry =>
        {
            if (entry.Event.Kind == EventKind.HoldExpired) freed.TrySetResult();
        };
        Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.NotNull((await Node.Job(job).Get(Caller.Landlord))!.Hold);
        Assert.False(freed.Task.IsCompleted);

        duties.Give(DutyKind.HoldExpiry);
        await WithPassingTimeAsync(FreedAsync());
        Assert.Null((await Node.Job(job).Get(Caller.Landlord))!.Hold);

        async Task<bool> FreedAsync()
        {
            await freed.Task;
            return true;
        }
    }
}
