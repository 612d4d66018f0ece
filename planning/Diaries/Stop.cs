using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Diaries;

/// <summary>A visit as a day's route sees it: a point, a length of stay and bounds on its start, in seconds of the day.</summary>
/// <param name="Seconds">Time on site.</param>
/// <param name="Earliest">First second at which work may start.</param>
/// <param name="Latest">Last second at which work may start, itself included.</param>
/// <param name="Start">Planned start.</param>
/// <param name="IsBegun">The operative is there, was there, or is on the way: nothing goes before it any more.</param>
public readonly record struct Stop(
    VisitId Visit, GroundPoint Point, int Seconds, int Earliest, int Latest, int Start, bool IsBegun = false)
{
    public int End => Start + Seconds;

    /// <summary>
    /// A visit that has started, or whose start is fixed, stays where it is. Any other may start anywhere in its promise: with AM to
    /// 12:00, the last second is 11:59:59.
    /// </summary>
    public static Stop Of(Visit visit, DayClock clock)
    {
        var start = clock.SecondAt(visit.Start);
        var seconds = clock.SecondAt(visit.End) - start;
        var isBegun = visit.HasStarted || visit.State == VisitState.OnTheWay;
        var isFixed = visit.StartFixed || isBegun;
        return new Stop(
            visit.Id,
            GroundPoint.Of(visit.Place),
            seconds,
            isFixed ? start : clock.SecondAt(visit.Promise.Start),
            isFixed ? start : clock.SecondAt(visit.Promise.End) - 1,
            start,
            isBegun);
    }
}
