using NodaTime;
using OrleansScheduling.Domain.Time;

namespace OrleansScheduling.Domain.Workforce;

/// <summary>A pause that floats: it starts and ends within its bounds, wherever the route leaves room.</summary>
/// <param name="Earliest">Wall-clock time before which it does not start.</param>
/// <param name="Latest">Wall-clock time by which it has ended.</param>
/// <exception cref="ArgumentException">No minutes, or more than lie between its bounds.</exception>
public sealed record Break(LocalTime Earliest, LocalTime Latest, int Minutes)
{
    public LocalTime Earliest { get; } = Earliest;

    public LocalTime Latest { get; } = Latest;

    public int Minutes { get; } = Checked(Earliest, Latest, Minutes);

    static int Checked(LocalTime earliest, LocalTime latest, int minutes)
    {
        // Bounds may lie around midnight: 23:30 to 00:30 is an hour.
        var between = WallClock.MinutesBetween(earliest, latest);
        Rule.Holds(minutes > 0 && minutes <= between, "Break.Minutes", minutes, $"it is from 1 to the {between} between its bounds");
        return minutes;
    }
}

/// <summary>A working day's bounds by wall clock. An end that is not after the start lies on the next day: 22:00 to 06:00.</summary>
/// <exception cref="ArgumentException">Too many breaks, or one that is not inside the shift.</exception>
public sealed record Shift(LocalTime Start, LocalTime End, IReadOnlyList<Break> Breaks)
{
    public const int MaxBreaks = 3;

    public LocalTime Start { get; } = Start;

    public LocalTime End { get; } = End;

    public IReadOnlyList<Break> Breaks { get; init => field = Checked(Start, End, value); } = Checked(Start, End, Breaks);

    public bool EndsNextDay => End <= Start;

    static IReadOnlyList<Break> Checked(LocalTime start, LocalTime end, IReadOnlyList<Break> breaks)
    {
        Rule.AtMost(breaks, MaxBreaks, "Shift.Breaks");
        var length = start == end ? WallClock.MinutesPerDay : WallClock.MinutesBetween(start, end);
        foreach (var pause in breaks)
        {
            var from = WallClock.MinutesBetween(start, pause.Earliest);
            Rule.Holds(
                from + WallClock.MinutesBetween(pause.Earliest, pause.Latest) <= length,
                "Shift.Breaks",
                $"{pause.Earliest:HH:mm} to {pause.Latest:HH:mm}",
                $"a break lies within the shift, {start:HH:mm} to {end:HH:mm}");
        }

        return breaks;
    }
}

/// <summary>Minutes on the face of a clock.</summary>
static class WallClock
{
    public const int MinutesPerDay = 24 * 60;

    /// <summary>Whole minutes from one time to the next time that the clock shows the other; 0 for the same.</summary>
    public static int MinutesBetween(LocalTime from, LocalTime to) =>
        (MinuteOf(to) - MinuteOf(from) + MinutesPerDay) % MinutesPerDay;

    static int MinuteOf(LocalTime time) => (time.Hour * 60) + time.Minute;
}

/// <summary>A repeating pattern of weeks.</summary>
/// <param name="EffectiveFrom">The first day on which it counts; its week is week 0 of the pattern.</param>
/// <param name="EffectiveTo">The last day, itself included; null while no end is known.</param>
/// <param name="Weeks">Each week has seven entries, Monday first; null is a day off. Week 1 follows week 0, and after the last comes the
/// first.</param>
public sealed record Rota(LocalDate EffectiveFrom, LocalDate? EffectiveTo, IReadOnlyList<IReadOnlyList<Shift?>> Weeks)
{
    public const int MaxWeeks = 8;

    public LocalDate EffectiveFrom { get; } = Rule.Day(EffectiveFrom, "Rota.EffectiveFrom");

    /// <summary>The last day, itself included; null while no end is known.</summary>
    public LocalDate? EffectiveTo { get; } = CheckedTo(EffectiveFrom, EffectiveTo);

    public IReadOnlyList<IReadOnlyList<Shift?>> Weeks { get; init => field = CheckedWeeks(value); } = CheckedWeeks(Weeks);

    static LocalDate? CheckedTo(LocalDate from, LocalDate? to)
    {
        Rule.Holds(to is null || to >= from, "Rota.EffectiveTo", to, $"it is not before the first day, {from:uuuu-MM-dd}");
        return Rule.Day(to, "Rota.EffectiveTo");
    }

