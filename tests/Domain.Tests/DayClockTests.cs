using NodaTime;
using OrleansScheduling.Domain.Time;

namespace OrleansScheduling.Domain.Tests;

public sealed class DayClockTests
{
    static readonly DateTimeZone London = DateTimeZoneProviders.Tzdb["Europe/London"];
    static readonly DateTimeZone SaoPaulo = DateTimeZoneProviders.Tzdb["America/Sao_Paulo"];
    static readonly LocalDate Spring = new(2026, 3, 29);
    static readonly LocalDate Autumn = new(2026, 10, 25);

    [Theory]
    [InlineData("2026-03-28", 86_400)]
    [InlineData("2026-03-29", 82_800)]
    [InlineData("2026-10-25", 90_000)]
    public void A_day_has_the_seconds_that_really_pass(string day, int seconds) =>
        Assert.Equal(seconds, new DayClock(LocalDate.FromDateOnly(DateOnly.ParseExact(day, "yyyy-MM-dd")), London)
            .SecondAt(LocalTime.Midnight, 1));

    [Fact]
    public void In_spring_a_skipped_time_is_read_as_the_first_that_exists()
    {
        var clock = new DayClock(Spring, London);
        Assert.Equal(3600, clock.SecondAt(new LocalTime(1, 0)));
        Assert.Equal(3600, clock.SecondAt(new LocalTime(1, 30)));
        Assert.Equal(3600, clock.SecondAt(new LocalTime(2, 0)));
        Assert.Equal(7 * 3600, clock.SecondAt(new LocalTime(8, 0)));
        Assert.Equal(new LocalTime(8, 0), clock.TimeAt(7 * 3600));
    }

    [Fact]
    public void In_autumn_a_time_that_comes_twice_is_the_first()
    {
        var clock = new DayClock(Autumn, London);
        Assert.Equal(5400, clock.SecondAt(new LocalTime(1, 30)));
        Assert.Equal(3 * 3600, clock.SecondAt(new LocalTime(2, 0)));
        Assert.Equal(new LocalTime(1, 30), clock.TimeAt(5400 + 3600));
    }

    [Fact]
    public void Where_midnight_is_skipped_the_day_starts_at_one()
    {
        var clock = new DayClock(new LocalDate(2018, 11, 4), SaoPaulo);
        Assert.Equal(0, clock.SecondAt(LocalTime.Midnight));
        Assert.Equal(0, clock.SecondAt(new LocalTime(1, 0)));
        Assert.Equal(new LocalTime(1, 0), clock.TimeAt(0));
        Assert.Equal(82_800, clock.SecondAt(LocalTime.Midnight, 1));
    }

    [Fact]
    public void A_later_time_of_a_day_is_never_an_earlier_second()
    {
        foreach (var clock in new[] { new DayClock(Spring, London), new DayClock(Autumn, London),
            new DayClock(new LocalDate(2018, 11, 4), SaoPaulo), new DayClock(new LocalDate(2018, 2, 17), SaoPaulo) })
        {
            var last = clock.SecondAt(LocalTime.Midnight);
            for (var minute = 1; minute < 1440; minute++)
            {
                var second = clock.SecondAt(LocalTime.FromMinutesSinceMidnight(minute));
                Assert.True(second >= last, $"{clock.Day} minute {minute}");
                last = second;
            }
        }
    }

    [Fact]
    public void Part_seconds_are_dropped_towards_the_past()
    {
        var clock = new DayClock(Spring, London);
        Assert.Equal(9, clock.SecondAt(clock.Start + Duration.FromMilliseconds(9_999)));
        Assert.Equal(-1, clock.SecondAt(clock.Start - Duration.FromMilliseconds(1)));
        Assert.Equal(clock.Start + Duration.FromSeconds(77), clock.InstantAt(77));
    }
}
