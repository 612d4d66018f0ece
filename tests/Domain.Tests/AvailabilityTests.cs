using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;
using static OrleansScheduling.Domain.Tests.People;

namespace OrleansScheduling.Domain.Tests;

public sealed class AvailabilityTests
{
    static readonly Shift Day = Shift("08:00", "16:00", Break("12:00", "14:00", 30));

    static WorkingTime With(Shift? shift, params string[] absences) => Working(Daily(shift)) with
    {
        Absences = [.. absences.Select(text => text.Split('>')).Select(ends => new Absence(Moment(ends[0]), Moment(ends[1]), "away"))],
    };

    static LocalDateTime Moment(string text) => NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("dd HH:mm").WithTemplateValue(
        new LocalDateTime(2026, 11, 1, 0, 0)).Parse(text.Trim()).Value;

    [Theory]
    [InlineData("08:00-16:00 12:00~13:30/30")]
    [InlineData("off", "23 00:00 > 24 00:00")]
    [InlineData("off", "02 00:00 > 30 00:00")]
    [InlineData("10:00-16:00 12:00~13:30/30", "22 12:00 > 23 10:00")]
    [InlineData("08:00-12:00", "23 12:00 > 25 09:00")]
    [InlineData("08:00-16:00 09:00/60 12:00~13:30/30", "23 09:00 > 23 10:00")]
    [InlineData("08:00-16:00 09:00/120 12:00~13:30/30", "23 09:00 > 23 10:00", "23 10:00 > 23 11:00")]
    [InlineData("08:00-16:00 09:00/90 12:00~13:30/30", "23 09:00 > 23 10:00", "23 09:30 > 23 10:30")]
    [InlineData("08:00-16:00 13:45/45", "23 13:45 > 23 14:30")]
    [InlineData("08:00-16:00 12:00~13:30/30 14:00/60", "23 14:00 > 23 15:00")]
    [InlineData("08:00-16:00 12:00~13:30/30", "24 09:00 > 24 10:00")]
    [InlineData("08:00-15:00 09:00/15 10:00/15 11:00/15 12:00~13:30/30",
        "23 09:00 > 23 09:15", "23 10:00 > 23 10:15", "23 11:00 > 23 11:15", "23 15:00 > 23 15:15")]
    public void Absences_take_pieces_out_of_a_day(string expected, params string[] absences) =>
        Assert.Equal(expected, Text(DayOf(With(Day, absences))));

    [Fact]
    public void An_absence_is_kept_where_a_fixed_break_overlaps_it()
    {
        var shift = Shift("08:00", "16:00", Break("12:00", "12:30", 30));
        Assert.Equal("08:00-16:00 12:15/105", Text(DayOf(With(shift, "23 12:15 > 23 14:00"))));
    }

    [Fact]
    public void Breaks_that_overlap_are_taken_in_turn()
    {
        Assert.Equal("08:00-16:00 10:00/15 10:00~11:45/15",
            Text(DayOf(With(Shift("08:00", "16:00", Break("10:00", "12:00", 15), Break("10:00", "10:15", 15))))));
        Assert.Equal("08:00-16:00 08:00/15", Text(DayOf(With(Shift("08:00", "16:00", Break("08:00", "08:15", 15))))));
    }

    [Fact]
    public void The_rota_that_took_effect_last_counts()
    {
        var late = Daily(Shift("12:00", "20:00"), from: Monday, to: Monday.PlusDays(1));
        var time = Working(Daily(Day), late);
        Assert.Equal("12:00-20:00", Text(DayOf(time)));
        Assert.Equal("12:00-20:00", Text(DayOf(time, Monday.PlusDays(1))));
        Assert.Equal("08:00-16:00 12:00~13:30/30", Text(DayOf(time, Monday.PlusDays(2))));
        Assert.Equal("08:00-16:00 12:00~13:30/30", Text(DayOf(time, Monday.PlusDays(-1))));
        Assert.Equal("off", Text(DayOf(Working(Daily(Day), Daily(null, from: Monday)))));
        Assert.Equal("off", Text(DayOf(Working(late), Monday.PlusDays(2))));
    }

    [Fact]
    public void A_rota_repeats_from_the_week_in_which_it_takes_effect()
    {
        Shift?[] Week(string end) => [.. Enumerable.Repeat(Shift("08:00", end), 5), null, null];
        var rota = new Rota(new LocalDate(2026, 11, 25), null, [Week("12:00"), Week("13:00"), Week("14:00")]);
        Assert.Null(rota.ShiftOn(new LocalDate(2026, 11, 24)));
        Assert.Equal(new LocalTime(12, 0), rota.ShiftOn(new LocalDate(2026, 11, 25))?.End);
        Assert.Null(rota.ShiftOn(new LocalDate(2026, 11, 28)));
        Assert.Equal(new LocalTime(13, 0), rota.ShiftOn(new LocalDate(2026, 11, 30))?.End);
        Assert.Equal(new LocalTime(14, 0), rota.ShiftOn(new LocalDate(2026, 12, 7))?.End);
        Assert.Equal(new LocalTime(12, 0), rota.ShiftOn(new LocalDate(2026, 12, 14))?.End);
    }

