using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Optimise;
using OrleansScheduling.Planning.Travel;
using static OrleansScheduling.Planning.Tests.Optimise.Small;

namespace OrleansScheduling.Planning.Tests.Optimise;

/// <summary>Random small problems with every rule in them.</summary>
static class RandomPlan
{
    public static PlanProblem Of(int seed, bool byHour, bool linked = true)
    {
        var random = new Random(seed);
        var places = Enumerable.Range(0, 12).Select(_ => new GroundPoint(random.Next(12_000), random.Next(12_000), 0)).ToList();
        var roads = StraightLineTravel.Default;
        var table = byHour
            ? WayTable.OfRoads(roads, places, 0.001)
            : WayTable.OfTimes(
                places.Count,
                // There is not always as far as back.
                (from, to) => (int)(roads.RoadMetres(places[from], places[to]) / 8) + (from > to ? 60 : 0),
                (from, to) => roads.RoadMetres(places[from], places[to]) / 1000 + (from > to ? 0.5 : 0));
        var days = Enumerable.Range(0, random.Next(2, 6)).Select(number => Day(random, number)).ToList();
        var visits = Enumerable.Range(0, random.Next(6, 26)).Select(number => VisitOf(random, number, days.Count)).ToList();
        var prices = new Prices
        {
            PatchCrossing = random.Next(5),
            NotPreferred = random.Next(5),
            AnotherOperative = random.Next(5),
            Move = random.Next(3),
            HourBeyondShare = random.Next(2) * 3,
        };
        var links = new List<LinkedVisits>();
        if (linked)
        {
            links.Add(new LinkedVisits([new VisitStage([0, 1])]));
            links.Add(new LinkedVisits([new VisitStage([2]), new VisitStage([3, 4], random.Next(2) * Hour)]));
            for (var i = 0; i < 5; i++) visits[i] = visits[i] with { PinnedTo = null };
        }

        return new PlanProblem(days, visits, table, links, prices);
    }

    static OperativeDay Day(Random random, int number)
    {
        var start = random.Next(7, 10) * Hour;
        var end = start + (random.Next(5, 9) * Hour);
        var overtime = random.Next(3) == 0;
        Pause[] pauses = random.Next(4) switch
        {
            0 => [],
            1 => [new Pause(start + (2 * Hour), start + (4 * Hour), 1800)],
            2 => [new Pause(start + Hour, start + (2 * Hour), 900), new Pause(start + (3 * Hour), start + (4 * Hour), 1800)],
            // A piece of absence.
            _ => [new Pause(start + (3 * Hour), start + (3 * Hour), 3600)],
        };
        return new OperativeDay($"O{number}", random.Next(12), random.Next(12), start, end)
        {
            OvertimeEnd = overtime ? end + Hour : end,
            OvertimePricePerHour = overtime ? 6 : 0,
            Pauses = pauses,
            Skills = [new SkillLevel(1, random.Next(1, 4)), new SkillLevel(2, random.Next(1, 4))],
            PacePercent = random.Next(3) == 0 ? 120 : 100,
            HomePatch = random.Next(2),
            HelpsOutIn = [random.Next(3)],
            Stock = [random.Next(6, 14)],
            PriceOfUse = random.Next(3) * 2,
            IsOut = random.Next(3) == 0,
            FreeFrom = random.Next(4) == 0 ? start + Hour : start,
        };
    }

    static PlanVisit VisitOf(Random random, int number, int days)
    {
        var earliest = random.Next(8, 13) * Hour;
        var latest = earliest + (random.Next(1, 4) * Hour);
        return new PlanVisit($"J{number}", random.Next(12), random.Next(10, 70) * Minute, earliest, latest)
        {
            PromisedBy = random.Next(4) == 0 ? latest - Hour : latest,
            MaterialsReady = random.Next(5) == 0 ? earliest + 1800 : int.MinValue,
            Skills = random.Next(2) == 0 ? [new SkillLevel(random.Next(1, 3), random.Next(1, 4))] : [],
            Patch = random.Next(3) == 0 ? null : random.Next(3),
            Stock = [random.Next(3)],
            DueBy = random.Next(3) == 0 ? earliest + Hour : null,
            Priority = random.Next(1, 4),
            LeaveOutPrice = random.Next(2) == 0 ? random.Next(3, 30) : null,
            PreferredOperative = random.Next(4) == 0 ? $"O{random.Next(days)}" : null,
            EarlierOperative = random.Next(4) == 0 ? $"O{random.Next(days)}" : null,
            PlannedOperative = random.Next(3) == 0 ? $"O{random.Next(days)}" : null,
            PinnedTo = random.Next(6) == 0 ? random.Next(days) : null,
        };
    }

    /// <summary>Windows, skills and stock only: what the search looks at in vectors.</summary>
    public static PlanProblem Plain(int seed)
    {
        var rich = Of(seed, byHour: false, linked: false);
        var days = rich.Days.Select(day => day with { Pauses = [], OvertimeEnd = day.End });
        // Three of each, so that days are long enough for several vectors.
        var visits = rich.Visits.Concat(rich.Visits).Concat(rich.Visits).Select(visit => visit with
        {
            Seconds = visit.Seconds / 6,
            DueBy = null,
            PromisedBy = visit.Latest,
            Stock = [],
        });
        return new PlanProblem([.. days], [.. visits], rich.Travel, prices: rich.Prices);
    }

    /// <summary>One long day without pauses and six visits that all fit.</summary>
    public static PlanProblem OneDay(int seed)
    {
        var random = new Random(seed);
        var visits = Enumerable.Range(0, 6)
            .Select(number => Visit($"J{number}", random.Next(10)) with
            {
                Seconds = random.Next(5, 20) * Minute,
                DueBy = random.Next(2) == 0 ? random.Next(9, 16) * Hour : null,
                Earliest = random.Next(2) == 0 ? random.Next(8, 12) * Hour : 0,
            });
        return new PlanProblem([Day("Ann") with { End = 24 * Hour, OvertimeEnd = 24 * Hour }], [.. visits], Road);
    }

    /// <summary>The best score over all orders of all visits of a plan's only day, each started as early as it can be.</summary>
    public static Score BestOrder(PlanProblem problem)
    {
        Score? best = null;
        foreach (var order in Orders([.. Enumerable.Range(0, problem.Visits.Count)]))
        {
            var (free, place) = (problem.Days[0].Start, problem.Days[0].StartPlace);
            var steps = new List<PlannedStep>();
            foreach (var visit in order)
            {
                var start = Math.Max(problem.Travel.Arrive(free, place, problem.Visits[visit].Place), problem.Visits[visit].Earliest);
                (free, place) = (start + problem.Visits[visit].Seconds, problem.Visits[visit].Place);
                steps.Add(new PlannedStep(visit, start, free));
            }

            var judged = PlanCheck.Judge(problem, Plan([steps]));
            if (judged.IsFeasible && (best is null || judged.Score < best)) best = judged.Score;
        }

        return best ?? throw new InvalidOperationException("No order is feasible.");
    }

    static IEnumerable<IReadOnlyList<int>> Orders(IReadOnlyList<int> of) => of.Count == 0
        ? [[]]
        : of.SelectMany(first => Orders([.. of.Where(other => other != first)]).Select(rest => (IReadOnlyList<int>)[first, .. rest]));

    static OperativeDay Day(string operative) => Small.Day(operative);
}

/// <summary>A clock that goes on by a fixed step each time that it is read.</summary>
sealed class SteppingTime(TimeSpan step) : TimeProvider
{
    long reading;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => reading += step.Ticks;
}
