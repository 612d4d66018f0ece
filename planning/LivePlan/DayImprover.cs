using OrleansScheduling.Planning.Optimise;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>Improves a day in the background, one neighbourhood of operatives after the other.</summary>
public static class DayImprover
{
    /// <summary>
    /// Operatives of one neighbourhood. Enough to exchange work both ways round, and few enough to be ready in milliseconds: making a
    /// problem ready takes time with the square of its visits.
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

/// <summary>The plain way to improve a day: one visit is taken out and put where it is cheapest. Yardstick of the solver.</summary>
internal static class Reinserting
{
    /// <summary>The re-insertion of one of somebody's open visits that saves most; null when none pays for its churn.</summary>
    public static Proposal? Best(DayPlan plan, int member)
    {
        var draft = new Draft(plan, plan.Now);
        var repair = new Repair(draft);
        var line = plan.Lines[member];
        if (line.IsLocked) return null;
        Proposal? best = null;
        for (var i = 0; i < line.Stops.Length; i++)
        {
            var visit = plan.Visits[line.Stops[i].Visit];
            if (visit.IsFixed || line.Stops[i].Latest != visit.Latest) continue;
            if (line.Stops[i].Start < plan.Now + (plan.Rules.FrozenMinutes * 60)) continue;
            if (line.With(plan.Team, member, line.Stops.RemoveAt(i), plan.Now) is not { } without) continue;
            draft[member] = without;
            if (repair.Best(visit, repair.TargetsOf(visit)) is { } place)
            {
                List<(int Member, OperativeLine Line)> after =
                    place.Member == member ? [(member, place.Line)] : [(member, without), (place.Member, place.Line)];
                var diff = PlanDiff.Between(plan, plan.WithLines(after));
                if (diff.GainMinutes > Math.Max(0.1, plan.Rules.MoveMinutes) && (best is null || diff.GainMinutes > best.Diff.GainMinutes))
                {
                    best = new Proposal(plan.Version, [.. after.Select(one => new ProposedDay(
                        plan.Team.Members[one.Member].Id, [.. one.Line.Stops.Select(stop => stop.Visit)]))], diff);
                }
            }

            draft[member] = line;
        }

        return best;
    }
}
