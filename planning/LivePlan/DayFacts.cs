using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>A visit that an event brings.</summary>
/// <param name="Member">Whose day it is for; -1: anybody's.</param>
internal readonly record struct BroughtVisit(DayVisit Visit, int Member, int ReservePercent);

/// <summary>Writes down what has happened. Nothing is decided here.</summary>
internal static class DayFacts
{
    public static (EventRefusal Refusal, BroughtVisit? Brought, string Because) Take(DayPlan plan, Draft draft, DayEvent happened) =>
        happened switch
        {
            TimePassed => (EventRefusal.None, null, "Somebody is later than was expected."),
            DiariesRead read => (read.Take(draft), null, read.Because),
            SetOff set => (SettingOff(draft, set.Operative, set.Visit), null, "Somebody set off late."),
            Arrived here => (Arriving(draft, here), null, "Somebody arrived late."),
            WorkStarted start => (Starting(draft, start), null, "Work started late."),
            WorkFinished end => (Ending(draft, end.Operative, end.Visit), null, "Work took longer."),
            NoAccess none => (Ending(draft, none.Operative, none.Visit), null, "Nobody opened."),
            OverrunForecast over => (Overrunning(draft, over), null, $"{Name(plan, over.Operative)} needs longer at {over.Visit}."),
            OperativeAbsent away => (GoingAway(draft, away), null, $"{Name(plan, away.Operative)} is away."),
            EmergencyReported help => Bringing(draft, help.Visit with { IsEmergency = true }, null, 0, "An emergency came in."),
            VisitBooked booked => Bringing(
                draft, booked.Visit, booked.Operative, booked.Operative is null ? draft.Rules.ReservePercent : 0, "A visit was booked."),
            VisitCancelled gone => (Cancelling(draft, gone.Visit), null, "A visit was cancelled."),
            VisitReassigned given => Reassigning(draft, given),
            VisitPinned pin => (Pinning(draft, pin), null, "A planner bound it."),
            DayLocked locked => (
                OnLine(draft, locked.Operative, line => line with { IsLocked = locked.IsLocked }), null, "A planner runs the day."),
            OvertimeAgreed over => (OnLine(draft, over.Operative, line => line with
            {
                End = Math.Max(line.End, draft.Team.Clock.SecondAt(over.Until)),
            }), null, "Overtime was agreed."),
            WindowAgreed agreed => (Agreeing(draft, agreed), null, "Another window was agreed."),
            ProposalAccepted accepted => (accepted.Proposal.Carry(draft), null, "The plan was improved."),
            _ => throw new ArgumentException($"No such event: {happened.GetType().Name}.", nameof(happened)),
        };

    static string Name(DayPlan plan, OperativeId operative) =>
        plan.Team.IndexOf(operative) < 0 ? "Somebody" : DayText.Name(plan, operative);

    static EventRefusal OnLine(Draft draft, OperativeId operative, Func<OperativeLine, OperativeLine> change)
    {
        if (draft.Team.IndexOf(operative) is not (>= 0 and var member)) return EventRefusal.UnknownOperative;
        draft[member] = change(draft[member]);
        return EventRefusal.None;
    }

    static EventRefusal SettingOff(Draft draft, OperativeId operative, VisitId visit)
    {
        if (draft.Team.IndexOf(operative) is not (>= 0 and var member)) return EventRefusal.UnknownOperative;
        var line = draft[member];
        if (line.Current is { } work) return work.Visit == visit ? EventRefusal.None : EventRefusal.UnderWay;
        if (line.IndexOf(visit) is not (>= 0 and var at)) return EventRefusal.UnknownVisit;
        var known = draft.Visits[visit];
        var seconds = line.Stops[at].Seconds;
        var arrival = draft.Team.Travel.Profile.Arrive(draft.Now, draft.Team.Travel.RoadMetres(line.Point, known.Point));
        var start = Math.Max(arrival, known.Earliest);
        draft[member] = line with
        {
            Current = new CurrentWork(visit, known.Point, start, start + seconds, false, line.Point),
            Stops = line.Stops.RemoveAt(at),
        };
        return EventRefusal.None;
    }

    static EventRefusal Arriving(Draft draft, Arrived here)
    {
        var refusal = SettingOff(draft, here.Operative, here.Visit);
        if (refusal != EventRefusal.None) return refusal;
        return OnLine(draft, here.Operative, line =>
        {
            if (line.Current!.HasStarted) return line;
            var start = Math.Max(draft.Now, draft.Visits[here.Visit].Earliest);
            return line with { Current = line.Current with { Start = start, End = start + line.Current.Seconds, HasArrived = true } };
        });
    }

    static EventRefusal Starting(Draft draft, WorkStarted started)
    {
        var refusal = SettingOff(draft, started.Operative, started.Visit);
        if (refusal != EventRefusal.None) return refusal;
        return OnLine(draft, started.Operative, line => line.Current!.HasStarted ? line : line with
        {
            Current = line.Current with { Start = draft.Now, End = draft.Now + line.Current.Seconds, HasStarted = true },
        });
    }

    static EventRefusal Ending(Draft draft, OperativeId operative, VisitId visit)
    {
        var refusal = SettingOff(draft, operative, visit);
        if (refusal != EventRefusal.None) return refusal;
        draft.Forget(visit);
        return OnLine(draft, operative, line => line with { Point = line.Current!.Point, Free = draft.Now, Current = null });
    }

