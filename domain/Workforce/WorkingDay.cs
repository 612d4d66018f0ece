using NodaTime;
using OrleansScheduling.Domain.Time;

namespace OrleansScheduling.Domain.Workforce;

/// <summary>A pause in seconds of the day: it starts at or after <paramref name="Earliest"/> and not after <paramref name="LatestStart"/>.</summary>
/// <remarks>A piece of absence inside a shift is a pause that cannot float: both bounds are the same.</remarks>
public readonly record struct Pause(int Earliest, int LatestStart, int Seconds);

/// <summary>One operative's working day, in seconds of its <see cref="DayClock"/>.</summary>
/// <param name="Start">When the operative sets off from the start place.</param>
/// <param name="End">When the operative is back at the end place; may lie on the next day.</param>
/// <param name="Pauses">Breaks and pieces of absence, in the order in which they are taken.</param>
public sealed record WorkingDay(int Start, int End, IReadOnlyList<Pause> Pauses)
{
    /// <summary>Most pauses that one day holds; each further piece of absence makes the day end before it.</summary>
    public const int MaxPauses = 4;

    /// <summary>Seconds in which visits and travel find room.</summary>
    public int WorkingSeconds
    {
        get
        {
            var pauses = 0;
            foreach (var pause in Pauses) pauses += pause.Seconds;
            return End - Start - pauses;
        }
    }
}

/// <summary>Works out when an operative works: rota, then bank holidays, overtime within the limits, and absences.</summary>
public static class Availability
{
    /// <summary>The working day, or null when the operative does not work that day.</summary>
    /// <param name="clock">The day in the contractor's time zone.</param>
    /// <param name="isBankHoliday">Whether a day is a bank holiday for the contractor.</param>
    public static WorkingDay? On(Operative operative, DayClock clock, Func<LocalDate, bool> isBankHoliday)
    {
        var time = operative.WorkingTime;
        var shift = ShiftOn(time, clock.Day, isBankHoliday);
        var (start, end) = shift is null ? (int.MaxValue, int.MinValue) : BoundsOf(shift, clock);
        (start, end) = WithOvertime(time, clock, isBankHoliday, start, end);
        if (start >= end) return null;

        var away = PiecesAway(time, clock);
        var pauses = shift is null ? [] : shift.Breaks.Select(pause => PauseOf(pause, shift, clock)).ToList();
        foreach (var (from, to) in away)
        {
            if (to <= start || from >= end) continue;
            if (from <= start && to >= end) return null;
            if (from <= start) start = to;
            else if (to >= end || pauses.Count == WorkingDay.MaxPauses) end = from;
            else pauses.Add(new Pause(from, from, to - from));
        }

        return start >= end ? null : new WorkingDay(start, end, Fitting(pauses, start, end));
    }

    /// <summary>The absences in seconds of the day, in order, those that touch joined into one.</summary>
    static List<(int From, int To)> PiecesAway(WorkingTime time, DayClock clock)
    {
        var pieces = new List<(int From, int To)>();
        foreach (var absence in time.Absences.OrderBy(absence => absence.Start))
        {
            // Absences of other weeks would not fit in seconds of this day.
            if (absence.End.Date < clock.Day || absence.Start.Date > clock.Day.PlusDays(2)) continue;
            var from = absence.Start.Date < clock.Day ? 0 : clock.SecondAt(DayClock.InstantOf(absence.Start, clock.Zone));
            var to = absence.End.Date > clock.Day.PlusDays(2) ? int.MaxValue : clock.SecondAt(DayClock.InstantOf(absence.End, clock.Zone));
            if (pieces.Count > 0 && from <= pieces[^1].To) pieces[^1] = (pieces[^1].From, Math.Max(pieces[^1].To, to));
            else pieces.Add((from, to));
        }

        return pieces;
    }

    /// <summary>The rota's shift: of the rotas that cover the day the one that took effect last.</summary>
    static Shift? ShiftOn(WorkingTime time, LocalDate day, Func<LocalDate, bool> isBankHoliday)
    {
        if (!time.WorksBankHolidays && isBankHoliday(day)) return null;
        Rota? current = null;
        foreach (var rota in time.Rotas)
        {
            if (rota.CoversDay(day) && (current is null || rota.EffectiveFrom >= current.EffectiveFrom)) current = rota;
        }

        return current?.ShiftOn(day);
    }

