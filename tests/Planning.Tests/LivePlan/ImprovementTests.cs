using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Planning.Optimise;
using OrleansScheduling.Testing;
using OrleansScheduling.Testing.LiveDays;
using Xunit.Abstractions;

namespace OrleansScheduling.Planning.Tests.LivePlan;

/// <summary>From diaries to the solver's problem and back, and what an improvement may and may not do.</summary>
public sealed class ImprovementTests(ITestOutputHelper output)
{
    // Two people on one road who would both be home sooner with each other's work.
    const string Crossed = """
        operative Ann 0km 08:00 16:00
        operative Bob 20km 08:00 16:00
        visit A Ann 10:00-14:00 60 19km
        visit B Bob 10:00-14:00 60 1km

        """;

    static readonly DayRules NoSpare = new() { SpareMinutes = 0 };

    static Proposal? Improve(DayPlan plan, ulong seed = 1) => DayImprover.Improve(plan, 0, new SearchLimits(Moves: 200, Seed: seed));

    [Fact]
    public void An_unchanged_plan_is_an_empty_diff_and_no_proposal()
    {
        var (plan, problem) = RandomProblem(Seed());
        Assert.True(PlanDiff.Between(plan, plan).IsEmpty);
        Assert.NotEmpty(problem.Visits);
        Assert.Null(problem.ProposalOf(problem.Current));
        var judged = PlanCheck.Judge(problem.Problem, problem.Current);
        Assert.True(judged.IsFeasible, string.Join('\n', judged.Broken.Select(broken => broken.Text)));
    }

    [Fact]
    public void Every_proposal_can_be_carried_out_and_keeps_every_promise()
    {
        var first = Seed();
        var carried = 0;
        for (var i = 0u; i < 40; i++)
        {
            var (plan, problem) = RandomProblem(unchecked(first + i));
            plan = plan.Under(plan.Rules with { MoveMinutes = 0.5 });
            var improved = Optimiser.Improve(problem.Problem, PlanGoal.LeastCost, new SearchLimits(Moves: 100, Seed: i), problem.Current);
            if (DayProblem.Of(plan, problem.Members).ProposalOf(improved.Plan) is not { } proposal) continue;
            var before = plan.Metres;
            var reaction = LiveDay.On(plan, new ProposalAccepted(plan.Team.Clock.InstantAt(plan.Now), proposal));
            Assert.Equal(EventRefusal.None, reaction.Refusal);
            Assert.Equal(proposal.Diff.GainMetres, before - reaction.Plan.Metres, before * 1e-4);
            var moved = PlanDiff.Between(plan, reaction.Plan).Moves.Select(move => move.Visit);
            Assert.Equal(proposal.Diff.Moves.Select(move => move.Visit), moved);
            var judge = new DayJudge();
            judge.Watch(plan, reaction.Plan, new TimePassed(plan.Team.Clock.InstantAt(plan.Now)));
            judge.CheckWhole(reaction.Plan);
            Assert.True(judge.Faults.Count == 0, string.Join('\n', judge.Faults));
            carried++;
        }

        Assert.True(carried > 10, $"Only {carried} were carried out.");
    }

