using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Diaries;

/// <summary>
/// One way to fit a further stop between two nodes of a route: whatever is inserted, it is reached from <paramref name="Before"/> at or
/// after <paramref name="Ready"/>, and <paramref name="After"/> is reached from it by <paramref name="ArriveBy"/>. A gap where a pause could be
/// taken before, after or on the way has an entry for each.
/// </summary>
/// <param name="Node">The node before the gap: 0 is the start place.</param>
/// <param name="Metres">Road length of the way that the insertion replaces.</param>
/// <param name="PauseAfter">A pause taken after the inserted stop, before setting off; its Seconds are 0 for none.</param>
internal readonly record struct Gap(
    int Node,
    GroundPoint Before,
    GroundPoint After,
    int Ready,
    int ArriveBy,
    float Metres,
    Pause PauseAfter)
{
    /// <summary>In place of a pause: taken at any time, for no time.</summary>
    public static readonly Pause NoPause = new(0, RouteTimes.Never, 0);

    /// <summary>Most gaps that one day has: a day with more stops than this allows takes no further work.</summary>
    public const int MaxPerDay = 64;

    /// <summary>The bounds on the start of an inserted stop; when the first is after the second it does not fit.</summary>
    public (int From, int To) StartBounds(in StopRequest request, ITravel travel)
    {
        var arrival = travel.Profile.Arrive(Math.Max(Ready, request.SetOffAfter), travel.RoadMetres(Before, request.Point));
        var leave = RouteTimes.LeaveBy(travel.Profile, ArriveBy, travel.RoadMetres(request.Point, After));
        var free = PauseAfter.Seconds == 0 ? leave : RouteTimes.LatestBeforePause(PauseAfter, leave);
        return (Math.Max(arrival, request.Earliest), Math.Min(request.Latest, free - request.Seconds));
    }

    /// <summary>Road metres that the insertion adds to the day; the way it replaces is taken off.</summary>
    public float AddedMetres(GroundPoint point, ITravel travel) =>
        travel.RoadMetres(Before, point) + travel.RoadMetres(point, After) - Metres;
}
