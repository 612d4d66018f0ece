using System.Globalization;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>What a planner can do about a promise that cannot be kept.</summary>
internal static class WaysOut
{
    /// <summary>What a minute of overtime costs in minutes of travel: time and a half.</summary>
    const double OvertimeMinute = 1.5;

    /// <summary>What asking a customer to agree to another window costs.</summary>
    const double AnotherWindow = 45;

    /// <summary>What sending somebody beyond the patches costs, besides the way.</summary>
    const double BeyondPatch = 15;

    /// <summary>Most ways of one kind: three operatives who could all stay on are one idea.</summary>
    const int MaxOfOneKind = 2;

    /// <summary>The best ways, cheapest first.</summary>
    public static IReadOnlyList<WayOut> Of(Draft draft, DayVisit visit, DayFlag flag)
    {
        if (flag.Reason == FlagReason.BrokenOff) return [];
        var free = visit with { PinnedTo = null };
        var all = Overtime(draft, free).Concat(MovesTo(draft, free, flag)).Concat(OtherWindows(draft, free));
        return [.. all
            .GroupBy(way => way.Kind)
            .SelectMany(kind => kind.OrderBy(way => way.CostMinutes).ThenBy(way => way.Operative.Value).Take(MaxOfOneKind))
            .OrderBy(way => way.CostMinutes).ThenBy(way => way.Kind).ThenBy(way => way.Operative.Value)
            .Take(DayFlag.MaxWaysOut)];
    }

    static IEnumerable<WayOut> Overtime(Draft draft, DayVisit visit)
    {
        foreach (var member in draft.Team.Eligible(visit))
        {
            var line = draft[member];
            if (line.IsLocked || line.End < draft.Team.Members[member].Bounds.Day.End) continue;
            var longer = line with { End = line.End + (DayRules.MaxOvertimeMinutes * 60) };
            if (Inserted(draft, longer, member, visit, visit.Latest) is not { } found) continue;
            var last = found.Line.Stops[^1];
            var home = draft.Team.Travel.RoadMetres(last.Point, draft.Team.Members[member].Bounds.EndPoint);
            var pauses = found.Line.Pauses.Skip(found.Line.PausesBefore.Sum()).Sum(pause => pause.Seconds);
            var minutes = Math.Ceiling((draft.Team.Travel.Profile.Arrive(last.End + pauses, home) - line.End) / 60.0);
            if (minutes <= 0) continue;
            var operative = draft.Team.Members[member].Operative;
            yield return new WayOut(
                WayOutKind.Overtime, operative.Id, found.Start, minutes, (minutes * OvertimeMinute) + found.CostMinutes,
                string.Create(CultureInfo.InvariantCulture,
                    $"{operative.Name} stays {minutes:0} min longer, and is there at {DayText.Time(draft.Team, found.Start)}."));
        }
    }

    /// <summary>Those who are not sent without a planner's word: the patch is not theirs, or the visit is bound to somebody else.</summary>
    static IEnumerable<WayOut> MovesTo(Draft draft, DayVisit visit, DayFlag flag)
    {
        for (var member = 0; member < draft.Members; member++)
        {
            var reason = draft.Team.WhyNot(member, visit);
            var isTheirs = reason == RefusalReason.None && flag.Reason == FlagReason.BoundByPlanner;
            if (!isTheirs && reason != RefusalReason.NobodyCoversPatch) continue;
            if (draft[member].IsLocked || Inserted(draft, draft[member], member, visit, visit.Latest) is not { } found) continue;
            var operative = draft.Team.Members[member].Operative;
            yield return new WayOut(
                WayOutKind.MoveTo, operative.Id, found.Start, 0, found.CostMinutes + (isTheirs ? 0 : BeyondPatch),
                string.Create(CultureInfo.InvariantCulture,
                    $"Send {operative.Name}{(isTheirs ? "" : ", whose patch it is not")}: {DayText.Time(draft.Team, found.Start)}, "
                    + $"{found.CostMinutes:0} min more travel."));
        }
    }

    static IEnumerable<WayOut> OtherWindows(Draft draft, DayVisit visit)
    {
        foreach (var window in draft.Rules.Windows)
        {
            var (start, end) = (draft.Team.Clock.SecondAt(window.Start), draft.Team.Clock.SecondAt(window.End));
            if (end <= draft.Now || end - 1 <= visit.Latest || !window.Days.Includes(draft.Team.Clock.Day)) continue;
            var moved = visit with { Earliest = Math.Max(start, draft.Now), Latest = end - 1 };
            foreach (var member in draft.Team.Eligible(visit))
            {
                if (draft[member].IsLocked || Inserted(draft, draft[member], member, moved, end - 1) is not { } found) continue;
                var operative = draft.Team.Members[member].Operative;
                yield return new WayOut(
                    WayOutKind.OfferWindow, operative.Id, found.Start, Math.Max(0, (found.Start - visit.Latest) / 60.0),
                    found.CostMinutes + AnotherWindow,
                    string.Create(CultureInfo.InvariantCulture,
                        $"Offer {window.Name}, {window.Start:HH:mm} to {window.End:HH:mm}, with {operative.Name}."))
                {
                    Window = (start, end),
                };
            }
        }
    }

    static (OperativeLine Line, int Start, double CostMinutes)? Inserted(
        Draft draft, OperativeLine line, int member, DayVisit visit, int latest)
    {
        if (line.Open(draft.Team, member, draft.Now) is not { } open) return null;
        var stop = draft.Team.StopOf(member, visit);
        // A visit that is planned late already is asked about as if it were nowhere.
        var request = new StopRequest(visit.Point, stop.Seconds, visit.Earliest, latest);
        var at = line.IndexOf(visit.Id);
        if (at >= 0) open = open.Without([visit.Id]);
        if (open.BestInsertion(request) is not { } insertion) return null;
        var order = open.Stops.Insert(insertion.Node, stop);
        if (line.With(draft.Team, member, order, draft.Now) is not { } with) return null;
        return (with, with.Stops[insertion.Node].Start, draft.Team.MinutesOf(insertion.AddedMetres));
    }
}
