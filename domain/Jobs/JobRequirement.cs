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
    int GapDays)
{
    public int Stage { get; init => field = CheckedStage(value); } = CheckedStage(Stage);

    public int StandardMinutes { get; init => field = CheckedMinutes(value); } = CheckedMinutes(StandardMinutes);

    public int Crew { get; init => field = CheckedCrew(value); } = CheckedCrew(Crew);

    public int GapDays { get; init => field = CheckedGap(value); } = CheckedGap(GapDays);

    static int CheckedStage(int stage) => Rule.Between(stage, 0, SorItem.MaxVisits - 1, "VisitNeed.Stage");

    static int CheckedMinutes(int minutes) =>
        Rule.Between(minutes, 1, JobRequirement.MaxLines * SorItem.MaxStandardMinutes, "VisitNeed.StandardMinutes");

    static int CheckedCrew(int crew) => Rule.Between(crew, 1, SorItem.MaxOperatives, "VisitNeed.Crew");

    static int CheckedGap(int days) => Rule.Between(days, 0, SorItem.MaxGapDays, "VisitNeed.GapDays");
}

/// <summary>Everything that a set of SOR codes needs, ordered by stage.</summary>
public sealed record JobRequirement(IReadOnlyList<VisitNeed> Needs, bool Emergency)
{
    /// <summary>Most SOR lines that one job carries.</summary>
    public const int MaxLines = 12;

    /// <summary>Most visits that one job may need, over all stages and crews.</summary>
    public const int MaxVisits = 12;

    public IReadOnlyList<VisitNeed> Needs { get; init => field = Checked(value); } = Checked(Needs);

    public int Stages => Needs[^1].Stage + 1;

    public bool IsSingleVisit => Needs.Count == 1 && Needs[0].Crew == 1;

    /// <summary>
    /// Lines of one trade are done in one visit, one after the other, by people who have all the skills that any of them needs.
    /// Several trades come in the same window, each with its own operative. A job is an emergency when any line is.
    /// </summary>
    /// <exception cref="ArgumentException">No items, too many, or more visits than one job may need.</exception>
    public static JobRequirement Of(IReadOnlyList<SorItem> items)
    {
        if (items.Count == 0) throw new ArgumentException("A job has at least one schedule-of-rates line.", nameof(items));
        Rule.AtMost(items, MaxLines, "JobRequirement.Lines");
        // Most jobs: one line, one visit.
        if (items is [{ VisitsNeeded: 1, Skills.Count: <= 1 } only])
            return new([new(0, only.Trade, only.Skills, only.StandardMinutes, only.OperativesNeeded, 0)], only.Emergency);
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

    /// <summary>How many visits a set of SOR codes needs, over all stages, trades and crews.</summary>
    public static int VisitsFor(IReadOnlyList<SorItem> items)
    {
        if (items.Count == 1) return items[0].VisitsNeeded * items[0].OperativesNeeded;
        var visits = 0;
        for (var stage = 0; stage < SorItem.MaxVisits; stage++)
        {
            visits += items.Where(item => item.VisitsNeeded > stage)
                .GroupBy(item => item.Trade)
                .Sum(trade => trade.Max(item => item.OperativesNeeded));
        }

        return visits;
    }

    static IReadOnlyList<VisitNeed> Checked(IReadOnlyList<VisitNeed> needs)
    {
        const string Field = "JobRequirement.Needs";
        Rule.Holds(needs.Count > 0, Field, needs.Count, "a job has at least one need");
        var (stage, visits) = (0, 0);
        for (var i = 0; i < needs.Count; i++)
        {
            Rule.Holds(
                needs[i].Stage == stage || (i > 0 && needs[i].Stage == stage + 1), Field, needs[i].Stage,
                    "stages count up from 0 without a gap");
            stage = needs[i].Stage;
            visits += needs[i].Crew;
            for (var before = i - 1; before >= 0 && needs[before].Stage == stage; before--)
                Rule.Holds(needs[before].Trade != needs[i].Trade, Field, needs[i].Trade, "a stage needs each trade once");
        }

        Rule.Holds(visits <= MaxVisits, Field, visits, $"a job has at most {MaxVisits} visits");
        return needs;
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
