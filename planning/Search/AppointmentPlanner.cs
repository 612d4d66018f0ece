using NodaTime;
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

/// <summary>One operative's day as a planner may use it.</summary>
public sealed record PlannableDay(Operative Operative, DiaryDay Day);

/// <summary>
/// Places work of several people, trades or visits. People of one crew start together; trades of one stage come in the same window, each
/// with
/// people of its own; a later stage comes in the same kind of window, after its gap, on the first day that has room.
/// </summary>
/// <remarks>
/// Stages never share a day, so that the people of one are chosen without a thought for another's. Among the candidates given, a window
/// is found whenever the work can be done in it at all, within the bound of <see cref="StageSearch.MaxCrewsTried"/>.
/// </remarks>
public sealed class AppointmentPlanner(SlotQuery query, DateTimeZone zone, ITravel travel, Func<OperativeId, LocalDate,
    PlannableDay?> dayOf)
{
    /// <summary>
    /// How many windows a later stage looks at before it gives up. A month of daily windows: a tenant who waits longer for the second visit
    /// is
    /// better served by somebody who rings up.
    /// </summary>
    const int MaxLaterWindows = 30;

    /// <param name="window">The window of the first stage, an index into the query's windows.</param>
    /// <param name="candidatesOf">The operatives to try for a need in a window, the cheapest first.</param>
    public AppointmentPlan? Plan(int window, Func<VisitNeed, int, IReadOnlyList<Candidate>> candidatesOf)
    {
        var visits = new List<PlannedVisit>();
        var day = query.Windows[window].Day;
        for (var stage = 0; stage < query.Requirement.Stages; stage++)
        {
            var needs = query.Requirement.Needs.Where(need => need.Stage == stage).ToList();
            var found = stage == 0
                ? PlanStage(needs, window, candidatesOf)
                : PlanLaterStage(needs, window, day.PlusDays(GapDays(needs)), candidatesOf);
            if (found is null) return null;
            visits.AddRange(found);
            day = found[0].Day;
        }

        return new AppointmentPlan(visits);
    }

    /// <summary>A later stage never falls on the day of the one before: the same operative's day would be planned twice.</summary>
    static int GapDays(List<VisitNeed> needs) => Math.Max(1, needs.Max(need => need.GapDays));

    IReadOnlyList<PlannedVisit>? PlanLaterStage(
        List<VisitNeed> needs, int firstWindow, LocalDate notBefore, Func<VisitNeed, int, IReadOnlyList<Candidate>> candidatesOf)
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

    IReadOnlyList<PlannedVisit>? PlanStage(
        IReadOnlyList<VisitNeed> needs, int window, Func<VisitNeed, int, IReadOnlyList<Candidate>> candidatesOf)
    {
        if (!query.Windows[window].IsOpen) return null;
        var choices = new List<NeedChoice>(needs.Count);
        // The need that fewest can do chooses first.
        foreach (var (need, candidates) in needs
            .Select(need => (Need: need, Candidates: candidatesOf(need, window)))
            .OrderBy(pair => pair.Candidates.Count - pair.Need.Crew))
        {
            var options = candidates.SelectMany(candidate => Options(need, query.Windows[window], candidate.Operative)).ToList();
            var choice = NeedChoice.Of(need, options, isAlone: needs.Count == 1);
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
        var max = MaxAddedMetres(plannable.Day, request, window.ReservePercent);
        foreach (var insertion in plannable.Day.Insertions(request))
        {
            if (insertion.AddedMetres <= max)
                yield return new PlannedVisit(need, operative, window.Day, window.Promise, request, insertion, StartFixed: false);
        }
    }

    float MaxAddedMetres(DiaryDay day, StopRequest request, int reservePercent) => DiaryDay.MaxAddedMetres(
        day.FreeSeconds, day.Bounds.Day.WorkingSeconds, reservePercent, request.Seconds, travel.Profile);
}
