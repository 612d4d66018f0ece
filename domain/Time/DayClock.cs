using NodaTime;
using NodaTime.TimeZones;

namespace OrleansScheduling.Domain.Time;

/// <summary>
/// One calendar day of a time zone, counted in whole seconds that really pass from its first instant. A day has 86,400 of them, except
/// the two days a year on which clocks change: 82,800 and 90,000.
/// </summary>
/// <remarks>
/// Routes are reckoned in these seconds, so that an hour of work is an hour of work on every day. A wall-clock time that does not
/// exist (01:30 on the spring day in London) is read as the first one after it that does (02:00); one that happens twice is the first. So a
/// later time of a day is never an earlier instant.
/// </remarks>
public sealed class DayClock
{
    static readonly ZoneLocalMappingResolver OddHours =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    public DayClock(LocalDate day, DateTimeZone zone)
    {
        Day = day;
        Zone = zone;
        Start = zone.AtStartOfDay(day).ToInstant();
    }

    public LocalDate Day { get; }

    public DateTimeZone Zone { get; }

    /// <summary>The first instant of the day.</summary>
    public Instant Start { get; }

    /// <summary>Seconds from the start of the day to a wall-clock time, which may lie on the following day.</summary>
    public int SecondAt(LocalTime time, int daysLater = 0) => SecondAt(Day.PlusDays(daysLater).At(time).InZone(Zone, OddHours).ToInstant());

    /// <summary>Seconds from the start of the day to an instant, negative before it; part seconds are dropped towards the past.</summary>
    /// <exception cref="OverflowException">The instant is more than 68 years away.</exception>
    public int SecondAt(Instant instant) => checked((int)Math.Floor((instant - Start).TotalSeconds));

    public Instant InstantAt(int second) => Start + Duration.FromSeconds(second);

    public LocalTime TimeAt(int second) => InstantAt(second).InZone(Zone).TimeOfDay;

    /// <summary>A wall-clock time and date as an instant, by the same reading of the two odd hours.</summary>
    public static Instant InstantOf(LocalDateTime local, DateTimeZone zone) => local.InZone(zone, OddHours).ToInstant();
}
