using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Search;

/// <summary>One visit of an appointment that is about to be claimed.</summary>
/// <param name="StartFixed">Several people start together: the start found is the only one.</param>
public sealed record PlannedVisit(
    VisitNeed Need,
    OperativeId Operative,
    LocalDate Day,
    Promise Promise,
    StopRequest Request,
    Insertion Insertion,
    bool StartFixed);

/// <summary>Everything that a job needs, placed: all of it or nothing.</summary>
public sealed record AppointmentPlan(IReadOnlyList<PlannedVisit> Visits)
{
    public float AddedMetres => Visits.Sum(visit => visit.Insertion.AddedMetres);
}

/// <summary>The operatives who could do a need in a window of the query, the cheapest first; at most so many.</summary>
public delegate IReadOnlyList<Candidate> CandidateSource(VisitNeed need, int window, int most);

/// <summary>One operative's day as a planner may use it.</summary>
public sealed record PlannableDay(Operative Operative, DiaryDay Day);

/// <summary>
/// Places work of several people, trades or visits. People of one crew start together; trades of one stage come in the same window, each
/// with
/// people of its own; a later stage comes in the same kind of window, after its gap, on the first day that has room.
/// </summary>
/// <remarks>
/// Stages never share a day, so that the people of one are chosen without a thought for another's. Whenever the work can be done in a
/// window at all, by the <see cref="MaxCrewCandidates"/> cheapest people for each need, a plan is found, within the bound of
/// <see cref="StageSearch.MaxCrewsTried"/>; it is the cheapest for those who were looked at.
/// </remarks>
public sealed class AppointmentPlanner(SlotQuery query, DateTimeZone zone, ITravel travel, Func<OperativeId, LocalDate,
    PlannableDay?> dayOf)
{
    /// <summary>
    /// How many people are looked at for a need, the cheapest. One person is never wanted from behind them: the job's other visits take
    /// fewer people than these. People of one crew have to agree on a time, and these may be unable to.
    /// </summary>
    public const int MaxCandidates = JobRequirement.MaxVisits;

    /// <summary>
    /// How many are looked at for a crew when the cheapest cannot start together: more than a contractor has of one trade with room in one
    /// window at one place. Looking at so many takes some milliseconds, and is seldom needed.
    /// </summary>
    public const int MaxCrewCandidates = 256;

    /// <summary>
    /// How many windows a later stage looks at before it gives up. A month of daily windows: a tenant who waits longer for the second visit
    /// is
    /// better served by somebody who rings up.
    /// </summary>
    internal const int MaxLaterWindows = 30;

    /// <param name="window">The window of the first stage, an index into the query's windows.</param>
    /// <param name="candidatesOf">The operatives to try for a need in a window.</param>
    /// <returns>The plan; or why there is none: people for the first visit, or a later visit.</returns>
    public Outcome<AppointmentPlan> Plan(int window, CandidateSource candidatesOf)
    {
        var visits = new List<PlannedVisit>();
        var day = query.Windows[window].Day;
        for (var stage = 0; stage < query.Requirement.Stages; stage++)
        {
            var needs = query.Requirement.Needs.Where(need => need.Stage == stage).ToList();
            var found = stage == 0
                ? PlanStage(needs, window, candidatesOf)
                : PlanLaterStage(needs, window, day.PlusDays(GapDays(needs)), candidatesOf);
            if (found is null && stage > 0) return RefusalReason.NoLaterVisit;
            if (found is null) return needs is [{ Crew: 1 }] ? RefusalReason.AllFull : RefusalReason.TooFewPeople;
            visits.AddRange(found);
            day = found[0].Day;
        }

        return new AppointmentPlan(visits);
    }

    /// <summary>A later stage never falls on the day of the one before: the same operative's day would be planned twice.</summary>
    static int GapDays(List<VisitNeed> needs) => Math.Max(1, needs.Max(need => need.GapDays));

    IReadOnlyList<PlannedVisit>? PlanLaterStage(
        List<VisitNeed> needs, int firstWindow, LocalDate notBefore, CandidateSource candidatesOf)
    {
        var tried = 0;
        var code = query.Windows[firstWindow].Window.Code;
        for (var window = firstWindow + 1; window < query.Windows.Count && tried < MaxLaterWindows; window++)
        {
            var candidate = query.Windows[window];
            if (!candidate.IsOpen || candidate.Day < notBefore || candidate.Window.Code != code) continue;
            tried++;
            if (PlanStage(needs, window, candidatesOf) is { } found) return found;
        }

        return null;
    }

    IReadOnlyList<PlannedVisit>? PlanStage(List<VisitNeed> needs, int window, CandidateSource candidatesOf)
    {
        if (!query.Windows[window].IsOpen) return null;
        var people = needs.ConvertAll(need => candidatesOf(need, window, MaxCandidates));
        if (PlanStage(needs, window, people) is { } found) return found;
        var isWider = false;
        for (var i = 0; i < needs.Count; i++)
        {
            if (needs[i].Crew == 1 || people[i].Count < MaxCandidates) continue;
            people[i] = candidatesOf(needs[i], window, MaxCrewCandidates);
            isWider |= people[i].Count > MaxCandidates;
        }

        return isWider ? PlanStage(needs, window, people) : null;
    }

    IReadOnlyList<PlannedVisit>? PlanStage(List<VisitNeed> needs, int window, List<IReadOnlyList<Candidate>> people)
    {
        var together = needs.Sum(need => need.Crew);
        var choices = new List<NeedChoice>(needs.Count);
        // The need that fewest can do chooses first.
        foreach (var at in Enumerable.Range(0, needs.Count).OrderBy(at => people[at].Count - needs[at].Crew))
        {
            var options = people[at].SelectMany(candidate => Options(needs[at], query.Windows[window], candidate.Operative)).ToList();
            var choice = NeedChoice.Of(needs[at], options, together);
            if (choice.Starts.Count == 0) return null;
            choices.Add(choice);
        }

        return new StageSearch(choices).Cheapest();
    }

    IEnumerable<PlannedVisit> Options(VisitNeed need, BookingWindow window, OperativeId operative)
    {
        if (dayOf(operative, window.Day) is not { } plannable) yield break;
        var seconds = plannable.Operative.SecondsFor(need.StandardMinutes);
        var request = StopRequest.For(query.Point, seconds, window.Promise, new DayClock(window.Day, zone), query.Now);
        var kept = window.Kept.PercentFor(WorkTies.Of(plannable.Operative, query.Contract.Id, query.Patch, window.Day));
        var max = MaxAddedMetres(plannable.Day, request, kept);
        foreach (var insertion in plannable.Day.Insertions(request))
        {
            if (insertion.AddedMetres <= max)
                yield return new PlannedVisit(need, operative, window.Day, window.Promise, request, insertion, StartFixed: false);
        }
    }

    float MaxAddedMetres(DiaryDay day, StopRequest request, int keptPercent) => DiaryDay.MaxAddedMetres(
        day.FreeSeconds, day.Bounds.Day.WorkingSeconds, keptPercent, request.Seconds, travel.Profile);
}
