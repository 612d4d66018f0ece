using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Optimise;
using static OrleansScheduling.Planning.Tests.Optimise.Small;

namespace OrleansScheduling.Planning.Tests.Optimise;

/// <summary>
/// Each rule alone: two plans, or two problems, that differ only in it. A hard rule makes the one infeasible, any other makes it dearer
/// by the
/// stated amount at its level; the search reckons with the same amounts, and keeps to the hard rules.
/// </summary>
public class ConstraintTests
{
    // Ann and Bob work 08:00 to 16:00 from place 0; J1 is 10 minutes away, so that its work can start at 08:10.
    const int Arrival = (8 * Hour) + (10 * Minute);

    static readonly Plan ByAnn = Plan([[Work(0, Arrival)], []]);
    static readonly Plan ByBob = Plan([[], [Work(0, Arrival)]]);
    static readonly Plan LeftOut = Plan([[], []], 0);

    static PlanProblem With(PlanVisit visit, OperativeDay? ann = null, Prices? prices = null) =>
        new([ann ?? Day("Ann"), Day("Bob") with { Skills = [new SkillLevel(7, 3)] }], [visit], Road, prices: prices);

    [Fact]
    public void A_plan_within_all_rules_costs_its_ways()
    {
        var judged = PlanCheck.Judge(With(Visit("J1", 1)), ByAnn);
        Assert.Empty(judged.Broken);
        Assert.Equal(new Score(0, 0, 20), judged.Score);
        Assert.All(judged.Penalties, penalty => Assert.Equal(PlanRule.Travel, penalty.Rule));
    }

    [Fact]
    public void Every_rule_is_listed_once_with_its_level_and_reason()
    {
        Assert.Equal(Enum.GetValues<PlanRule>().Where(rule => rule != PlanRule.None), Constraints.All.Select(text => text.Rule).Order());
        Assert.All(Constraints.All, text => Assert.True(text.Means.Length > 10 && text.Why.Length > 10, $"{text.Rule} says little."));
        Assert.DoesNotContain(Constraints.All, text => text.Level == RuleLevel.None);
    }

    [Fact]
    public void Whoever_is_out_comes_home_with_or_without_work_and_is_sent_where_it_is_on_the_way()
    {
        // Bob needs 20 minutes there and back; Ann, half an hour from home, passes by.
        PlanProblem Problem(bool isOut) => With(Visit("J1", 1), Day("Ann") with { StartPlace = 3, IsOut = isOut });
        Score CostOf(bool isOut, Plan plan) => PlanCheck.Judge(Problem(isOut), plan).Score;
        Plan Sent(bool isOut) => Optimiser.Improve(Problem(isOut), PlanGoal.LeastCost, new SearchLimits(Moves: 100)).Plan;
        var way = Road.CostOf(3, 0);
        Assert.Equal(way, CostOf(isOut: true, ByBob).Cost - CostOf(isOut: false, ByBob).Cost);
        Assert.Empty(Sent(isOut: false).VisitsOn(0));
        Assert.Equal([0], Sent(isOut: true).VisitsOn(0));
    }

    public static TheoryData<PlanRule, double> HardRules => new()
    {
        { PlanRule.Window, 600 },
        { PlanRule.Materials, 3000 },
        { PlanRule.Skills, 1 },
        { PlanRule.Patch, 1 },
        { PlanRule.Pinned, 1 },
        { PlanRule.VanStock, 2 },
        { PlanRule.Shift, 1200 },
        { PlanRule.Pause, 1 },
    };

