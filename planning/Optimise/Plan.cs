namespace OrleansScheduling.Planning.Optimise;

/// <summary>A piece of a planned day.</summary>
/// <param name="Visit">The visit's number in the problem; null: a pause.</param>
/// <param name="Start">When work, or the pause, starts.</param>
/// <param name="End">When it ends.</param>
public readonly record struct PlannedStep(int? Visit, int Start, int End);

/// <summary>A plan: for each operative-day what is done when, and what is not planned at all.</summary>
/// <param name="Days">One list of steps for each operative-day of the problem, in order of time.</param>
/// <param name="LeftOut">Visits in no day.</param>
public sealed record Plan(IReadOnlyList<IReadOnlyList<PlannedStep>> Days, IReadOnlyList<int> LeftOut)
{
    /// <summary>The visits of a day in their order.</summary>
    public IEnumerable<int> VisitsOn(int day) => Days[day].Where(step => step.Visit is not null).Select(step => step.Visit!.Value);

    /// <summary>Operative-days that have work.</summary>
    public int DaysUsed => Enumerable.Range(0, Days.Count).Count(day => VisitsOn(day).Any());
}

/// <summary>What one rule costs at one place of a plan, or where it is broken.</summary>
/// <param name="Amount">In the unit of the rule's level; for a hard rule the seconds or pieces by which it is broken, or 1.</param>
/// <param name="Operative">Whose day it is; null: nobody's.</param>
/// <param name="Job">The job; null: the day as a whole.</param>
public sealed record Penalty(PlanRule Rule, double Amount, string? Operative, string? Job)
{
    public RuleLevel Level => Constraints.LevelOf(Rule);

    /// <summary>For a planner to read: "Khan, J-17: Late 12 ...".</summary>
    public string Text => PenaltyText.Of(this);
}

/// <summary>How good a plan is, and why.</summary>
/// <param name="Broken">Hard rules that are broken; none for a plan that can be carried out.</param>
/// <param name="Penalties">What the score is made of.</param>
public sealed record Judgement(Score Score, IReadOnlyList<Penalty> Broken, IReadOnlyList<Penalty> Penalties)
{
    public bool IsFeasible => Broken.Count == 0;
}
