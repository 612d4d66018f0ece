using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Api.GraphQL.Operatives;
using OrleansScheduling.Api.GraphQL.Visits;
using OrleansScheduling.Api.Live;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Planning.LivePlan;

namespace OrleansScheduling.Api.GraphQL.DayPlans;

/// <summary>A contractor's today as the engine sees it: who does what from now on, and what cannot be kept.</summary>
[GraphQLName("DayPlan")]
public sealed class DayPlanNode(DayPlanState state)
{
    public DateOnly Day => state.Day;

    /// <summary>Up to when everything that happened is taken in.</summary>
    public DateTimeOffset At => state.At;

    /// <summary>A line for each operative that the caller sees.</summary>
    [ListSize(25)]
    public IReadOnlyList<DayLine> Lines => [.. state.Lines.Select(line => new DayLine(line))];

    /// <summary>Promises that cannot be kept as things stand: told before they are late.</summary>
    [ListSize(5)]
    public IReadOnlyList<DayFlag> Flags => [.. state.Flags.Select(flag => new DayFlag(flag))];

    /// <summary>What the engine did today, the newest first; at most 200.</summary>
    [ListSize(10)]
    public async Task<IReadOnlyList<EngineDeed>> GetDoneAsync([Service] FeedCursors cursors, VisitByKey loader)
    {
        var keys = state.Done.SelectMany(deed => deed.Moves).Select(move => DayStop.KeyOf(move.Visit)).Distinct().ToList();
        var seen = keys.Zip(await loader.LoadAsync(keys)).Where(pair => pair.Second is not null).Select(pair => pair.First).ToHashSet();
        // What somebody may not see was not done, as far as they are told.
        return [.. state.Done.Select(deed => EngineDeed.Of(deed, cursors, seen)).OfType<EngineDeed>()];
    }

    /// <summary>Improvements that wait for a planner, because a contract wants to be asked first; at most 20.</summary>
    [ListSize(5)]
    public async Task<IReadOnlyList<DayProposal>> GetProposalsAsync(VisitByKey loader)
    {
        var keys = state.Proposals.SelectMany(one => one.Moves).Select(move => DayStop.KeyOf(move.Visit)).Distinct().ToList();
        var seen = keys.Zip(await loader.LoadAsync(keys)).Where(pair => pair.Second is not null).Select(pair => pair.First).ToHashSet();
        // Whoever does not see all of it cannot judge it.
        return
        [
            .. state.Proposals.Where(one => one.Moves.All(move => seen.Contains(DayStop.KeyOf(move.Visit))))
                .Select(one => new DayProposal(one)),
        ];
    }

    /// <summary>
    /// Emergencies that nobody could attend in time since the day began, and that have no appointment yet, the one that has waited longest
    /// first; at most 20. Earlier ones are found as jobs: <c>emergency</c> and <c>LOGGED</c>.
    /// </summary>
    [ListSize(2)]
    public IReadOnlyList<UnattendedEmergency> Emergencies =>
        [.. (state.Emergencies ?? []).Select(emergency => new UnattendedEmergency(emergency))];

    /// <summary>Visits that the plan would have elsewhere, and that could not be moved in the record: a planner should look.</summary>
    [ListSize(5)]
    public async Task<IReadOnlyList<VisitNode>> GetUnsettledAsync(VisitByKey loader) =>
        [.. (await loader.LoadAsync([.. state.Unsettled.Select(DayStop.KeyOf)])).OfType<VisitNode>()];
}

/// <summary>An emergency that waits for a planner.</summary>
public sealed class UnattendedEmergency(EmergencyState state)
{
    public Task<JobNode?> GetJobAsync(JobById loader) => loader.LoadAsync(state.Job);

    /// <summary>When somebody was asked for, and could not be found.</summary>
    public DateTimeOffset AskedAt => state.AskedAt;

    /// <summary>Whether <c>bookEmergency</c> would find somebody by now.</summary>
    public bool CanBeAttended => state.CanBeAttended;

    /// <summary>What else can be done were somebody to come within two hours from now, the cheapest first; at most three.</summary>
    [ListSize(3)]
    public IReadOnlyList<DayWayOut> WaysOut => [.. state.WaysOut.Select(way => new DayWayOut(way))];
}

/// <summary>One operative's day from now on.</summary>
public sealed class DayLine(DayLineState state)
{
    public Task<OperativeNode?> GetOperativeAsync(OperativeById loader) => loader.LoadAsync(state.Operative);

    /// <summary>Whether a planner runs it: the engine leaves it alone.</summary>
    public bool IsLocked => state.IsLocked;

    /// <summary>Whether the operative has reported off.</summary>
    public bool IsAway => state.IsAway;

    /// <summary>When the operative is to be back; null when the day is over.</summary>
    public DateTimeOffset? Ends => state.Ends;

    /// <summary>What the operative is doing, or on the way to.</summary>
    public DayStop? UnderWay => state.UnderWay is { } stop ? new DayStop(stop) : null;

    /// <summary>What comes after it, in order. Work under a contract that the caller does not see is left out.</summary>
    [ListSize(6)]
    public IReadOnlyList<DayStop> Stops => [.. state.Stops.Select(stop => new DayStop(stop))];
}

