using System.Collections.Frozen;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>How much a rule counts.</summary>
public enum RuleLevel
{
    None = 0,

    /// <summary>A plan that breaks it cannot be carried out.</summary>
    Hard = 1,

    /// <summary>Minutes by which promises to customers are broken.</summary>
    Promises = 2,

    /// <summary>Minutes after deadlines, times priority.</summary>
    Deadlines = 3,

    /// <summary>The plan's unit of cost.</summary>
    Cost = 4,
}

/// <summary>Everything that a plan is judged by. <see cref="Constraints.All"/> tells what each means and why it is there.</summary>
public enum PlanRule
{
    None = 0,
    Window = 1,
    Materials = 2,
    Skills = 3,
    Patch = 4,
    Pinned = 5,
    Released = 6,
    Journey = 7,
    Shift = 8,
    Pause = 9,
    VanStock = 10,
    Together = 11,
    Gap = 12,
    AllOrNone = 13,
    Once = 14,
    PromiseBroken = 15,
    PromiseLeftOut = 16,
    Late = 17,
    Travel = 18,
    Overtime = 19,
    DayUsed = 20,
    PatchCrossing = 21,
    NotPreferred = 22,
    AnotherOperative = 23,
    Moved = 24,
    BeyondShare = 25,
    LeftOut = 26,
}

/// <summary>A rule in words.</summary>
/// <param name="Means">What it says.</param>
/// <param name="Why">Why it is there.</param>
public sealed record RuleText(PlanRule Rule, RuleLevel Level, string Means, string Why);

/// <summary>
/// The rules of a plan, all of them, and the arithmetic of each. The search and the check of finished plans both reckon with what stands
/// here;
/// how they add it up is written twice, so that each proves the other.
/// </summary>
public static class Constraints
{
    /// <summary>Every rule, the hard ones first.</summary>
    public static readonly IReadOnlyList<RuleText> All =
    [
        new(PlanRule.Window, RuleLevel.Hard, "Work starts within its window.",
            "The customer waits in for it; outside it nobody opens the door."),
        new(PlanRule.Materials, RuleLevel.Hard, "Work starts when its materials can be there.",
            "A visit without the part is a second visit."),
        new(PlanRule.Skills, RuleLevel.Hard, "The operative has every skill needed, at its level.",
            "Gas and electrics are the law's business."),
        new(PlanRule.Patch, RuleLevel.Hard, "The operative works in the patch or helps out there.",
            "Contracts and vans are bound to areas."),
        new(PlanRule.Pinned, RuleLevel.Hard, "A pinned visit stays where a planner put it.", "The planner knows something that we do not."),
        new(PlanRule.Released, RuleLevel.Hard, "Released work comes first, in the order released.",
            "The operative is already on the way to it."),
        new(PlanRule.Journey, RuleLevel.Hard, "Nobody starts before arriving.", "The road takes its time."),
        new(PlanRule.Shift, RuleLevel.Hard, "The day lies within the shift and agreed overtime.",
            "Working time is limited by law and contract."),
        new(PlanRule.Pause, RuleLevel.Hard, "Every pause is taken within its bounds.", "Breaks are due; absences are fixed."),
        new(PlanRule.VanStock, RuleLevel.Hard, "No day uses more stock than the van carries.", "A van that has run out ends the day."),
        new(PlanRule.Together, RuleLevel.Hard, "A crew starts together, each an operative of his own.", "Nobody lifts a boiler alone."),
        new(PlanRule.Gap, RuleLevel.Hard, "A job's next visit keeps its gap after the one before.", "Plaster dries before it is painted."),
        new(PlanRule.AllOrNone, RuleLevel.Hard, "Visits that depend on each other are all planned, or none.",
            "Half a crew is a wasted journey."),
        new(PlanRule.Once, RuleLevel.Hard, "Each visit is in one place of the plan.", "Two vans at one door."),
        new(PlanRule.PromiseBroken, RuleLevel.Promises, "A minute's start after what was promised counts 1.",
            "A promise is what the customer has."),
        new(PlanRule.PromiseLeftOut, RuleLevel.Promises, "A promised visit that is left out counts a day.",
            "Never coming is worse than late."),
        new(PlanRule.Late, RuleLevel.Deadlines, "A minute after the deadline counts its priority.",
            "Contracts pay by it, and the urgent first."),
        new(PlanRule.Travel, RuleLevel.Cost, "Ways cost what the travel table says.", "Miles are time and fuel."),
        new(PlanRule.Overtime, RuleLevel.Cost, "An hour after the shift's end has a price.", "It is paid, and people want to go home."),
        new(PlanRule.DayUsed, RuleLevel.Cost, "Using a day may have a price.", "A van that stays in the yard is saved."),
        new(PlanRule.PatchCrossing, RuleLevel.Cost, "A visit outside the home patch has a price.", "Who knows the estate is faster there."),
        new(PlanRule.NotPreferred, RuleLevel.Cost, "Not sending the preferred operative has a price.", "The customer asked for somebody."),
        new(PlanRule.AnotherOperative, RuleLevel.Cost, "Not sending who was there before has a price.", "Who began the job knows it."),
        new(PlanRule.Moved, RuleLevel.Cost, "Taking a visit from its operative has a price.", "Nobody's day is shuffled for a minute."),
        new(PlanRule.BeyondShare, RuleLevel.Cost, "An hour on site beyond the fair share has a price.", "Load is shared."),
        new(PlanRule.LeftOut, RuleLevel.Cost, "Leaving out unpromised work has a price.", "It comes back tomorrow, and may be late then."),
    ];

