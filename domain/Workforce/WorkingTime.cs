using NodaTime;

namespace OrleansScheduling.Domain.Workforce;

/// <summary>A pause that floats: it starts and ends within its bounds, wherever the route leaves room.</summary>
/// <param name="Earliest">Wall-clock time before which it does not start.</param>
/// <param name="Latest">Wall-clock time by which it has ended.</param>
public sealed record Break(LocalTime Earliest, LocalTime Latest, int Minutes);

/// <summary>A working day's bounds by wall clock. An end that is not after the start lies on the next day: 22:00 to 06:00.</summary>
public sealed record Shift(LocalTime Start, LocalTime End, IReadOnlyList<Break> Breaks)
{
    public const int MaxBreaks = 3;
    public bool EndsNextDay => End <= Start;
}

/// <summary>A repeating pattern of weeks.</summary>
/// <param name="EffectiveFrom">The first day on which it counts; its week is week 0 of the pattern.</param>
/// <param name="EffectiveTo">The last day, itself included; null while no end is known.</param>
/// <param name="Weeks">Each week has seven entries, Monday first; null is a day off. Week 1 follows week 0, and after the last comes the first.</param>
public sealed record Rota(LocalDate EffectiveFrom, LocalDate? EffectiveTo, IReadOnlyList<IReadOnlyList<Shift?>> Weeks)
{
    public const int MaxWeeks = 8;

    public bool CoversDay(LocalDate day) => day >= EffectiveFrom && (EffectiveTo is null || day <= EffectiveTo);

    /// <summary>The shift of a day that the rota covers, or null for a day off.</summary>
    public Shift? ShiftOn(LocalDate day)
    {
        var weekStart = EffectiveFrom.With(DateAdjusters.PreviousOrSame(IsoDayOfWeek.Monday));
        var days = Period.DaysBetween(weekStart, day);
        return Weeks[days / 7 % Weeks.Count][days % 7];
    }
}

/// <summary>Time away. Whole days when it runs from midnight to midnight, else it takes a piece out of the day.</summary>
public sealed record Absence(LocalDateTime Start, LocalDateTime End, string Reason);

/// <summary>Working time agreed beyond the rota, or on a day off.</summary>
public sealed record Overtime(LocalDate Day, LocalTime Start, LocalTime End);

/// <summary>Limits on working time; overtime that would pass them is not used.</summary>
/// <param name="MaxDayMinutes">Longest working day, from first start to last end.</param>
/// <param name="MinRestMinutes">Rest from one day's end to the next day's start: 11 hours by the Working Time Regulations 1998, regulation 10.</param>
public sealed record WorkingTimeLimits(int MaxDayMinutes, int MinRestMinutes)
{
    public static readonly WorkingTimeLimits Standard = new(MaxDayMinutes: 13 * 60, MinRestMinutes: 11 * 60);
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
