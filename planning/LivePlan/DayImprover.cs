using OrleansScheduling.Planning.Optimise;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>Improves a day in the background, one neighbourhood of operatives after the other.</summary>
public static class DayImprover
{
    /// <summary>
    /// Operatives of one neighbourhood. Enough to exchange work both ways round, and few enough to be ready in milliseconds: making a problem
    /// ready takes time with the square of its visits.
    /// </summary>
    public const int NeighbourhoodSize = 32;

    /// <summary>The operative and those who are nearest of all with whom work can be exchanged: a trade and a patch in common.</summary>
    public static IReadOnlyList<int> Neighbourhood(DayPlan plan, int around, int size = NeighbourhoodSize)
    {
        var (self, centre) = (plan.Team.Members[around].Operative, CentreOf(plan, around));
        var others = new List<(float Metres, int Member)>();
        for (var member = 0; member < plan.Lines.Length; member++)
        {
            var other = plan.Team.Members[member].Operative;
            if (member == around || plan.Lines[member].IsLocked || plan.Lines[member].ReadyAt(plan.Now) >= plan.Lines[member].End) continue;
            if (!self.Trades.Any(other.HasTrade)) continue;
            if (!self.Covers(other.HomePatch) && !other.Covers(self.HomePatch)) continue;
            others.Add((plan.Team.Travel.RoadMetres(centre, CentreOf(plan, member)), member));
        }

        others.Sort();
        return [around, .. others.Take(size - 1).Select(other => other.Member)];
    }

    /// <summary>Searches around one operative, within limits; null when nothing pays for its churn.</summary>
    public static Proposal? Improve(DayPlan plan, int around, SearchLimits limits, CancellationToken stop = default)
    {
        if (plan.Lines[around].IsLocked || plan.Lines[around].ReadyAt(plan.Now) >= plan.Lines[around].End) return null;
        var problem = DayProblem.Of(plan, Neighbourhood(plan, around));
        if (problem.Visits.Count < 2) return null;
        var improved = Optimiser.Improve(problem.Problem, PlanGoal.LeastCost, limits, problem.Current, stop: stop);
        return problem.ProposalOf(improved.Plan);
    }

    static GroundPoint CentreOf(DayPlan plan, int member)
    {
        var line = plan.Lines[member];
        if (line.Stops.IsEmpty) return line.ReadyPoint;
        var (x, y, z) = (0f, 0f, 0f);
        foreach (var stop in line.Stops) (x, y, z) = (x + stop.Point.X, y + stop.Point.Y, z + stop.Point.Z);
        return new GroundPoint(x / line.Stops.Length, y / line.Stops.Length, z / line.Stops.Length);
    }
}
