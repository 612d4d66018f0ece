using NodaTime;
using OrleansScheduling.Domain.Booking;

namespace OrleansScheduling.Domain.Workforce;

/// <summary>
/// What was told of one day of an operative's after the rota was made: a later import of the rota leaves it as it is.
/// </summary>
/// <param name="IsLocked">A planner runs the day: no engine adds to it or takes from it.</param>
/// <param name="Away">From when to when the operative is away.</param>
/// <param name="Overtime">Agreed beyond the shift.</param>
public sealed record ToldDay(LocalDate Day, bool IsLocked, Absence? Away, Overtime? Overtime)
{
    /// <summary>Most days that are remembered of one operative: the oldest make room.</summary>
    public const int MaxDays = 31;

    public LocalDate Day { get; } = Rule.Day(Day, "ToldDay.Day");

    public bool SaysNothing => !IsLocked && Away is null && Overtime is null;
}

/// <summary>Something that is told of an operative's day.</summary>
/// <param name="Kind">What it is, as the feed will have it.</param>
/// <param name="From">For an absence: its start; for overtime: the end of the working day so far.</param>
/// <param name="Until">For an absence: its end; for overtime: when the operative is to be back.</param>
public sealed record DayTelling(EventKind Kind, LocalDate Day, LocalDateTime From, LocalDateTime Until)
{
    /// <summary>Longest overtime that a planner agrees on one day.</summary>
    public const int MaxOvertimeMinutes = 240;

    /// <summary>The operative after it was told; what was told already may be told again.</summary>
    public Operative Tell(Operative operative)
    {
        var before = operative.ToldOf(Day) ?? new ToldDay(Day, IsLocked: false, null, null);
        var after = Kind switch
        {
            EventKind.DayLocked => before with { IsLocked = true },
            EventKind.DayUnlocked => before with { IsLocked = false },
            EventKind.OperativeAbsent => before with { Away = new Absence(From, Until, "Reported off") },
            EventKind.OvertimeAgreed => before with { Overtime = Lengthened(before.Overtime) },
            _ => throw new ArgumentException($"{Kind} is not told of a day.", nameof(operative)),
        };
        var others = operative.Told.Where(told => told.Day != Day);
        var told = after.SaysNothing ? others : others.Append(after);
        return operative with { Told = [.. told.OrderBy(one => one.Day).TakeLast(ToldDay.MaxDays)] };
    }

    Overtime Lengthened(Overtime? before) =>
        before is null ? new Overtime(Day, From.TimeOfDay, Until.TimeOfDay, From.Date > Day)
            : new Overtime(Day, before.Start, Until.TimeOfDay, before.StartsNextDay);

    /// <summary>For whoever reads the feed: when, and no word of why.</summary>
    public string Note => Kind is EventKind.DayLocked or EventKind.DayUnlocked
        ? $"{Day:uuuu-MM-dd}" : $"{From:uuuu-MM-dd HH:mm} to {Until:uuuu-MM-dd HH:mm}";
}
