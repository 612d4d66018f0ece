using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Planning.LivePlan;

internal sealed partial class Repair
{
    /// <param name="Index">The stop that is put out.</param>
    /// <param name="Line">The line with the other visit in its place.</param>
    readonly record struct PutOut(int Member, int Index, OperativeLine Line, double CostMinutes);

    /// <summary>
    /// Places a visit where another one makes room and finds a place elsewhere, or makes room by a third: ejection chains, with promises
    /// kept by
    /// all of them. The cheapest of those with one step; failing that the first with more.
    /// </summary>
    bool Chain(DayVisit visit, int steps)
    {
        var ways = PutOuts(visit, steps == RepairBounds.MaxChain ? RepairBounds.MaxChainTries : RepairBounds.MaxSecondTries);
        (PutOut Way, Placed Place, double Cost)? best = null;
        foreach (var way in ways)
        {
            var line = draft[way.Member];
            var other = draft.Visits[line.Stops[way.Index].Visit];
            draft[way.Member] = way.Line;
            if (Best(other, TargetsOf(other), way.Member) is { } place)
            {
                var cost = way.CostMinutes + place.CostMinutes;
                if (best is null || cost < best.Value.Cost) best = (way, place, cost);
            }

            draft[way.Member] = line;
        }

        if (best is { } found)
        {
            draft[found.Way.Member] = found.Way.Line;
            draft[found.Place.Member] = found.Place.Line;
            return true;
        }

        if (steps == 1) return false;
        foreach (var way in ways.Take(RepairBounds.MaxSecondTries))
        {
            var line = draft[way.Member];
            var other = draft.Visits[line.Stops[way.Index].Visit];
            draft[way.Member] = way.Line;
            if (Chain(other, steps - 1)) return true;
            draft[way.Member] = line;
        }

        return false;
    }

    /// <summary>The cheapest ways to put one visit out for another, on the days nearest to it.</summary>
    List<PutOut> PutOuts(DayVisit visit, int count)
    {
        var ways = new List<PutOut>();
        foreach (var member in Nearest(visit, RepairBounds.MaxChainDays))
        {
            var line = draft[member];
            if (line.IsLocked) continue;
            for (var i = 0; i < line.Stops.Length; i++)
            {
                var other = draft.Visits[line.Stops[i].Visit];
                // What is late already, or urgent, or bound, is not pushed about.
                if (other.PinnedTo is not null || other.IsFixed || other.IsEmergency || line.Stops[i].Latest != other.Latest) continue;
                if (Instead(visit, member, i) is { } way) ways.Add(way);
            }
        }

        ways.Sort((a, b) => a.CostMinutes.CompareTo(b.CostMinutes) is var cost and not 0 ? cost
            : a.Member.CompareTo(b.Member) is var member and not 0 ? member : a.Index.CompareTo(b.Index));
        if (ways.Count > count) ways.RemoveRange(count, ways.Count - count);
        return ways;
    }

    PutOut? Instead(DayVisit visit, int member, int index)
    {
        var line = draft[member];
        var without = line with { Stops = line.Stops.RemoveAt(index) };
        if (without.Open(Team, member, draft.Now) is not { } open) return null;
        var stop = Team.StopOf(member, visit);
        var request = new StopRequest(visit.Point, stop.Seconds, visit.Earliest, visit.Latest);
        if (open.BestInsertion(request) is not { } insertion) return null;
        if (without.With(Team, member, without.Stops.Insert(insertion.Node, stop), draft.Now) is not { } with) return null;
        var cost = Team.MinutesOf(insertion.AddedMetres + without.Metres(Team, member) - line.Metres(Team, member));
        return new PutOut(member, index, with, cost);
    }

    /// <summary>Places a promised visit instead of one that is not promised, which waits for another day or a gap.</summary>
    bool PutOffFor(DayVisit visit)
    {
        PutOut? best = null;
        foreach (var member in TargetsOf(visit))
        {
            var line = draft[member];
            if (line.IsLocked) continue;
            for (var i = 0; i < line.Stops.Length; i++)
            {
                var other = draft.Visits[line.Stops[i].Visit];
                if (other.IsPromised || other.PinnedTo is not null || Instead(visit, member, i) is not { } way) continue;
                var cost = way.CostMinutes + other.PutOffMinutes;
                if (best is null || cost < best.Value.CostMinutes) best = way with { CostMinutes = cost };
            }
        }

        if (best is not { } found) return false;
        draft.PutOff.Add(draft[found.Member].Stops[found.Index].Visit);
        draft[found.Member] = found.Line;
        return true;
    }
}
