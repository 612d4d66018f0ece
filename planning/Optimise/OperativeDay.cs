using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>A skill, as a number that the plan's maker gives it, with a level: having 3 meets a need for 2.</summary>
public readonly record struct SkillLevel(int Skill, int Level);

/// <summary>
/// One operative on one working day: what a route is made for. Times are seconds from one beginning that all of a plan shares, such as
/// midnight before its first day.
/// </summary>
/// <param name="Operative">What a planner calls the operative.</param>
/// <param name="StartPlace">Where the day starts: a place of the plan's travel table.</param>
/// <param name="EndPlace">Where it ends.</param>
/// <param name="Start">When the operative sets off at the earliest.</param>
/// <param name="End">When the operative is back, without overtime.</param>
public sealed record OperativeDay(string Operative, int StartPlace, int EndPlace, int Start, int End)
{
    /// <summary>Latest time of being back, with overtime; the same as the end where none is agreed.</summary>
    public int OvertimeEnd { get; init; } = End;

    /// <summary>Cost of an hour back after <see cref="End"/>.</summary>
    public double OvertimePricePerHour { get; init; }

    /// <summary>On the day itself the present: nobody sets off before it for work that has not begun.</summary>
    public int FreeFrom { get; init; } = Start;

    /// <summary>Breaks and pieces of absence in the order in which they are taken, all of them on any day on which anything is
    /// done.</summary>
    public IReadOnlyList<Pause> Pauses { get; init; } = [];

    public IReadOnlyList<SkillLevel> Skills { get; init; } = [];

    /// <summary>Time on site in per cent of standard seconds.</summary>
    public int PacePercent { get; init; } = 100;

    /// <summary>Where the operative normally works; null: everywhere alike.</summary>
    public int? HomePatch { get; init; }

    /// <summary>Further patches that the operative may be sent to, at a price.</summary>
    public IReadOnlyList<int> HelpsOutIn { get; init; } = [];

    /// <summary>How much of each kind of stock the van carries; kinds beyond the list are not limited.</summary>
    public IReadOnlyList<int> Stock { get; init; } = [];

    /// <summary>Cost of using this day at all.</summary>
    public double PriceOfUse { get; init; }

    /// <summary>
    /// Whether the operative has left home already: the way from the start to the end place is driven whether there is work or not, and a
    /// plan gains nothing by leaving the day empty.
    /// </summary>
    public bool IsOut { get; init; }
}
