namespace OrleansScheduling.Planning.Optimise;

/// <summary>Writes routes down as a plan.</summary>
internal static class PlanOf
{
    public static Plan Book<TClock>(CompiledProblem problem, RouteBook<TClock> book, Absent absent)
        where TClock : struct, ILegClock
    {
        var days = new IReadOnlyList<PlannedStep>[problem.Days];
        for (var day = 0; day < problem.Days; day++) days[day] = book.CountOf(day) == 0 ? [] : Day(problem, book, day);
        return new Plan(days, [.. absent.Visits]);
    }

    static List<PlannedStep> Day<TClock>(CompiledProblem problem, RouteBook<TClock> book, int day)
        where TClock : struct, ILegClock
    {
        var visits = book.VisitsOf(day);
        var starts = new int[visits.Length + 2];
        var pausesAfter = new int[visits.Length + 2];
        book.Schedule(day, starts, pausesAfter);
        var steps = new List<PlannedStep>(visits.Length + 4);
        var operativeDay = problem.Problem.Days[day];
        var (free, taken) = (Math.Max(operativeDay.Start, operativeDay.FreeFrom), 0);
        for (var node = 0; node < starts.Length; node++)
        {
            if (node > 0 && node <= visits.Length)
            {
                var visit = visits[node - 1];
                free = starts[node] + problem.Problem.SecondsOnSite(visit, day);
                steps.Add(new PlannedStep(visit, starts[node], free));
                free = Math.Max(free, operativeDay.FreeFrom);
            }
            else if (node > visits.Length)
            {
                var place = problem.Place[visits[^1]];
                free = problem.Problem.Travel.Arrive(free, place, operativeDay.EndPlace);
            }

            for (var i = 0; i < pausesAfter[node]; i++)
            {
                var pause = operativeDay.Pauses[taken++];
                var start = Math.Max(free, pause.Earliest);
                free = start + pause.Seconds;
                steps.Add(new PlannedStep(null, start, free));
            }
        }

        return steps;
    }
}
