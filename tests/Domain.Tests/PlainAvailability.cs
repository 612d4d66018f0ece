using NodaTime;
using OrleansScheduling.Domain.Workforce;
using static OrleansScheduling.Domain.Tests.People;

namespace OrleansScheduling.Domain.Tests;

/// <summary>
/// The slow model of a working day: every minute from the day before to three days after is written down with what the clock on the wall
/// shows, and
/// marked as worked or not. It knows nothing of seconds of the day or of how odd hours are resolved.
/// </summary>
sealed class PlainAvailability
{
    const int MinutesWatched = 5 * 24 * 60;

    static readonly Dictionary<LocalDate, int[]> Walls = [];

    // Minutes from the midnight on which the watch starts to what the clock on the wall shows.
    readonly int[] wall;
    readonly WorkingTime time;
    readonly LocalDate day;
    readonly Func<LocalDate, bool> isBankHoliday;

    public PlainAvailability(WorkingTime time, LocalDate day, Func<LocalDate, bool> isBankHoliday)
    {
        (this.time, this.day, this.isBankHoliday) = (time, day, isBankHoliday);
        if (!Walls.TryGetValue(day, out var known)) Walls.Add(day, known = WallFrom(day.PlusDays(-1)));
        wall = known;
    }

    static int[] WallFrom(LocalDate first)
    {
        var instant = London.AtStartOfDay(first).ToInstant();
        return [.. Enumerable.Range(0, MinutesWatched)
            .Select(minute => Shown((instant + Duration.FromMinutes(minute)).InZone(London).LocalDateTime, first))];
    }

    static int Shown(LocalDateTime at, LocalDate first) => (Period.DaysBetween(first, at.Date) * 24 * 60) + (at.Hour * 60) + at.Minute;

    /// <summary>The day as <see cref="People.Text"/> writes it.</summary>
    public string Text()
    {
        var worked = Rostered(day);
        var shift = ShiftOn(day);
        Lengthen(worked, day, keepsRest: true);
        if (!worked.Contains(true)) return "off";

        var bounds = (First: Array.IndexOf(worked, true), Last: Array.LastIndexOf(worked, true));
        foreach (var absence in time.Absences)
        {
            for (var minute = MinuteOf(absence.Start); minute < MinuteOf(absence.End); minute++) worked[minute] = false;
        }

        // Worked minutes that are left between two holes make the day; of too many holes the first that is too many ends it.
        if (!worked.Contains(true)) return "off";
        var first = Array.IndexOf(worked, true);
        var end = Array.LastIndexOf(worked, true) + 1;
        var pauses = new List<(int Earliest, int Latest, int Minutes)>();
        var room = WorkingDay.MaxPauses - (shift?.Breaks.Count ?? 0);
        for (var minute = first; minute < end; minute++)
        {
            if (worked[minute]) continue;
            var back = Array.IndexOf(worked, true, minute);
            if (room-- == 0) end = minute;
            else pauses.Add((minute, minute, back - minute));
            minute = back;
        }

        Assert.InRange(first, bounds.First, bounds.Last);
        if (shift is not null) AddBreaks(shift, worked, first, end, pauses);
        return string.Join(' ', pauses.Order().Select(pause => pause.Earliest == pause.Latest
            ? $"{Clock(pause.Earliest)}/{pause.Minutes}"
            : $"{Clock(pause.Earliest)}~{Clock(pause.Latest)}/{pause.Minutes}").Prepend($"{Clock(first)}-{Clock(end)}"));
    }

    void AddBreaks(Shift shift, bool[] worked, int first, int end, List<(int Earliest, int Latest, int Minutes)> pauses)
    {
        foreach (var pause in shift.Breaks)
        {
            var from = After(pause.Earliest);
            var by = Math.Max(MinuteOf(from.PlusMinutes(Minutes(pause.Earliest, pause.Latest))), MinuteOf(from) + pause.Minutes);
            // Every minute between its bounds belongs to the day that is left, or there is no such break.
            if (MinuteOf(from) < first || by > end || Array.IndexOf(worked, false, MinuteOf(from), by - MinuteOf(from)) >= 0) continue;
            pauses.Add((MinuteOf(from), by - pause.Minutes, pause.Minutes));
        }

        LocalDateTime After(LocalTime at) => day.At(shift.Start).PlusMinutes(Minutes(shift.Start, at));
    }

    static long Minutes(LocalTime from, LocalTime to) => (Period.Between(from, to, PeriodUnits.Minutes).Minutes + (24 * 60)) % (24 * 60);

    Shift? ShiftOn(LocalDate on)
    {
        if (isBankHoliday(on) && !time.WorksBankHolidays) return null;
        return time.Rotas.Where(rota => on >= rota.EffectiveFrom && (rota.EffectiveTo is not { } to || on <= to))
            .MaxBy(rota => rota.EffectiveFrom) is { } rota
            ? rota.Weeks[0][(int)on.DayOfWeek - 1]
            : null;
    }

    /// <summary>The minutes of a day's shift.</summary>
    bool[] Rostered(LocalDate on)
    {
        var worked = new bool[MinutesWatched];
        if (ShiftOn(on) is { } shift) Mark(worked, on, shift.Start, shift.End);
        return worked;
    }

    /// <summary>Overtime of a day, piece by piece from the earliest on, as long as one can be had that meets what is worked
    /// already.</summary>
    void Lengthen(bool[] worked, LocalDate on, bool keepsRest)
    {
        var left = time.Overtime.Where(overtime => overtime.Day == on).OrderBy(overtime => overtime.Start).ToList();
        while (left.Find(overtime => MayLengthen(worked, on, overtime, keepsRest)) is { } next)
        {
            Mark(worked, on, next.Start, next.End);
            left.Remove(next);
        }
    }

    bool MayLengthen(bool[] worked, LocalDate on, Overtime overtime, bool keepsRest)
    {
        var piece = new bool[MinutesWatched];
        Mark(piece, on, overtime.Start, overtime.End);
        if (!piece.Contains(true)) return false;
        var both = worked.Zip(piece, (one, other) => one || other).ToArray();
        var (first, last) = (Array.IndexOf(both, true), Array.LastIndexOf(both, true));
        if (Array.IndexOf(both, false, first, last - first + 1) >= 0 || last - first + 1 > time.Limits.MaxDayMinutes) return false;
        if (!keepsRest) return true;
        var yesterday = Rostered(on.PlusDays(-1));
        Lengthen(yesterday, on.PlusDays(-1), keepsRest: false);
        var tomorrow = Rostered(on.PlusDays(1));
        return (!yesterday.Contains(true) || first - Array.LastIndexOf(yesterday, true) - 1 >= time.Limits.MinRestMinutes)
            && (!tomorrow.Contains(true) || Array.IndexOf(tomorrow, true) - last - 1 >= time.Limits.MinRestMinutes);
    }

    void Mark(bool[] minutes, LocalDate on, LocalTime start, LocalTime end)
    {
        var until = MinuteOf((end <= start ? on.PlusDays(1) : on).At(end));
        for (var minute = MinuteOf(on.At(start)); minute < until; minute++) minutes[minute] = true;
    }

    /// <summary>The first minute in which the clock on the wall shows a time or a later one.</summary>
    int MinuteOf(LocalDateTime at)
    {
        var sought = Shown(at, day.PlusDays(-1));
        var minute = 0;
        while (minute < MinutesWatched && wall[minute] < sought) minute++;
        return minute;
    }

    string Clock(int minute)
    {
        var ofDay = minute - MinuteOf(day.AtMidnight());
        return $"{ofDay / 60:00}:{ofDay % 60:00}";
    }
}
