using NodaTime;
using OrleansScheduling.Domain.Time;

namespace OrleansScheduling.Domain.Workforce;

/// <summary>Works out when an operative works: rota, then bank holidays, overtime within the limits, and absences.</summary>
public static class Availability
{
    /// <summary>The working day, or null when the operative does not work that day.</summary>
    /// <param name="clock">The day in the contractor's time zone.</param>
    /// <param name="isBankHoliday">Whether a day is a bank holiday for the contractor.</param>
    public static WorkingDay? On(Operative operative, DayClock clock, Func<LocalDate, bool> isBankHoliday)
    {
        var time = operative.WorkingTimeAsTold;
        var shift = ShiftOn(time, clock.Day, isBankHoliday);
        var (start, end) = WithOvertime(time, clock, isBankHoliday, BoundsOf(shift, clock));
        if (start >= end) return null;

        var breaks = shift is null ? [] : shift.Breaks.Select(pause => PauseOf(pause, shift, clock)).ToList();
        var away = new List<Pause>();
        foreach (var (from, to) in PiecesAway(time, clock))
        {
            if (to <= start || from >= end) continue;
            if (from <= start && to >= end) return null;
            if (from <= start) start = to;
            else if (to >= end || away.Count + breaks.Count == WorkingDay.MaxPauses) end = from;
            else away.Add(new Pause(from, from, to - from));
        }

        return new WorkingDay(start, end, WithBreaks(away, breaks, start, end));
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
            if (to <= from) continue;
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

    static (int Start, int End) BoundsOf(Shift? shift, DayClock clock) =>
        shift is null ? NoBounds : (clock.SecondAt(shift.Start), clock.SecondAt(shift.End, shift.EndsNextDay ? 1 : 0));

    static readonly (int Start, int End) NoBounds = (int.MaxValue, int.MinValue);

    /// <summary>
    /// Overtime that touches the shift lengthens it; on a day off the earliest is the working day. It is left out when the day would be
    /// longer than the limit, or would leave too little rest after yesterday's work, its overtime included, or before tomorrow's shift.
    /// </summary>
    static (int Start, int End) WithOvertime(
        WorkingTime time, DayClock clock, Func<LocalDate, bool> isBankHoliday, (int Start, int End) bounds)
    {
        if (!time.Overtime.Any(overtime => overtime.Day == clock.Day)) return bounds;
        var (earliest, latest) = RestBounds(time, clock, isBankHoliday);
        return Lengthened(time, clock, bounds, longer => longer.Start >= earliest && longer.End <= latest);
    }

    static (int Start, int End) Lengthened(
        WorkingTime time, DayClock clock, (int Start, int End) bounds, Func<(int Start, int End), bool> leavesRest)
    {
        var left = time.Overtime.Where(overtime => overtime.Day == clock.Day)
            .OrderBy(overtime => overtime.StartsNextDay).ThenBy(overtime => overtime.Start).ToList();
        // Each pass uses at least one piece, so that one piece may touch the shift by way of another.
        for (var used = true; used;)
        {
            used = false;
            foreach (var overtime in left)
            {
                var later = overtime.StartsNextDay ? 1 : 0;
                var from = clock.SecondAt(overtime.Start, later);
                var to = clock.SecondAt(overtime.End, overtime.End < overtime.Start ? later + 1 : later);
                if (from >= to || (bounds.Start < bounds.End && (from > bounds.End || to < bounds.Start))) continue;
                var longer = (Start: Math.Min(bounds.Start, from), End: Math.Max(bounds.End, to));
                if (longer.End - longer.Start > time.Limits.MaxDayMinutes * 60 || !leavesRest(longer)) continue;
                bounds = longer;
                used = left.Remove(overtime);
                break;
            }
        }

        return bounds;
    }

    /// <summary>The first second at which a day lengthened by overtime may start, and the last at which it may end.</summary>
    static (int Earliest, int Latest) RestBounds(WorkingTime time, DayClock clock, Func<LocalDate, bool> isBankHoliday)
    {
        var rest = time.Limits.MinRestMinutes * 60;
        var yesterday = new DayClock(clock.Day.PlusDays(-1), clock.Zone);
        // Whether yesterday's overtime keeps its own rest is not asked: that question would run back day by day.
        var before = Lengthened(time, yesterday, BoundsOf(ShiftOn(time, yesterday.Day, isBankHoliday), yesterday), _ => true);
        var tomorrow = new DayClock(clock.Day.PlusDays(1), clock.Zone);
        var after = BoundsOf(ShiftOn(time, tomorrow.Day, isBankHoliday), tomorrow);
        return (
            before.Start < before.End ? clock.SecondAt(yesterday.InstantAt(before.End)) + rest : int.MinValue,
            after.Start < after.End ? clock.SecondAt(tomorrow.InstantAt(after.Start)) - rest : int.MaxValue);
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
    /// The pieces of absence with the breaks between them, in order. A break whose bounds reach beyond what is left of the day is not had:
    /// the
    /// day is shorter. One that an absence overlaps is had within the absence.
    /// </summary>
    static List<Pause> WithBreaks(List<Pause> away, List<Pause> breaks, int start, int end)
    {
        var pauses = away.ToList();
        foreach (var pause in breaks.OrderBy(pause => pause.Earliest).ThenBy(pause => pause.LatestStart))
        {
            var by = pause.LatestStart + pause.Seconds;
            if (pause.Earliest < start || by > end) continue;
            if (away.Exists(piece => piece.Earliest < by && pause.Earliest < piece.Earliest + piece.Seconds)) continue;
            pauses.Add(pause);
        }

        // Breaks whose bounds overlap are taken one after the other; one that the break before pushes past its bounds is dropped.
        var free = start;
        var kept = new List<Pause>(pauses.Count);
        foreach (var pause in pauses.OrderBy(pause => pause.Earliest).ThenBy(pause => pause.LatestStart))
        {
            var from = Math.Max(free, pause.Earliest);
            if (from > pause.LatestStart) continue;
            kept.Add(pause);
            free = from + pause.Seconds;
        }

        return kept;
    }
}
