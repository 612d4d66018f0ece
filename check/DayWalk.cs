using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Check;

/// <summary>
/// Walks through a day from start to end with a watch in the hand, each visit at its planned start: on purpose nothing of the
/// arithmetic that plans a day is used, only distances and speeds.
/// </summary>
static class DayWalk
{
    /// <returns>Null when the day can be kept, else the first thing that cannot.</returns>
    public static string? Fault(DayBounds bounds, IReadOnlyList<Stop> stops, ITravel travel, DayClock clock)
    {
        var pauses = bounds.Day.Pauses;
        var (time, taken, point) = (bounds.Day.Start, 0, bounds.StartPoint);
        foreach (var stop in stops)
        {
            var metres = travel.RoadMetres(point, stop.Point);
            var arrival = travel.Profile.Arrive(time, metres);
            // A pause may be had at the visit before, on the road or on arrival: what counts is that there is time for it and the way. The
            // planner is stricter and never sets off before a pause that it takes; a cancellation may leave more to the operative.
            for (var free = time; taken < pauses.Count && After(pauses[taken], free) is { } paused; taken++)
            {
                if (paused > stop.Start || arrival + pauses[taken].Seconds > stop.Start) break;
                (free, arrival) = (paused, arrival + pauses[taken].Seconds);
            }

            if (arrival > stop.Start) return Unreachable(stop, arrival, clock);
            (time, point) = (stop.Start + stop.Seconds, stop.Point);
        }

        return LastLeg(bounds, pauses, taken, time, travel.RoadMetres(point, bounds.EndPoint), travel, clock);
    }

    /// <summary>
    /// The same for a day on which something was reported, and which may be late: from the last visit that has begun on, nobody is planned
    /// to be where nobody can be. Pauses may be lost and the shift overrun.
    /// </summary>
    /// <param name="late">How far the shift is overrun; null when it is not.</param>
    public static string? FaultUnderWay(DayBounds bounds, List<Stop> stops, ITravel travel, DayClock clock, out string? late)
    {
        late = null;
        var begun = stops.FindLastIndex(stop => stop.IsBegun);
        var (time, point) = begun < 0 ? (bounds.Day.Start, bounds.StartPoint) : (stops[begun].End, stops[begun].Point);
        foreach (var stop in stops.Skip(begun + 1))
        {
            if (travel.Profile.Arrive(time, travel.RoadMetres(point, stop.Point)) is var arrival && arrival > stop.Start)
                return Unreachable(stop, arrival, clock);
            (time, point) = (stop.End, stop.Point);
        }

        if (travel.Profile.Arrive(time, travel.RoadMetres(point, bounds.EndPoint)) is var home && home > bounds.Day.End)
        {
            late = $"the day ends at {clock.TimeAt(bounds.Day.End):HH:mm:ss}"
                + $" and the operative will be back at {clock.TimeAt(home):HH:mm:ss}";
        }

        return null;
    }

    static string Unreachable(Stop stop, int arrival, DayClock clock) =>
        $"visit {stop.Visit} is planned at {clock.TimeAt(stop.Start):HH:mm:ss}"
        + $" and can be reached at {clock.TimeAt(arrival):HH:mm:ss}";

    /// <summary>What is left of the pauses is taken before the way home or after it, whichever fits.</summary>
    static string? LastLeg(
        DayBounds bounds, IReadOnlyList<Pause> pauses, int taken, int time, float metres, ITravel travel, DayClock clock)
    {
        var earliest = int.MaxValue;
        for (int? free = time; ; taken++)
        {
            int? home = travel.Profile.Arrive(free.Value, metres);
            for (var later = taken; later < pauses.Count && home is { } at; later++) home = After(pauses[later], at);
            if (home is { } back) earliest = Math.Min(earliest, back);
            if (taken == pauses.Count) break;
            free = After(pauses[taken], free.Value);
            if (free is null) break;
        }

        if (earliest <= bounds.Day.End) return null;
        return earliest == int.MaxValue
            ? $"the pauses cannot all be taken after {clock.TimeAt(time):HH:mm:ss}"
            : $"the day ends at {clock.TimeAt(bounds.Day.End):HH:mm:ss} and the operative is back at {clock.TimeAt(earliest):HH:mm:ss}";
    }

    static int? After(Pause pause, int free)
    {
        var start = Math.Max(free, pause.Earliest);
        return start <= pause.LatestStart ? start + pause.Seconds : null;
    }
}
