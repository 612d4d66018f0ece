using NodaTime;

namespace OrleansScheduling.Domain.Time;

/// <summary>The days that a record may speak of. An open end is said by leaving the day out, not by a day far away.</summary>
public static class Almanac
{
    /// <summary>No rota, contract or holiday that still matters began earlier; one that says so is a slip of the pen.</summary>
    public static readonly LocalDate First = new(2000, 1, 1);

    /// <summary>
    /// Longer than any contract or certificate lasts, and far inside what databases, time zones and the step to the next day
    /// can reckon with.
    /// </summary>
    public static readonly LocalDate Last = new(2200, 12, 31);

    public static readonly string Range = $"from {First:uuuu-MM-dd} to {Last:uuuu-MM-dd}";

    public static bool Has(LocalDate day) => day >= First && day <= Last;
}
