using System.Globalization;
using NodaTime;

namespace OrleansScheduling.Api.Desk;

/// <summary>
/// Dates and times as people say them, in the contractor's time zone. Noon and midnight by name: "12am" means either to somebody.
/// </summary>
public static class TimeWords
{
    static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>"8am", "8:30am", "12 noon", "12 midnight".</summary>
    public static string Of(LocalTime time)
    {
        if (time.Minute == 0 && time.Hour == 12) return "12 noon";
        if (time.Minute == 0 && time.Hour == 0) return "12 midnight";
        var hour = time.Hour % 12 == 0 ? 12 : time.Hour % 12;
        var minutes = time.Minute == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $":{time.Minute:00}");
        return string.Create(CultureInfo.InvariantCulture, $"{hour}{minutes}{(time.Hour < 12 ? "am" : "pm")}");
    }

    public static string Of(Instant instant, DateTimeZone zone) => Of(instant.InZone(zone).TimeOfDay);

    /// <summary>"8am to 12 noon".</summary>
    public static string Range(DateTimeOffset start, DateTimeOffset end, DateTimeZone zone) =>
        $"{Of(Instant.FromDateTimeOffset(start), zone)} to {Of(Instant.FromDateTimeOffset(end), zone)}";

    /// <summary>"Monday 23 November", with the year when it is another one than today's.</summary>
    public static string Day(LocalDate day, LocalDate today) =>
        day.ToString(day.Year == today.Year ? "dddd d MMMM" : "dddd d MMMM yyyy", English);

    /// <summary>"Today", "Tomorrow", or null for other days.</summary>
    public static string? Near(LocalDate day, LocalDate today) =>
        day == today ? "Today" : day == today.PlusDays(1) ? "Tomorrow" : day == today.PlusDays(-1) ? "Yesterday" : null;

    /// <summary>"Monday 23 November, 8am to 12 noon".</summary>
    public static string Window(DateTimeOffset start, DateTimeOffset end, DateTimeZone zone, LocalDate today) =>
        $"{Day(Instant.FromDateTimeOffset(start).InZone(zone).Date, today)}, {Range(start, end, zone)}";

    public static string Count(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");
}