    [Fact]
    public void Bank_holidays_are_days_off_for_those_who_do_not_work_them()
    {
        Assert.Equal("off", Text(DayOf(Working(Daily(Day)), Monday, Monday)));
        Assert.Equal("08:00-16:00 12:00~13:30/30", Text(DayOf(Working(Daily(Day)) with { WorksBankHolidays = true }, Monday, Monday)));
        Assert.Equal("09:00-12:00",
            Text(DayOf(Working(Daily(Day)) with { Overtime = [new(Monday, At("09:00"), At("12:00"))] }, Monday, Monday)));
    }

    [Theory]
    [InlineData("08:00-18:00", "16:00-18:00")]
    [InlineData("06:00-18:00", "16:00-18:00", "06:00-08:00")]
    [InlineData("08:00-20:00", "18:00-20:00", "16:00-18:00")]
    [InlineData("08:00-16:00", "17:00-18:00")]
    [InlineData("08:00-16:00", "16:00-21:30")]
    [InlineData("08:00-21:00", "16:00-21:00")]
    [InlineData("08:00-16:00", "04:00-08:00")]
    public void Overtime_that_touches_the_shift_lengthens_it_within_the_limits(string expected, params string[] overtime)
    {
        var time = Working(Daily(Shift("08:00", "16:00"))) with
        {
            Overtime = [.. overtime.Select(text => new Overtime(Monday, At(text[..5]), At(text[6..])))],
            Limits = new WorkingTimeLimits(13 * 60, 11 * 60),
        };
        // 04:00 would leave 12 hours after yesterday's 16:00, and 21:00 eleven before tomorrow's 08:00: the rest is kept either way.
        if (overtime is ["04:00-08:00"]) expected = "04:00-16:00";
        Assert.Equal(expected, Text(DayOf(time)));
    }

    [Fact]
    public void Overtime_that_leaves_too_little_rest_is_not_used_also_after_overtime_the_day_before()
    {
        var time = Working(Daily(Shift("08:00", "16:00"))) with
        {
            Overtime = [new(Monday, At("16:00"), At("20:00")), new(Monday.PlusDays(1), At("06:00"), At("08:00"))],
        };
        Assert.Equal("08:00-20:00", Text(DayOf(time)));
        Assert.Equal("08:00-16:00", Text(DayOf(time, Monday.PlusDays(1))));
        Assert.Equal("08:00-16:00", Text(DayOf(time with { Limits = new WorkingTimeLimits(13 * 60, 13 * 60) })));
    }

    [Theory]
    [InlineData("2026-11-23", "22:00-30:00 23:30~24:00/30")]
    [InlineData("2026-03-28", "22:00-29:00 23:30~24:00/30")]
    [InlineData("2026-10-24", "22:00-31:00 23:30~24:00/30")]
    public void A_night_shift_runs_over_midnight_and_over_the_clock_change(string day, string expected)
    {
        var night = Working(Daily(Shift("22:00", "06:00", Break("23:30", "00:30", 30))));
        Assert.Equal(expected, Text(DayOf(night, LocalDate.FromDateOnly(DateOnly.ParseExact(day, "yyyy-MM-dd")))));
    }

    [Theory]
    [InlineData("22:00-32:00", "06:00-08:00", true)]
    [InlineData("22:00-30:00", "07:00-08:00", true)]
    [InlineData("20:00-30:00", "20:00-22:00", false)]
    [InlineData("22:00-30:00", "06:00-08:00", false)]
    public void Overtime_after_a_shift_over_midnight_starts_on_the_day_after(string expected, string overtime, bool startsNextDay)
    {
        var time = Working(Daily(Shift("22:00", "06:00"))) with
        {
            Overtime = [new(Monday, At(overtime[..5]), At(overtime[6..]), startsNextDay)],
        };
        Assert.Equal(expected, Text(DayOf(time)));
    }

    [Fact]
    public void A_certificate_counts_on_its_last_day()
    {
        var (gas, contract) = (new SkillCode("GAS-SAFE"), new ContractId(3));
        var operative = Operative(Working()) with { Skills = [new(gas, 3, Monday)], Clearances = [new(contract, Monday)] };
        Assert.True(operative.HasSkills([new SkillRequirement(gas, 3)], Monday));
        Assert.False(operative.HasSkills([new SkillRequirement(gas, 3)], Monday.PlusDays(1)));
        Assert.False(operative.HasSkills([new SkillRequirement(gas, 4)], Monday));
        Assert.True(operative.IsClearedFor(contract, Monday));
        Assert.False(operative.IsClearedFor(contract, Monday.PlusDays(1)));
        Assert.False((operative with { DedicatedTo = new ContractId(4) }).IsClearedFor(contract, Monday));
    }

    [Theory]
    [InlineData(60, 100, 3600)]
    [InlineData(61, 50, 1860)]
    [InlineData(10, 101, 660)]
    [InlineData(1, 50, 60)]
    [InlineData(45, 120, 3240)]
    public void Time_on_site_is_rounded_up_to_a_minute(int minutes, int pace, int seconds) =>
        Assert.Equal(seconds, Operative(Working(), pace).SecondsFor(minutes));
}
