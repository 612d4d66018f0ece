using System.Collections.Immutable;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>Tells which promises cannot be kept as things stand.</summary>
internal static class Flagging
{
    /// <summary>A forecast is told anew when it has moved by so many minutes.</summary>
    const double MinutesToTellAnew = 5;

    /// <param name="raised">Gets the flags that are new, or have changed.</param>
    public static ImmutableSortedDictionary<VisitId, DayFlag> After(Draft draft, string because, List<DayFlag> raised)
    {
        var flags = draft.FlagsBefore.ToBuilder();
        foreach (var visit in Suspects(draft))
        {
            if (!draft.Visits.TryGetValue(visit, out var known) || Found(draft, known) is not { } found)
            {
                flags.Remove(visit);
                continue;
            }

            var isKnown = flags.TryGetValue(visit, out var old);
            if (isKnown && old!.Reason == found.Reason && old.Operative == found.Operative
                && Math.Abs(old.MinutesLate - found.MinutesLate) < MinutesToTellAnew) continue;
            var flag = found with
            {
                RaisedAt = isKnown ? old!.RaisedAt : draft.Now,
                Because = isKnown ? old!.Because : because,
                WaysOut = WaysOut.Of(draft, known, found),
            };
            flags[visit] = flag;
            raised.Add(flag);
        }

        return flags.ToImmutable();
    }

    /// <summary>Everything that may have become late, or is no more: a visit that is not among them is as it was.</summary>
    static IEnumerable<VisitId> Suspects(Draft draft)
    {
        var suspects = new SortedSet<VisitId>(draft.FlagsBefore.Keys, DayPlan.InOrder);
        suspects.UnionWith(draft.Loose());
        for (var member = 0; member < draft.Members; member++)
        {
            if (draft[member].Current is { HasStarted: false } work) suspects.Add(work.Visit);
        }

        foreach (var member in draft.Changed)
        {
            foreach (var stop in draft[member].Stops)
            {
                if (stop.Latest != draft.Visits[stop.Visit].Latest) suspects.Add(stop.Visit);
            }
        }

        return suspects;
    }

    static DayFlag? Found(Draft draft, DayVisit visit)
    {
        if (draft.BrokenOff.Contains(visit.Id)) return Nobody(visit, FlagReason.BrokenOff);
        if (!visit.IsPromised) return null;
        var member = draft.Find(visit.Id);
        if (member < 0)
        {
            var wasBroken = draft.FlagsBefore.TryGetValue(visit.Id, out var old)
                && old.Reason is FlagReason.BrokenOff or FlagReason.BoundByPlanner;
            var isBound = draft.Bound.Contains(visit.Id) || visit.PinnedTo is not null;
            return Nobody(visit, wasBroken ? old!.Reason : isBound ? FlagReason.BoundByPlanner : FlagReason.NobodyFree);
        }

        var line = draft[member];
        int start;
        if (line.Current is { } work && work.Visit == visit.Id)
        {
            if (work.HasStarted) return null;
            start = work.HasArrived ? work.Start : Math.Max(work.Start, draft.Now);
            if (start <= visit.Latest) return null;
        }
        else
        {
            var stop = line.Stops[line.IndexOf(visit.Id)];
            if (stop.Latest == visit.Latest) return null;
            start = stop.Start;
        }

        var reason = visit.PinnedTo is not null || line.IsLocked ? FlagReason.BoundByPlanner : FlagReason.ExpectedLate;
        var late = Math.Max(0, (start - visit.Latest) / 60.0);
        return new DayFlag(visit.Id, reason, 0, draft.Team.Members[member].Id, start, late, "", []);
    }

    static DayFlag Nobody(DayVisit visit, FlagReason reason) => new(visit.Id, reason, 0, null, null, 24 * 60, "", []);
}
