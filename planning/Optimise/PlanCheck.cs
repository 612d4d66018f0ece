namespace OrleansScheduling.Planning.Optimise;

/// <summary>
/// Judges a finished plan by the times written in it, slowly and plainly: nothing here knows how the search adds things up. It also
/// judges plans
/// made by hand.
/// </summary>
public static class PlanCheck
{
    public static Judgement Judge(PlanProblem problem, Plan plan)
    {
        var found = new List<Penalty>();
        var starts = new Dictionary<int, (int Start, int End, int Day)>();
        for (var day = 0; day < problem.Days.Count; day++)
        {
            if (plan.Days[day].Count > 0) JudgeDay(problem, day, plan.Days[day], starts, found);
            if (plan.Days[day].All(step => step.Visit is null)) JudgeIdle(problem, problem.Days[day], found);
        }

        JudgeLeftOut(problem, plan, starts, found);
        foreach (var link in problem.Links) JudgeLink(problem, link, starts, found);
        double At(RuleLevel level) => found.Where(penalty => penalty.Level == level).Sum(penalty => penalty.Amount);
        var score = new Score(At(RuleLevel.Promises), At(RuleLevel.Deadlines), At(RuleLevel.Cost));
        var broken = found.Where(penalty => penalty.Level == RuleLevel.Hard);
        return new Judgement(score, [.. broken], [.. found.Where(penalty => penalty.Level != RuleLevel.Hard)]);
    }

    /// <summary>Whoever is out comes home, work or not.</summary>
    static void JudgeIdle(PlanProblem problem, OperativeDay day, List<Penalty> found)
    {
        var back = day.IsOut ? problem.Travel.CostOf(day.StartPlace, day.EndPlace) : 0;
        if (back > 0) found.Add(new Penalty(PlanRule.Travel, back, day.Operative, null));
    }

    static void JudgeDay(
        PlanProblem problem, int number, IReadOnlyList<PlannedStep> steps, Dictionary<int, (int, int, int)> starts, List<Penalty> found)
    {
        var day = problem.Days[number];
        var (free, place, pauses, released) = (day.Start, day.StartPlace, 0, 0);
        foreach (var step in steps)
        {
            if (step.Visit is not { } visitNumber)
            {
                JudgePause(day, step, pauses++, Math.Max(free, day.FreeFrom), found);
                free = step.End;
                continue;
            }

            var visit = problem.Visits[visitNumber];
            void Add(PlanRule rule, double amount)
            {
                if (amount > 0) found.Add(new Penalty(rule, amount, day.Operative, visit.Job));
            }

            var arrival = visit.StartedAt ?? problem.Travel.Arrive(Math.Max(free, day.FreeFrom), place, visit.Place);
            Add(PlanRule.Journey, arrival - step.Start);
            Add(PlanRule.Released, visit.ReleaseOrder is { } order && order != released ? 1 : 0);
            if (visit.ReleaseOrder is null) released = int.MaxValue;
            else if (released != int.MaxValue) released++;
            JudgeVisit(problem, visitNumber, number, step, Add);
            Add(PlanRule.Once, starts.TryAdd(visitNumber, (step.Start, step.End, number)) ? 0 : 1);
            Add(PlanRule.Travel, problem.Travel.CostOf(place, visit.Place));
            (free, place) = (step.End, visit.Place);
        }

        if (steps.All(step => step.Visit is null)) return;
        JudgeEnd(problem, number, steps, (free, place, pauses), found);
    }

    static void JudgeVisit(PlanProblem problem, int number, int dayNumber, PlannedStep step, Action<PlanRule, double> add)
    {
        var visit = problem.Visits[number];
        var isFixed = visit.StartedAt is not null;
        add(PlanRule.Window, isFixed ? 0 : visit.Earliest - step.Start);
        add(PlanRule.Window, isFixed || visit.ReleaseOrder is not null ? 0 : step.Start - visit.Latest);
        add(PlanRule.Materials, isFixed ? 0 : (double)visit.MaterialsReady - step.Start);
        add(PlanRule.Journey, Math.Abs(problem.SecondsOnSite(number, dayNumber) - (step.End - step.Start)));
        add(PlanRule.Skills, Constraints.HasSkills(problem, number, dayNumber) ? 0 : 1);
        add(PlanRule.Patch, Constraints.Covers(problem, number, dayNumber) ? 0 : 1);
        add(PlanRule.Pinned, Constraints.MayTake(problem, number, dayNumber) ? 0 : 1);
        add(PlanRule.PromiseBroken, Constraints.MinutesAfterPromise(visit, step.Start));
        add(PlanRule.Late, Constraints.MinutesAfterDeadline(visit, step.End));
        foreach (var (rule, price) in Constraints.AssignmentPrices(problem, number, dayNumber)) add(rule, price);
    }

