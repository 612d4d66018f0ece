using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Domain.Rates;

/// <summary>A skill that work needs, and how good at it somebody must be.</summary>
/// <param name="Level">1 (basic) to 5 (expert); an operative of a higher level will do.</param>
/// <exception cref="ArgumentException">A level outside 1 to 5.</exception>
public readonly record struct SkillRequirement(SkillCode Skill, int Level)
{
    public const int MaxLevel = 5;

    public int Level { get; init => field = Checked(value); } = Checked(Level);

    static int Checked(int level) => Rule.Between(level, 1, MaxLevel, "SkillRequirement.Level");
}

/// <summary>One item of a schedule of rates (SOR): a piece of work with a price list's code, and what it takes to do it.</summary>
/// <param name="Schedule">The schedule that the item stands in, such as <c>NHF8</c>; a contract names the schedule that it works
/// to.</param>
/// <param name="PlainName">What a tenant would call it: "Tap dripping".</param>
/// <param name="StandardMinutes">On-site time of one visit at standard pace.</param>
/// <param name="OperativesNeeded">People on site at the same time: 2 for a two-person lift.</param>
/// <param name="VisitsNeeded">Visits to finish the work, each of <paramref name="StandardMinutes"/>.</param>
/// <param name="GapDays">Days that must pass from one visit to the next (plaster dries); 1 means the next day at the earliest.</param>
/// <param name="Emergency">Work that is attended at once, and may use the capacity that is held back.</param>
public sealed record SorItem(
    string Schedule,
    SorCode Code,
    string Description,
    string PlainName,
    TradeCode Trade,
    IReadOnlyList<SkillRequirement> Skills,
    int StandardMinutes,
    int OperativesNeeded,
    int VisitsNeeded,
    int GapDays,
    bool Emergency)
{
    public const int MaxStandardMinutes = 480;
    public const int MaxOperatives = 4;
    public const int MaxVisits = 5;
    public const int MaxGapDays = 28;

    public int StandardMinutes { get; init => field = CheckedMinutes(value); } = CheckedMinutes(StandardMinutes);

    public int OperativesNeeded { get; init => field = CheckedOperatives(value); } = CheckedOperatives(OperativesNeeded);

    public int VisitsNeeded { get; init => field = CheckedVisits(value); } = CheckedVisits(VisitsNeeded);

    public int GapDays { get; init => field = CheckedGap(value); } = CheckedGap(GapDays);

    static int CheckedMinutes(int minutes) => Rule.Between(minutes, 1, MaxStandardMinutes, "SorItem.StandardMinutes");

    static int CheckedOperatives(int count) => Rule.Between(count, 1, MaxOperatives, "SorItem.OperativesNeeded");

    static int CheckedVisits(int count) => Rule.Between(count, 1, MaxVisits, "SorItem.VisitsNeeded");

    static int CheckedGap(int days) => Rule.Between(days, 0, MaxGapDays, "SorItem.GapDays");
}
