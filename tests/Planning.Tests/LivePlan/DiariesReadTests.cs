using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Testing;
using OrleansScheduling.Testing.LiveDays;
using Xunit.Abstractions;

namespace OrleansScheduling.Planning.Tests.LivePlan;

/// <summary>Days as diaries have them, read into a plan.</summary>
public class DiariesReadTests(ITestOutputHelper output)
{
    const int Hour = 3600;

    static DayScenario Scenario(ulong seed = 7) => new(new ScenarioSettings(12, 60, seed));

    static ReadDay Read(DayPlan plan, int member, int now, VisitState firstState = VisitState.Booked, bool isAway = false)
    {
        var (line, bounds) = (plan.Lines[member], plan.Team.Members[member].Bounds);
        var visits = line.Stops.Select((stop, i) => new ReadVisit(
            plan.Visits[stop.Visit], stop.Start, stop.End, i == 0 ? firstState : VisitState.Booked)).ToList();
        return ReadDay.Of(
            plan.Team.Members[member].Id, bounds, bounds.StartPoint, visits, now, plan.Team.Travel, isAway: isAway);
    }

    static DayPlan Empty(DayPlan plan) => DayPlan.Of(plan.Team, plan.Rules, [], plan.Team.Clock.Start).Plan;

    static DayReaction On(DayPlan plan, int now, params IReadOnlyList<ReadDay> days) =>
        LiveDay.On(plan, new DiariesRead(plan.Team.Clock.InstantAt(now), days, [], "They were read."));

    /// <summary>Somebody with three visits or more.</summary>
    static int Busy(DayPlan plan) => Enumerable.Range(0, plan.Lines.Length).First(member => plan.Lines[member].Stops.Length >= 3);

    [Fact]
    public void A_plan_that_is_read_from_its_own_diaries_is_the_same_plan()
    {
        var plan = Scenario((ulong)TestSeed.Take(output.WriteLine)).Booked();
        var again = On(Empty(plan), 0, [.. Enumerable.Range(0, plan.Lines.Length).Select(member => Read(plan, member, 0))]).Plan;
        Assert.Equal(
            plan.Lines.Select(line => line.Stops.Select(stop => (stop.Visit, stop.Start))),
            again.Lines.Select(line => line.Stops.Select(stop => (stop.Visit, stop.Start))));
        Assert.True(plan.Flags.Keys.SequenceEqual(again.Flags.Keys));
    }

    [Fact]
    public void Who_says_nothing_is_taken_to_do_what_is_planned()
    {
        var plan = Scenario().Booked();
        var member = Busy(plan);
        var stops = plan.Lines[member].Stops;
        var during = Read(plan, member, stops[1].Start + 60);
        Assert.Equal(stops[1].Visit, during.UnderWay);
        Assert.Equal(stops[0].End, during.Free);
        Assert.Equal(stops.Skip(2).Select(stop => stop.Visit), during.Open.Select(open => open.Visit.Id));
        var done = Read(plan, member, stops[^1].End + Hour);
        Assert.Null(done.UnderWay);
        Assert.Empty(done.Open);
    }

    [Fact]
    public void Who_has_reported_today_and_says_nothing_of_a_visit_has_not_begun_it()
    {
        var plan = Scenario().Booked();
        var member = Busy(plan);
        var stops = plan.Lines[member].Stops;
        // On the way, as far as anybody knows, until it is overdue.
        var due = Read(plan, member, stops[1].Start, VisitState.Completed);
        Assert.Equal((stops[1].Visit, VisitState.OnTheWay), (due.UnderWay, due.Current!.State));
        var overdue = Read(plan, member, stops[1].Start + (DayRules.OverdueMinutes * 60) + 1, VisitState.Completed);
        Assert.Null(overdue.UnderWay);
        Assert.Equal(stops.Length - 1, overdue.Open.Length);
        Assert.Equal(stops[0].End, overdue.Free);
    }

    [Fact]
    public void What_somebody_leaves_who_goes_home_is_broken_off_and_the_rest_goes_to_others()
    {
        var plan = Scenario().Booked();
        var member = Busy(plan);
        var stops = plan.Lines[member].Stops;
        var now = stops[0].Start + 600;
        var read = On(Empty(plan), 0, [.. Enumerable.Range(0, plan.Lines.Length).Select(other => Read(plan, other, 0))]).Plan;
        var reaction = On(read, now, Read(plan, member, now, VisitState.Started, isAway: true) with { End = now });
        Assert.Equal(FlagReason.BrokenOff, reaction.Plan.Flags[stops[0].Visit].Reason);
        Assert.Empty(reaction.Plan.Lines[member].Stops);
        foreach (var stop in stops.Skip(1))
            Assert.True(reaction.Plan.LineOf.ContainsKey(stop.Visit) || reaction.Plan.Flags.ContainsKey(stop.Visit));
    }

    [Fact]
    public void A_visit_that_the_record_has_elsewhere_leaves_the_day_that_the_plan_had_it_in()
    {
        var plan = Scenario().Booked();
        var (from, visit) = (Busy(plan), plan.Lines[Busy(plan)].Stops[1]);
        DayReaction Given(int member) =>
            LiveDay.On(plan, new VisitReassigned(plan.Team.Clock.Start, visit.Visit, plan.Team.Members[member].Id));
        var to = Enumerable.Range(0, plan.Lines.Length)
            .First(member => member != from && Given(member).Refusal == EventRefusal.None);
        var moved = Given(to).Plan;
        // Only the day that it went to is read.
        var after = On(plan, 0, Read(moved, to, 0)).Plan;
        Assert.Equal(to, after.LineOf[visit.Visit]);
        Assert.DoesNotContain(after.Lines[from].Stops, stop => stop.Visit == visit.Visit);
        var gone = LiveDay.On(after, new DiariesRead(plan.Team.Clock.Start, [], [visit.Visit], "It was cancelled.")).Plan;
        Assert.False(gone.Visits.ContainsKey(visit.Visit));
    }

    [Fact]
    public void A_day_of_somebody_unknown_is_refused_and_a_team_is_exchanged_for_its_own_people_only()
    {
        var plan = Scenario().Booked();
        var strange = Read(plan, 0, 0) with { Operative = new OperativeId(9_999) };
        Assert.Equal(EventRefusal.UnknownOperative, On(plan, 0, strange).Refusal);
        Assert.Throws<ArgumentException>(() => plan.Of(new DayTeam(plan.Team.Clock, plan.Team.Members.Skip(1), plan.Team.Travel)));
        Assert.Same(plan.Team.Clock, plan.Of(plan.Team).Team.Clock);
    }
}
