using System.Globalization;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Planning.Optimise;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>An answer to a planner.</summary>
/// <param name="IsPossible">Whether it could be done as things stand, with every promise kept.</param>
/// <param name="Operative">Who would do it, if somebody could.</param>
/// <param name="AddedMinutes">Minutes of travel that it would add, less what is saved where the visit is now.</param>
/// <param name="Reasons">Why not, or what speaks against it, to be read out.</param>
public sealed record PlannerAnswer(bool IsPossible, OperativeId? Operative, double AddedMinutes, IReadOnlyList<string> Reasons);

/// <summary>Two plans beside each other; what is positive is saved by the second.</summary>
public sealed record PlanComparison(double SavedMinutes, double SavedMetres, double SavedRiskMinutes, int FlagsFewer, string Text);

/// <summary>What a planner may ask of a day's plan. Answers only: nothing is changed.</summary>
public static class PlannerQuestions
{
    /// <summary>Why not this operative for this visit?</summary>
    public static PlannerAnswer WhyNotOperative(DayPlan plan, VisitId visitId, OperativeId operative)
    {
        if (plan.Team.IndexOf(operative) is not (>= 0 and var member)) return No("Nobody of that name works today.");
        if (!plan.Visits.TryGetValue(visitId, out var visit)) return No("That visit is not open.");
        var reason = plan.Team.WhyNot(member, visit);
        if (reason != RefusalReason.None) return No(ReasonText(plan, member, visit, reason));
        if (plan.Lines[member].IsLocked) return No("A planner runs that day.");
        if (visit.PinnedTo is { } pinned && pinned != operative) return No($"The visit is pinned to {DayText.Name(plan, pinned)}.");
        if (!TakenOut(plan, visit, out var draft, out var saved)) return No("The visit is under way.");
        if (new Repair(draft).Best(visit, [member]) is { } place)
            return new PlannerAnswer(true, operative, place.CostMinutes - saved, [MinutesText(place.CostMinutes - saved)]);
        return new PlannerAnswer(false, null, 0, Judged(plan, draft, visit, member));
    }

    /// <summary>Why not this window for this visit?</summary>
    /// <param name="start">Second of the day.</param>
    /// <param name="end">Second of the day, not part of the window.</param>
    public static PlannerAnswer WhyNotWindow(DayPlan plan, VisitId visitId, int start, int end)
    {
        if (!plan.Visits.TryGetValue(visitId, out var known)) return No("That visit is not open.");
        if (end <= plan.Now) return No("That window is over.");
        var visit = known with { Earliest = Math.Max(start, plan.Now), Latest = end - 1 };
        if (!TakenOut(plan, known, out var draft, out var saved)) return No("The visit is under way.");
        var repair = new Repair(draft);
        var targets = repair.TargetsOf(visit);
        if (repair.Best(visit, targets) is { } place)
        {
            var cost = place.CostMinutes - saved;
            return new PlannerAnswer(true, plan.Team.Members[place.Member].Id, cost, [MinutesText(cost)]);
        }

        if (targets.Length == 0)
        {
            var furthest = Enumerable.Range(0, plan.Team.Members.Length).Select(member => plan.Team.WhyNot(member, visit)).Max();
            return No(Refusal.Of(furthest).Text);
        }

        var away = targets.Count(member => draft[member].ReadyAt(plan.Now) >= Math.Min(draft[member].End, end));
        return new PlannerAnswer(false, null, 0,
        [
            $"{targets.Length} may do it.", $"{away} have no time left by then.",
            $"{targets.Length - away} cannot get there and back within their other promises.",
        ]);
    }

    /// <summary>Judges an order made by hand: each day driven through as it stands, whatever that breaks.</summary>
    /// <param name="days">For some operatives all that is to be done, in order.</param>
    /// <exception cref="ArgumentException">A visit that is not open in one of these days.</exception>
    public static Judgement Score(DayPlan plan, IReadOnlyDictionary<OperativeId, IReadOnlyList<VisitId>> days)
    {
        var problem = DayProblem.Judged(plan, days.Keys.Select(plan.Team.IndexOf).Order());
        var numbers = problem.Visits.Index().ToDictionary(visit => visit.Item, visit => visit.Index);
        var steps = new List<IReadOnlyList<PlannedStep>>();
        foreach (var member in problem.Members)
        {
            var order = days[plan.Team.Members[member].Id];
            if (order.FirstOrDefault(visit => !numbers.ContainsKey(visit)) is { } strange && strange != default)
                throw new ArgumentException($"Visit {strange} is not open in these days.", nameof(days));
            steps.Add(Driven(problem.Problem, steps.Count, order.Select(visit => numbers[visit])));
        }

        var planned = steps.SelectMany(day => day).Select(step => step.Visit).ToHashSet();
        return PlanCheck.Judge(
            problem.Problem, new Plan(steps, [.. Enumerable.Range(0, problem.Visits.Count).Where(visit => !planned.Contains(visit))]));
    }

