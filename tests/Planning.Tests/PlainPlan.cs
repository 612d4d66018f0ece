using System.Numerics;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Planning.Tests;

/// <summary>
/// Plans by brute force: every set of people for every need, every second at which they could start, every later window. A set of people is
/// a
/// bit for each.
/// </summary>
sealed class PlainPlan(PlannerWorld world)
{
    readonly Dictionary<(VisitNeed, int Window, int Person), float[]> prices = [];
    readonly Dictionary<(VisitNeed, int Window, int Crew), float> crews = [];

    /// <summary>Whether there is any choice of windows and people, later windows of every kind of order included.</summary>
    public bool Exists(int window, int stage = 0)
    {
        if (!float.IsFinite(Stage(stage, window))) return false;
        if (stage + 1 == world.Query.Requirement.Stages) return true;
        return Enumerable.Range(0, world.Query.Windows.Count).Any(next => MayFollow(window, next, stage + 1) && Exists(next, stage + 1));
    }

    /// <summary>The first window in which a stage can come when the one before came in another.</summary>
    public int Next(int window, int stage) => Enumerable.Range(0, world.Query.Windows.Count)
        .First(next => MayFollow(window, next, stage) && float.IsFinite(Stage(stage, next)));

    /// <summary>The least road metres that all needs of a stage add in a window, by different people; infinite when it cannot be
    /// done.</summary>
    public float Stage(int stage, int window) => world.Query.Windows[window].IsOpen
        ? Cheapest(NeedsOf(stage), 0, 0, window) : float.PositiveInfinity;

    /// <summary>The same when each need in turn takes its cheapest crew of those who are left, the one with fewest candidates
    /// first.</summary>
    public float Greedy(int stage, int window)
    {
        var (taken, metres) = (0, 0f);
        foreach (var need in NeedsOf(stage).OrderBy(need => world.CandidatesOf(need, window).Count - need.Crew))
        {
            var crew = CrewsOf(need).Where(crew => (crew & taken) == 0).MinBy(crew => Crew(need, window, crew));
            metres += crew == 0 ? float.PositiveInfinity : Crew(need, window, crew);
            taken |= crew;
        }

        return metres;
    }

    bool MayFollow(int window, int next, int stage)
    {
        var (before, after) = (world.Query.Windows[window], world.Query.Windows[next]);
        var gap = NeedsOf(stage).Max(need => need.GapDays);
        return after.Window.Code == before.Window.Code && after.Day > before.Day && Period.DaysBetween(before.Day, after.Day) >= gap;
    }

    IReadOnlyList<VisitNeed> NeedsOf(int stage) => [.. world.Query.Requirement.Needs.Where(need => need.Stage == stage)];

    float Cheapest(IReadOnlyList<VisitNeed> needs, int at, int taken, int window) => at == needs.Count ? 0 : CrewsOf(needs[at])
        .Where(crew => (crew & taken) == 0)
        .Select(crew => Crew(needs[at], window, crew) is var metres && float.IsFinite(metres)
            ? metres + Cheapest(needs, at + 1, taken | crew, window)
            : float.PositiveInfinity)
        .DefaultIfEmpty(float.PositiveInfinity)
        .Min();

    IEnumerable<int> CrewsOf(VisitNeed need) => Enumerable.Range(1, (1 << world.People) - 1)
        .Where(crew => BitOperations.PopCount((uint)crew) == need.Crew);

    /// <summary>The least that a crew adds at the best second of the window.</summary>
    float Crew(VisitNeed need, int window, int crew)
    {
        if (crews.TryGetValue((need, window, crew), out var known)) return known;
        var least = float.PositiveInfinity;
        var people = Enumerable.Range(0, world.People).Where(person => (crew & (1 << person)) != 0)
            .Select(person => Prices(need, window, person)).ToList();
        for (var second = 0; second < people.Min(person => person.Length); second++) least =
            MathF.Min(least, people.Sum(person => person[second]));
        crews.Add((need, window, crew), least);
        return least;
    }

    /// <summary>What one person adds when starting at each second of a window; nobody who was not given as a candidate can.</summary>
    float[] Prices(VisitNeed need, int window, int person)
    {
        if (prices.TryGetValue((need, window, person), out var known)) return known;
        var promise = world.Query.Windows[window].Promise;
        var bySecond = new float[(int)(promise.End - promise.Start).TotalSeconds];
        Array.Fill(bySecond, float.PositiveInfinity);
        var operative = new OperativeId(person + 1);
        if (world.CandidatesOf(need, window).Any(candidate => candidate.Operative == operative)
            && world.DayOf(operative, world.Query.Windows[window].Day) is { } plannable)
        {
            var first = world.ClockOf(window).SecondAt(promise.Start);
            var present = Math.Max(0, world.ClockOf(window).SecondAt(world.Query.Now));
            var request = new StopRequest(
                world.Query.Point, plannable.Operative.SecondsFor(need.StandardMinutes), Math.Max(first, present),
                first + bySecond.Length - 1, present);
            foreach (var place in PlainRoute.Insertions(plannable.Day, request))
            {
                for (var second = place.From; second <= place.To; second++)
                    bySecond[second - first] = MathF.Min(bySecond[second - first], place.AddedMetres);
            }
        }

        prices.Add((need, window, person), bySecond);
        return bySecond;
    }
}
