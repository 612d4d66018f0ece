namespace OrleansScheduling.Planning.Optimise;

/// <summary>What a search found.</summary>
/// <param name="Plan">The best plan; it keeps every hard rule, apart from what released work breaks already.</param>
/// <param name="Moves">Changes that were tried.</param>
public sealed record Optimised(Plan Plan, Score Score, long Moves, TimeSpan Elapsed);

/// <summary>
/// Makes plans, and improves them for as long as it is let: slack induction by string removals with simulated annealing. Pure: it knows
/// no clock but
/// the one in its limits, and the same problem, seed and number of moves give the same plan on any machine.
/// </summary>
public static class Optimiser
{
    /// <param name="from">A plan to start from; null: from nothing. What it holds against the rules is planned anew.</param>
    /// <param name="report">Told now and then how far it is, on the thread that searches.</param>
    /// <param name="stop">Ends the search with the best plan so far.</param>
    /// <exception cref="ArgumentException">No limit at all.</exception>
    public static Optimised Improve(
        PlanProblem problem,
        PlanGoal goal,
        SearchLimits limits,
        Plan? from = null,
        Action<SearchProgress>? report = null,
        CancellationToken stop = default)
    {
        if (goal is not (PlanGoal.LeastCost or PlanGoal.FewestDays)) throw new ArgumentException($"{goal} is not a goal.", nameof(goal));
        // The temperature follows the share of the limit: without any the search would stay hot for ever.
        if (limits.Time is null && limits.Moves is null) throw new ArgumentException("A search has a limit.", nameof(limits));
        var budget = new SearchBudget(limits, stop);
        var plan = problem.Travel.Profile is { } profile
            ? Searched(problem, new HourlyClock(profile), goal, limits, budget, from, report)
            : Searched(problem, default(FixedClock), goal, limits, budget, from, report);
        return new Optimised(plan.Plan, plan.Score, budget.Moves, budget.Elapsed);
    }

    static (Plan Plan, Score Score) Searched<TClock>(
        PlanProblem problem,
        TClock clock,
        PlanGoal goal,
        SearchLimits limits,
        SearchBudget budget,
        Plan? from,
        Action<SearchProgress>? report)
        where TClock : struct, ILegClock
    {
        var search = new PlanSearch<TClock>(problem.Compiled, clock, goal, limits.Seed, budget, report);
        var plan = search.Run(from);
        return (plan, search.Best);
    }
}