    /// <summary>Two plans of one team.</summary>
    public static PlanComparison Compare(DayPlan first, DayPlan second)
    {
        var metres = first.Metres - second.Metres;
        var (minutes, risk) = (first.Team.MinutesOf(metres), first.RiskMinutes - second.RiskMinutes);
        var flags = first.Flags.Count - second.Flags.Count;
        return new PlanComparison(minutes, metres, risk, flags, string.Create(
            CultureInfo.InvariantCulture,
            $"{minutes:+0.0;-0.0;0} min and {metres / 1000:+0.0;-0.0;0} km of travel saved, "
            + $"{risk:+0;-0;0} min of risk, {flags:+0;-0;0} flags."));
    }

    static PlannerAnswer No(string reason) => new(false, null, 0, [reason]);

    static string MinutesText(double minutes) =>
        string.Create(CultureInfo.InvariantCulture, $"It could be done, with {minutes:+0.0;-0.0;0} min of travel.");

    static string ReasonText(DayPlan plan, int member, DayVisit visit, RefusalReason reason)
    {
        var name = plan.Team.Members[member].Operative.Name;
        return reason switch
        {
            RefusalReason.NobodyWithTrade => $"{name} is not a {visit.Trade}.",
            RefusalReason.NobodyWithSkill =>
                $"{name} has not all of {string.Join(", ", visit.Skills.Select(skill => $"{skill.Skill} {skill.Level}"))}.",
            RefusalReason.NobodyCleared => $"{name} is not cleared for the contract.",
            _ => $"{name} does not work in {visit.Patch}.",
        };
    }

    /// <summary>The plan without a visit, to be asked where else it could go. False: it is under way.</summary>
    static bool TakenOut(DayPlan plan, DayVisit visit, out Draft draft, out double savedMinutes)
    {
        draft = new Draft(plan, plan.Now);
        savedMinutes = 0;
        var member = draft.Find(visit.Id);
        if (member < 0) return true;
        var line = draft[member];
        if (line.IndexOf(visit.Id) is not (>= 0 and var at)) return false;
        if (line.With(plan.Team, member, line.Stops.RemoveAt(at), plan.Now) is not { } without) return true;
        savedMinutes = plan.Team.MinutesOf(line.Metres(plan.Team, member) - without.Metres(plan.Team, member));
        draft[member] = without;
        return true;
    }

    /// <summary>What would be broken at the turn that breaks least.</summary>
    static List<string> Judged(DayPlan plan, Draft draft, DayVisit visit, int member)
    {
        var operative = plan.Team.Members[member].Id;
        if (draft[member].ReadyAt(plan.Now) >= draft[member].End) return [$"{DayText.Name(plan, operative)} has no time left today."];
        if (!plan.LineOf.TryGetValue(visit.Id, out var from)) return [$"{DayText.Name(plan, operative)} cannot get there in time."];
        var days = new Dictionary<OperativeId, IReadOnlyList<VisitId>>();
        foreach (var day in new[] { from, member })
            days[plan.Team.Members[day].Id] = [.. draft[day].Stops.Select(stop => stop.Visit).Where(other => other != visit.Id)];
        var order = days[operative];
        Judgement? best = null;
        for (var turn = 0; turn <= order.Count; turn++)
        {
            days[operative] = [.. order.Take(turn), visit.Id, .. order.Skip(turn)];
            var judged = Score(plan, days);
            if (best is null || judged.Broken.Sum(broken => broken.Amount) < best.Broken.Sum(broken => broken.Amount)) best = judged;
        }

        return [.. best!.Broken.Select(broken => broken.Text)];
    }

    /// <summary>A day driven through in an order; a break is taken as soon as it may be, or before work that
    /// would go beyond its time.</summary>
    static List<PlannedStep> Driven(PlanProblem problem, int number, IEnumerable<int> order)
    {
        var day = problem.Days[number];
        var steps = new List<PlannedStep>();
        var (free, place, taken) = (day.Start, day.StartPlace, 0);
        void Pause()
        {
            var start = Math.Max(free, day.Pauses[taken].Earliest);
            free = start + day.Pauses[taken++].Seconds;
            steps.Add(new PlannedStep(null, start, free));
        }

        foreach (var visit in order)
        {
            int StartOf() => Math.Max(problem.Travel.Arrive(free, place, problem.Visits[visit].Place), problem.Visits[visit].Earliest);
            while (taken < day.Pauses.Count
                && (free >= day.Pauses[taken].Earliest
                    || StartOf() + problem.SecondsOnSite(visit, number) > day.Pauses[taken].LatestStart)) Pause();
            var start = StartOf();
            (free, place) = (start + problem.SecondsOnSite(visit, number), problem.Visits[visit].Place);
            steps.Add(new PlannedStep(visit, start, free));
        }

        while (steps.Count > 0 && taken < day.Pauses.Count) Pause();
        return steps;
    }
}