    [Theory]
    [MemberData(nameof(HardRules))]
    public void A_hard_rule_alone_makes_a_plan_infeasible_and_the_search_sends_the_other(PlanRule rule, double amount)
    {
        var (visit, ann) = (Visit("J1", 1), Day("Ann"));
        Assert.Empty(PlanCheck.Judge(With(visit, ann), ByAnn).Broken);
        (visit, ann) = rule switch
        {
            // Windows and materials hold for everybody: nobody may start then.
            PlanRule.Window => (visit with { Latest = Arrival - 600, PromisedBy = Arrival - 600 }, ann),
            PlanRule.Materials => (visit with { MaterialsReady = Arrival + 3000 }, ann),
            PlanRule.Skills => (visit with { Skills = [new SkillLevel(7, 3)] }, ann with { Skills = [new SkillLevel(7, 2)] }),
            PlanRule.Patch => (visit with { Patch = 4 }, ann with { HomePatch = 1, HelpsOutIn = [2, 3] }),
            PlanRule.Pinned => (visit with { PinnedTo = 1 }, ann),
            PlanRule.VanStock => (visit with { Stock = [5] }, ann with { Stock = [3] }),
            PlanRule.Shift => (visit, ann with { End = 9 * Hour, OvertimeEnd = 9 * Hour }),
            PlanRule.Pause => (visit, ann with { Pauses = [new Pause(12 * Hour, 13 * Hour, 1800)] }),
            _ => throw new ArgumentOutOfRangeException(nameof(rule)),
        };
        var problem = With(visit, ann);
        var broken = Assert.Single(PlanCheck.Judge(problem, ByAnn).Broken);
        Assert.Equal((rule, amount), (broken.Rule, broken.Amount));

        var found = Solve(problem, moves: 50);
        Assert.Empty(PlanCheck.Judge(problem, found.Plan).Broken);
        Assert.Equal(rule == PlanRule.Window, found.Plan.LeftOut.Contains(0));
    }

    [Fact]
    public void Only_who_has_the_skill_at_its_level_is_sent()
    {
        var visit = Visit("J1", 1) with { Skills = [new SkillLevel(7, 3)] };
        var problem = new PlanProblem(
            [
                Day("Ann") with { Skills = [new SkillLevel(7, 2)] },
                Day("Bob") with { Skills = [new SkillLevel(7, 3)], StartPlace = 9, EndPlace = 9 },
            ],
            [visit],
            Road);
        Assert.Equal([0], Solve(problem, moves: 50).Plan.VisitsOn(1));
    }

    public static TheoryData<PlanRule, double, double, double> PricedRules => new()
    {
        { PlanRule.PromiseBroken, 20, 0, 0 },
        { PlanRule.Late, 0, 90, 0 },
        { PlanRule.Overtime, 0, 0, 12 },
        { PlanRule.DayUsed, 0, 0, 25 },
        { PlanRule.PatchCrossing, 0, 0, 7 },
        { PlanRule.NotPreferred, 0, 0, 5 },
        { PlanRule.AnotherOperative, 0, 0, 6 },
        { PlanRule.Moved, 0, 0, 4 },
        { PlanRule.BeyondShare, 0, 0, 8 },
    };

    [Theory]
    [MemberData(nameof(PricedRules))]
    public void A_priced_rule_alone_makes_a_plan_dearer_by_its_amount(PlanRule rule, double promises, double deadlines, double cost)
    {
        var prices = new Prices { PatchCrossing = 7, NotPreferred = 5, AnotherOperative = 6, Move = 4 };
        var (visit, ann) = (Visit("J1", 1), Day("Ann"));
        var plain = PlanCheck.Judge(With(visit, ann, prices), ByAnn).Score;
        (visit, ann) = rule switch
        {
            PlanRule.PromiseBroken => (visit with { PromisedBy = Arrival - (20 * Minute) }, ann),
            PlanRule.Late => (visit with { DueBy = Arrival + (30 * Minute), Priority = 3 }, ann),
            PlanRule.Overtime => (visit, ann with { End = 9 * Hour, OvertimeEnd = 12 * Hour, OvertimePricePerHour = 36 }),
            PlanRule.DayUsed => (visit, ann with { PriceOfUse = 25 }),
            PlanRule.PatchCrossing => (visit with { Patch = 2 }, ann with { HomePatch = 1, HelpsOutIn = [2] }),
            PlanRule.NotPreferred => (visit with { PreferredOperative = "Bob" }, ann),
            PlanRule.AnotherOperative => (visit with { EarlierOperative = "Bob" }, ann),
            PlanRule.Moved => (visit with { PlannedOperative = "Bob" }, ann),
            PlanRule.BeyondShare => (visit, ann),
            _ => throw new ArgumentOutOfRangeException(nameof(rule)),
        };
        // An hour of work and two days: half an hour beyond the fair share.
        if (rule == PlanRule.BeyondShare) prices = prices with { HourBeyondShare = 16 };
        var problem = With(visit, ann, prices);
        var judged = PlanCheck.Judge(problem, ByAnn);
        Assert.Empty(judged.Broken);
        Assert.Equal(plain + new Score(promises, deadlines, cost), judged.Score);
        var penalty = Assert.Single(judged.Penalties, penalty => penalty.Rule == rule);
        Assert.Equal(promises + deadlines + cost, penalty.Amount, 6);
        Assert.Equal("Ann", penalty.Operative);
        Assert.StartsWith("Ann", penalty.Text, StringComparison.Ordinal);

        // The search reckons the same for the plan that it is given.
        var only = new PlanProblem(problem.Days, [visit with { PinnedTo = 0 }], Road, prices: prices);
        var reckoned = Optimiser.Improve(only, PlanGoal.LeastCost, new SearchLimits(Moves: 1), ByAnn);
        Assert.Equal(0, reckoned.Score.CompareTo(judged.Score));
    }

