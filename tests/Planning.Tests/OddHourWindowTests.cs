using NodaTime;
using NodaTime.Text;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Planning.Tests;

/// <summary>
/// Windows around the clock changes of Europe/London, on 29 March 2026 (01:00 becomes 02:00) and 25 October 2026 (02:00 becomes 01:00), and
/// around midnight.
/// </summary>
public sealed class OddHourWindowTests
{
    static readonly DateTimeZone London = SearchWorld.Contractor.Zone;

    [Theory]
    // The morning after the clocks went forward comes an hour earlier, the one after they went back an hour later.
    [InlineData("2026-03-28", "08:00-12:00", "28T08:00 28T12:00", 28_800, 43_200)]
    [InlineData("2026-03-29", "08:00-12:00", "29T07:00 29T11:00", 25_200, 39_600)]
    [InlineData("2026-03-30", "08:00-12:00", "30T07:00 30T11:00", 28_800, 43_200)]
    [InlineData("2026-10-24", "08:00-12:00", "24T07:00 24T11:00", 28_800, 43_200)]
    [InlineData("2026-10-25", "08:00-12:00", "25T08:00 25T12:00", 32_400, 46_800)]
    [InlineData("2026-10-26", "08:00-12:00", "26T08:00 26T12:00", 28_800, 43_200)]
    // Bounds inside the hour that is left out are read as 02:00; of an hour that comes twice the first counts.
    [InlineData("2026-03-29", "00:00-02:00", "29T00:00 29T01:00", 0, 3_600)]
    [InlineData("2026-03-29", "00:00-01:30", "29T00:00 29T01:00", 0, 3_600)]
    [InlineData("2026-03-29", "01:30-03:30", "29T01:00 29T02:30", 3_600, 9_000)]
    [InlineData("2026-03-29", "00:00-04:00", "29T00:00 29T03:00", 0, 10_800)]
    [InlineData("2026-10-25", "00:00-01:30", "24T23:00 25T00:30", 0, 5_400)]
    [InlineData("2026-10-25", "01:30-03:30", "25T00:30 25T03:30", 5_400, 16_200)]
    [InlineData("2026-10-25", "01:00-02:00", "25T00:00 25T02:00", 3_600, 10_800)]
    [InlineData("2026-10-25", "00:00-04:00", "24T23:00 25T04:00", 0, 18_000)]
    // Over midnight, into the odd hour, and to the midnight that ends the day.
    [InlineData("2026-11-24", "22:00-02:00", "24T22:00 25T02:00", 79_200, 93_600)]
    [InlineData("2026-03-28", "22:00-02:00", "28T22:00 29T01:00", 79_200, 90_000)]
    [InlineData("2026-10-24", "22:00-02:00", "24T21:00 25T02:00", 79_200, 97_200)]
    [InlineData("2026-11-24", "18:00-00:00", "24T18:00 25T00:00", 64_800, 86_400)]
    [InlineData("2026-03-29", "18:00-00:00", "29T17:00 29T23:00", 61_200, 82_800)]
    [InlineData("2026-10-25", "18:00-00:00", "25T18:00 26T00:00", 68_400, 90_000)]
    public void A_window_is_promised_as_instants_and_reckoned_in_seconds_that_pass(string day, string window, string instants, int first,
        int end)
    {
        var clock = new DayClock(Day(day), London);
        var promise = BookingRulesCheck.PromiseOf(Window(window), clock);
        var expected = instants.Split(' ').Select(text => InstantPattern.General.Parse($"{day[..8]}{text}:00Z").Value).ToArray();
        Assert.Equal((expected[0], expected[1]), (promise.Start, promise.End));
        Assert.Equal((first, end), (clock.SecondAt(promise.Start), clock.SecondAt(promise.End)));
    }

    [Theory]
    [InlineData("2026-03-29", "06:00-14:00", "08:00-12:00", "29T07:00", "08:00", "09:00")]
    [InlineData("2026-10-25", "06:00-14:00", "08:00-12:00", "25T08:00", "08:00", "09:00")]
    // Two hours' work from midnight end at 03:00 and at 01:00: an hour of work is an hour on every day.
    [InlineData("2026-03-29", "00:00-08:00", "00:00-04:00", "29T00:00", "00:00", "03:00", 120)]
    [InlineData("2026-10-25", "00:00-08:00", "00:00-04:00", "24T23:00", "00:00", "01:00", 120)]
    // A night shift keeps a window that starts before midnight or after it on its own day's diary.
    [InlineData("2026-11-24", "22:00-06:00", "22:00-02:00", "24T22:00", "22:00", "23:00")]
    [InlineData("2026-03-28", "23:30-06:00", "22:00-02:00", "28T23:30", "23:30", "02:30", 120)]
    [InlineData("2026-10-24", "23:30-06:00", "22:00-02:00", "24T22:30", "23:30", "01:30", 180)]
    [InlineData("2026-11-24", "14:00-00:00", "18:00-00:00", "24T18:00", "18:00", "19:00")]
    public void Work_is_planned_at_the_right_time_by_the_clock_on_the_wall(
        string day, string shift, string window, string start, string startsAt, string endsAt, int minutes = 60)
    {
        var (index, query) = World(day, shift, window, minutes);
        Assert.True(Assert.Single(SlotSearch.Search(index, query)).IsAvailable);
        var planned = Assert.Single(SlotSearch.Plan(index, query, 0).Value!.Visits);
        var stop = Assert.Single(index.Day(planned.Operative, Day(day))!.With(planned.Insertion, Routes.Visit(1), planned.Request).Stops);
        var clock = index.ClockOf(Day(day));
        Assert.Equal(InstantPattern.General.Parse($"{day[..8]}{start}:00Z").Value, clock.InstantAt(stop.Start));
        Assert.Equal((SearchWorld.Time(startsAt), SearchWorld.Time(endsAt)), (clock.TimeAt(stop.Start), clock.TimeAt(stop.End)));
    }

