using System.Collections.Immutable;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Tests;

/// <summary>
/// The slow, independent model of a day: every way to place the pauses between the stops is driven through from morning to evening, second
/// by
/// second where a bound is looked for. It knows nothing of slack, deadlines or gaps.
/// </summary>
static class PlainRoute
{
    static readonly ITravel Travel = StraightLineTravel.Default;

    public static bool IsFeasible(DiaryDay day) => Placements(day.Stops.Length, day.Bounds.Day.Pauses.Count).Any(
        placement => Drive(day.Bounds, day.Stops, placement) is not null);

    /// <summary>Every place for a further stop, with the first and last second at which its work can start.</summary>
    public static IReadOnlyList<Insertion> Insertions(DiaryDay day, StopRequest request)
    {
        var found = new List<Insertion>();
        if (!IsFeasible(day)) return found;
        for (var node = 0; node <= day.Stops.Length; node++)
        {
            foreach (var placement in Placements(day.Stops.Length + 1, day.Bounds.Day.Pauses.Count))
            {
                if (First(day, request, node, placement) is not { } first) continue;
                // Later starts only make the rest later: halve the seconds between one that works and one that does not.
                var (good, bad) = (first, request.Latest + 1);
                while (bad - good > 1)
                {
                    var middle = good + ((bad - good) / 2);
                    if (WithStart(day, request, node, placement, middle) is null) bad = middle;
                    else good = middle;
                }

                found.Add(new Insertion(node, Added(day, request.Point, node), first, good));
            }
        }

        return found;
    }

    /// <summary>The day with starts as early as they can be, the planned ones kept where that is possible without moving others; null when
    /// not feasible.</summary>
    public static DiaryDay? Timed(DiaryDay day, ImmutableArray<Stop> stops)
    {
        foreach (var placement in Placements(stops.Length, day.Bounds.Day.Pauses.Count))
        {
            if (Drive(day.Bounds, stops, placement) is not { } starts) continue;
            return new DiaryDay(day.Bounds, [.. stops.Select((stop, i) => stop with { Start = starts[i] })], Travel);
        }

        return null;
    }

    /// <summary>Whether the starts as they are planned can be kept, with pauses somewhere between.</summary>
    public static bool KeepsItsStarts(DiaryDay day)
    {
        var fixedStops = day.Stops.Select(stop => stop with { Earliest = stop.Start, Latest = stop.Start }).ToImmutableArray();
        return day.Stops.All(stop => stop.Earliest <= stop.Start && stop.Start <= stop.Latest) && Timed(day, fixedStops) is not null;
    }

    /// <summary>Whether the work would fit somewhere if the ways to and from it took no time.</summary>
    public static bool FitsWithoutTravel(DiaryDay day, StopRequest request) => IsFeasible(day) && Enumerable.Range(0, day.Stops.Length + 1)
        .Any(
        node => Placements(day.Stops.Length + 1, day.Bounds.Day.Pauses.Count).Any(placement =>
        {
            var stop = new Stop(Routes.Visit(0), request.Point, request.Seconds, request.Earliest, request.Latest, 0);
            return Drive(day.Bounds, day.Stops.Insert(node, stop), placement, node, request.SetOffAfter, isBeamed: true) is not null;
        }));

    static int? First(DiaryDay day, StopRequest request, int node, int[] placement)
    {
        var stop = new Stop(Routes.Visit(0), request.Point, request.Seconds, request.Earliest, request.Latest, 0);
        return Drive(day.Bounds, day.Stops.Insert(node, stop), placement, node, request.SetOffAfter)?[node];
    }

    static int[]? WithStart(DiaryDay day, StopRequest request, int node, int[] placement, int start)
    {
        var stop = new Stop(Routes.Visit(0), request.Point, request.Seconds, start, start, 0);
        return Drive(day.Bounds, day.Stops.Insert(node, stop), placement, node, request.SetOffAfter);
    }

    /// <param name="placement">For each pause the node after which it is taken.</param>
    /// <param name="careful">The new stop, which is not set off for before a time.</param>
    /// <param name="setOffAfter">
    /// The present: what was to begin before it has begun then; whatever else is set off for before it begins no earlier than was planned.
    /// </param>
    static int[]? Drive(DayBounds bounds, ImmutableArray<Stop> stops, int[] placement, int careful = -1, int setOffAfter = 0,
        bool isBeamed = false)
    {
        var (time, point, pause) = (bounds.Day.Start, bounds.StartPoint, 0);
        var starts = new int[stops.Length];
        for (var node = 0; node <= stops.Length; node++)
        {
            for (; pause < placement.Length && placement[pause] == node; pause++)
            {
                var from = Math.Max(time, bounds.Day.Pauses[pause].Earliest);
                if (from > bounds.Day.Pauses[pause].LatestStart) return null;
                time = from + bounds.Day.Pauses[pause].Seconds;
            }

            if (node == careful) time = Math.Max(time, setOffAfter);
            var next = node == stops.Length ? bounds.EndPoint : stops[node].Point;
            var takesTime = !isBeamed || (node != careful && node != careful + 1);
            var (left, metres) = (time, takesTime ? Travel.RoadMetres(point, next) : 0);
            time = Travel.Profile.Arrive(left, metres);
            point = next;
            if (node == stops.Length) break;
            var stop = stops[node];
            if (setOffAfter > 0 && node != careful)
            {
                if (stop.Start < setOffAfter)
                {
                    if (time > stop.Start) return null;
                    time = stop.Start;
                }
                else if (left < setOffAfter)
                {
                    time = Math.Min(Math.Max(time, stop.Start), Travel.Profile.Arrive(setOffAfter, metres));
                    time = Math.Max(time, setOffAfter);
                }
            }

            starts[node] = Math.Max(time, stops[node].Earliest);
            if (starts[node] > stops[node].Latest) return null;
            time = starts[node] + stops[node].Seconds;
        }

        for (; pause < placement.Length; pause++)
        {
            var from = Math.Max(time, bounds.Day.Pauses[pause].Earliest);
            if (from > bounds.Day.Pauses[pause].LatestStart) return null;
            time = from + bounds.Day.Pauses[pause].Seconds;
        }

        return time <= bounds.Day.End ? starts : null;
    }

    static double Length(GroundPoint a, GroundPoint b) => Math.Sqrt(
        Math.Pow((double)a.X - b.X, 2) + Math.Pow((double)a.Y - b.Y, 2) + Math.Pow((double)a.Z - b.Z, 2)) * 1.4;

    static float Added(DiaryDay day, GroundPoint point, int node)
    {
        var before = node == 0 ? day.Bounds.StartPoint : day.Stops[node - 1].Point;
        var after = node == day.Stops.Length ? day.Bounds.EndPoint : day.Stops[node].Point;
        return (float)(Length(before, point) + Length(point, after) - Length(before, after));
    }

    /// <summary>Every way to take the pauses in their order, each after a node; one more node stands for the end place.</summary>
    static IEnumerable<int[]> Placements(int stops, int pauses)
    {
        if (pauses == 0) return [[]];
        return Placements(stops, pauses - 1).SelectMany(
            before => Enumerable.Range(0, stops + 2), (before, node) => (int[])[.. before, node])
            .Where(placement => placement.Length < 2 || placement[^1] >= placement[^2]);
    }
}