    static (int Start, int End) BoundsOf(Shift shift, DayClock clock) =>
        (clock.SecondAt(shift.Start), clock.SecondAt(shift.End, shift.EndsNextDay ? 1 : 0));

    /// <summary>
    /// Overtime that touches the shift lengthens it; on a day off it is the working day. It is left out when the day would be longer
    /// than the limit, or would leave too little rest after yesterday's shift or before tomorrow's.
    /// </summary>
    static (int Start, int End) WithOvertime(
        WorkingTime time, DayClock clock, Func<LocalDate, bool> isBankHoliday, int start, int end)
    {
        foreach (var overtime in time.Overtime)
        {
            if (overtime.Day != clock.Day) continue;
            var from = clock.SecondAt(overtime.Start);
            var to = clock.SecondAt(overtime.End, overtime.End <= overtime.Start ? 1 : 0);
            if (start < end && (from > end || to < start)) continue;
            var (longerStart, longerEnd) = (Math.Min(start, from), Math.Max(end, to));
            if (longerEnd - longerStart > time.Limits.MaxDayMinutes * 60) continue;
            if (HasRest(time, clock, isBankHoliday, longerStart, longerEnd)) (start, end) = (longerStart, longerEnd);
        }

        return (start, end);
    }

    static bool HasRest(WorkingTime time, DayClock clock, Func<LocalDate, bool> isBankHoliday, int start, int end)
    {
        var rest = time.Limits.MinRestMinutes * 60;
        if (ShiftOn(time, clock.Day.PlusDays(-1), isBankHoliday) is { } before)
        {
            var yesterday = new DayClock(clock.Day.PlusDays(-1), clock.Zone);
            if (clock.SecondAt(yesterday.InstantAt(BoundsOf(before, yesterday).End)) + rest > start) return false;
        }

        if (ShiftOn(time, clock.Day.PlusDays(1), isBankHoliday) is not { } after) return true;
        var tomorrow = new DayClock(clock.Day.PlusDays(1), clock.Zone);
        return end + rest <= clock.SecondAt(tomorrow.InstantAt(BoundsOf(after, tomorrow).Start));
    }

    /// <summary>A break's wall-clock bounds; in a shift over midnight a time before the shift's start is on the next day.</summary>
    static Pause PauseOf(Break pause, Shift shift, DayClock clock)
    {
        var seconds = pause.Minutes * 60;
        var earliest = clock.SecondAt(pause.Earliest, shift.EndsNextDay && pause.Earliest < shift.Start ? 1 : 0);
        var latest = clock.SecondAt(pause.Latest, shift.EndsNextDay && pause.Latest <= shift.Start ? 1 : 0);
        return new Pause(earliest, Math.Max(earliest, latest - seconds), seconds);
    }

    /// <summary>
    /// Drops breaks that a shortened day, or an absence that covers their bounds, leaves no room for, and puts the rest in order. A
    /// break that an absence overlaps in part is had within the absence.
    /// </summary>
    static List<Pause> Fitting(List<Pause> pauses, int start, int end)
    {
        var fixedPauses = pauses.Where(pause => pause.Earliest == pause.LatestStart).ToList();
        var floating = pauses.Where(pause => pause.Earliest < pause.LatestStart
            && pause.Earliest >= start && pause.LatestStart + pause.Seconds <= end
            && !fixedPauses.Exists(other => other.Earliest < pause.LatestStart + pause.Seconds && pause.Earliest < other.Earliest + other.Seconds));
        var inside = fixedPauses.Where(pause => pause.Earliest > start && pause.Earliest + pause.Seconds < end);
        var fitting = inside.Concat(floating).OrderBy(pause => pause.Earliest).ToList();
        // Two pauses whose bounds overlap are taken one after the other; a pause that the one before pushes past its bounds is dropped.
        var free = start;
        var kept = new List<Pause>(fitting.Count);
        foreach (var pause in fitting)
        {
            if (Math.Max(free, pause.Earliest) > pause.LatestStart) continue;
            kept.Add(pause);
            free = Math.Max(free, pause.Earliest) + pause.Seconds;
        }

        return kept;
    }
}
