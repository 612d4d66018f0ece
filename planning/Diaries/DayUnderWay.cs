using System.Collections.Immutable;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Diaries;

/// <summary>The rest of a day on which something was reported: what can be kept is kept, what can't is forecast.</summary>
public static class DayUnderWay
{
    /// <summary>
    /// The starts of visits that have not started. When all of them can be kept inside their promises, pauses and working hours, as near as
    /// possible after the planned ones; otherwise as early as the operative can be there in this order, however late that is.
    /// </summary>
    /// <param name="bounds">The whole day's; null when the operative does not work then (any more).</param>
    /// <param name="last">The last visit that has started.</param>
    /// <param name="waiting">The others, in the order in which they are done.</param>
    /// <param name="present">Nothing begins before it.</param>
    /// <returns>None at all when it is not known where the operative is.</returns>
    public static IReadOnlyList<int> Starts(
        DayBounds? bounds, Stop? last, ImmutableArray<Stop> waiting, int present, ITravel travel)
    {
        var left = last is { } begun ? bounds?.After(begun.End, begun.Point) : bounds;
        if (left is { } ahead)
        {
            ImmutableArray<Stop> open = [.. waiting.Select(stop => stop with { Start = Math.Max(stop.Start, present) })];
            if (new DiaryDay(ahead, open, travel).Planned(open, present) is { } planned)
                return [.. planned.Stops.Select(stop => stop.Start)];
        }
        else if (last is null)
        {
            return [];
        }

        return Forecast(left, last, waiting, present, travel);
    }

    /// <summary>One after the other, without regard to promises. A pause is taken when it could not be after the next visit.</summary>
    static List<int> Forecast(DayBounds? left, Stop? last, ImmutableArray<Stop> waiting, int present, ITravel travel)
    {
        var starts = new List<int>(waiting.Length);
        var pauses = left?.Day.Pauses ?? [];
        var (time, point) = left is { } ahead ? (ahead.Day.Start, ahead.StartPoint) : (last!.Value.End, last.Value.Point);
        var taken = 0;
        foreach (var stop in waiting)
        {
            var metres = travel.RoadMetres(point, stop.Point);
            int There() => Math.Max(travel.Profile.Arrive(Math.Max(time, present), metres), stop.Earliest);
            for (; taken < pauses.Count; taken++)
            {
                var pause = pauses[taken];
                // A pause whose time has passed is lost: the day is late as it is.
                if (time > pause.LatestStart) continue;
                if (There() + stop.Seconds <= pause.LatestStart) break;
                time = Math.Max(time, pause.Earliest) + pause.Seconds;
            }

            starts.Add(There());
            (time, point) = (starts[^1] + stop.Seconds, stop.Point);
        }

        return starts;
    }
}