    static EventRefusal Overrunning(Draft draft, OverrunForecast over)
    {
        var refusal = SettingOff(draft, over.Operative, over.Visit);
        if (refusal != EventRefusal.None) return refusal;
        return OnLine(draft, over.Operative, line => line with
        {
            Current = line.Current! with { End = Math.Max(line.Current.Start, draft.Team.Clock.SecondAt(over.Until)) },
        });
    }

    /// <summary>
    /// Whoever is away now leaves what is under way: a job that has begun is broken off, and a planner decides; one on the way to which
    /// somebody was is done by somebody else.
    /// </summary>
    static EventRefusal GoingAway(Draft draft, OperativeAbsent away)
    {
        var from = draft.Team.Clock.SecondAt(away.From);
        int? until = away.Until is { } back ? draft.Team.Clock.SecondAt(back) : null;
        return OnLine(draft, away.Operative, line =>
        {
            if (from <= draft.Now && line.Current is { } work)
            {
                line = line with { Current = null, Point = work.Point, Free = draft.Now };
                var member = draft.Team.IndexOf(away.Operative);
                if (work.HasStarted) draft.BrokenOff.Add(work.Visit);
                else line = line with { Stops = line.Stops.Insert(0, draft.Team.StopOf(member, draft.Visits[work.Visit])) };
            }

            if (until is not { } end || end >= line.End) return line with { End = Math.Min(line.End, Math.Max(from, draft.Now)) };
            if (from <= Math.Max(draft.Now, line.Free)) return line with { Free = Math.Max(line.Free, end) };
            if (line.Pauses.Length == WorkingDay.MaxPauses) return line with { End = from };
            var at = line.Pauses.TakeWhile(pause => pause.Earliest < from).Count();
            return line with { Pauses = line.Pauses.Insert(at, new Pause(from, from, end - from)), FreeBy = RouteTimes.TooLate };
        });
    }

    static (EventRefusal, BroughtVisit?, string) Bringing(
        Draft draft, DayVisit visit, OperativeId? operative, int reservePercent, string because)
    {
        if (draft.Visits.ContainsKey(visit.Id)) return (EventRefusal.VisitExists, null, because);
        var member = operative is { } wanted ? draft.Team.IndexOf(wanted) : -1;
        if (operative is not null && member < 0) return (EventRefusal.UnknownOperative, null, because);
        return (EventRefusal.None, new BroughtVisit(visit, member, reservePercent), because);
    }

    static EventRefusal Cancelling(Draft draft, VisitId visit)
    {
        if (!draft.Visits.ContainsKey(visit)) return EventRefusal.UnknownVisit;
        var member = draft.Find(visit);
        if (member >= 0)
        {
            var line = draft[member];
            if (line.Current is { } work && work.Visit == visit)
            {
                if (work.HasStarted) return EventRefusal.UnderWay;
                // Where on the way the operative turns round is not known: reckoned from the door.
                var there = Math.Max(draft.Now, Math.Min(work.Start, line.End));
                draft[member] = line with { Current = null, Point = work.Point, Free = there };
            }
            else
            {
                draft[member] = line with { Stops = line.Stops.RemoveAt(line.IndexOf(visit)) };
            }
        }

        draft.Forget(visit);
        return EventRefusal.None;
    }

    static (EventRefusal, BroughtVisit?, string) Reassigning(Draft draft, VisitReassigned given)
    {
        const string Because = "A planner moved it.";
        if (!draft.Visits.TryGetValue(given.Visit, out var visit)) return (EventRefusal.UnknownVisit, null, Because);
        if (draft.Team.IndexOf(given.Operative) is not (>= 0 and var to)) return (EventRefusal.UnknownOperative, null, Because);
        // A planner may send somebody beyond the patch; nobody without the skill.
        if (draft.Team.WhyNot(to, visit) is not (RefusalReason.None or RefusalReason.NobodyCoversPatch))
            return (EventRefusal.DoesNotFit, null, Because);
        var from = draft.Find(visit.Id);
        if (from >= 0)
        {
            var at = draft[from].IndexOf(visit.Id);
            if (at < 0) return (EventRefusal.UnderWay, null, Because);
            draft[from] = draft[from] with { Stops = draft[from].Stops.RemoveAt(at) };
        }

        var bound = visit.PinnedTo is null ? visit : visit with { PinnedTo = given.Operative };
        return (EventRefusal.None, new BroughtVisit(bound, to, 0), Because);
    }

    static EventRefusal Pinning(Draft draft, VisitPinned pin)
    {
        if (!draft.Visits.TryGetValue(pin.Visit, out var visit)) return EventRefusal.UnknownVisit;
        var member = draft.Find(pin.Visit);
        if (member < 0 && pin.IsPinned) return EventRefusal.DoesNotFit;
        draft.Know(visit with { PinnedTo = pin.IsPinned ? draft.Team.Members[member].Id : null });
        return EventRefusal.None;
    }

    static EventRefusal Agreeing(Draft draft, WindowAgreed agreed)
    {
        if (!draft.Visits.TryGetValue(agreed.Visit, out var visit)) return EventRefusal.UnknownVisit;
        var member = draft.Find(agreed.Visit);
        var at = member < 0 ? -1 : draft[member].IndexOf(agreed.Visit);
        if (member >= 0 && at < 0) return EventRefusal.UnderWay;
        var changed = visit with
        {
            Earliest = draft.Team.Clock.SecondAt(agreed.Start),
            Latest = draft.Team.Clock.SecondAt(agreed.End) - 1,
        };
        draft.Know(changed);
        if (member >= 0) draft[member] = draft[member] with { Stops = draft[member].Stops.RemoveAt(at) };
        draft.Waiting.Add(changed);
        return EventRefusal.None;
    }
}
