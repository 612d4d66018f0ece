using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Diaries;

/// <summary>What is to be inserted into a day.</summary>
/// <param name="Seconds">Time on site for the operative whose day it is.</param>
/// <param name="Earliest">First second at which work may start.</param>
/// <param name="Latest">Last second at which work may start, itself included.</param>
/// <param name="SetOffAfter">
/// On the day itself, the present: nobody sets off for it before this second, and no visit that has not begun is moved to before it.
/// </param>
public readonly record struct StopRequest(GroundPoint Point, int Seconds, int Earliest, int Latest, int SetOffAfter = 0)
{
    /// <summary>Work that a customer is promised: from the promise's start, or the present, to the last second before its end.</summary>
    public static StopRequest For(GroundPoint point, int seconds, Promise promise, DayClock clock, Instant now)
    {
        var present = now <= clock.Start ? 0 : clock.SecondAt(now);
        return new StopRequest(
            point, seconds, Math.Max(present, clock.SecondAt(promise.Start)), clock.SecondAt(promise.End) - 1, present);
    }
}

/// <summary>Where a stop fits best.</summary>
/// <param name="Node">The node before it: 0 is the start place.</param>
/// <param name="AddedMetres">Road metres that it adds to the day.</param>
/// <param name="From">The first second at which work can start there.</param>
/// <param name="To">The last one.</param>
public readonly record struct Insertion(int Node, float AddedMetres, int From, int To);

/// <summary>
/// One day of one diary as a route: from the start place over the stops to the end place, with the pauses between. Immutable.
/// </summary>
public sealed class DiaryDay
{
    /// <summary>Most stops of one day; with more, every insertion is refused.</summary>
    public const int MaxStops = 40;

    readonly ITravel travel;

    /// <param name="stops">In the order of their planned starts.</param>
    public DiaryDay(DayBounds bounds, ImmutableArray<Stop> stops, ITravel travel)
    {
        Bounds = bounds;
        Stops = stops;
        this.travel = travel;
    }

    /// <summary>
    /// The day as far as it can still be planned: from the last visit that has begun on, where the operative is or will be when it ends.
    /// Null when that leaves nothing of it.
    /// </summary>
    /// <param name="stops">In the order of their planned starts.</param>
    public static DiaryDay? StillAhead(DayBounds bounds, ImmutableArray<Stop> stops, ITravel travel)
    {
        var begun = stops.Length - 1;
        while (begun >= 0 && !stops[begun].IsBegun) begun--;
        if (begun < 0) return new DiaryDay(bounds, stops, travel);
        return bounds.After(stops[begun].End, stops[begun].Point) is { } left
            ? new DiaryDay(left, stops[(begun + 1)..], travel)
            : null;
    }

    public DayBounds Bounds { get; }

    public ImmutableArray<Stop> Stops { get; }

    /// <summary>Whether every stop can be reached and finished in turn, within pauses, promises and working hours.</summary>
    public bool IsFeasible
    {
        get
        {
            Span<int> buffer = stackalloc int[RouteTimes.BufferLength(Stops.Length, Bounds.Day.Pauses.Count)];
            return Stops.Length <= MaxStops && new RouteTimes(Bounds, Stops.AsSpan(), travel, buffer).IsFeasible(Bounds);
        }
    }

    /// <summary>Road length of the whole day, in metres.</summary>
    public float RouteMetres
    {
        get
        {
            var metres = 0f;
            var point = Bounds.StartPoint;
            foreach (var stop in Stops)
            {
                metres += travel.RoadMetres(point, stop.Point);
                point = stop.Point;
            }

            return metres + travel.RoadMetres(point, Bounds.EndPoint);
        }
    }

    /// <summary>
    /// Working seconds that neither work on site nor driving uses, the driving reckoned at the day's mean speed. Routine work leaves an
    /// agreed share of them to emergencies.
    /// </summary>
    public int FreeSeconds
    {
        get
        {
            var onSite = 0;
            foreach (var stop in Stops) onSite += stop.Seconds;
            return Bounds.Day.WorkingSeconds - onSite - DrivingSeconds(RouteMetres);
        }
    }

    /// <summary>
    /// How many road metres a stop may add at most, so that a share of the working day stays free; negative when none fits.
    /// </summary>
    public static float MaxAddedMetres(int freeSeconds, int workingSeconds, int sharePercent, int onSiteSeconds, SpeedProfile profile) =>
        sharePercent == 0
            ? float.PositiveInfinity
            : (freeSeconds - ((long)workingSeconds * sharePercent / 100) - onSiteSeconds) * profile.DaytimeMetresPerSecond;

