using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Diaries;

/// <summary>
/// One way to fit a further stop between two nodes of a route: whatever is inserted, it is reached from <paramref name="Before"/> at or
/// after <paramref name="Ready"/>, and <paramref name="After"/> is reached from it by <paramref name="ArriveBy"/>. A gap where a pause
/// could be
/// taken before, after or on the way has an entry for each.
/// </summary>
/// <param name="Node">The node before the gap: 0 is the start place.</param>
/// <param name="Metres">Road length of the way that the insertion replaces.</param>
/// <param name="PauseAfter">The pauses taken after the inserted stop, before setting off.</param>
internal readonly record struct Gap(
    int Node,
    GroundPoint Before,
    GroundPoint After,
    int Ready,
    int ArriveBy,
    float Metres,
    PauseRun PauseAfter)
{
    /// <summary>Most gaps that one day has: after each node so many pauses were taken, and so many are taken after the inserted
    /// stop.</summary>
    public const int MaxPerDay = (DiaryDay.MaxStops + 1) * (WorkingDay.MaxPauses + 1) * (WorkingDay.MaxPauses + 2) / 2;

    /// <summary>The same for one day as it stands; null is a day off.</summary>
    public static int MaxFor(DiaryDay? day)
    {
        if (day is null) return 0;
        var pauses = day.Bounds.Day.Pauses.Count;
        return (Math.Min(day.Stops.Length, DiaryDay.MaxStops) + 1) * (pauses + 1) * (pauses + 2) / 2;
    }

    /// <summary>The bounds on the start of an inserted stop; when the first is after the second it does not fit.</summary>
    public (int From, int To) StartBounds(in StopRequest request, ITravel travel)
    {
        var arrival = travel.Profile.Arrive(Math.Max(Ready, request.SetOffAfter), travel.RoadMetres(Before, request.Point));
        var leave = RouteTimes.LeaveBy(travel.Profile, ArriveBy, travel.RoadMetres(request.Point, After));
        return (Math.Max(arrival, request.Earliest), Math.Min(request.Latest, PauseAfter.LatestFree(leave) - request.Seconds));
    }

    /// <summary>Road metres that the insertion adds to the day; the way it replaces is taken off.</summary>
    public float AddedMetres(GroundPoint point, ITravel travel) =>
        travel.RoadMetres(Before, point) + travel.RoadMetres(point, After) - Metres;
}
