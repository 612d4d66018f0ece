using OrleansScheduling.Domain.Time;

namespace OrleansScheduling.Import.Reading;

/// <summary>Weekdays as people write them: <c>Mon-Fri</c>, <c>Mon Wed Sat</c>, <c>daily</c>.</summary>
static class DaysText
{
    const int DaysInWeek = 7;
    static readonly string[] Names = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

    public static DaysOfWeek? Read(string text)
    {
        if (string.Equals(text, "daily", StringComparison.OrdinalIgnoreCase)) return DaysOfWeek.All;
        var days = DaysOfWeek.None;
        foreach (var word in text.ToUpperInvariant().Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = word.Split('-');
            var first = Array.IndexOf(Names, ends[0]);
            var last = Array.IndexOf(Names, ends[^1]);
            if (first < 0 || last < 0 || ends.Length > 2) return null;
            // Sat-Mon runs over the end of the week.
            for (var day = first; ; day = (day + 1) % DaysInWeek)
            {
                days |= (DaysOfWeek)(1 << day);
                if (day == last) break;
            }
        }

        return days == DaysOfWeek.None ? null : days;
    }
}