    [Theory]
    // The shift from midnight to 04:00 lasts three hours in spring, five in autumn, four on any other day.
    [InlineData("2026-03-29", 180)]
    [InlineData("2026-10-25", 300)]
    [InlineData("2026-11-24", 240)]
    public void A_shift_over_the_clock_change_has_room_for_the_hours_that_pass(string day, int minutes)
    {
        foreach (var (asked, fits) in new[] { (minutes, true), (minutes + 1, false) })
        {
            var (index, query) = World(day, "00:00-04:00", "00:00-04:00", asked);
            Assert.Equal(fits, SlotSearch.Search(index, query)[0].IsAvailable);
        }
    }

    [Theory]
    // The last second of a promise is the one before its end: at 11:59 the window is open, at 12:00 it has passed, whatever the clocks did.
    [InlineData("2026-03-29", "29T10:59", "29T11:00")]
    [InlineData("2026-10-25", "25T11:59", "25T12:00")]
    public void A_window_passes_at_its_end_by_the_clock_on_the_wall(string day, string open, string passed)
    {
        foreach (var (now, closed) in new[] { (open, RefusalReason.None), (passed, RefusalReason.NoticeTooShort) })
        {
            var (index, query) = World(day, "06:00-14:00", "08:00-12:00", 60, InstantPattern.General.Parse($"{day[..8]}{now}:00Z").Value);
            Assert.Equal(closed, query.Windows[0].Closed);
            Assert.Equal(closed == RefusalReason.None, SlotSearch.Search(index, query)[0].IsAvailable);
        }
    }

    [Fact]
    public void A_window_that_the_clock_jumps_over_is_never_available()
    {
        var (index, query) = World("2026-03-29", "00:00-08:00", "01:00-02:00", 10);
        Assert.Equal(query.Windows[0].Promise.Start, query.Windows[0].Promise.End);
        Assert.False(SlotSearch.Search(index, query)[0].IsAvailable);
        Assert.Null(SlotSearch.Plan(index, query, 0).Value);
        (index, query) = World("2026-03-30", "00:00-08:00", "01:00-02:00", 10);
        Assert.True(SlotSearch.Search(index, query)[0].IsAvailable);
    }

    [Theory]
    // Two hours before 08:00 is 06:00, on these days too; 30 hours' notice counts the hours that pass, 29 or 31 on the wall.
    [InlineData("2026-03-29", 120, "29T05:00")]
    [InlineData("2026-10-25", 120, "25T06:00")]
    [InlineData("2026-03-29", 1800, "28T01:00")]
    [InlineData("2026-10-25", 1800, "24T02:00")]
    public void Notice_is_counted_in_hours_that_pass(string day, int notice, string last)
    {
        var now = InstantPattern.General.Parse($"{day[..8]}{last}:00Z").Value;
        Assert.Equal(RefusalReason.None, Closed(now));
        Assert.Equal(RefusalReason.NoticeTooShort, Closed(now + Duration.FromSeconds(1)));

        RefusalReason Closed(Instant at) => new BookingRulesCheck(
            SearchWorld.Contract with { Rules = SearchWorld.PlainRules with { MinNoticeMinutes = notice } }, London, SearchWorld.Patch,
                false, at, _ => 0)
            .Of(Window("08:00-12:00"), new DayClock(Day(day), London)).Closed;
    }

    [Theory]
    // A reserve released at 01:30 on the day is released by the wall clock: in spring at 02:00, in autumn the first time that it is 01:30.
    [InlineData("2026-03-29", "29T01:00")]
    [InlineData("2026-10-25", "25T00:30")]
    public void The_emergency_reserve_is_released_by_the_clock_on_the_wall(string day, string release)
    {
        var at = InstantPattern.General.Parse($"{day[..8]}{release}:00Z").Value;
        Assert.Equal(0, Share(at));
        Assert.Equal(20, Share(at - Duration.FromSeconds(1)));

        int Share(Instant now) => new BookingRulesCheck(
            SearchWorld.Contract with
            {
                Rules =
                SearchWorld.PlainRules with { Reserve = new EmergencyReserve(20, 0, new LocalTime(1, 30)) }
            },
            London, SearchWorld.Patch, false, now, _ => 0).Of(Window("08:00-12:00"), new DayClock(Day(day), London)).Kept.ForEmergencies;
    }

    static (AvailabilityIndex Index, SlotQuery Query) World(string day, string shift, string window, int minutes, Instant? now = null)
    {
        var date = Day(day);
        var index = SearchWorld.Index(days: 3, date.PlusDays(-1));
        index.Put(SearchWorld.Operative(1, SearchWorld.Shift(shift[..5], shift[6..])));
        var contract = SearchWorld.Contract with { Windows = [Window(window)] };
        return (index, SearchWorld.Query(SearchWorld.Requirement(minutes), now ?? SearchWorld.At(date.PlusDays(-1), 12), 1, date,
            contract));
    }

    static AppointmentWindow Window(string text) =>
        SearchWorld.Am with { Start = SearchWorld.Time(text[..5]), End = SearchWorld.Time(text[6..]) };

    static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text).Value;
}
