using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Planning.LivePlan;

namespace OrleansScheduling.Grains.Plans;

/// <summary>A plan as somebody sees it: work under a contract that is not seen takes time, and is not shown.</summary>
internal sealed class PlanView(DayPlan plan, Func<ContractId, bool> sees, Func<OperativeId, bool> seesPerson)
{
    public DayPlanState Of(
        long position, EngineLog done, IReadOnlyList<ProposalState> proposals, IEnumerable<VisitId> unsettled,
        Func<OperativeId, bool> isAway, IReadOnlyList<EmergencyState> emergencies) => new(
        plan.Team.Clock.Day.ToDateOnly(),
        At(plan.Now),
        position,
        [.. plan.Lines.Select((line, member) => (Line: line, plan.Team.Members[member].Id)).Where(one => seesPerson(one.Id))
            .Select(one => LineOf(one.Line, one.Id, isAway))],
        [.. plan.Flags.Values.Where(flag => Sees(flag.Visit)).Select(FlagOf)],
        [.. Enumerable.Reverse(done.Deeds).Select(DeedOf)],
        [.. unsettled.Where(Sees).Select(KeyOf)],
        proposals,
        emergencies);

    /// <param name="reaction">What would come of it were it reported now; null: it is not for one operative.</param>
    /// <param name="visit">What would have to be attended.</param>
    public EmergencyState Of(AskedEmergency one, DayReaction? reaction, VisitId? visit) => new(
        one.Job.Value, one.AskedAt.ToDateTimeOffset(), reaction?.Placement == Placement.InFreeTime,
        reaction is not null && visit is { } id && reaction.Plan.Flags.TryGetValue(id, out var flag) ? WaysOutOf(flag) : []);

    public static ProposalState Of(WaitingProposal one, PlanDiff diff, IEnumerable<VisitMove> moves) => new(
        one.Id, one.MadeAt.ToDateTimeOffset(), Math.Round(diff.GainMinutes, 1), Math.Round(diff.GainMetres),
        Math.Round(diff.GainRiskMinutes, 1), [.. moves.Select(MoveOf)]);

    static DayMoveState MoveOf(VisitMove move) => new(
        KeyOf(move.Visit), move.From.Value, move.FromStart.ToDateTimeOffset(), move.To.Value, move.ToStart.ToDateTimeOffset());

    bool Sees(VisitId visit) => plan.Visits.TryGetValue(visit, out var known) && sees(known.Contract);

    DateTimeOffset At(int second) => plan.Team.Clock.InstantAt(second).ToDateTimeOffset();

    public static VisitKey KeyOf(VisitId visit) => new(visit.Job.Value, visit.Number);

    DayLineState LineOf(OperativeLine line, OperativeId operative, Func<OperativeId, bool> isAway) => new(
        operative.Value,
        line.IsLocked,
        isAway(operative),
        line.End <= plan.Now ? null : At(line.End),
        line.Current is { } work && Sees(work.Visit) ? StopOf(work.Visit, work.Start, work.End) : null,
        [.. line.Stops.Where(stop => Sees(stop.Visit)).Select(stop => StopOf(stop.Visit, stop.Start, stop.End))]);

    DayStopState StopOf(VisitId visit, int start, int end) =>
        new(KeyOf(visit), At(start), At(end), Math.Round((plan.Visits[visit].Latest - start) / 60.0, 1));

    DayFlagState FlagOf(DayFlag flag) => new(
        KeyOf(flag.Visit), (int)flag.Reason, At(flag.RaisedAt), flag.Operative?.Value ?? 0,
        flag.ForecastStart is { } start ? At(start) : null, Math.Round(flag.MinutesLate, 1), flag.Because,
        WaysOutOf(flag));

    WayOutState[] WaysOutOf(DayFlag flag) => [.. flag.WaysOut.Where(way => seesPerson(way.Operative)).Select(WayOf)];

    WayOutState WayOf(WayOut way) => new(
        (int)way.Kind, way.Operative.Value, At(way.Start), Math.Round(way.Minutes, 1), Math.Round(way.CostMinutes, 1), way.Text,
        way.Window is { } window ? At(window.Start) : null, way.Window is { } until ? At(until.End) : null);

    /// <summary>What is done or gone is not in the plan any more, and nobody's to hide: its contract is not known here.</summary>
    EngineDeedState DeedOf(EngineDeed deed) => new(
        deed.Position, deed.At.ToDateTimeOffset(), deed.Note, deed.Kind == EventKind.DayForecast,
        [.. deed.Moves.Select(MoveOf)]);
}
