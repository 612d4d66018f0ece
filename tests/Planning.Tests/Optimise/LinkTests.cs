using OrleansScheduling.Planning.Optimise;
using static OrleansScheduling.Planning.Tests.Optimise.Small;

namespace OrleansScheduling.Planning.Tests.Optimise;

/// <summary>Visits that depend on each other, and work that is pinned, released or begun.</summary>
public class LinkTests
{
    static readonly LinkedVisits Crew = new([new VisitStage([0, 1])]);
    static readonly LinkedVisits Sequence = new([new VisitStage([0]), new VisitStage([1], 2 * Hour)]);

    static PlanProblem Two(LinkedVisits link, params OperativeDay[] days) =>
        new(days, [Visit("J1", 1), Visit("J1", 1)], Road, [link]);

    [Fact]
    public void A_crew_starts_together()
    {
        var problem = Two(Crew, Day("Ann"), Day("Bob") with { Start = 9 * Hour });
        var apart = Plan([[Work(0, 9 * Hour)], [Work(1, 10 * Hour)]]);
        var broken = Assert.Single(PlanCheck.Judge(problem, apart).Broken);
        Assert.Equal((PlanRule.Together, 3600), (broken.Rule, broken.Amount));

        var found = Solve(problem, moves: 100).Plan;
        Assert.Empty(PlanCheck.Judge(problem, found).Broken);
        Assert.Empty(found.LeftOut);
        Assert.Single(found.Days.SelectMany(day => day).Select(step => step.Start).Distinct());
    }

    [Fact]
    public void A_crew_is_of_different_people()
    {
        var problem = Two(Crew, Day("Ann"));
        var found = Solve(problem, moves: 100).Plan;
        Assert.Equal([0, 1], found.LeftOut.Order());
        Assert.Equal(new Score(2 * Score.LeftOutMinutes, 0, 0), PlanCheck.Judge(problem, found).Score);

        var twoDays = Two(Crew, Day("Ann"), Day("Ann"));
        var same = Plan([[Work(0, 9 * Hour)], [Work(1, 9 * Hour)]]);
        Assert.Equal(PlanRule.Together, Assert.Single(PlanCheck.Judge(twoDays, same).Broken).Rule);
        Assert.Equal(2, Solve(twoDays, moves: 100).Plan.LeftOut.Count);
    }

    [Fact]
    public void The_next_visit_keeps_its_gap()
    {
        var problem = Two(Sequence, Day("Ann"), Day("Bob"));
        var soon = Plan([[Work(0, 9 * Hour)], [Work(1, 11 * Hour)]]);
        var broken = Assert.Single(PlanCheck.Judge(problem, soon).Broken);
        Assert.Equal((PlanRule.Gap, 3600), (broken.Rule, broken.Amount));

        var found = Solve(problem, moves: 100).Plan;
        Assert.Empty(PlanCheck.Judge(problem, found).Broken);
        Assert.Empty(found.LeftOut);
    }

    [Fact]
    public void Visits_that_depend_on_each_other_are_planned_all_or_none()
    {
        var problem = Two(Sequence, Day("Ann") with { End = 11 * Hour, OvertimeEnd = 11 * Hour });
        var half = Plan([[Work(0, 9 * Hour)]], 1);
        Assert.Equal(PlanRule.AllOrNone, Assert.Single(PlanCheck.Judge(problem, half).Broken).Rule);
        Assert.Equal([0, 1], Solve(problem, moves: 100).Plan.LeftOut.Order());
    }

    [Fact]
    public void Released_work_stays_first_in_its_order_whatever_it_costs()
    {
        // Far first, near second: nobody would plan it so.
        var visits = new[]
        {
            Visit("J1", 2) with { PinnedTo = 0, ReleaseOrder = 1 },
            Visit("J2", 9) with { PinnedTo = 0, ReleaseOrder = 0 },
            Visit("J3", 1),
        };
        var problem = new PlanProblem([Day("Ann"), Day("Bob")], visits, Road);
        var found = Solve(problem).Plan;
        Assert.Equal([1, 0], found.VisitsOn(0).Take(2));
        Assert.Empty(PlanCheck.Judge(problem, found).Broken);

        var swapped = Plan([[Work(0, 9 * Hour), Work(1, 12 * Hour)], [Work(2, 9 * Hour)]]);
        Assert.Contains(PlanCheck.Judge(problem, swapped).Broken, penalty => penalty.Rule == PlanRule.Released);
    }

    [Fact]
    public void Work_that_has_begun_stays_and_the_rest_waits_for_its_end_and_the_present()
    {
        var visits = new[]
        {
            Visit("J1", 5) with { PinnedTo = 0, ReleaseOrder = 0, StartedAt = 8 * Hour + 600, Seconds = 2 * Hour },
            Visit("J2", 5),
        };
        var problem = new PlanProblem([Day("Ann") with { FreeFrom = 11 * Hour }], visits, Road);
        var found = Solve(problem, moves: 100).Plan;
        Assert.Equal([Work(0, (8 * Hour) + 600, 2 * Hour), Work(1, 11 * Hour)], found.Days[0]);
        Assert.Empty(PlanCheck.Judge(problem, found).Broken);
    }

    [Fact]
    public void An_overrun_that_breaks_a_promise_is_counted_and_the_rest_goes_to_others()
    {
        var visits = new[]
        {
            // Begun at 09:00 and now expected to take five hours; promised next by 12:00.
            Visit("J1", 1) with { PinnedTo = 0, ReleaseOrder = 0, StartedAt = 9 * Hour, Seconds = 5 * Hour },
            Visit("J2", 1) with { PinnedTo = 0, ReleaseOrder = 1, Latest = 12 * Hour, PromisedBy = 12 * Hour },
            Visit("J3", 1) with { Latest = 12 * Hour, PromisedBy = 12 * Hour },
        };
        var problem = new PlanProblem([Day("Ann"), Day("Bob")], visits, Road);
        var found = Solve(problem, moves: 200);
        Assert.Equal([2], found.Plan.VisitsOn(1));
        Assert.Equal(120, found.Score.Promises, 6);
        Assert.Equal(0, PlanCheck.Judge(problem, found.Plan).Score.CompareTo(found.Score));
    }
}