    static IReadOnlyList<IReadOnlyList<Shift?>> CheckedWeeks(IReadOnlyList<IReadOnlyList<Shift?>> weeks)
    {
        Rule.Between(weeks.Count, 1, MaxWeeks, "Rota.Weeks");
        foreach (var week in weeks) Rule.Holds(week.Count == 7, "Rota.Weeks", week.Count, "a week has 7 days");
        return weeks;
    }

    public bool CoversDay(LocalDate day) => day >= EffectiveFrom && (EffectiveTo is null || day <= EffectiveTo);

    /// <summary>The shift of a day, or null for a day off or a day that the rota does not cover.</summary>
    public Shift? ShiftOn(LocalDate day)
    {
        if (!CoversDay(day)) return null;
        var weekStart = EffectiveFrom.With(DateAdjusters.PreviousOrSame(IsoDayOfWeek.Monday));
        var days = Period.DaysBetween(weekStart, day);
        return Weeks[days / 7 % Weeks.Count][days % 7];
    }
}

/// <summary>Time away. Whole days when it runs from midnight to midnight, else it takes a piece out of the day.</summary>
/// <exception cref="ArgumentException">It does not end after its start.</exception>
public sealed record Absence(LocalDateTime Start, LocalDateTime End, string Reason)
{
    public LocalDateTime Start { get; } = CheckedStart(Start);

    public LocalDateTime End { get; } = CheckedEnd(Start, End);

    static LocalDateTime CheckedStart(LocalDateTime start)
    {
        Rule.Day(start.Date, "Absence.Start");
        return start;
    }

    static LocalDateTime CheckedEnd(LocalDateTime start, LocalDateTime end)
    {
        // The last of all days, taken whole, ends with the midnight after it.
        if (end != Almanac.Last.PlusDays(1).AtMidnight()) Rule.Day(end.Date, "Absence.End");
        Rule.Holds(end > start, "Absence.End", $"{end:uuuu-MM-dd HH:mm}", $"it is after the start, {start:uuuu-MM-dd HH:mm}");
        return end;
    }
}

/// <summary>Working time agreed beyond the rota, or on a day off. An end that is before the start lies on the day after it.</summary>
/// <param name="Day">The working day that it belongs to: of a shift over midnight the one on which the shift starts.</param>
/// <param name="StartsNextDay">Whether it starts on the calendar day after, as what follows a shift over midnight does.</param>
/// <exception cref="ArgumentException">It ends when it starts.</exception>
public sealed record Overtime(LocalDate Day, LocalTime Start, LocalTime End, bool StartsNextDay = false)
{
    public LocalDate Day { get; } = Rule.Day(Day, "Overtime.Day");

    public LocalTime Start { get; } = Start;

    public LocalTime End { get; } = Checked(Start, End);

    static LocalTime Checked(LocalTime start, LocalTime end)
    {
        Rule.Holds(end != start, "Overtime.End", $"{end:HH:mm}", "it is not the time at which it starts");
        return end;
    }
}

/// <summary>Limits on working time; overtime that would pass them is not used.</summary>
/// <param name="MaxDayMinutes">Longest working day, from first start to last end.</param>
/// <param name="MinRestMinutes">Rest from one day's end to the next day's start: 11 hours by the Working Time Regulations 1998, regulation
/// 10.</param>
public sealed record WorkingTimeLimits(int MaxDayMinutes, int MinRestMinutes)
{
    public static readonly WorkingTimeLimits Standard = new(MaxDayMinutes: 13 * 60, MinRestMinutes: 11 * 60);

    public int MaxDayMinutes { get; init => field = CheckedDay(value); } = CheckedDay(MaxDayMinutes);

    public int MinRestMinutes { get; init => field = CheckedRest(value); } = CheckedRest(MinRestMinutes);

    static int CheckedDay(int minutes) => Rule.Between(minutes, 1, WallClock.MinutesPerDay, "WorkingTimeLimits.MaxDayMinutes");

    static int CheckedRest(int minutes) => Rule.Between(minutes, 0, WallClock.MinutesPerDay, "WorkingTimeLimits.MinRestMinutes");
}

/// <summary>Everything that decides when an operative works.</summary>
/// <param name="Rotas">In order of effective date; where two cover a day, the later one counts.</param>
/// <param name="WorksBankHolidays">Whether the rota goes on through bank holidays.</param>
public sealed record WorkingTime(
    IReadOnlyList<Rota> Rotas,
    IReadOnlyList<Absence> Absences,
    IReadOnlyList<Overtime> Overtime,
    bool WorksBankHolidays,
    WorkingTimeLimits Limits);
