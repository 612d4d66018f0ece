using System.Globalization;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>How good a plan is, level by level: no saving makes up for a promise, and none for a deadline.</summary>
/// <param name="Promises">Minutes after promised times; a promised visit that is not planned counts as
/// <see cref="LeftOutMinutes"/>.</param>
/// <param name="Deadlines">Minutes after deadlines, each times its priority.</param>
/// <param name="Cost">Everything else, in the plan's unit of cost.</param>
public readonly record struct Score(double Promises, double Deadlines, double Cost) : IComparable<Score>
{
    /// <summary>What a promised visit that is left out counts: a day of lateness.</summary>
    public const double LeftOutMinutes = 24 * 60;

    /// <summary>Differences below this are rounding noise of sums in another order.</summary>
    const double Noise = 1e-7;

    /// <summary>Negative: better than the other.</summary>
    public int CompareTo(Score other)
    {
        var promises = Compare(Promises, other.Promises);
        if (promises != 0) return promises;
        var deadlines = Compare(Deadlines, other.Deadlines);
        return deadlines != 0 ? deadlines : Compare(Cost, other.Cost);
    }

    public static bool operator <(Score left, Score right) => left.CompareTo(right) < 0;

    public static bool operator >(Score left, Score right) => left.CompareTo(right) > 0;

    public static bool operator <=(Score left, Score right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Score left, Score right) => left.CompareTo(right) >= 0;

    public static Score operator +(Score left, Score right) =>
        new(left.Promises + right.Promises, left.Deadlines + right.Deadlines, left.Cost + right.Cost);

    public static Score operator -(Score left, Score right) =>
        new(left.Promises - right.Promises, left.Deadlines - right.Deadlines, left.Cost - right.Cost);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"promises {Promises:0.##}, deadlines {Deadlines:0.##}, cost {Cost:0.##}");

    static int Compare(double left, double right) =>
        Math.Abs(left - right) <= Noise * Math.Max(1, Math.Max(Math.Abs(left), Math.Abs(right))) ? 0 : left.CompareTo(right);
}
