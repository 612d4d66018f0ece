using OrleansScheduling.Planning.Optimise;

namespace OrleansScheduling.Planning.Tests.Optimise;

/// <summary>Small plans on a line: places are minutes apart, a minute of way costs 1.</summary>
static class Small
{
    public const int Minute = 60;
    public const int Hour = 3600;

    /// <summary>Places at 0, 10, 20, ... minutes along a road.</summary>
    public static readonly WayTable Road = WayTable.OfTimes(
        10, (from, to) => Math.Abs(from - to) * 10 * Minute, (from, to) => Math.Abs(from - to) * 10);

    /// <summary>08:00 to 16:00 from and to place 0.</summary>
    public static OperativeDay Day(string operative) => new(operative, 0, 0, 8 * Hour, 16 * Hour);

    /// <summary>An hour's work at a place, at any time.</summary>
    public static PlanVisit Visit(string job, int place) => new(job, place, Hour, 0, 24 * Hour);

    public static PlannedStep Work(int visit, int start, int seconds = Hour) => new(visit, start, start + seconds);

    public static PlannedStep Pause(int start, int seconds) => new(null, start, start + seconds);

    public static Plan Plan(IReadOnlyList<PlannedStep>[] days, params int[] leftOut) => new(days, leftOut);

    public static Optimised Solve(PlanProblem problem, long moves = 2000, ulong seed = 1, PlanGoal goal = PlanGoal.LeastCost) =>
        Optimiser.Improve(problem, goal, new SearchLimits(Moves: moves, Seed: seed));
}