    [Fact]
    public void An_improvement_that_pays_is_found_and_says_what_it_gains()
    {
        var day = LiveDayTable.Play(Crossed + "08:00 begin", NoSpare);
        var proposal = Improve(day.Plan);
        Assert.NotNull(proposal);
        Assert.Equal(2, proposal.Diff.Moves.Count);
        // 38 km there and back for each of them, instead of 2.
        Assert.Equal(72_000, proposal.Diff.GainMetres, 1.0);
        Assert.Contains("2 visits change places", proposal.Diff.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_gives_the_same_proposal()
    {
        var (plan, problem) = RandomProblem(Seed());
        plan = plan.Under(plan.Rules with { MoveMinutes = 0 });
        string TextOf(Proposal? proposal) => proposal is null ? "none" : string.Join(
            '\n', proposal.Days.Select(one => $"{one.Operative}: {string.Join(' ', one.Order)}"));
        Assert.Equal(TextOf(Improve(plan, 5)), TextOf(Improve(plan, 5)));
        Assert.NotEmpty(problem.Members);
    }

    [Theory]
    [InlineData(72, true)]
    [InlineData(73, false)]
    public void No_day_is_shuffled_for_less_than_the_price_of_its_moves(double price, bool isWorthIt)
    {
        // 72 km saved are 144 minutes, for two visits.
        var day = LiveDayTable.Play(Crossed + "08:00 begin", NoSpare with { MoveMinutes = price });
        var swapped = DayProblem.Of(day.Plan, [0, 1]);
        var plan = new Plan([[new PlannedStep(1, 0, 0)], [new PlannedStep(0, 0, 0)]], []);
        Assert.Equal(isWorthIt, swapped.ProposalOf(plan) is not null);
    }

    [Fact]
    public void What_begins_soon_is_left_alone()
    {
        var day = LiveDayTable.Play(Crossed + "09:10 begin", NoSpare with { FrozenMinutes = 51 });
        Assert.Empty(DayProblem.Of(day.Plan, [0, 1]).Visits);
        Assert.Null(Improve(day.Plan));
        var soon = LiveDayTable.Play(Crossed + "09:10 begin", NoSpare with { FrozenMinutes = 49 });
        Assert.NotNull(Improve(soon.Plan));
    }

    [Fact]
    public void What_a_planner_has_bound_is_left_alone()
    {
        Assert.Null(Improve(LiveDayTable.Play(Crossed + "08:00 begin\n08:00 lock Bob", NoSpare).Plan));
        Assert.Null(Improve(LiveDayTable.Play(Crossed + "08:00 begin\n08:00 pin A\n08:00 pin B", NoSpare).Plan));
        var proposal = Improve(LiveDayTable.Play(Crossed + "08:00 begin\n08:00 pin A", NoSpare).Plan);
        Assert.Equal(LiveDayTable.Visit("B"), Assert.Single(proposal!.Diff.Moves).Visit);
    }

    [Fact]
    public void A_proposal_for_a_plan_that_has_moved_on_is_refused_whole()
    {
        var day = LiveDayTable.Play(Crossed + "08:00 begin", NoSpare);
        var proposal = Improve(day.Plan)!;
        var after = LiveDay.On(day.Plan, new VisitCancelled(day.Plan.Team.Clock.InstantAt(8 * 3600), LiveDayTable.Visit("B"))).Plan;
        var reaction = LiveDay.On(after, new ProposalAccepted(day.Plan.Team.Clock.InstantAt(8 * 3600), proposal));
        Assert.Equal(EventRefusal.Stale, reaction.Refusal);
        Assert.Same(after, reaction.Plan);
    }

    [Fact]
    public void Why_not_this_operative_and_why_not_this_window_are_answered()
    {
        var day = LiveDayTable.Play("""
            operative Ann 0km 08:00 16:00
            operative Bob 20km 08:00 10:00
            visit A Ann 08:00-12:00 60 1km
            visit B Bob 08:00-10:00 100 20km
            08:00 begin
            """);
        var no = PlannerQuestions.WhyNotOperative(day.Plan, LiveDayTable.Visit("A"), day.Operative("Bob"));
        Assert.False(no.IsPossible);
        Assert.NotEmpty(no.Reasons);
        Assert.Contains("Bob", no.Reasons[0], StringComparison.Ordinal);
        var yes = PlannerQuestions.WhyNotOperative(day.Plan, LiveDayTable.Visit("A"), day.Operative("Ann"));
        Assert.True(yes.IsPossible);
        Assert.True(PlannerQuestions.WhyNotWindow(day.Plan, LiveDayTable.Visit("A"), 12 * 3600, 16 * 3600).IsPossible);
        var over = PlannerQuestions.WhyNotWindow(day.Plan, LiveDayTable.Visit("A"), 7 * 3600, 8 * 3600);
        Assert.Equal("That window is over.", Assert.Single(over.Reasons));
    }

    [Fact]
    public void A_plan_made_by_hand_is_judged_and_compared()
    {
        var day = LiveDayTable.Play(Crossed + "08:00 begin", NoSpare);
        var (ann, bob) = (day.Operative("Ann"), day.Operative("Bob"));
        var (a, b) = (LiveDayTable.Visit("A"), LiveDayTable.Visit("B"));
        var stands = PlannerQuestions.Score(day.Plan, new Dictionary<OperativeId, IReadOnlyList<VisitId>> { [ann] = [a], [bob] = [b] });
        var swapped = PlannerQuestions.Score(day.Plan, new Dictionary<OperativeId, IReadOnlyList<VisitId>> { [ann] = [b], [bob] = [a] });
        Assert.True(stands.IsFeasible && swapped.IsFeasible);
        Assert.True(swapped.Score < stands.Score);
        var better = LiveDay.On(day.Plan, new ProposalAccepted(day.Plan.Team.Clock.InstantAt(8 * 3600), Improve(day.Plan)!)).Plan;
        Assert.Equal(144, PlannerQuestions.Compare(day.Plan, better).SavedMinutes, 0.1);
    }

    uint Seed() => (uint)TestSeed.Take(output.WriteLine);

    static (DayPlan Plan, DayProblem Problem) RandomProblem(uint seed)
    {
        var plan = SmallDays.Scenario(seed).Booked();
        return (plan, DayProblem.Of(plan, Enumerable.Range(0, plan.Lines.Length)));
    }
}
