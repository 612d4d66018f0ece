using System.Globalization;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>Penalties in words.</summary>
static class PenaltyText
{
    public static string Of(Penalty penalty)
    {
        string?[] who = [penalty.Operative, penalty.Job];
        var at = string.Join(", ", who.Where(name => name is not null));
        var text = Constraints.All.First(rule => rule.Rule == penalty.Rule).Means;
        return string.Create(CultureInfo.InvariantCulture, $"{at}: {penalty.Amount:0.##}{UnitOf(penalty.Rule)}. {text}");
    }

    static string UnitOf(PlanRule rule) => Constraints.LevelOf(rule) switch
    {
        RuleLevel.Promises => " min after the promise",
        RuleLevel.Deadlines => " priority minutes after the deadline",
        RuleLevel.Cost => " of cost",
        _ => rule switch
        {
            PlanRule.Window or PlanRule.Materials or PlanRule.Journey or PlanRule.Shift or PlanRule.Pause => " s out of bounds",
            PlanRule.Together or PlanRule.Gap => " s apart from what they are to be",
            PlanRule.VanStock => " pieces too many",
            _ => " time broken",
        },
    };
}
