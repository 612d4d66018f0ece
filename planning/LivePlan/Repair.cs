using System.Collections.Immutable;
using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>A line with a further visit, and what that costs in minutes of travel.</summary>
internal readonly record struct Placed(int Member, OperativeLine Line, double CostMinutes);

/// <summary>
/// Puts right at once what an event has upset: the cheapest place for a visit, one visit handed over, chains of visits that make room for
/// each other. Every step leaves all promises as they were, or better.
/// </summary>
internal sealed partial class Repair(Draft draft)
{
    DayTeam Team => draft.Team;

    DayRules Rules => draft.Rules;

    /// <summary>
    /// Makes a line one that can be kept. When the times alone do not do it, one visit goes elsewhere; when that does not either, who
    /// comes first in the order is kept, and the others wait for a place.
    /// </summary>
    public void Restore(int member)
    {
        var line = draft[member];
        if (line.With(Team, member, line.Stops, draft.Now) is { } kept)
        {
            draft[member] = kept;
            return;
        }

        if (line.IsLocked)
        {
            RelaxInOrder(member);
            return;
        }

        if (HandOverOne(member)) return;
        var order = ImmutableArray<Stop>.Empty;
        var best = line.With(Team, member, order, draft.Now)!;
        foreach (var stop in line.Stops)
        {
            if (best.With(Team, member, order.Add(stop), draft.Now) is { } longer)
            {
                order = order.Add(stop);
                best = longer;
            }
            else
            {
                draft.Waiting.Add(draft.Visits[stop.Visit]);
            }
        }

        draft[member] = best;
    }

    /// <summary>A day that a planner runs keeps its order, late or not.</summary>
    void RelaxInOrder(int member)
    {
        var line = draft[member];
        var order = ImmutableArray<Stop>.Empty;
        var best = line.With(Team, member, order, draft.Now)!;
        foreach (var stop in line.Stops)
        {
            var visit = draft.Visits[stop.Visit];
            var late = stop with { Latest = line.End };
            var isKept = best.With(Team, member, order.Add(stop), draft.Now);
            var longer = isKept ?? best.With(Team, member, order.Add(late), draft.Now);
            if (isKept is null) draft.Bound.Add(visit.Id);
            if (longer is null) continue;
            order = order.Add(isKept is null ? late : stop);
            best = longer;
        }

        draft[member] = best;
    }

    /// <summary>Looks for one visit of a line whose going elsewhere, or taking another turn, lets everything be kept.</summary>
    bool HandOverOne(int member)
    {
        var line = draft[member];
        Placed? best = null;
        OperativeLine? bestWithout = null;
        for (var i = 0; i < line.Stops.Length; i++)
        {
            var visit = draft.Visits[line.Stops[i].Visit];
            if (line.With(Team, member, line.Stops.RemoveAt(i), draft.Now) is not { } without) continue;
            draft[member] = without;
            if (Best(visit, TargetsOf(visit)) is { } place)
            {
                var cost = place.CostMinutes + Team.MinutesOf(without.Metres(Team, member) - line.Metres(Team, member))
                    + (place.Member == member ? 0 : Rules.MoveMinutes);
                if (best is null || cost < best.Value.CostMinutes) (best, bestWithout) = (place with { CostMinutes = cost }, without);
            }

            draft[member] = line;
        }

        if (best is not { } found) return false;
        draft[member] = bestWithout!;
        draft[found.Member] = found.Line;
        return true;
    }

    /// <summary>Who may be given a visit: those who may do it, or the one whom a planner has bound it to.</summary>
    public int[] TargetsOf(DayVisit visit) => visit.PinnedTo is { } pinned ? [Team.IndexOf(pinned)] : Team.Eligible(visit);

    /// <summary>
    /// Gives a waiting visit a place and keeps every promise: the cheapest free place; by a chain of others that make room; in place of
    /// work that is not promised.
    /// </summary>
    public Placement Place(DayVisit visit, int reservePercent = 0, bool mayRearrange = true)
    {
        if (Best(visit, TargetsOf(visit), -1, reservePercent) is { } place)
        {
            draft[place.Member] = place.Line;
            return Placement.InFreeTime;
        }

        if (!mayRearrange) return Placement.None;
        if (Chain(visit, RepairBounds.MaxChain)) return Placement.InFreeTime;
        return visit.IsPromised && PutOffFor(visit) ? Placement.InsteadOfUnpromised : Placement.None;
    }

    /// <summary>
    /// The cheapest place for a visit among some operatives; such as leave minutes to spare before the promise ends come first.
    /// </summary>
    /// <param name="except">Somebody who is not asked; -1: nobody.</param>
    /// <param name="reservePercent">Share of what is left of a day that has to stay free.</param>
    public Placed? Best(DayVisit visit, ReadOnlySpan<int> targets, int except = -1, int reservePercent = 0)
    {
        var spare = visit.Latest - (Rules.SpareMinutes * DayRules.MinuteSeconds);
        if (!visit.IsFixed && spare >= Math.Max(visit.Earliest, draft.Now)
            && BestBy(visit, targets, spare, except, reservePercent) is { } safe) return safe;
        return BestBy(visit, targets, visit.Latest, except, reservePercent);
    }