    static void JudgePause(OperativeDay day, PlannedStep step, int number, int free, List<Penalty> found)
    {
        if (number >= day.Pauses.Count)
        {
            found.Add(new Penalty(PlanRule.Pause, 1, day.Operative, null));
            return;
        }

        var pause = day.Pauses[number];
        var early = Math.Max(pause.Earliest, free) - step.Start;
        var late = step.Start - pause.LatestStart;
        var wrong = Math.Max(0, Math.Max(early, late)) + Math.Abs(step.End - step.Start - pause.Seconds);
        if (wrong > 0) found.Add(new Penalty(PlanRule.Pause, wrong, day.Operative, null));
    }

    static void JudgeEnd(
        PlanProblem problem, int number, IReadOnlyList<PlannedStep> steps, (int Free, int Place, int Pauses) at, List<Penalty> found)
    {
        var day = problem.Days[number];
        void Add(PlanRule rule, double amount)
        {
            if (amount > 0) found.Add(new Penalty(rule, amount, day.Operative, null));
        }

        // A pause at the very end is taken after the way back: it makes the day as long as if it were taken before it.
        var last = steps.Count - 1;
        while (steps[last].Visit is null) last--;
        var back = problem.Travel.Arrive(Math.Max(steps[last].End, day.FreeFrom), at.Place, day.EndPlace);
        for (var i = last + 1; i < steps.Count; i++)
            back = steps[i].Start >= back ? steps[i].End : problem.Travel.Arrive(steps[i].End, at.Place, day.EndPlace);
        Add(PlanRule.Travel, problem.Travel.CostOf(at.Place, day.EndPlace));
        Add(PlanRule.Shift, back - day.OvertimeEnd);
        Add(PlanRule.Overtime, Constraints.OvertimePrice(day, back));
        Add(PlanRule.Pause, day.Pauses.Count - at.Pauses);
        Add(PlanRule.DayUsed, day.PriceOfUse);
        var onSite = steps.Where(step => step.Visit is not null).ToList();
        Add(PlanRule.BeyondShare, Constraints.BeyondSharePrice(
            problem.Prices, onSite.Sum(step => (double)problem.SecondsOnSite(step.Visit!.Value, number)), ShareOf(problem, day)));
        var kinds = onSite.Max(step => problem.Visits[step.Visit!.Value].Stock.Count);
        for (var kind = 0; kind < Math.Min(kinds, day.Stock.Count); kind++)
            Add(PlanRule.VanStock, onSite.Sum(step => problem.Visits[step.Visit!.Value].Stock.ElementAtOrDefault(kind)) - day.Stock[kind]);
    }

    static double ShareOf(PlanProblem problem, OperativeDay day)
    {
        var work = problem.Visits.Sum(visit => (double)visit.Seconds);
        var time = problem.Days.Sum(other => (double)(other.End - other.Start));
        return time > 0 ? work * (day.End - day.Start) / time : 0;
    }

    static void JudgeLeftOut(
        PlanProblem problem, Plan plan, Dictionary<int, (int Start, int End, int Day)> starts, List<Penalty> found)
    {
        for (var number = 0; number < problem.Visits.Count; number++)
        {
            var visit = problem.Visits[number];
            var isPlanned = starts.ContainsKey(number);
            if (isPlanned == plan.LeftOut.Contains(number)) found.Add(new Penalty(PlanRule.Once, 1, null, visit.Job));
            if (isPlanned) continue;
            found.Add(visit.LeaveOutPrice is { } price
                ? new Penalty(PlanRule.LeftOut, price, null, visit.Job)
                : new Penalty(PlanRule.PromiseLeftOut, Score.LeftOutMinutes, null, visit.Job));
        }
    }

    static void JudgeLink(
        PlanProblem problem, LinkedVisits link, Dictionary<int, (int Start, int End, int Day)> starts, List<Penalty> found)
    {
        var all = link.Stages.SelectMany(stage => stage.Visits).ToList();
        void Add(PlanRule rule, int visit, double amount)
        {
            if (amount > 0) found.Add(new Penalty(rule, amount, null, problem.Visits[visit].Job));
        }

        var planned = all.Count(starts.ContainsKey);
        if (planned != all.Count)
        {
            Add(PlanRule.AllOrNone, all[0], planned);
            return;
        }

        var free = int.MinValue;
        foreach (var stage in link.Stages)
        {
            var first = stage.Visits[0];
            foreach (var visit in stage.Visits)
            {
                Add(PlanRule.Together, visit, Math.Abs(starts[visit].Start - starts[first].Start));
                Add(PlanRule.Gap, visit, free == int.MinValue ? 0 : free + stage.GapSeconds - starts[visit].Start);
            }

            var crew = stage.Visits.Select(visit => problem.Days[starts[visit].Day].Operative);
            Add(PlanRule.Together, first, stage.Visits.Count - crew.Distinct(StringComparer.Ordinal).Count());
            free = stage.Visits.Max(visit => starts[visit].End);
        }
    }
}
