namespace OrleansScheduling.Planning.LivePlan;

/// <summary>
/// The day as it happens: an event and a plan give another plan. Facts are taken as they are; what they upset is put right at once; what
/// cannot be put right is flagged, with ways out, before it is late. Pure: no clock, no chance.
/// </summary>
public static class LiveDay
{
    public static DayReaction On(DayPlan plan, DayEvent happened)
    {
        var second = plan.Team.Clock.SecondAt(happened.At);
        if (second < plan.Now) return Refused(plan, EventRefusal.OutOfOrder);
        var draft = new Draft(plan, second);
        draft.Advance();
        var (refusal, brought, because) = DayFacts.Take(plan, draft, happened);
        return refusal != EventRefusal.None ? Refused(plan, refusal) : Finished(plan, draft, brought, because);
    }

    /// <summary>All events, one after the other.</summary>
    public static DayPlan Replay(DayPlan plan, IEnumerable<DayEvent> events)
    {
        foreach (var happened in events) plan = On(plan, happened).Plan;
        return plan;
    }

    internal static DayReaction Refused(DayPlan plan, EventRefusal refusal) =>
        new(plan, PlanDiff.Empty, [], Placement.None, [], refusal);

    /// <summary>Puts right what the facts have upset, and tells what came of it.</summary>
    internal static DayReaction Finished(DayPlan before, Draft draft, BroughtVisit? brought, string because)
    {
        draft.FactsAreTaken();
        var repair = new Repair(draft);
        for (var member = 0; member < draft.Members; member++)
        {
            if (!draft[member].IsKept(draft.Now) || draft.Changed.Contains(member)) repair.Restore(member);
        }

        var placement = Placement.None;
        if (brought is { } visit)
        {
            placement = Bring(draft, repair, visit);
            if (placement == Placement.Refused) return Refused(before, EventRefusal.DoesNotFit) with { Placement = placement };
        }

        PlaceWaiting(draft, repair);
        repair.Retry();
        repair.RetryPutOff(before.Unplaced);
        var raised = new List<DayFlag>();
        var flags = Flagging.After(draft, because, raised);
        var plan = draft.ToPlan(flags);
        return new DayReaction(plan, PlanDiff.Between(draft.ToPlanOfFacts(), plan), raised, placement, [.. draft.PutOff]);
    }

    static Placement Bring(Draft draft, Repair repair, BroughtVisit brought)
    {
        var visit = brought.Visit;
        draft.Know(visit);
        if (brought.Member >= 0)
        {
            if (repair.Best(visit, [brought.Member]) is not { } place) return Placement.Refused;
            draft[brought.Member] = place.Line;
            return Placement.InFreeTime;
        }

        var placement = repair.Place(visit, brought.ReservePercent, mayRearrange: visit.IsEmergency);
        if (placement != Placement.None) return placement;
        if (!visit.IsEmergency) return Placement.Refused;
        // Better late than not at all, while a planner decides.
        repair.PlaceLate(visit);
        return Placement.AskPlanner;
    }

    /// <summary>Emergencies first, then whose promise ends first.</summary>
    static void PlaceWaiting(Draft draft, Repair repair)
    {
        var waiting = draft.Waiting.OrderByDescending(visit => visit.IsEmergency).ThenByDescending(visit => visit.IsPromised)
            .ThenBy(visit => visit.Latest).ThenBy(visit => visit.Id, DayPlan.InOrder).ToList();
        foreach (var visit in waiting)
        {
            if (repair.Place(visit) != Placement.None) continue;
            if (!visit.IsPromised) draft.PutOff.Add(visit.Id);
            else repair.PlaceLate(visit);
        }
    }
}
