using System.Collections.Immutable;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.Planning.Tests;

public sealed class DayUnderWayTests(ITestOutputHelper output)
{
    /// <summary>30 km/h all day: two minutes a kilometre.</summary>
    static readonly StraightLineTravel Road = new(1, new SpeedProfile([.. Enumerable.Repeat(30.0, 24)]));

    static int At(int hour, int minute = 0) => (hour * 3600) + (minute * 60);

    static GroundPoint Km(float kilometres) => new(kilometres * 1000, 0, 0);

    static DayBounds Shift(params Pause[] pauses) => new(new WorkingDay(At(8), At(16), pauses), Km(0), Km(0));

    static Stop Begun(int start, int minutes, float kilometres = 0) =>
        new(Routes.Visit(1), Km(kilometres), minutes * 60, start, start, start, IsBegun: true);

    static Stop Waiting(int number, int minutes, int from, int until, int start, float kilometres = 0) =>
        new(Routes.Visit(number), Km(kilometres), minutes * 60, from, until - 1, start);

    [Fact]
    public void What_can_be_kept_stays_where_it_was_planned()
    {
        var starts = DayUnderWay.Starts(
            Shift(), Begun(At(8), 60), [Waiting(2, 60, At(8), At(12), At(9, 30)), Waiting(3, 60, At(12), At(16), At(13))], At(8, 30), Road);
        Assert.Equal([At(9, 30), At(13)], starts);
    }

    [Fact]
    public void What_has_to_make_room_does_so_inside_its_promise()
    {
        var starts = DayUnderWay.Starts(
            Shift(), Begun(At(8), 150, 5), [Waiting(2, 60, At(8), At(12), At(9, 30)), Waiting(3, 60, At(12), At(16), At(13))], At(8, 30),
            Road);
        // Five kilometres back, ten minutes.
        Assert.Equal([At(10, 40), At(13)], starts);
    }

    [Fact]
    public void What_cannot_be_kept_is_forecast_as_soon_as_the_operative_can_be_there()
    {
        var lunch = new Pause(At(12), At(13), 30 * 60);
        var starts = DayUnderWay.Starts(
            Shift(lunch), Begun(At(8), 300), [Waiting(2, 60, At(8), At(12), At(9, 30), 5), Waiting(3, 60, At(12), At(16), At(14))], At(9),
            Road);
        // Done at 13:00; the pause is the last moment's, and the second promise is kept all the same.
        Assert.Equal([At(13, 40), At(14, 50)], starts);
    }

    [Fact]
    public void A_pause_whose_time_has_passed_is_lost_and_the_shift_overrun_is_no_reason_to_drop_a_visit()
    {
        var lunch = new Pause(At(12), At(13), 30 * 60);
        Assert.Equal([At(15, 30)], DayUnderWay.Starts(
            Shift(lunch), Begun(At(8), 450), [Waiting(2, 60, At(12), At(15), At(13))], At(9), Road));
        Assert.Equal([At(17)], DayUnderWay.Starts(
            Shift(lunch), Begun(At(8), 540), [Waiting(2, 60, At(12), At(15), At(13))], At(9), Road));
    }

    [Fact]
    public void Nothing_begins_before_the_present_and_without_bounds_or_a_beginning_nothing_is_known()
    {
        Assert.Equal([At(10)], DayUnderWay.Starts(Shift(), null, [Waiting(2, 60, At(8), At(12), At(9))], At(10), Road));
        Assert.Empty(DayUnderWay.Starts(null, null, [Waiting(2, 60, At(8), At(12), At(9))], At(10), Road));
        Assert.Equal([At(10)], DayUnderWay.Starts(null, Begun(At(8), 60), [Waiting(2, 60, At(8), At(12), At(9))], At(10), Road));
    }

    [Fact]
    public void A_day_is_planned_from_the_last_visit_that_has_begun_on()
    {
        var lunch = new Pause(At(12), At(13), 30 * 60);
        ImmutableArray<Stop> stops = [Begun(At(8), 250, 7), Waiting(2, 60, At(12), At(16), At(14))];
        var day = DiaryDay.StillAhead(Shift(lunch), stops, Road)!;
        Assert.Equal((At(12, 10), Km(7), 1), (day.Bounds.Day.Start, day.Bounds.StartPoint, day.Stops.Length));
        Assert.Equal(new Pause(At(12, 10), At(13), 30 * 60), Assert.Single(day.Bounds.Day.Pauses));
        // He was there sooner than the way there takes, which is a fact and no fault.
        Assert.True(day.IsFeasible);
        Assert.Null(DiaryDay.StillAhead(Shift(lunch), [Begun(At(8), 480)], Road));
        Assert.Empty(DiaryDay.StillAhead(Shift(lunch), [Begun(At(8), 330)], Road)!.Bounds.Day.Pauses);
    }

    /// <summary>Nobody is anywhere sooner than can be, and late only when the order as a whole cannot be kept.</summary>
    [Fact]
    public void Forecasts_of_random_days_can_be_driven_and_are_late_only_when_they_have_to_be()
    {
        var random = new Random(TestSeed.Take(output.WriteLine));
        var (kept, late) = (0, 0);
        for (var round = 0; round < 2000; round++)
        {
            var day = Routes.Day(random);
            if (day.Stops.IsEmpty) continue;
            var longer = random.Next(3) * random.Next(4 * Routes.Hour);
            var first = day.Stops[0] with { IsBegun = true, Seconds = day.Stops[0].Seconds + longer };
            var waiting = day.Stops.RemoveAt(0);
            var present = first.Start + random.Next(Routes.Hour);
            var starts = DayUnderWay.Starts(day.Bounds, first, waiting, present, StraightLineTravel.Default);
            Assert.Equal(waiting.Length, starts.Count);
            var (time, point, isLate) = (first.End, first.Point, false);
            for (var i = 0; i < waiting.Length; i++)
            {
                var stop = waiting[i];
                var there = StraightLineTravel.Default.Profile.Arrive(
                    time, StraightLineTravel.Default.RoadMetres(point, stop.Point));
                Assert.True(starts[i] >= there && starts[i] >= present && starts[i] >= stop.Earliest, $"round {round}, stop {i}");
                isLate |= starts[i] > stop.Latest;
                (time, point) = (starts[i] + stop.Seconds, stop.Point);
            }

            (kept, late) = isLate ? (kept, late + 1) : (kept + 1, late);
            var ahead = day.Bounds.After(first.End, first.Point);
            ImmutableArray<Stop> open =
            [
                .. waiting.Select(stop => stop with
                {
                    Earliest = Math.Max(stop.Earliest, present), Start = Math.Max(stop.Start, present),
                }),
            ];
            if (isLate && ahead is { } left) Assert.Null(new DiaryDay(left, open, StraightLineTravel.Default).Planned(open));
        }

        output.WriteLine($"{kept} kept, {late} late");
        Assert.True(kept > 200 && late > 200, $"{kept} kept, {late} late");
    }
}
