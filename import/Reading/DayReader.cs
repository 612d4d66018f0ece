using System.Globalization;
using NodaTime;
using NodaTime.Text;
using OrleansScheduling.Domain.Time;

namespace OrleansScheduling.Import.Reading;

/// <summary>
/// Reads dates as people write them in an import file: <c>2026-11-21</c>, <c>today+3</c>, or <c>workday+3</c>.
/// </summary>
/// <remarks>
/// A working day is Monday to Friday and no bank holiday of the contractor. <c>workday</c> is today or, when nobody works today, the next
/// working day; <c>workday+1</c> the one after it; <c>workday-1</c> the last one before today. So a file that speaks of working days
/// fits whatever weekday it is read on.
/// </remarks>
sealed class DayReader(LocalDate today, IReadOnlySet<LocalDate> bankHolidays)
{
    static readonly string RangeRule = $"Must be {Almanac.Range}.";
    const string Rule = "Must be a date such as 2026-11-21, or today, today+3, today-2, workday, workday+3, workday-2.";
    static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");
    readonly Dictionary<int, LocalDate> _workdays = [];

    public LocalDate Today { get; } = today;

    public (LocalDate? Value, string? Rule) Date(string text)
    {
        var (day, rule) = AnyDate(text);
        return day is { } found && !Almanac.Has(found) ? (null, RangeRule) : (day, rule);
    }

    (LocalDate? Value, string? Rule) AnyDate(string text)
    {
        if (text.Length == 0) return (null, "Must not be blank.");
        if (LocalDatePattern.Iso.Parse(text) is { Success: true } iso) return (iso.Value, null);
        if (Offset(text, "workday") is { } workdays) return (Workday(workdays), null);
        return Offset(text, "today") is { } days ? (Today.PlusDays(days), null) : (null, Rule);
    }

    /// <summary>A date, with or without a time after a space or a <c>T</c>; without, the moment is midnight.</summary>
    public ((LocalDateTime Moment, bool HasTime)? Value, string? Rule) DateTime(string text)
    {
        var split = text.LastIndexOfAny([' ', 'T']);
        if (split < 0)
        {
            var (alone, rule) = Date(text);
            return alone is { } date ? ((date.AtMidnight(), false), null) : (null, rule);
        }

        var (day, dayRule) = Date(text[..split].TrimEnd());
        if (day is not { } found) return (null, dayRule);
        var time = Time.Parse(text[(split + 1)..]);
        return time.Success ? ((found.At(time.Value), true), null) : (null, "Must be a date and a time, such as 2026-11-21 09:14.");
    }

    public bool IsWorkday(LocalDate day) =>
        day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && !bankHolidays.Contains(day);

    LocalDate Workday(int offset)
    {
        if (_workdays.TryGetValue(offset, out var known)) return known;
        var day = offset < 0 ? Today : Today.PlusDays(-1);
        var step = offset < 0 ? -1 : 1;
        for (var left = offset < 0 ? -offset : offset + 1; left > 0;)
        {
            day = day.PlusDays(step);
            if (IsWorkday(day)) left--;
        }

        return _workdays[offset] = day;
    }

    static int? Offset(string text, string word)
    {
        if (!text.StartsWith(word, StringComparison.OrdinalIgnoreCase)) return null;
        var rest = text.AsSpan(word.Length);
        if (rest.Length == 0) return 0;
        var sign = rest[0] switch { '+' => 1, '-' => -1, _ => 0 };
        return sign != 0 && int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && days <= ImportLimits.MaxRelativeDays ? sign * days : null;
    }
}