    Placed? BestBy(DayVisit visit, ReadOnlySpan<int> targets, int latest, int except, int reservePercent)
    {
        var (best, bestCost) = ((Member: -1, Node: 0), double.PositiveInfinity);
        foreach (var member in targets)
        {
            var line = draft[member];
            if (member == except || line.IsLocked || line.Open(Team, member, draft.Now) is not { } open) continue;
            var crossing = Team.Members[member].Operative.HomePatch == visit.Patch ? 0 : Rules.PatchCrossingMinutes;
            if (crossing >= bestCost) continue;
            var stop = Team.StopOf(member, visit);
            var most = bestCost == double.PositiveInfinity
                ? float.PositiveInfinity : (float)((bestCost - crossing) * 60 * Team.Travel.Profile.DaytimeMetresPerSecond);
            if (reservePercent > 0)
            {
                most = Math.Min(most, DiaryDay.MaxAddedMetres(
                    open.FreeSeconds, open.Bounds.Day.WorkingSeconds, reservePercent, stop.Seconds, Team.Travel.Profile));
            }

            var request = new StopRequest(visit.Point, stop.Seconds, visit.Earliest, latest);
            if (open.BestInsertion(request, most) is not { } insertion) continue;
            var cost = Team.MinutesOf(insertion.AddedMetres) + crossing;
            if (cost < bestCost) (best, bestCost) = ((member, insertion.Node), cost);
        }

        return best.Member < 0 ? null : With(best.Member, best.Node, Team.StopOf(best.Member, visit), bestCost);
    }

    Placed? With(int member, int node, Stop stop, double cost) =>
        draft[member].With(Team, member, draft[member].Stops.Insert(node, stop), draft.Now) is { } line
            ? new Placed(member, line, cost) : null;

    /// <summary>Who is nearest to a visit with what lies open, of those who may do it.</summary>
    int[] Nearest(DayVisit visit, int count)
    {
        var targets = TargetsOf(visit);
        if (targets.Length <= count) return targets;
        var metres = new float[targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            var line = draft[targets[i]];
            metres[i] = Team.Travel.RoadMetres(line.ReadyPoint, visit.Point);
            foreach (var stop in line.Stops) metres[i] = Math.Min(metres[i], Team.Travel.RoadMetres(stop.Point, visit.Point));
        }

        return [.. targets.Zip(metres).OrderBy(pair => pair.Second).ThenBy(pair => pair.First).Take(count).Select(pair => pair.First)];
    }

    /// <summary>Plans a promised visit as little late as can be, and nobody else any later than promised. False: not today.</summary>
    public bool PlaceLate(DayVisit visit)
    {
        var (bestMember, best) = (-1, default(Insertion));
        foreach (var member in TargetsOf(visit))
        {
            var line = draft[member];
            if (line.IsLocked || line.Open(Team, member, draft.Now) is not { } open) continue;
            var seconds = Team.StopOf(member, visit).Seconds;
            foreach (var insertion in open.Insertions(new StopRequest(visit.Point, seconds, visit.Earliest, line.End)))
            {
                if (bestMember < 0 || insertion.From < best.From) (bestMember, best) = (member, insertion);
            }
        }

        if (bestMember < 0) return false;
        var stop = Team.StopOf(bestMember, visit) with { Latest = Math.Max(visit.Latest, best.To) };
        if (With(bestMember, best.Node, stop, 0) is not { } place) return false;
        draft[bestMember] = place.Line;
        return true;
    }

    /// <summary>Tries again what could not be kept, on the days that have changed.</summary>
    public void Retry()
    {
        foreach (var member in draft.Changed.ToList()) CatchUp(member);
        var tried = 0;
        foreach (var flag in draft.FlagsBefore.Values.OrderBy(flag => flag.RaisedAt).ThenBy(flag => flag.Visit, DayPlan.InOrder))
        {
            if (flag.Reason is FlagReason.BoundByPlanner or FlagReason.BrokenOff) continue;
            if (!draft.Visits.TryGetValue(flag.Visit, out var visit) || visit.Latest < draft.Now) continue;
            if (++tried > RepairBounds.MaxRetried) break;
            var member = draft.Find(visit.Id);
            if (member >= 0) TakeBackInTime(member, visit);
            else if (!draft.Waiting.Contains(visit) && ChangedOf(visit) is { Length: > 0 } changed && Best(visit, changed) is { } place)
                draft[place.Member] = place.Line;
        }
    }

    /// <summary>What was planned late, and is in time by now where it is, is promised as before.</summary>
    void CatchUp(int member)
    {
        for (var i = 0; i < draft[member].Stops.Length; i++)
        {
            var (line, stop) = (draft[member], draft[member].Stops[i]);
            var latest = draft.Visits[stop.Visit].Latest;
            if (stop.Latest == latest) continue;
            var order = line.Stops.SetItem(i, stop with { Latest = latest });
            if (line.With(Team, member, order, draft.Now) is { } again) draft[member] = again;
        }
    }

    /// <summary>A visit that is planned late is planned in time, if by now somebody can.</summary>
    void TakeBackInTime(int member, DayVisit visit)
    {
        var line = draft[member];
        var at = line.IndexOf(visit.Id);
        if (at < 0 || line.Stops[at].Latest == visit.Latest || line.IsLocked) return;
        if (ChangedOf(visit) is not { Length: > 0 } changed) return;
        if (line.With(Team, member, line.Stops.RemoveAt(at), draft.Now) is not { } without) return;
        draft[member] = without;
        if (Best(visit, changed) is { } place) draft[place.Member] = place.Line;
        else draft[member] = line;
    }

    int[] ChangedOf(DayVisit visit) => [.. TargetsOf(visit).Where(draft.Changed.Contains)];

    /// <summary>Puts work that was put off back into days that have changed.</summary>
    public void RetryPutOff(IEnumerable<DayVisit> unplaced)
    {
        foreach (var visit in unplaced.Where(visit => !visit.IsPromised).Take(RepairBounds.MaxPooled))
        {
            if (draft.PutOff.Contains(visit.Id) || !draft.Visits.ContainsKey(visit.Id) || draft.Find(visit.Id) >= 0) continue;
            if (ChangedOf(visit) is { Length: > 0 } changed && Best(visit, changed) is { } place) draft[place.Member] = place.Line;
        }
    }
}
