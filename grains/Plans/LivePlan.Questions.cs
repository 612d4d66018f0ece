using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Planning.Optimise;

namespace OrleansScheduling.Grains.Plans;

/// <summary>What planners ask of the plan. Answers only: nothing is changed.</summary>
internal sealed partial class LivePlan
{
    static VisitId IdOf(VisitKey visit) => new(new JobId(visit.Job), visit.Number);

    /// <summary>Whether a visit is of this day, open or under way.</summary>
    public bool Has(VisitKey visit) => plan?.Visits.ContainsKey(IdOf(visit)) == true;

    public PlannerAnswerState? WhyNotOperative(VisitKey visit, OperativeId operative) =>
        plan is null ? null : Of(PlannerQuestions.WhyNotOperative(plan, IdOf(visit), operative));

    public PlannerAnswerState? WhyNotWindow(VisitKey visit, DateTimeOffset starts, DateTimeOffset ends)
    {
        if (plan is null) return null;
        var clock = plan.Team.Clock;
        // A window of another day is over, or as good as: seconds are counted from this day's start.
        if (!IsNear(starts, clock.Start.ToDateTimeOffset()) || !IsNear(ends, clock.Start.ToDateTimeOffset()) || ends <= starts)
            return new PlannerAnswerState(false, 0, 0, ["That is not a window of today."]);
        return Of(PlannerQuestions.WhyNotWindow(
            plan, IdOf(visit), clock.SecondAt(NodaTime.Instant.FromDateTimeOffset(starts)),
            clock.SecondAt(NodaTime.Instant.FromDateTimeOffset(ends))));
    }

    static bool IsNear(DateTimeOffset moment, DateTimeOffset dayStart) => moment >= dayStart && moment < dayStart.AddHours(36);

    static PlannerAnswerState Of(PlannerAnswer answer) => new(
        answer.IsPossible, answer.Operative?.Value ?? 0, Math.Round(answer.AddedMinutes, 1), answer.Reasons);

    /// <returns>Null when a day or visit in it is not of today, is named twice, or has no time left.</returns>
    public DayComparisonState? Score(IReadOnlyList<HandMadeDay> days)
    {
        if (plan is null || days.Count is 0 or > HandMadeDay.MaxDays) return null;
        var members = days.Select(day => plan.Team.IndexOf(new OperativeId(day.Operative))).ToList();
        if (members.Exists(member => member < 0 || plan.Lines[member].ReadyAt(plan.Now) >= plan.Lines[member].End)) return null;
        if (members.Distinct().Count() < members.Count) return null;
        var open = members.SelectMany(member => plan.Lines[member].Stops.Select(stop => stop.Visit)).ToHashSet();
        var named = days.SelectMany(day => day.Visits).Select(IdOf).ToList();
        if (named.Distinct().Count() < named.Count || named.Exists(visit => !open.Contains(visit))) return null;
        return new DayComparisonState(
            Judged(days.ToDictionary(
                day => new OperativeId(day.Operative), day => (IReadOnlyList<VisitId>)[.. day.Visits.Select(IdOf)])),
            Judged(members.ToDictionary(
                member => plan.Team.Members[member].Id,
                member => (IReadOnlyList<VisitId>)[.. plan.Lines[member].Stops.Select(stop => stop.Visit)])));
    }

    DayScoreState Judged(Dictionary<OperativeId, IReadOnlyList<VisitId>> days)
    {
        var judged = PlannerQuestions.Score(plan!, days);
        var travel = judged.Penalties.Where(penalty => penalty.Rule == PlanRule.Travel).Sum(penalty => penalty.Amount);
        return new DayScoreState(
            judged.IsFeasible && judged.Score.Promises <= 0, Math.Round(judged.Score.Promises, 1), Math.Round(travel, 1),
            Math.Round(judged.Score.Cost, 1), [.. judged.Broken.Select(broken => broken.Text)]);
    }
}