/// <summary>A visit as it is expected to go.</summary>
public sealed class DayStop(DayStopState state)
{
    internal static (long Job, int Number) KeyOf(VisitKey visit) => (visit.Job, visit.Number);

    public Task<VisitNode?> GetVisitAsync(VisitByKey loader) => loader.LoadAsync(KeyOf(state.Visit));

    /// <summary>When work is expected to start.</summary>
    public DateTimeOffset Starts => state.Start;

    public DateTimeOffset Ends => state.End;

    /// <summary>Minutes from then to the end of the promise; negative when it will be late.</summary>
    public double SpareMinutes => state.SpareMinutes;
}

/// <summary>A promise that cannot be kept as things stand.</summary>
public sealed class DayFlag(DayFlagState state)
{
    public Task<VisitNode?> GetVisitAsync(VisitByKey loader) => loader.LoadAsync(DayStop.KeyOf(state.Visit));

    public FlagReason Reason => (FlagReason)state.Reason;

    public DateTimeOffset RaisedAt => state.RaisedAt;

    /// <summary>Who has it in the plan; null: nobody.</summary>
    public async Task<OperativeNode?> GetOperativeAsync(OperativeById loader) =>
        state.Operative == 0 ? null : await loader.LoadAsync(state.Operative);

    /// <summary>When it is expected to start; null: not today.</summary>
    public DateTimeOffset? Forecast => state.Forecast;

    /// <summary>Minutes after the end of its promise; 1440 when nobody has it.</summary>
    public double MinutesLate => state.MinutesLate;

    /// <summary>What happened.</summary>
    public string Because => state.Because;

    /// <summary>What can be done about it, the cheapest first; at most three.</summary>
    [ListSize(3)]
    public IReadOnlyList<DayWayOut> WaysOut => [.. state.WaysOut.Select(way => new DayWayOut(way))];
}

/// <summary>Something that a planner can do about a promise that cannot be kept.</summary>
[GraphQLName("WayOut")]
public sealed class DayWayOut(WayOutState state)
{
    public WayOutKind Kind => (WayOutKind)state.Kind;

    /// <summary>Who would do it.</summary>
    public Task<OperativeNode?> GetOperativeAsync(OperativeById loader) => loader.LoadAsync(state.Operative);

    /// <summary>When work would start.</summary>
    public DateTimeOffset Starts => state.Start;

    /// <summary>Minutes of overtime, or minutes after the promise.</summary>
    public double Minutes => state.Minutes;

    /// <summary>What it costs, in minutes of travel.</summary>
    public double CostMinutes => state.CostMinutes;

    /// <summary>To be read out.</summary>
    public string Text => state.Text;

    /// <summary>The window that the customer would be offered.</summary>
    public DateTimeOffset? WindowStarts => state.WindowStart;

    public DateTimeOffset? WindowEnds => state.WindowEnd;
}

/// <summary>Something that the engine did: the difference, after the fact.</summary>
/// <param name="Sequence">Where it stands in the feed; by it a planner takes it back.</param>
/// <param name="Note">Why, and what was gained in minutes, kilometres and risk.</param>
/// <param name="IsForecast">Whether some of it is late and was told, not planned.</param>
public sealed record EngineDeed(
    string Sequence, DateTimeOffset At, string Note, bool IsForecast, [property: ListSize(3)] IReadOnlyList<EngineMove> Moves)
{
    internal static EngineDeed? Of(EngineDeedState deed, FeedCursors cursors, HashSet<(long, int)> seen)
    {
        var moves = deed.Moves.Where(move => seen.Contains(DayStop.KeyOf(move.Visit))).Select(move => new EngineMove(move)).ToList();
        return moves.Count == 0 ? null : new EngineDeed(cursors.Encode(deed.Position), deed.At, deed.Note, deed.IsForecast, moves);
    }
}

/// <summary>An improvement that waits for a planner: the difference, before the fact.</summary>
[GraphQLName("Proposal")]
public sealed class DayProposal(ProposalState state)
{
    /// <summary>By which it is accepted or declined, as long as the plan has not moved on.</summary>
    public string Proposal => state.Id;

    public DateTimeOffset MadeAt => state.MadeAt;

    /// <summary>Minutes of travel saved.</summary>
    public double GainMinutes => state.GainMinutes;

    /// <summary>Road metres saved.</summary>
    public double GainMetres => state.GainMetres;

    /// <summary>By how many minutes the promises are safer; negative when they are less safe.</summary>
    public double GainRiskMinutes => state.GainRiskMinutes;

    /// <summary>Visits that would change hands, or their turn in a day.</summary>
    [ListSize(5)]
    public IReadOnlyList<EngineMove> Moves => [.. state.Moves.Select(move => new EngineMove(move))];
}

/// <summary>A visit that changed its operative or its time.</summary>
public sealed class EngineMove(DayMoveState state)
{
    public Task<VisitNode?> GetVisitAsync(VisitByKey loader) => loader.LoadAsync(DayStop.KeyOf(state.Visit));

    public Task<OperativeNode?> GetFromAsync(OperativeById loader) => loader.LoadAsync(state.From);

    public DateTimeOffset FromStarts => state.FromStart;

    public Task<OperativeNode?> GetToAsync(OperativeById loader) => loader.LoadAsync(state.To);

    public DateTimeOffset ToStarts => state.ToStart;
}
