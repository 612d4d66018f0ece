using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Rates;

namespace OrleansScheduling.Domain.Jobs;

/// <summary>One trade's part of one appointment: who is needed, how many and for how long.</summary>
/// <param name="Stage">0 for the first appointment; visits of one stage share a window.</param>
/// <param name="Crew">Operatives who start together.</param>
/// <param name="GapDays">For stage 1 and later: days that must pass since the stage before.</param>
public sealed record VisitNeed(
    int Stage,
    TradeCode Trade,
    IReadOnlyList<SkillRequirement> Skills,
    int StandardMinutes,
    int Crew,
    int GapDays);

/// <summary>Everything that a set of SOR codes needs, ordered by stage.</summary>
public sealed record JobRequirement(IReadOnlyList<VisitNeed> Needs, bool Emergency)
{
    /// <summary>Most SOR lines that one job carries.</summary>
    public const int MaxLines = 12;

    /// <summary>Most visits that one job may need, over all stages and crews.</summary>
    public const int MaxVisits = 12;

    public int Stages => Needs[^1].Stage + 1;

    public bool IsSingleVisit => Needs.Count == 1 && Needs[0].Crew == 1;

    /// <summary>
    /// Lines of one trade are done in one visit, one after the other, by people who have all the skills that any of them needs.
    /// Several trades come in the same window, each with its own operative. A job is an emergency when any line is.
    /// </summary>
    /// <exception cref="ArgumentException">No items.</exception>
    public static JobRequirement Of(IReadOnlyList<SorItem> items)
    {
        if (items.Count == 0) throw new ArgumentException("A job has at least one schedule-of-rates line.", nameof(items));
        var needs = new List<VisitNeed>();
        var stages = items.Max(item => item.VisitsNeeded);
        for (var stage = 0; stage < stages; stage++)
        {
            var inStage = items.Where(item => item.VisitsNeeded > stage).ToList();
            var gap = stage == 0 ? 0 : Math.Max(1, inStage.Max(item => item.GapDays));
            needs.AddRange(inStage.GroupBy(item => item.Trade).Select(group => NeedOf(stage, gap, [.. group])));
        }

        return new JobRequirement(needs, items.Any(item => item.Emergency));
    }

    static VisitNeed NeedOf(int stage, int gapDays, IReadOnlyList<SorItem> lines) => new(
        stage,
        lines[0].Trade,
        [.. lines.SelectMany(line => line.Skills).GroupBy(skill => skill.Skill)
            .Select(same => new SkillRequirement(same.Key, same.Max(skill => skill.Level)))],
        lines.Sum(line => line.StandardMinutes),
        lines.Max(line => line.OperativesNeeded),
        gapDays);
}
