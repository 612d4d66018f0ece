using NodaTime;

namespace OrleansScheduling.Domain.Time;

/// <summary>A set of weekdays.</summary>
[Flags]
public enum DaysOfWeek
{
    None = 0,
    Monday = 1,
    Tuesday = 2,
    Wednesday = 4,
    Thursday = 8,
    Friday = 16,
    Saturday = 32,
    Sunday = 64,
    Weekdays = Monday | Tuesday | Wednesday | Thursday | Friday,
    All = Weekdays | Saturday | Sunday,
}

public static class DaysOfWeekExtensions
{
    public static bool Includes(this DaysOfWeek days, LocalDate date) => (days & (DaysOfWeek)(1 << ((int)date.DayOfWeek - 1))) != 0;
}
