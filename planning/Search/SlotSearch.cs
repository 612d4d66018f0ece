using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Planning.Search;

/// <summary>Answers which windows can be kept, from the index of the contractor's diaries.</summary>
public static partial class SlotSearch
{
    /// <summary>How many of the available windows are marked as costing least travel.</summary>
    public const int LeastTravelMarks = 3;

    /// <summary>Every window of the query, in its order, with how many could do it and what it costs, or why it cannot be had.</summary>
    public static IReadOnlyList<WindowAnswer> Search(AvailabilityIndex index, SlotQuery query) =>
        Search(index, query, query.Windows.Count);

    /// <summary>
    /// Every window of some days. Later visits of a job may come after the days that are asked for: their windows are looked at too, and
    /// not answered.
    /// </summary>
    /// <param name="query">Its windows count for nothing.</param>
    public static IReadOnlyList<WindowAnswer> Days(
        AvailabilityIndex index, BookingRulesCheck rules, SlotQuery query, LocalDate from, int days)
    {
        var asked = rules.Windows(from, days);
        var later = LaterWindows(index, rules, query.Requirement, from.PlusDays(days));
        return Search(index, query with { Windows = [.. asked, .. later] }, asked.Count);
    }

    /// <summary>The windows from a day on in which the later visits of a job may come.</summary>
    public static IReadOnlyList<BookingWindow> LaterWindows(
        AvailabilityIndex index, BookingRulesCheck rules, JobRequirement requirement, LocalDate from)
    {
        if (requirement.Stages == 1) return [];
        var longest = requirement.Needs.GroupBy(need => need.Stage).Skip(1)
            .Sum(stage => stage.Max(need => need.GapDays) + AppointmentPlanner.MaxLaterWindows);
        var end = LocalDate.Max(index.FirstDay.PlusDays(index.Days), from.PlusDays(longest));
        return rules.Windows(from, Period.DaysBetween(from, end));
    }

    /// <param name="asked">How many of the windows, the first ones, are answered.</param>
    static WindowAnswer[] Search(AvailabilityIndex index, SlotQuery query, int asked)
    {
        var answers = query.Requirement.IsSingleVisit
            ? NeedScan.Run(index, query, query.Requirement.Needs[0], query.Windows, most: 0)
            : SearchTogether(index, query, asked);
        return Marked(query, answers);
    }

    /// <summary>The operatives who could do a need in one window, the cheapest first.</summary>
    public static IReadOnlyList<Candidate> Candidates(
        AvailabilityIndex index, SlotQuery query, VisitNeed need, BookingWindow window, int most = AppointmentPlanner.MaxCandidates) =>
        NeedScan.Run(index, query, need, [window], most)[0].Candidates ?? [];

    /// <summary>Places a whole job into one window and the windows after it, on the diaries that the index shows.</summary>
    /// <param name="window">An index into the query's windows.</param>
    public static Outcome<AppointmentPlan> Plan(AvailabilityIndex index, SlotQuery query, int window) =>
        PlannerOf(index, query).Plan(window, (need, at, most) => Candidates(index, query, need, query.Windows[at], most));

    static AppointmentPlanner PlannerOf(AvailabilityIndex index, SlotQuery query)
    {
        return new AppointmentPlanner(query, index.Zone, index.Travel, DayOf);

        PlannableDay? DayOf(OperativeId operative, LocalDate day) =>
            index.Find(operative) is { } person && query.DayOf(index, operative, index.ClockOf(day)) is { } route
                ? new PlannableDay(person, route)
                : null;
    }

    static NeedAnswer[] SearchTogether(AvailabilityIndex index, SlotQuery query, int asked)
    {
        BookingWindow[] first = [.. query.Windows.Take(asked)];
        var byNeed = query.Requirement.Needs.ToDictionary(need => need, need => NeedScan.Run(
            index, query, need, need.Stage == 0 ? first : query.Windows, AppointmentPlanner.MaxCandidates));
        var planner = PlannerOf(index, query);
        var together = new NeedAnswer[asked];
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
