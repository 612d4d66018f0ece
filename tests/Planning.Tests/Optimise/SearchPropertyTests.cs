using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Optimise;
using OrleansScheduling.Planning.Travel;
using static OrleansScheduling.Planning.Tests.Optimise.Small;

namespace OrleansScheduling.Planning.Tests.Optimise;

/// <summary>The search as a whole, on random problems with every rule in them. Debug builds judge the plan anew after every accepted
/// move.</summary>
public class SearchPropertyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_is_planned_keeps_every_hard_rule_and_costs_what_the_search_says(bool byHour)
    {
        var planned = 0;
        var seen = new HashSet<PlanRule>();
        for (var seed = 1; seed <= 60; seed++)
        {
            var problem = RandomPlan.Of(seed, byHour);
            var found = Solve(problem, moves: 150, seed: (ulong)seed);
            var judged = PlanCheck.Judge(problem, found.Plan);
            Assert.True(judged.IsFeasible, $"Seed {seed}: {string.Join("; ", judged.Broken.Select(broken => broken.Text))}");
            Assert.True(judged.Score.CompareTo(found.Score) == 0, $"Seed {seed}: {found.Score} against {judged.Score}");
            seen.UnionWith(judged.Penalties.Where(penalty => penalty.Amount > 0).Select(penalty => penalty.Rule));
            planned += problem.Visits.Count - found.Plan.LeftOut.Count;
        }

        Assert.True(planned > 350, $"Only {planned} visits were planned.");
        Assert.Equal(Constraints.All.Where(text => text.Level != RuleLevel.Hard).Select(text => text.Rule).Order(), seen.Order());
    }

    [Fact]
    public void Days_without_pauses_and_priced_times_are_planned_by_the_same_rules()
    {
        var longest = 0;
        for (var seed = 1; seed <= 40; seed++)
        {
            var problem = RandomPlan.Plain(seed);
            foreach (var goal in new[] { PlanGoal.LeastCost, PlanGoal.FewestDays })
            {
                var found = Solve(problem, moves: 150, seed: (ulong)seed, goal);
                var judged = PlanCheck.Judge(problem, found.Plan);
                Assert.True(judged.IsFeasible, $"Seed {seed}: {string.Join("; ", judged.Broken.Select(broken => broken.Text))}");
                Assert.True(judged.Score.CompareTo(found.Score) == 0, $"Seed {seed}: {found.Score} against {judged.Score}");
                longest = Math.Max(longest, found.Plan.Days.Max(day => day.Count));
            }
        }

        Assert.True(longest > 8, $"The longest day has {longest} visits.");
    }

    [Fact]
    public void The_same_seed_and_moves_give_the_same_plan()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var first = Solve(RandomPlan.Of(seed, byHour: false), moves: 300, seed: 7);
            var second = Solve(RandomPlan.Of(seed, byHour: false), moves: 300, seed: 7);
            Assert.Equal(first.Score, second.Score);
            Assert.Equal(first.Plan.LeftOut, second.Plan.LeftOut);
            Assert.Equal(first.Plan.Days, second.Plan.Days);
            Assert.Equal(300, first.Moves);
        }

        List<PlannedStep> Steps(int problem, ulong seed) =>
            [.. Solve(RandomPlan.Of(problem, byHour: false), moves: 8, seed).Plan.Days.SelectMany(day => day)];
        var differ = Enumerable.Range(1, 30).Count(problem => !Steps(problem, 7).SequenceEqual(Steps(problem, 8)));
        Assert.True(differ > 0, "The seed has no say.");
    }

    [Fact]
    public void More_moves_never_end_worse_than_the_plan_they_started_from()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var problem = RandomPlan.Of(seed, byHour: false, linked: false);
            var first = Solve(problem, moves: 50, seed: 3);
            var more = Optimiser.Improve(problem, PlanGoal.LeastCost, new SearchLimits(Moves: 200, Seed: 4), first.Plan);
            Assert.True(more.Score <= first.Score, $"Seed {seed}: {first.Score}, then {more.Score}");
        }
    }

    [Fact]
    public void A_plan_is_there_however_soon_the_search_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var problem = RandomPlan.Of(3, byHour: false);
        var found = Optimiser.Improve(problem, PlanGoal.LeastCost, new SearchLimits(Moves: 1_000_000), stop: stop.Token);
        Assert.True(PlanCheck.Judge(problem, found.Plan).IsFeasible);
        Assert.InRange(found.Moves, 0, 1);
        Assert.NotEmpty(found.Plan.Days.SelectMany(day => day));
    }

    [Fact]
    public void Time_by_the_given_clock_ends_the_search_and_progress_is_told()
    {
        var clock = new SteppingTime(TimeSpan.FromMilliseconds(10));
        var told = new List<SearchProgress>();
        var limits = new SearchLimits(TimeSpan.FromSeconds(2)) { Clock = clock, ReportEvery = TimeSpan.FromMilliseconds(200) };
        var found = Optimiser.Improve(RandomPlan.Of(4, byHour: false), PlanGoal.LeastCost, limits, report: told.Add);
        Assert.InRange(found.Elapsed, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.2));
        Assert.InRange(told.Count, 3, 12);
        Assert.Equal(told.Select(progress => progress.Share).Order(), told.Select(progress => progress.Share));
        Assert.True(told[^1].Best >= found.Score, "Nothing better was told than was found.");
    }

    [Fact]
    public void Without_any_limit_nothing_is_searched() =>
        Assert.Throws<ArgumentException>(() => Optimiser.Improve(RandomPlan.Of(1, byHour: false), PlanGoal.LeastCost, new SearchLimits()));

    [Fact]
    public void Fewest_days_come_before_cost()
    {
        // Either end of the road has an operative; one of them can do it all, at the price of more driving.
        var days = new[] { Day("Ann"), Day("Bob") with { StartPlace = 9, EndPlace = 9 } };
        var problem = new PlanProblem(days, [Visit("J1", 0), Visit("J2", 9)], Road);
        Assert.Equal(2, Solve(problem).Plan.DaysUsed);
        var few = Solve(problem, goal: PlanGoal.FewestDays);
        Assert.Equal(1, few.Plan.DaysUsed);
        Assert.Equal(new Score(0, 0, 180), few.Score);
    }

    [Fact]
    public void Where_not_every_promise_can_be_kept_as_many_as_can_be_are_and_at_the_least_cost()
    {
        // Four hours: an hour each at the three nearest places and an hour on the road between.
        var day = Day("Ann") with { End = 12 * Hour, OvertimeEnd = 12 * Hour };
        var problem = new PlanProblem([day], [.. Enumerable.Range(1, 6).Select(place => Visit($"J{place}", place))], Road);
        var found = Solve(problem);
        Assert.Equal([3, 4, 5], found.Plan.LeftOut.Order());
        Assert.Equal(new Score(3 * Score.LeftOutMinutes, 0, 60), found.Score);
    }

    [Fact]
    public void A_day_with_released_work_is_never_emptied()
    {
        var visits = new[]
        {
            Visit("J1", 1) with { PinnedTo = 0, ReleaseOrder = 0 },
            Visit("J2", 2) with { PinnedTo = 1, ReleaseOrder = 0 },
        };
        var found = Solve(new PlanProblem([Day("Ann"), Day("Bob")], visits, Road), moves: 200, goal: PlanGoal.FewestDays);
        Assert.Equal(2, found.Plan.DaysUsed);
        Assert.Empty(found.Plan.LeftOut);
    }

    [Fact]
    public void The_best_of_all_orders_is_found()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var problem = RandomPlan.OneDay(seed);
            var best = RandomPlan.BestOrder(problem);
            var found = Solve(problem, moves: 600, seed: (ulong)seed);
            Assert.True(found.Score.CompareTo(best) == 0, $"Seed {seed}: found {found.Score}, best {best}");
        }
    }

    [Fact]
    public void A_pause_floats_to_where_the_route_leaves_room()
    {
        // Promised from 12:00, half an hour away: the break fits into the waiting.
        var days = new[] { Day("Ann") with { Pauses = [new Pause(11 * Hour, 14 * Hour, 1800)] } };
        var problem = new PlanProblem(days, [Visit("J1", 3) with { Earliest = 12 * Hour, DueBy = 13 * Hour }], Road);
        var found = Solve(problem, moves: 20);
        Assert.Equal([Pause(11 * Hour, 1800), Work(0, 12 * Hour)], found.Plan.Days[0]);
        Assert.Equal(0, found.Score.Deadlines);
    }

    [Fact]
    public void Hours_of_the_day_decide_how_long_a_way_takes()
    {
        var speeds = new double[24];
        Array.Fill(speeds, 36);
        for (var hour = 8; hour < 10; hour++) speeds[hour] = 18;
        var travel = new StraightLineTravel(1, new SpeedProfile(speeds));
        // 18 km: an hour in the rush, half an hour after it.
        var table = WayTable.OfRoads(travel, [new GroundPoint(0, 0, 0), new GroundPoint(18_000, 0, 0)], 0.001);
        var problem = new PlanProblem([Day("Ann") with { End = 20 * Hour, OvertimeEnd = 20 * Hour }], [Visit("J1", 1)], table);
        var found = Solve(problem, moves: 20);
        Assert.Equal([Work(0, 9 * Hour)], found.Plan.Days[0]);
        Assert.Equal(36, found.Score.Cost, 3);
    }
}
