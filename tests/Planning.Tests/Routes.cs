using System.Collections.Immutable;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Tests;

/// <summary>Random days of diaries: any shift, pauses and stops, feasible and not.</summary>
static class Routes
{
    public const int Hour = 3600;
    static readonly ITravel Travel = StraightLineTravel.Default;

    public static GroundPoint Point(Random random, float radiusMetres = 8_000) => new(
        (float)((random.NextDouble() - 0.5) * 2 * radiusMetres), (float)((random.NextDouble() - 0.5) * 2 * radiusMetres),
            random.Next(-50, 50));

    public static VisitId Visit(int number) => new(new JobId(1), number);

    /// <summary>A day whose stops were inserted one by one where a plain simulation has room: feasible, with starts that can be
    /// kept.</summary>
    public static DiaryDay Day(Random random, int maxStops = 8, int maxPauses = 3)
    {
        DiaryDay day;
        do
        {
            day = new DiaryDay(new DayBounds(WorkingDay(random, maxPauses), Point(random), Point(random)), [], Travel);
        }
        while (!PlainRoute.IsFeasible(day)); // One in some thousands has not even time for the way home between its pauses.

        var bounds = day.Bounds;
        var stops = random.Next(maxStops + 1);
        for (var number = 1; number <= stops; number++)
        {
            var (request, isFixed) = (Request(random, bounds.Day), random.Next(5) == 0);
            var places = PlainRoute.Insertions(day, request);
            if (places.Count == 0) continue;
            var place = places[random.Next(places.Count)];
            var start = random.Next(place.From, place.To + 1);
            var stop = new Stop(
                Visit(number), request.Point, request.Seconds, isFixed ? start : request.Earliest, isFixed ? start : request.Latest, start);
            day = PlainRoute.Timed(day, day.Stops.Insert(place.Node, stop)) ?? day;
        }

        return day;
    }

    /// <summary>Stops in any order, with bounds that often cannot be kept.</summary>
    public static DiaryDay AnyDay(Random random)
    {
        var bounds = new DayBounds(WorkingDay(random, 3), Point(random), Point(random));
        var stops = ImmutableArray.CreateBuilder<Stop>();
        for (var number = random.Next(5); number > 0; number--)
        {
            var request = Request(random, bounds.Day);
            stops.Add(new Stop(Visit(number), request.Point, request.Seconds, request.Earliest, request.Latest, request.Earliest));
        }

        return new DiaryDay(bounds, [.. stops.OrderBy(stop => stop.Latest)], Travel);
    }

    public static WorkingDay WorkingDay(Random random, int maxPauses)
    {
        // One in five works the night.
        var start = random.Next(5) == 0 ? random.Next(18, 24) * Hour : random.Next(6, 11) * Hour;
        var end = start + random.Next(3 * Hour, 11 * Hour);
        var pauses = new List<Pause>();
        var free = start;
        for (var count = random.Next(maxPauses + 1); count > 0; count--)
        {
            var seconds = random.Next(1, 12) * 300;
            var earliest = random.Next(start, end);
            var latest = random.Next(3) == 0 ? earliest : earliest + random.Next(2 * Hour);
            if ((pauses.Count > 0 && earliest < pauses[^1].Earliest) || Math.Max(free, earliest) > latest
                || latest + seconds > end) continue;
            pauses.Add(new Pause(earliest, latest, seconds));
            free = Math.Max(free, earliest) + seconds;
        }

        return new WorkingDay(start, end, pauses);
    }

    public static StopRequest Request(Random random, WorkingDay day)
    {
        var earliest = random.Next(day.Start - Hour, day.End);
        var setOff = random.Next(4) == 0 ? random.Next(day.Start, day.End) : 0;
        return new StopRequest(
            Point(random), random.Next(1, 40) * 300, Math.Max(earliest, setOff), Math.Max(earliest, setOff) + random.Next(0, 5 * Hour),
                setOff);
    }
}
