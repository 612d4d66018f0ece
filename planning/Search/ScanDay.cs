using NodaTime;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Search;

/// <summary>Windows of one day that are scanned together: open, and leaving the same share free.</summary>
/// <param name="Number">Days since 1970.</param>
/// <param name="First">Where the windows stand in the query.</param>
/// <param name="SetOffAfter">On the day itself, the present.</param>
internal readonly record struct ScanDay(
    DayClock Clock, int Number, int RingIndex, bool IsIndexed, int First, int SetOffAfter, KeptShares Kept, StartWindow[] Starts)
{
    public static int NumberOf(LocalDate day) => Period.DaysBetween(Epoch, day);

    static readonly LocalDate Epoch = new(1970, 1, 1);

    /// <param name="windows">In order of day.</param>
    public static ScanDay[] Of(AvailabilityIndex index, SlotQuery query, LocalDate firstDay, IReadOnlyList<BookingWindow> windows)
    {
        var days = new List<ScanDay>();
        for (var first = 0; first < windows.Count;)
        {
            var end = first;
            while (end < windows.Count && end - first < WindowScan.MaxWindows && IsAlike(windows[first], windows[end])) end++;
            if (end > first && windows[first].Day >= firstDay) days.Add(Of(index, query, firstDay, windows, first, end));
            first = Math.Max(end, first + 1);
        }

        return [.. days];
    }

    static bool IsAlike(BookingWindow first, BookingWindow other) =>
        first.IsOpen && other.IsOpen && other.Day == first.Day && other.Kept == first.Kept;

    static ScanDay Of(AvailabilityIndex index, SlotQuery query, LocalDate firstDay, IReadOnlyList<BookingWindow> windows, int first,
        int end)
    {
        var day = windows[first].Day;
        var clock = index.ClockOf(day);
        var starts = new StartWindow[end - first];
        var setOffAfter = 0;
        for (var i = first; i < end; i++)
        {
            var request = StopRequest.For(query.Point, 0, windows[i].Promise, clock, query.Now);
            starts[i - first] = new StartWindow(request.Earliest, request.Latest);
            setOffAfter = request.SetOffAfter;
        }

        var isIndexed = day < firstDay.PlusDays(index.Days);
        return new ScanDay(clock, NumberOf(day), index.RingIndexOf(day), isIndexed, first, setOffAfter, windows[first].Kept,
            starts);
    }

    /// <summary>
    /// The same answer as a <see cref="WindowScan"/> gives, one gap after the other: for days that the index has no blocks for, and for the
    /// present day, when what has begun cannot be moved any more.
    /// </summary>
    /// <param name="keptPercent">The share of the operative's day that has to stay free.</param>
    public void Scan(DiaryDay? day, GroundPoint point, int seconds, int keptPercent, ITravel travel, Span<WindowHit> hits)
    {
        Span<Gap> gaps = stackalloc Gap[Gap.MaxFor(day)];
        var count = day?.Gaps(gaps, SetOffAfter) ?? 0;
        var max = day is null ? 0
            : DiaryDay.MaxAddedMetres(day.FreeSeconds, day.Bounds.Day.WorkingSeconds, keptPercent, seconds, travel.Profile);
        for (var i = 0; i < hits.Length; i++)
        {
            var works = day is not null && day.Bounds.Day.Start <= Starts[i].Latest && Starts[i].Earliest < day.Bounds.Day.End;
            hits[i] = new WindowHit { Metres = float.PositiveInfinity, Works = works };
        }

        foreach (ref readonly var gap in gaps[..count]) Scan(gap, point, seconds, max, travel, hits);
    }

    /// <summary>
    /// One gap for all windows. That the next node is reached in time is asked by driving there: the latest departure, of which that is the
    /// inverse, takes several times as long to find.
    /// </summary>
    void Scan(in Gap gap, GroundPoint point, int seconds, float max, ITravel travel, Span<WindowHit> hits)
    {
        var ready = Math.Max(gap.Ready, SetOffAfter);
        var free = gap.PauseAfter.LatestFree(gap.ArriveBy);
        if (ready + seconds > free) return;
        var (toNew, fromNew) = (travel.RoadMetres(gap.Before, point), travel.RoadMetres(point, gap.After));
        var (arrival, added) = (travel.Profile.Arrive(ready, toNew), toNew + fromNew - gap.Metres);
        for (var i = 0; i < hits.Length; i++)
        {
            ref var hit = ref hits[i];
            var (earliest, latest) = (Starts[i].Earliest, Starts[i].Latest);
            hit.HasTime |= Math.Max(ready, earliest) is var soonest && soonest <= latest && soonest + seconds <= free;
            var start = Math.Max(arrival, earliest);
            if (start > latest || start + seconds > free || (added <= max && added >= hit.Metres)) continue;
            if (travel.Profile.Arrive(gap.PauseAfter.EndFrom(start + seconds), fromNew) > gap.ArriveBy) continue;
            if (added > max) hit.OnlyKept = true;
            else hit.Metres = added;
        }
    }
}
