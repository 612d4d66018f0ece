using NodaTime.Text;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Operatives;

/// <summary>Everything that decides when an operative works.</summary>
[GraphQLName("WorkingTime")]
public sealed class WorkingTimeNode(WorkingTime time)
{
    /// <summary>In order of effective date; where two cover a day, the later one counts.</summary>
    [ListSize(2)]
    public IReadOnlyList<RotaNode> Rotas => [.. time.Rotas.Select(rota => new RotaNode(rota))];

    public IReadOnlyList<AbsenceNode> Absences => [.. time.Absences.Select(absence => new AbsenceNode(absence))];

    public IReadOnlyList<OvertimeNode> Overtime => [.. time.Overtime.Select(overtime => new OvertimeNode(overtime))];

    /// <summary>Whether the rota goes on through bank holidays.</summary>
    public bool WorksBankHolidays => time.WorksBankHolidays;

    /// <summary>Longest working day, from first start to last end.</summary>
    public int MaxDayMinutes => time.Limits.MaxDayMinutes;

    /// <summary>Least rest from one day's end to the next day's start.</summary>
    public int MinRestMinutes => time.Limits.MinRestMinutes;
}

/// <summary>A repeating pattern of weeks.</summary>
[GraphQLName("Rota")]
public sealed class RotaNode(Rota rota)
{
    public DateOnly EffectiveFrom => Bcl.Of(rota.EffectiveFrom);

    /// <summary>The last day, itself included; null while no end is known.</summary>
    public DateOnly? EffectiveTo => Bcl.Of(rota.EffectiveTo);

    /// <summary>How many weeks the pattern has; the week of the first day is week 1.</summary>
    public int Weeks => rota.Weeks.Count;

    /// <summary>The shifts of all weeks; a weekday without one is a day off.</summary>
    public IReadOnlyList<ShiftNode> Shifts =>
    [
        .. rota.Weeks.SelectMany((week, number) => week.Select((shift, day) =>
            shift is null ? null : new ShiftNode(shift, number + 1, (Weekday)(day + 1)))).OfType<ShiftNode>(),
    ];
}

/// <summary>A working day's bounds by wall clock. An end that is not after the start lies on the next day.</summary>
[GraphQLName("Shift")]
public sealed class ShiftNode(Shift shift, int week, Weekday day)
{
    /// <summary>1 for the pattern's first week.</summary>
    public int Week => week;

    public Weekday Day => day;

    public TimeOnly Start => Bcl.Of(shift.Start);

    public TimeOnly End => Bcl.Of(shift.End);

    [ListSize(2)]
    public IReadOnlyList<BreakNode> Breaks => [.. shift.Breaks.Select(pause => new BreakNode(pause))];
}

/// <summary>A pause that floats within its bounds.</summary>
[GraphQLName("Break")]
public sealed class BreakNode(Break pause)
{
    public TimeOnly Earliest => Bcl.Of(pause.Earliest);

    public TimeOnly Latest => Bcl.Of(pause.Latest);

    public int Minutes => pause.Minutes;
}

/// <summary>Time away, by the contractor's wall clock.</summary>
[GraphQLName("Absence")]
public sealed class AbsenceNode(Absence absence)
{
    /// <summary>By the contractor's wall clock, such as 2026-03-09T13:00:00.</summary>
    public string Start => LocalDateTimePattern.ExtendedIso.Format(absence.Start);

    /// <inheritdoc cref="Start"/>
    public string End => LocalDateTimePattern.ExtendedIso.Format(absence.End);

    public string Reason => absence.Reason;
}

/// <summary>Working time agreed beyond the rota. An end that is before the start lies on the next day.</summary>
[GraphQLName("Overtime")]
public sealed class OvertimeNode(Overtime overtime)
{
    public DateOnly Day => Bcl.Of(overtime.Day);

    public TimeOnly Start => Bcl.Of(overtime.Start);

    public TimeOnly End => Bcl.Of(overtime.End);
}
