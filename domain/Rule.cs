using NodaTime;
using OrleansScheduling.Domain.Time;

namespace OrleansScheduling.Domain;

/// <summary>Limits of values, told in one way: the field, the value that it was to have, and the rule.</summary>
internal static class Rule
{
    /// <exception cref="ArgumentException">Less than the least, or more than the most.</exception>
    public static int Between(int value, int least, int most, string field)
    {
        Holds(value >= least && value <= most, field, value, $"it is from {least} to {most}");
        return value;
    }

    /// <exception cref="ArgumentException">A day before or after all that records speak of.</exception>
    public static LocalDate Day(LocalDate day, string field)
    {
        Holds(Almanac.Has(day), field, $"{day:uuuu-MM-dd}", $"it is {Almanac.Range}");
        return day;
    }

    /// <exception cref="ArgumentException">A day before or after all that records speak of.</exception>
    public static LocalDate? Day(LocalDate? day, string field) => day is { } known ? Day(known, field) : null;

    /// <exception cref="ArgumentException">More entries than the most.</exception>
    public static IReadOnlyList<T> AtMost<T>(IReadOnlyList<T> values, int most, string field)
    {
        Holds(values.Count <= most, field, values.Count, $"it has at most {most} entries");
        return values;
    }

    /// <exception cref="ArgumentException">The rule is broken.</exception>
    public static void Holds<T>(bool holds, string field, T value, string rule)
    {
        if (!holds) throw new ArgumentException($"{field} {value} is not valid: {rule}.");
    }
}
