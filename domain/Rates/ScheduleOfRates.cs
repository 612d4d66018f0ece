using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Domain.Rates;

/// <summary>A skill that work needs, and how good at it somebody must be.</summary>
/// <param name="Level">1 (basic) to 5 (expert); an operative of a higher level will do.</param>
public readonly record struct SkillRequirement(SkillCode Skill, int Level);

/// <summary>One item of a schedule of rates (SOR): a piece of work with a price list's code, and what it takes to do it.</summary>
/// <param name="Schedule">The schedule that the item stands in, such as <c>NHF8</c>; a contract names the schedule that it works to.</param>
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
}