    [Fact]
    public void A_promised_visit_left_out_counts_a_day_and_other_work_its_price()
    {
        Assert.Equal(new Score(1440, 0, 0), PlanCheck.Judge(With(Visit("J1", 1)), LeftOut).Score);
        Assert.Equal(new Score(0, 0, 9), PlanCheck.Judge(With(Visit("J1", 1) with { LeaveOutPrice = 9 }), LeftOut).Score);
    }

    [Theory]
    [InlineData(19, true)]
    [InlineData(21, false)]
    public void Unpromised_work_is_left_out_when_that_is_cheaper(double price, bool isLeftOut)
    {
        var found = Solve(With(Visit("J1", 1) with { LeaveOutPrice = price }), moves: 50);
        Assert.Equal(isLeftOut, found.Plan.LeftOut.Contains(0));
    }

    [Fact]
    public void Nobody_starts_before_arriving_and_nobody_is_at_two_places_of_the_plan()
    {
        var problem = With(Visit("J1", 1));
        var early = Assert.Single(PlanCheck.Judge(problem, Plan([[Work(0, Arrival - 60)], []])).Broken);
        Assert.Equal((PlanRule.Journey, 60), (early.Rule, early.Amount));
        var twice = Assert.Single(PlanCheck.Judge(problem, Plan([[Work(0, Arrival)], [Work(0, Arrival)]])).Broken);
        Assert.Equal(PlanRule.Once, twice.Rule);
        var nowhere = Assert.Single(PlanCheck.Judge(problem, Plan([[], []])).Broken);
        Assert.Equal(PlanRule.Once, nowhere.Rule);
    }

    [Fact]
    public void Time_on_site_follows_the_pace()
    {
        var slow = With(Visit("J1", 1), Day("Ann") with { PacePercent = 150 });
        var wrong = Assert.Single(PlanCheck.Judge(slow, ByAnn).Broken);
        Assert.Equal((PlanRule.Journey, 1800), (wrong.Rule, wrong.Amount));
        Assert.Empty(PlanCheck.Judge(slow, Plan([[Work(0, Arrival, 5400)], []])).Broken);
        Assert.Empty(PlanCheck.Judge(slow, ByBob).Broken);
    }

    [Fact]
    public void A_plan_made_by_hand_is_judged_by_the_same_rules()
    {
        var problem = With(Visit("J1", 1) with { PreferredOperative = "Ann" }, prices: new Prices { NotPreferred = 5 });
        Assert.True(PlanCheck.Judge(problem, ByAnn).Score < PlanCheck.Judge(problem, ByBob).Score);
        Assert.Equal(
            "Bob, J1: 5 of cost. Not sending the preferred operative has a price.",
            PlanCheck.Judge(problem, ByBob).Penalties.Single(penalty => penalty.Rule == PlanRule.NotPreferred).Text);
    }
}
