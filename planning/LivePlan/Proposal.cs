using System.Collections.Immutable;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Planning.LivePlan;

/// <param name="Order">All that lies open in the day, in its new order.</param>
public sealed record ProposedDay(OperativeId Operative, ImmutableArray<VisitId> Order);

/// <summary>An improvement of a plan: carried out whole, or not at all when the plan has moved on from what it was made for.</summary>
/// <param name="Version">Of the plan that it was made for.</param>
/// <param name="Days">The days that change.</param>
/// <param name="Diff">What changes, and what is gained.</param>
public sealed record Proposal(long Version, ImmutableArray<ProposedDay> Days, PlanDiff Diff)
{
    /// <summary>Carries it out if the same visits are still open on the same days, what is frozen by now stays, and every promise is
    /// kept.</summary>
    internal EventRefusal Carry(Draft draft)
    {
        var members = new int[Days.Length];
        for (var i = 0; i < Days.Length; i++)
        {
            members[i] = draft.Team.IndexOf(Days[i].Operative);
            if (members[i] < 0) return EventRefusal.UnknownOperative;
            if (draft[members[i]].IsLocked || members[..i].Contains(members[i])) return EventRefusal.Stale;
        }

        var open = members.SelectMany(member => draft[member].Stops.Select(stop => stop.Visit)).ToHashSet();
        var proposed = Days.SelectMany(day => day.Order).ToList();
        if (proposed.Count != open.Count || !open.SetEquals(proposed)) return EventRefusal.Stale;
        var bounds = members.SelectMany(member => draft[member].Stops).ToDictionary(stop => stop.Visit);
        var after = new OperativeLine[Days.Length];
        for (var i = 0; i < Days.Length; i++)
        {
            var refusal = LineAfter(draft, members[i], Days[i], bounds, out after[i]);
            if (refusal != EventRefusal.None) return refusal;
        }

        for (var i = 0; i < Days.Length; i++) draft[members[i]] = after[i];
        return EventRefusal.None;
    }

    static EventRefusal LineAfter(
        Draft draft, int member, ProposedDay day, Dictionary<VisitId, Stop> bounds, out OperativeLine after)
    {
        var line = after = draft[member];
        for (var i = 0; i < line.Stops.Length; i++)
        {
            if (line.Stops[i].Start >= draft.Now + (draft.Rules.FrozenMinutes * 60)) break;
            if (i >= day.Order.Length || day.Order[i] != line.Stops[i].Visit) return EventRefusal.Stale;
        }

        var order = ImmutableArray.CreateBuilder<Stop>(day.Order.Length);
        foreach (var id in day.Order)
        {
            var visit = draft.Visits[id];
            if (line.IndexOf(id) < 0)
            {
                if (draft.Team.WhyNot(member, visit) != RefusalReason.None) return EventRefusal.DoesNotFit;
                if (visit.PinnedTo is { } pinned && pinned != day.Operative) return EventRefusal.Stale;
            }

            order.Add(draft.Team.StopOf(member, visit) with { Latest = bounds[id].Latest });
        }

        if (line.With(draft.Team, member, order.MoveToImmutable(), draft.Now) is not { } with) return EventRefusal.Stale;
        after = with;
        return EventRefusal.None;
    }
}