    int DrivingSeconds(float metres) => (int)MathF.Ceiling(metres / travel.Profile.DaytimeMetresPerSecond);

    /// <summary>
    /// The cheapest feasible place for a further stop, or null. Of equal ones the earliest. <paramref name="maxAddedMetres"/> is a ceiling
    /// on the price.
    /// </summary>
    public Insertion? BestInsertion(StopRequest request, float maxAddedMetres = float.PositiveInfinity)
    {
        Span<Gap> gaps = stackalloc Gap[Gap.MaxFor(this)];
        var count = Gaps(gaps, request.SetOffAfter);
        Insertion? best = null;
        foreach (ref readonly var gap in gaps[..count])
        {
            var added = gap.AddedMetres(request.Point, travel);
            if (added > maxAddedMetres || (best is { } found && found.AddedMetres <= added)) continue;
            var (from, to) = gap.StartBounds(request, travel);
            if (from <= to) best = new Insertion(gap.Node, added, from, to);
        }

        return best;
    }

    /// <summary>Every place where a further stop fits; for work that several people start together.</summary>
    public IReadOnlyList<Insertion> Insertions(StopRequest request)
    {
        Span<Gap> gaps = stackalloc Gap[Gap.MaxFor(this)];
        var count = Gaps(gaps, request.SetOffAfter);
        var found = new List<Insertion>(count);
        foreach (ref readonly var gap in gaps[..count])
        {
            var (from, to) = gap.StartBounds(request, travel);
            if (from <= to) found.Add(new Insertion(gap.Node, gap.AddedMetres(request.Point, travel), from, to));
        }

        return found;
    }

    /// <summary>
    /// The day with a further stop at a place that <see cref="BestInsertion"/> found. Starts planned before are kept where they can be;
    /// the new stop starts as early as it can.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stop does not fit there.</exception>
    public DiaryDay With(Insertion insertion, VisitId visit, StopRequest request)
    {
        // For the planning it may not start before the insertion's first second, which knows when the operative can set off.
        var stop = new Stop(visit, request.Point, request.Seconds, insertion.From, insertion.To, insertion.From);
        var planned = Planned(Stops.Insert(insertion.Node, stop), request.SetOffAfter)
            ?? throw new InvalidOperationException($"Visit {visit} does not fit after node {insertion.Node}.");
        var fitted = planned.Stops[insertion.Node] with { Earliest = request.Earliest, Latest = request.Latest };
        return new DiaryDay(Bounds, planned.Stops.SetItem(insertion.Node, fitted), travel);
    }

    /// <summary>The day without some visits; what stays keeps its planned start.</summary>
    public DiaryDay Without(IReadOnlyCollection<VisitId> visits) =>
        new(Bounds, Stops.RemoveAll(stop => visits.Contains(stop.Visit)), travel);

    /// <summary>
    /// The same order of stops with starts that can be kept, each as near as possible after its planned one; null when the order is not
    /// feasible.
    /// </summary>
    /// <param name="present">On the day itself, the present: what has begun stays, and nothing else begins before it.</param>
    public DiaryDay? Planned(ImmutableArray<Stop> order, int present = 0) => Planned(order, present, [], out _);

    /// <param name="pausesBefore">Empty, or filled with the pauses taken before setting off to each stop.</param>
    /// <param name="freeBy">The latest second at which the day may begin and still be kept.</param>
    internal DiaryDay? Planned(ImmutableArray<Stop> order, int present, Span<int> pausesBefore, out int freeBy)
    {
        freeBy = RouteTimes.TooLate;
        if (order.Length > MaxStops) return null;
        var pauses = Bounds.Day.Pauses;
        Span<int> buffer = stackalloc int[RouteTimes.BufferLength(order.Length, pauses.Count)];
        Span<Stop> open = stackalloc Stop[order.Length];
        StillOpen(order.AsSpan(), present, open);
        var times = new RouteTimes(Bounds, open, travel, buffer);
        if (!times.IsFeasible(Bounds)) return null;
        freeBy = times.Latest(0, 0);

        var planned = order.ToBuilder();
        var (free, taken, point) = (Bounds.Day.Start, 0, Bounds.StartPoint);
        for (var node = 1; node <= order.Length; node++)
        {
            var stop = open[node - 1];
            var metres = travel.RoadMetres(point, stop.Point);
            var (pausesHere, arrival) = PausesBefore(times, node, free, metres, taken, stop.Start);
            taken += pausesHere;
            if (!pausesBefore.IsEmpty) pausesBefore[node - 1] = pausesHere;
            var start = Math.Min(Math.Max(Math.Max(arrival, stop.Earliest), stop.Start), times.Latest(node, taken));
            planned[node - 1] = order[node - 1] with { Start = start };
            (free, point) = (start + stop.Seconds, stop.Point);
        }

        return new DiaryDay(Bounds, planned.ToImmutable(), travel);
    }