    static readonly FrozenDictionary<PlanRule, RuleText> ByRule = All.ToFrozenDictionary(text => text.Rule);

    public static RuleLevel LevelOf(PlanRule rule) => ByRule[rule].Level;

    internal static bool HasSkills(PlanProblem problem, int visit, int day)
    {
        foreach (var needed in problem.Visits[visit].Skills)
        {
            var met = false;
            foreach (var skill in problem.Days[day].Skills) met |= skill.Skill == needed.Skill && skill.Level >= needed.Level;
            if (!met) return false;
        }

        return true;
    }

    internal static bool Covers(PlanProblem problem, int visit, int day) =>
        problem.Visits[visit].Patch is not { } patch || problem.Days[day].HomePatch is not { } home
            || patch == home || problem.Days[day].HelpsOutIn.Contains(patch);

    internal static bool MayTake(PlanProblem problem, int visit, int day) => problem.Visits[visit].PinnedTo is not { } only || only == day;

    internal static double MinutesAfterPromise(PlanVisit visit, int start) =>
        start > visit.PromisedBy ? (start - visit.PromisedBy) / 60.0 : 0;

    internal static double MinutesAfterDeadline(PlanVisit visit, int end) =>
        visit.DueBy is { } due && end > due ? (end - due) / 60.0 * visit.Priority : 0;

    internal static double OvertimePrice(OperativeDay day, int back) =>
        back > day.End ? (back - day.End) * day.OvertimePricePerHour / 3600 : 0;

    internal static double BeyondSharePrice(Prices prices, double secondsOnSite, double share) =>
        secondsOnSite > share ? (secondsOnSite - share) * prices.HourBeyondShare / 3600 : 0;

    /// <summary>What it costs that this operative does this visit, whatever else the day holds, rule by rule.</summary>
    internal static IEnumerable<(PlanRule Rule, double Price)> AssignmentPrices(PlanProblem problem, int visitNumber, int dayNumber)
    {
        var visit = problem.Visits[visitNumber];
        var day = problem.Days[dayNumber];
        var prices = problem.Prices;
        if (visit.Patch is { } patch && day.HomePatch is { } home && patch != home)
            yield return (PlanRule.PatchCrossing, prices.PatchCrossing);
        if (visit.PreferredOperative is { } preferred && preferred != day.Operative)
            yield return (PlanRule.NotPreferred, prices.NotPreferred);
        if (visit.EarlierOperative is { } earlier && earlier != day.Operative)
            yield return (PlanRule.AnotherOperative, prices.AnotherOperative);
        if (visit.PlannedOperative is { } planned && planned != day.Operative) yield return (PlanRule.Moved, prices.Move);
    }
}
