using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Search;

/// <summary>Answers which windows can be kept, from the index of the contractor's diaries.</summary>
public static class SlotSearch
{
    /// <summary>How many of the available windows are marked as costing least travel.</summary>
    public const int LeastTravelMarks = 3;

    /// <summary>Every window of the query, in its order, with how many could do it and what it costs, or why it cannot be had.</summary>
    public static IReadOnlyList<WindowAnswer> Search(AvailabilityIndex index, SlotQuery query)
    {
        var answers = query.Requirement.IsSingleVisit
            ? NeedScan.Run(index, query, query.Requirement.Needs[0], query.Windows, most: 0)
            : SearchTogether(index, query);
        return Marked(query, answers);
    }

    /// <summary>How far ahead the next available window is looked for, whatever the index holds.</summary>
    public const int MaxDaysAhead = 365;

    // Few enough that little is reckoned in vain, enough that most answers come from one search.
    const int DaysAtOnce = 7;

    /// <summary>
    /// The first day from <paramref name="from"/> on with a window that can be kept, with all windows of that day; looked for day by day up
    /// to
    /// <see cref="MaxDaysAhead"/>, beyond the days that the index shows as far as rotas go.
    /// </summary>
    /// <param name="rules">The contract's rules at this moment; where they close a window it is not available.</param>
    /// <returns>The day, or the reason that the most promising window met.</returns>
    public static Outcome<AvailableDay> NextAvailable(
        AvailabilityIndex index, BookingRulesCheck rules, GroundPoint point, JobRequirement requirement, LocalDate from)
    {
        // Later visits of a job need windows behind those that are asked about.
        var tail = requirement.Needs.Where(need => need.Stage > 0).GroupBy(need => need.Stage)
            .Sum(stage => stage.First().GapDays + DaysAtOnce);
        var furthest = RefusalReason.WindowNotOffered;
        for (var offset = 0; offset < MaxDaysAhead; offset += DaysAtOnce)
        {
            var first = from.PlusDays(offset);
            var end = first.PlusDays(Math.Min(DaysAtOnce, MaxDaysAhead - offset));
            var query = new SlotQuery(
                rules.Contract, rules.Patch, point, requirement, rules.Now, rules.Windows(first, Period.DaysBetween(first, end) + tail));
            var answers = Search(index, query).Where(answer => answer.Window.Day < end).ToList();
            if (answers.Find(answer => answer.IsAvailable) is { } found)
                return new AvailableDay(found.Window.Day, [.. answers.Where(answer => answer.Window.Day == found.Window.Day)]);
            foreach (var answer in answers)
            {
                if (answer.Refusal is { } refusal && refusal.Reason > furthest) furthest = refusal.Reason;
            }
        }

        return furthest;
    }

    /// <summary>The operatives who could do a need in one window, the cheapest first.</summary>
    public static IReadOnlyList<Candidate> Candidates(
        AvailabilityIndex index, SlotQuery query, VisitNeed need, BookingWindow window, int most = AppointmentPlanner.MaxCandidates) =>
        NeedScan.Run(index, query, need, [window], most)[0].Candidates ?? [];

    /// <summary>Places a whole job into one window and the windows after it, on the diaries that the index shows.</summary>
    /// <param name="window">An index into the query's windows.</param>
    public static Outcome<AppointmentPlan> Plan(AvailabilityIndex index, SlotQuery query, int window) =>
        PlannerOf(index, query).Plan(window, (need, at, most) => Candidates(index, query, need, query.Windows[at], most));

    static AppointmentPlanner PlannerOf(AvailabilityIndex index, SlotQuery query) =>
        new(query, index.Zone, index.Travel, (operative, day) =>
        index.Find(operative) is { } person && index.Day(operative, day) is { } route ? new PlannableDay(person, route) : null);

    static NeedAnswer[] SearchTogether(AvailabilityIndex index, SlotQuery query)
    {
        var byNeed = query.Requirement.Needs.ToDictionary(
            need => need, need => NeedScan.Run(index, query, need, query.Windows, AppointmentPlanner.MaxCandidates));
        var planner = PlannerOf(index, query);
        var together = new NeedAnswer[query.Windows.Count];
        for (var window = 0; window < together.Length; window++)
        {
            together[window] = Weakest(query, byNeed, window);
            if (together[window].Reason != RefusalReason.None) continue;
            var plan = planner.Plan(window, CandidatesOf);
            if (plan.Succeeded) together[window].Metres = plan.Value.AddedMetres;
            else together[window] = new NeedAnswer { Reason = plan.Refusal.Reason };
        }

        return together;

        IReadOnlyList<Candidate> CandidatesOf(VisitNeed need, int at, int most) => most <= AppointmentPlanner.MaxCandidates
            ? byNeed[need][at].Candidates ?? []
            : Candidates(index, query, need, query.Windows[at], most);
    }

    /// <summary>The first-stage need that fewest can do decides the count and the reason.</summary>
    static NeedAnswer Weakest(SlotQuery query, Dictionary<VisitNeed, NeedAnswer[]> byNeed, int window)
    {
        var weakest = new NeedAnswer { Operatives = int.MaxValue };
        foreach (var need in query.Requirement.Needs.Where(need => need.Stage == 0))
        {
            var answer = byNeed[need][window];
            if (answer.Reason == RefusalReason.None && answer.Operatives < need.Crew) answer.Reason = RefusalReason.TooFewPeople;
            if (answer.Reason != RefusalReason.None) return answer;
            if (answer.Operatives < weakest.Operatives) weakest = answer;
        }

        return weakest;
    }

    static WindowAnswer[] Marked(SlotQuery query, NeedAnswer[] answers)
    {
        var cheapest = Enumerable.Range(0, answers.Length)
            .Where(i => answers[i].Reason == RefusalReason.None)
            .OrderBy(i => answers[i].Metres)
            .Take(LeastTravelMarks)
            .ToHashSet();
        var marked = new WindowAnswer[answers.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            ref readonly var answer = ref answers[i];
            var refusal = answer.Reason == RefusalReason.None ? null : Refusal.Of(answer.Reason);
            marked[i] = new WindowAnswer(
                query.Windows[i],
                refusal is null ? answer.Operatives : 0,
                refusal is null ? MathF.Max(0, answer.Metres) : 0,
                cheapest.Contains(i),
                refusal);
        }

        return marked;
    }
}