    /// <summary>
    /// How many pauses are taken before setting off to a node, and the arrival there: those that must be, and those for which nothing has
    /// to move.
    /// </summary>
    (int Pauses, int Arrival) PausesBefore(RouteTimes times, int node, int free, float metres, int taken, int plannedStart)
    {
        var (best, bestArrival) = (-1, 0);
        var run = PauseRun.None;
        for (var count = 0; ; count++)
        {
            if (free > run.FreeBy) break;
            var arrival = travel.Profile.Arrive(Math.Max(free, run.From) + run.Seconds, metres);
            if (arrival <= times.Latest(node, taken + count) && (best < 0 || arrival <= plannedStart)) (best, bestArrival) =
                (count, arrival);
            if (taken + count == Bounds.Day.Pauses.Count || run.Then(Bounds.Day.Pauses[taken + count]) is not { } longer) break;
            run = longer;
        }

        return best >= 0 ? (best, bestArrival) : throw new InvalidOperationException("A feasible route has a way on from each node.");
    }

    /// <summary>Every way to fit a further stop in, ordered by node; ways that nothing could use are left out.</summary>
    /// <param name="gaps">Room for <see cref="Gap.MaxFor"/>.</param>
    /// <param name="present">As in <see cref="Planned(ImmutableArray{Stop}, int)"/>.</param>
    internal int Gaps(Span<Gap> gaps, int present = 0)
    {
        if (Stops.Length >= MaxStops) return 0;
        var pauses = Bounds.Day.Pauses;
        Span<int> buffer = stackalloc int[RouteTimes.BufferLength(Stops.Length, pauses.Count)];
        Span<Stop> open = stackalloc Stop[Stops.Length];
        StillOpen(Stops.AsSpan(), present, open);
        var times = new RouteTimes(Bounds, open, travel, buffer);
        if (!times.IsFeasible(Bounds)) return 0;

        var count = 0;
        for (var node = 0; node <= Stops.Length; node++)
        {
            var before = node == 0 ? Bounds.StartPoint : Stops[node - 1].Point;
            var after = node == Stops.Length ? Bounds.EndPoint : Stops[node].Point;
            var metres = travel.RoadMetres(before, after);
            for (var taken = 0; taken <= pauses.Count; taken++)
            {
                var ready = times.Ready(node, taken);
                PauseRun? run = ready == RouteTimes.Never ? null : PauseRun.None;
                for (var taking = taken; run is { } pausing; taking++)
                {
                    var by = times.Latest(node + 1, taking);
                    // Not even a visit of no length, here on the spot, leaves time for the pauses.
                    if (ready < pausing.LatestFree(by)) gaps[count++] = new Gap(node, before, after, ready, by, metres, pausing);
                    run = taking == pauses.Count ? null : pausing.Then(pauses[taking]);
                }
            }
        }

        return count;
    }

    /// <summary>
    /// Stops as they can still be planned at a time. What was to begin before it stays where it is; the others begin at it or after. For
    /// the first of them the operative sets off now or later, or is on the way already: then it begins no earlier than it was planned to.
    /// </summary>
    void StillOpen(ReadOnlySpan<Stop> stops, int present, Span<Stop> open)
    {
        stops.CopyTo(open);
        if (present <= Bounds.Day.Start) return;
        var (free, point, isFirst) = (Bounds.Day.Start, Bounds.StartPoint, true);
        foreach (ref var stop in open)
        {
            if (stop.Start < present)
            {
                stop = stop with { Earliest = stop.Start, Latest = stop.Start };
                (free, point) = (stop.End, stop.Point);
                continue;
            }

            var earliest = present;
            if (isFirst && stop.Start > present)
            {
                var there = travel.Profile.Arrive(Math.Max(free, present), travel.RoadMetres(point, stop.Point));
                earliest = Math.Min(stop.Start, there);
            }

            if (stop.Earliest < earliest) stop = stop with { Earliest = earliest };
            isFirst = false;
        }
    }
}
