using NodaTime;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Booking;

namespace OrleansScheduling.Api.Tests;

public sealed class TimeWordsTests
{
    static readonly DateTimeZone London = DateTimeZoneProviders.Tzdb["Europe/London"];

    [Theory]
    [InlineData(0, 0, "12 midnight")]
    [InlineData(0, 30, "12:30am")]
    [InlineData(8, 0, "8am")]
    [InlineData(9, 5, "9:05am")]
    [InlineData(12, 0, "12 noon")]
    [InlineData(12, 1, "12:01pm")]
    [InlineData(17, 0, "5pm")]
    [InlineData(23, 59, "11:59pm")]
    public void Times_are_said_as_people_say_them(int hour, int minute, string words) =>
        Assert.Equal(words, TimeWords.Of(new LocalTime(hour, minute)));

    [Fact]
    public void Windows_are_said_in_the_time_of_the_place_in_summer_too()
    {
        var start = new DateTimeOffset(2026, 7, 6, 7, 0, 0, TimeSpan.Zero);

        Assert.Equal("Monday 6 July, 8am to 12 noon", TimeWords.Window(start, start.AddHours(4), London, new LocalDate(2026, 7, 1)));
        Assert.Equal("Monday 6 July 2026, 8am to 12 noon", TimeWords.Window(start, start.AddHours(4), London, new LocalDate(2025, 12, 31)));
    }

    [Fact]
    public void Every_refusal_has_something_to_do_next()
    {
        foreach (var reason in Enum.GetValues<RefusalReason>())
            Assert.EndsWith(".", WhatNext.For(reason.ToString()), StringComparison.Ordinal);
    }
}
