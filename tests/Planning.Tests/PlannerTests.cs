using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.Planning.Tests;

public sealed class PlannerTests(ITestOutputHelper output)
{
    const int Worlds = 600;

    [Fact]
    public void A_plan_is_found_exactly_when_there_is_one_and_at_the_least_price()
    {
        var seed = TestSeed.Take(output.WriteLine);
        var (possible, impossible, savedFromGreed, cheaper) = (0, 0, 0, 0);
        for (var number = 0; number < Worlds; number++)
        {
            var world = new PlannerWorld(new Random(unchecked(seed + number)));
            var plain = new PlainPlan(world);
            var window = number % 2;
            var name = $"world seed {unchecked(seed + number)}";
            var plan = world.Plan(window);
            Assert.True((plan is not null) == plain.Exists(window),
                $"{name}: {(plan is null ? "there is a plan" : "there is no such plan")}");
            if (plan is null)
            {
                impossible++;
                continue;
            }

            possible++;
            AssertKeepsTheRules(world, plain, plan, window, name);
            var (greedy, least) = (plain.Greedy(0, window), plain.Stage(0, window));
            if (float.IsInfinity(greedy)) savedFromGreed++;
            else if (greedy > least + 1) cheaper++;
        }

        output.WriteLine($"{possible} possible, {impossible} not; "
            + $"need by need {savedFromGreed} would be missed and {cheaper} would be dearer");
        Assert.True(possible > Worlds / 8 && impossible > Worlds / 8 && savedFromGreed > 0, "The worlds are too much alike.");
    }

    static void AssertKeepsTheRules(PlannerWorld world, PlainPlan plain, AppointmentPlan plan, int window, string name)
    {
        var requirement = world.Query.Requirement;
        Assert.Equal(requirement.Needs.Sum(need => need.Crew), plan.Visits.Count);
        for (var stage = 0; stage < requirement.Stages; stage++)
        {
            if (stage > 0) window = plain.Next(window, stage);
            var visits = plan.Visits.Where(visit => visit.Need.Stage == stage).ToList();
            Assert.All(visits, visit =>
                Assert.Equal((world.Query.Windows[window].Day, world.Query.Windows[window].Promise), (visit.Day, visit.Promise)));
            Assert.Equal(visits.Count, visits.DistinctBy(visit => visit.Operative).Count());
            var (least, metres) = (plain.Stage(stage, window), visits.Sum(visit => visit.Insertion.AddedMetres));
            Assert.True(Math.Abs(least - metres) <= 1, $"{name} stage {stage}: {least} m but {metres} m");
            foreach (var crew in visits.GroupBy(visit => visit.Need))
            {
                Assert.Equal(crew.Key.Crew, crew.Count());
                var starts = crew.Select(visit => StartOf(world, visit)).ToList();
                Assert.Single(starts.Distinct());
            }
        }
    }

    /// <summary>Inserts a visit as the plan says and answers with the start that it gets.</summary>
    static int StartOf(PlannerWorld world, PlannedVisit visit)
    {
        var day = world.DayOf(visit.Operative, visit.Day)!;
        var id = new VisitId(new JobId(2), 1);
        var with = day.Day.With(visit.Insertion, id, visit.Request);
        Assert.True(with.IsFeasible && PlainRoute.KeepsItsStarts(with));
        var stop = with.Stops.Single(stop => stop.Visit == id);
        var start = new DayClock(visit.Day, SearchWorld.Contractor.Zone).InstantAt(stop.Start);
        Assert.True(visit.Promise.Start <= start && start < visit.Promise.End);
        Assert.Equal(visit.Need.Crew > 1, visit.StartFixed);
        return stop.Start;
    }

