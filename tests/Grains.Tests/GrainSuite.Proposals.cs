using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;
using VisitState = OrleansScheduling.GrainInterfaces.VisitState;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    /// <summary>The first of four homes that are nine kilometres from the depot: two in the north, two in the south.</summary>
    const int FirstFarHome = 101;

    async Task BuildFarHomesAsync()
    {
        const int First = FirstFarHome;
        Property Home(int number, double latitude) => new(
            new PropertyId(number), Landlord, $"P{number}", PropertyKind.Home, $"{number} Far Street", "", "N1 1AA",
            new Place(latitude, -0.10), North);
        await Node.Registry.UpsertAsync(new RegistryBatch
        {
            Properties = [Home(First, 51.630), Home(First + 1, 51.631), Home(First + 2, 51.470), Home(First + 3, 51.469)],
        }, CancellationToken.None);
        await Node.CatchUpAsync();
    }

    /// <summary>Two homes in the north and two in the south; one plumber each goes to one and one.</summary>
    async Task<IReadOnlyList<VisitState>> CrossedDaysAsync(ContractId? south = null)
    {
        await BuildFarHomesAsync();
        var visits = new List<VisitState>();
        for (var i = 0; i < 4; i++)
        {
            var isSouth = i >= 2;
            var visit = await TodaysVisitAsync(FirstFarHome + i, Tap, isSouth ? Pm : Am, isSouth ? south : null);
            var to = Plumbers[i % 2];
            if (visit.Operative != to.Value) Granted(await Planner.ReassignAsync(Wish(visit, to)));
            visits.Add(await AgainAsync(visit));
        }

        await FollowedAsync();
        return visits;
    }

    async Task ToldAfterwardsAsync(params ContractId[] contracts)
    {
        var known = (await Node.Registry.LoadAsync(CancellationToken.None)).Contracts.Where(contract => contracts.Contains(contract.Id));
        await Node.Registry.UpsertAsync(new RegistryBatch
        {
            Contracts = [.. known.Select(contract => contract with
            {
                Rules = contract.Rules with { Improvements = ImprovementsToldOf.AfterTheFact },
            })],
        }, CancellationToken.None);
        await Node.CatchUpAsync();
    }

    async Task<DayPlanState> ImprovedAsync()
    {
        for (var i = 0; i < Plumbers.Count; i++) await Node.Plan(Repairs).Improve();
        return await FollowedAsync();
    }

    /// <summary>How many plumbers still have to go both north and south.</summary>
    async Task<int> CrossedAsync(IReadOnlyList<VisitState> visits)
    {
        var now = new List<VisitState>();
        foreach (var visit in visits) now.Add(await AgainAsync(visit));
        return now.GroupBy(visit => visit.Operative)
            .Count(day => day.Select(visit => visit.LatitudeDegrees > 51.55).Distinct().Count() > 1);
    }

    Task<CommandAnswer> AcceptAsync(string proposal, string? key = null, Caller? by = null) => WithPassingTimeAsync(
        Node.Plan(Repairs).Accept(new AnswerProposal((by ?? Planner).Context(key), proposal), CancellationToken.None));

    Task<CommandAnswer> DeclineAsync(string proposal, string? key = null) => WithPassingTimeAsync(
        Node.Plan(Repairs).Decline(new AnswerProposal(Planner.Context(key), proposal), CancellationToken.None));

    [StoreFact]
    public async Task An_improvement_waits_for_a_planner_and_is_carried_out_in_one_commit_when_accepted()
    {
        var visits = await CrossedDaysAsync();
        Assert.Equal(2, await CrossedAsync(visits));
        var plan = await ImprovedAsync();
        var proposal = Assert.Single(plan.Proposals);
        Assert.True(proposal.GainMinutes > 20, $"{proposal.GainMinutes} min");
        Assert.True(proposal.GainMetres > 5_000, $"{proposal.GainMetres} m");
        Assert.Equal(2, await CrossedAsync(visits));
        Assert.Empty(await EngineEntriesAsync());

        var receipt = Granted(await AcceptAsync(proposal.Id, "yes"));
        Assert.Equal(nameof(EventKind.VisitsReassigned), receipt.Event);
        Assert.InRange(await CrossedAsync(visits), 0, 1);
        AssertSame(receipt, Granted(await AcceptAsync(proposal.Id, "yes")));
        Refused(RefusalReason.ProposalGone, await AcceptAsync(proposal.Id));
        var entry = Assert.Single(await FeedAsync(), entry => entry.Position == receipt.Position).Event;
        Assert.Equal("actor-paula", entry.Actor);
        Assert.Contains("A proposal was accepted.", entry.Note, StringComparison.Ordinal);
        Assert.Empty((await FollowedAsync()).Proposals);
        foreach (var visit in visits)
        {
            var now = await AgainAsync(visit);
            Assert.InRange(now.Start, visit.Promise.Start, visit.Promise.End.AddSeconds(-1));
        }

        // It can be taken back, and then is not proposed again.
        Granted(await Planner.UndoAsync(receipt.Position));
        Assert.Equal(2, await CrossedAsync(visits));
        await FollowedAsync();
        Assert.Empty((await ImprovedAsync()).Proposals);
    }

    [StoreFact]
    public async Task An_improvement_of_contracts_that_are_told_afterwards_is_carried_out_by_the_engine()
    {
        await ToldAfterwardsAsync(Daily);
        var visits = await CrossedDaysAsync();
        var plan = await ImprovedAsync();
        Assert.InRange(await CrossedAsync(visits), 0, 1);
        Assert.Empty(plan.Proposals);
        var deed = Assert.Single(plan.Done);
        Assert.Contains("The plan was improved.", deed.Note, StringComparison.Ordinal);
        Assert.Equal(BookingEvent.Engine, Assert.Single(await EngineEntriesAsync()).Event.Actor);
    }

    [StoreFact]
    public async Task An_improvement_of_contracts_of_both_kinds_waits()
    {
        await ToldAfterwardsAsync(Daily);
        var visits = await CrossedDaysAsync(south: Reserved);
        Assert.Single((await ImprovedAsync()).Proposals);
        Assert.Equal(2, await CrossedAsync(visits));
    }

    [StoreFact]
    public async Task A_proposal_that_the_plan_has_moved_on_from_is_gone()
    {
        var visits = await CrossedDaysAsync();
        var proposal = Assert.Single((await ImprovedAsync()).Proposals);
        Granted(await Anna.CancelAsync(new JobId(visits[0].Job)));
        await Node.CatchUpAsync();
        Refused(RefusalReason.ProposalGone, await AcceptAsync(proposal.Id));
        Assert.Empty((await FollowedAsync()).Proposals);
    }

    [StoreFact]
    public async Task A_declined_proposal_is_not_made_again_even_by_a_node_that_starts_anew()
    {
        var visits = await CrossedDaysAsync();
        var proposal = Assert.Single((await ImprovedAsync()).Proposals);
        var receipt = Granted(await DeclineAsync(proposal.Id, "no"));
        Assert.Equal(nameof(EventKind.ProposalDeclined), receipt.Event);
        AssertSame(receipt, Granted(await DeclineAsync(proposal.Id, "no")));
        Refused(RefusalReason.ProposalGone, await DeclineAsync(proposal.Id));
        Refused(RefusalReason.ProposalGone, await AcceptAsync(proposal.Id));
        Assert.Empty((await ImprovedAsync()).Proposals);
        await RestartAsync();
        await FollowedAsync();
        Assert.Empty((await ImprovedAsync()).Proposals);
        Assert.Equal(2, await CrossedAsync(visits));
    }

    [StoreFact]
    public async Task A_proposal_is_answered_by_those_who_see_all_of_the_contractors_work()
    {
        await CrossedDaysAsync();
        var proposal = Assert.Single((await ImprovedAsync()).Proposals);
        var head = await HeadAsync();
        foreach (var asker in new[]
        {
            Caller.Landlord, new Asker(Heating.Value), new Asker(Repairs.Value, OwnOnly: true, Operative: 1),
            Caller.Contractor with { Contracts = [Daily.Value] },
        })
        {
            Refused(RefusalReason.ProposalGone, await AcceptAsync(proposal.Id, by: new Caller(Node, "x", asker: asker)));
        }

        Refused(RefusalReason.ProposalGone, await AcceptAsync("nothing"));
        Refused(RefusalReason.InvalidInput, await AcceptAsync(new string('x', AnswerProposal.MaxProposalLength + 1)));
        Assert.Equal(head, await HeadAsync());
    }

    [StoreFact]
    public async Task A_flag_stands_in_the_feed_once_before_the_promise_is_late()
    {
        await OnlyPlumberAsync();
        var (bath, tap) = await BathAndTapAsync();
        var other = await StartNodeAsync();
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 210));
        await FollowedAsync();
        await FollowedAsync(other);
        await FollowedAsync();
        var told = Assert.Single(await FeedAsync(), entry => entry.Event.Kind == EventKind.PromisesFlagged).Event;
        Assert.Equal((tap.Job, BookingEvent.Engine), (Assert.Single(told.Moves).Visit.Job.Value, told.Actor));
        Assert.True(told.At.ToDateTimeOffset() < tap.Promise.End);
    }

    [StoreFact]
    public async Task A_planner_is_told_why_not_and_how_a_plan_made_by_hand_compares()
    {
        var visits = await CrossedDaysAsync();
        var plan = Node.Plan(Repairs);
        VisitKey Key(VisitState visit) => new(visit.Job, visit.Number);
        var other = (await plan.WhyNotOperative(Caller.Contractor, Key(visits[2]), Plumbers[1].Value))!;
        Assert.True(other.IsPossible, string.Join(' ', other.Reasons));
        var joiner = (await plan.WhyNotOperative(Caller.Contractor, Key(visits[2]), Joiners[0].Value))!;
        Assert.Equal((false, "Operative 4 is not a PLUMBER."), (joiner.IsPossible, Assert.Single(joiner.Reasons)));
        var later = (await plan.WhyNotWindow(
            Caller.Contractor, Key(visits[2]), visits[2].Promise.Start.AddHours(2), visits[2].Promise.End))!;
        Assert.True(later.IsPossible, string.Join(' ', later.Reasons));
        var over = (await plan.WhyNotWindow(
            Caller.Contractor, Key(visits[2]), Clock.GetUtcNow().AddHours(-3), Clock.GetUtcNow().AddHours(-1)))!;
        Assert.Equal((false, "That window is over."), (over.IsPossible, Assert.Single(over.Reasons)));
        Assert.False((await plan.WhyNotWindow(
            Caller.Contractor, Key(visits[2]), Clock.GetUtcNow().AddDays(9), Clock.GetUtcNow().AddDays(10)))!.IsPossible);

        // One of them need not go south at all: that is what a planner sees at once. Who is on the way north by now goes there.
        var open = (await plan.Today(Caller.Contractor))!.Lines.ToDictionary(
            line => line.Operative, line => line.Stops.Select(stop => stop.Visit).ToList());
        var (mine, others) = (open[Plumbers[0].Value], open[Plumbers[1].Value]);
        var scored = (await plan.Score(Caller.Contractor,
        [
            new HandMadeDay(Plumbers[0].Value, [.. mine.Where(visit => visit != Key(visits[2]))]),
            new HandMadeDay(Plumbers[1].Value, [.. others, Key(visits[2])]),
        ]))!;
        Assert.True(scored.ByHand.IsPossible, string.Join(' ', scored.ByHand.Broken));
        Assert.True(scored.ByEngine.IsPossible, string.Join(' ', scored.ByEngine.Broken));
        Assert.True(scored.ByHand.TravelMinutes < scored.ByEngine.TravelMinutes - 20);
        Assert.Null(await plan.Score(Caller.Contractor, [new HandMadeDay(Plumbers[2].Value, [Key(visits[0])])]));
        Assert.Null(await plan.Score(Caller.Contractor, []));
        foreach (var asker in new[] { Caller.Landlord, new Asker(Heating.Value), Caller.Contractor with { Contracts = [Daily.Value] } })
        {
            Assert.Null(await plan.WhyNotOperative(asker, Key(visits[0]), Plumbers[1].Value));
            Assert.Null(await plan.WhyNotWindow(asker, Key(visits[0]), visits[2].Promise.Start, visits[2].Promise.End));
            Assert.Null(await plan.Score(asker, [new HandMadeDay(Plumbers[0].Value, [])]));
        }
    }
}
