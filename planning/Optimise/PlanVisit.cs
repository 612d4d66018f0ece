namespace OrleansScheduling.Planning.Optimise;

/// <summary>One visit to be planned.</summary>
/// <param name="Job">What a planner calls the job.</param>
/// <param name="Place">A place of the plan's travel table.</param>
/// <param name="Seconds">Time on site at standard pace.</param>
/// <param name="Earliest">First second at which work may start.</param>
/// <param name="Latest">Last second at which work may start, itself included.</param>
public sealed record PlanVisit(string Job, int Place, int Seconds, int Earliest, int Latest)
{
    /// <summary>
    /// Last second at which the customer was promised a start. Where <see cref="Latest"/> lies beyond it, a promise may be broken when
    /// nothing else is possible, and every minute counts at the level of promises.
    /// </summary>
    public int PromisedBy { get; init; } = Latest;

    /// <summary>When the materials can be there: no start before.</summary>
    public int MaterialsReady { get; init; } = int.MinValue;

    public IReadOnlyList<SkillLevel> Skills { get; init; } = [];

    /// <summary>The patch in which it lies; null: none that matters.</summary>
    public int? Patch { get; init; }

    /// <summary>How much of each kind of van stock it uses.</summary>
    public IReadOnlyList<int> Stock { get; init; } = [];

    /// <summary>By when the work is to be finished under the service agreement; null: no deadline.</summary>
    public int? DueBy { get; init; }

    /// <summary>What a minute after the deadline weighs.</summary>
    public int Priority { get; init; } = 1;

    /// <summary>Cost of leaving it out of the plan; null: it is promised, and leaving it out breaks the promise.</summary>
    public double? LeaveOutPrice { get; init; }

    /// <summary>The operative whom the customer prefers; anybody else costs <see cref="Prices.NotPreferred"/>.</summary>
    public string? PreferredOperative { get; init; }

    /// <summary>Who has been there for this job before; anybody else costs <see cref="Prices.AnotherOperative"/>.</summary>
    public string? EarlierOperative { get; init; }

    /// <summary>Who has it in the plan as it stands; anybody else costs <see cref="Prices.Move"/>.</summary>
    public string? PlannedOperative { get; init; }

    /// <summary>The operative-day to which it is pinned, by its number in the plan; null: it may go to anybody.</summary>
    public int? PinnedTo { get; init; }

    /// <summary>
    /// The place at the head of the day to which it is pinned, from 0: work that was released to the operative in this order, with nothing
    /// before or between. Null: not released.
    /// </summary>
    public int? ReleaseOrder { get; init; }

    /// <summary>When work began, if it has; it is not asked any more whether it could begin then.</summary>
    public int? StartedAt { get; init; }
}

/// <summary>Visits that start together, each by another operative.</summary>
/// <param name="Visits">Numbers of visits in the plan.</param>
/// <param name="GapSeconds">Least time from the end of the stage before; 0 for the first stage.</param>
public sealed record VisitStage(IReadOnlyList<int> Visits, int GapSeconds = 0);

/// <summary>The visits of one job that depend on each other: stages one after the other, the visits of a stage together. All are
/// planned, or
/// none.</summary>
public sealed record LinkedVisits(IReadOnlyList<VisitStage> Stages);

/// <summary>Prices that hold for a whole plan, in its unit of cost.</summary>
public sealed record Prices
{
    public static readonly Prices None = new();

    /// <summary>Sending somebody into a patch other than the home patch, a visit.</summary>
    public double PatchCrossing { get; init; }

    /// <summary>Sending anybody but the operative whom the customer prefers.</summary>
    public double NotPreferred { get; init; }

    /// <summary>Sending anybody but the operative who was there before.</summary>
    public double AnotherOperative { get; init; }

    /// <summary>Taking a visit from the operative who has it in the plan as it stands: nobody's day is shuffled for a minute.</summary>
    public double Move { get; init; }

    /// <summary>An hour on site beyond an operative's fair share of all work on site.</summary>
    public double HourBeyondShare { get; init; }
}

/// <summary>What a plan is to be good at once promises and deadlines are as good as can be.</summary>
public enum PlanGoal
{
    None = 0,

    LeastCost = 1,

    /// <summary>As few operative-days as possible, and then the least cost.</summary>
    FewestDays = 2,
}