    [Fact]
    public void A_trade_leaves_the_person_whom_another_trade_cannot_do_without()
    {
        // Sam does everything and is nearest; one of the others does only plumbing, one all but plumbing.
        var index = SearchWorld.Index();
        var near = SearchWorld.Centre;
        index.Put(WithTrades(1, near, SearchWorld.Plumber, SearchWorld.Electrician, PlannerWorld.Carpenter));
        index.Put(WithTrades(2, new(near.LatitudeDegrees + 0.02, near.LongitudeDegrees), SearchWorld.Plumber));
        index.Put(WithTrades(3, new(near.LatitudeDegrees - 0.02, near.LongitudeDegrees), SearchWorld.Electrician, PlannerWorld.Carpenter));
        var requirement = Together(SearchWorld.Plumber, SearchWorld.Electrician, PlannerWorld.Carpenter);
        var query = Query(requirement, days: 1);
        Assert.All(SlotSearch.Search(index, query), answer => Assert.True(answer.IsAvailable));
        var plan = SlotSearch.Plan(index, query, 0).Value;
        Assert.Equal(2, plan?.Visits.Single(visit => visit.Need.Trade == SearchWorld.Plumber).Operative.Value);
        Assert.Equal(3, plan?.Visits.DistinctBy(visit => visit.Operative).Count());
    }

    [Fact]
    public void A_job_for_more_people_than_there_are_is_given_up_within_the_bound()
    {
        // Eleven people could be shared out over twelve trades in 11! orders before the last is found to have nobody.
        var trades = Enumerable.Range(1, JobRequirement.MaxVisits).Select(number => new TradeCode($"TRADE-{number}")).ToArray();
        var index = SearchWorld.Index();
        for (var number = 1; number < trades.Length; number++) index.Put(WithTrades(number, SearchWorld.Centre, trades));
        Assert.Null(SlotSearch.Plan(index, Query(Together(trades), days: 1), 0).Value);
        index.Put(WithTrades(trades.Length, SearchWorld.Centre, trades));
        Assert.Equal(trades.Length, SlotSearch.Plan(index, Query(Together(trades), days: 1), 0).Value?.Visits.Count);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    public void A_later_visit_never_falls_on_the_day_of_the_one_before_it(int gapDays, int daysLater)
    {
        var index = SearchWorld.Index();
        index.Put(SearchWorld.Operative(1));
        VisitNeed Stage(int stage) => new(stage, SearchWorld.Plumber, [], 60, 1, stage == 0 ? 0 : gapDays);
        var query = Query(new JobRequirement([Stage(0), Stage(1), Stage(2)], Emergency: false), days: 7);
        var plan = SlotSearch.Plan(index, query, 1).Value;
        Assert.Equal([0, daysLater, 2 * daysLater], plan?.Visits.Select(visit => Period.DaysBetween(SearchWorld.Today, visit.Day)));
        Assert.All(plan!.Visits, visit => Assert.Equal(query.Windows[1].Window.Code, visit.Promise.Window));
    }

    [Fact]
    public void The_longest_gap_of_a_stage_counts_for_all_its_trades()
    {
        var index = SearchWorld.Index();
        index.Put(WithTrades(1, SearchWorld.Centre, SearchWorld.Plumber));
        index.Put(WithTrades(2, SearchWorld.Centre, SearchWorld.Electrician));
        VisitNeed[] needs = [new(0, SearchWorld.Plumber, [], 60, 1, 0), new(1, SearchWorld.Plumber, [], 60, 1, 1),
            new(1, SearchWorld.Electrician, [], 60, 1, 4)];
        var plan = SlotSearch.Plan(index, Query(new JobRequirement(needs, Emergency: false), days: 7), 0).Value;
        Assert.Equal([0, 4, 4], plan?.Visits.Select(visit => Period.DaysBetween(SearchWorld.Today, visit.Day)));
    }

    static Operative WithTrades(int number, Domain.Geography.Place home, params TradeCode[] trades) =>
        SearchWorld.Operative(number, home: home) with { Trades = trades };

    static JobRequirement Together(params TradeCode[] trades) =>
        new([.. trades.Select(trade => new VisitNeed(0, trade, [], 60, 1, 0))], Emergency: false);

    static SlotQuery Query(JobRequirement requirement, int days) => SearchWorld.Query(
        requirement, SearchWorld.At(SearchWorld.Today, 0), days, null,
            SearchWorld.Contract with { Trades = [.. requirement.Needs.Select(need => need.Trade).Distinct()] });
}
