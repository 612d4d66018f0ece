using Orleans;

namespace OrleansScheduling.GrainInterfaces;

/// <summary>A visit by its job and its number within the job.</summary>
[GenerateSerializer, Immutable, Alias("scheduling.VisitKey")]
public sealed record VisitKey([property: Id(0)] long Job, [property: Id(1)] int Number);

/// <summary>A visit as it is expected to go.</summary>
/// <param name="SpareMinutes">Between the expected start and the end of the promise; negative when it is late.</param>
[GenerateSerializer, Immutable, Alias("scheduling.DayStopState")]
public sealed record DayStopState(
    [property: Id(0)] VisitKey Visit,
    [property: Id(1)] DateTimeOffset Start,
    [property: Id(2)] DateTimeOffset End,
    [property: Id(3)] double SpareMinutes);

/// <summary>One operative's day from now on.</summary>
/// <param name="IsLocked">A planner runs it.</param>
/// <param name="IsAway">The operative has reported off.</param>
/// <param name="Ends">When the operative is to be back.</param>
/// <param name="UnderWay">The visit that the operative is at, or on the way to.</param>
[GenerateSerializer, Immutable, Alias("scheduling.DayLineState")]
public sealed record DayLineState(
    [property: Id(0)] int Operative,
    [property: Id(1)] bool IsLocked,
    [property: Id(2)] bool IsAway,
    [property: Id(3)] DateTimeOffset? Ends,
    [property: Id(4)] DayStopState? UnderWay,
    [property: Id(5)] IReadOnlyList<DayStopState> Stops);

/// <param name="Kind">As in the planning's WayOutKind.</param>
/// <param name="Minutes">Overtime needed, or minutes after the promise.</param>
/// <param name="CostMinutes">What it costs, in minutes of travel.</param>
[GenerateSerializer, Immutable, Alias("scheduling.WayOutState")]
public sealed record WayOutState(
    [property: Id(0)] int Kind,
    [property: Id(1)] int Operative,
    [property: Id(2)] DateTimeOffset Start,
    [property: Id(3)] double Minutes,
    [property: Id(4)] double CostMinutes,
    [property: Id(5)] string Text,
    [property: Id(6)] DateTimeOffset? WindowStart,
    [property: Id(7)] DateTimeOffset? WindowEnd);

/// <summary>A promise that cannot be kept as things stand.</summary>
/// <param name="Reason">As in the planning's FlagReason.</param>
/// <param name="Operative">0: nobody has it.</param>
/// <param name="Forecast">When it is expected to start; null: not today.</param>
[GenerateSerializer, Immutable, Alias("scheduling.DayFlagState")]
public sealed record DayFlagState(
    [property: Id(0)] VisitKey Visit,
    [property: Id(1)] int Reason,
    [property: Id(2)] DateTimeOffset RaisedAt,
    [property: Id(3)] int Operative,
    [property: Id(4)] DateTimeOffset? Forecast,
    [property: Id(5)] double MinutesLate,
    [property: Id(6)] string Because,
    [property: Id(7)] IReadOnlyList<WayOutState> WaysOut);

[GenerateSerializer, Immutable, Alias("scheduling.DayMoveState")]
public sealed record DayMoveState(
    [property: Id(0)] VisitKey Visit,
    [property: Id(1)] int From,
    [property: Id(2)] DateTimeOffset FromStart,
    [property: Id(3)] int To,
    [property: Id(4)] DateTimeOffset ToStart);

/// <summary>Something that the engine did today.</summary>
/// <param name="Position">Where it stands in the feed.</param>
/// <param name="Note">Why, and what was gained.</param>
/// <param name="IsForecast">Whether some of it is late and was told, not planned.</param>
[GenerateSerializer, Immutable, Alias("scheduling.EngineDeedState")]
public sealed record EngineDeedState(
    [property: Id(0)] long Position,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Note,
    [property: Id(3)] bool IsForecast,
    [property: Id(4)] IReadOnlyList<DayMoveState> Moves);

/// <summary>An improvement that waits for a planner.</summary>
/// <param name="Id">By which it is accepted or declined.</param>
/// <param name="GainMinutes">Minutes of travel saved.</param>
/// <param name="GainMetres">Road metres saved.</param>
/// <param name="GainRiskMinutes">By how many minutes the promises are safer.</param>
[GenerateSerializer, Immutable, Alias("scheduling.ProposalState")]
public sealed record ProposalState(
    [property: Id(0)] string Id,
    [property: Id(1)] DateTimeOffset MadeAt,
    [property: Id(2)] double GainMinutes,
    [property: Id(3)] double GainMetres,
    [property: Id(4)] double GainRiskMinutes,
    [property: Id(5)] IReadOnlyList<DayMoveState> Moves);

/// <summary>An emergency that nobody could attend in time, and that waits for a planner.</summary>
/// <param name="CanBeAttended">Whether somebody could by now, if it were asked for again.</param>
[GenerateSerializer, Immutable, Alias("scheduling.EmergencyState")]
public sealed record EmergencyState(
    [property: Id(0)] long Job,
    [property: Id(1)] DateTimeOffset AskedAt,
    [property: Id(2)] bool CanBeAttended,
    [property: Id(3)] IReadOnlyList<WayOutState> WaysOut);

/// <summary>A contractor's today as the engine sees it.</summary>
/// <param name="At">Up to when everything is taken in.</param>
/// <param name="Position">The feed's entry up to which it is.</param>
/// <param name="Proposals">Improvements that wait for a planner.</param>
/// <param name="Unsettled">Visits that the plan would have elsewhere and that could not be moved in the record.</param>
/// <param name="Emergencies">What nobody could attend in time; null from a process of a version before.</param>
[GenerateSerializer, Immutable, Alias("scheduling.DayPlanState")]
public sealed record DayPlanState(
    [property: Id(0)] DateOnly Day,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] long Position,
    [property: Id(3)] IReadOnlyList<DayLineState> Lines,
    [property: Id(4)] IReadOnlyList<DayFlagState> Flags,
    [property: Id(5)] IReadOnlyList<EngineDeedState> Done,
    [property: Id(6)] IReadOnlyList<VisitKey> Unsettled,
    [property: Id(7)] IReadOnlyList<ProposalState> Proposals,
    [property: Id(8)] IReadOnlyList<EmergencyState>? Emergencies);

/// <summary>An answer to a planner.</summary>
/// <param name="Operative">Who would do it, if somebody could; 0: nobody.</param>
/// <param name="AddedMinutes">Minutes of travel that it would add, less what is saved where the visit is now.</param>
/// <param name="Reasons">Why not, or what speaks against it.</param>
[GenerateSerializer, Immutable, Alias("scheduling.PlannerAnswerState")]
public sealed record PlannerAnswerState(
    [property: Id(0)] bool IsPossible,
    [property: Id(1)] int Operative,
    [property: Id(2)] double AddedMinutes,
    [property: Id(3)] IReadOnlyList<string> Reasons);

/// <summary>All that is to be done in one operative's day from now on, in order.</summary>
[GenerateSerializer, Immutable, Alias("scheduling.HandMadeDay")]
public sealed record HandMadeDay([property: Id(0)] int Operative, [property: Id(1)] IReadOnlyList<VisitKey> Visits)
{
    /// <summary>Most days of one question: as many as an improvement looks at.</summary>
    public const int MaxDays = 32;
}

/// <summary>Some days as they are judged.</summary>
/// <param name="IsPossible">Whether they can be carried out with every promise kept.</param>
/// <param name="LateMinutes">Minutes after promises; a promise in nobody's day counts a day.</param>
/// <param name="CostMinutes">Travel and everything else that has a price, in minutes of travel.</param>
/// <param name="Broken">What cannot be so.</param>
[GenerateSerializer, Immutable, Alias("scheduling.DayScoreState")]
public sealed record DayScoreState(
    [property: Id(0)] bool IsPossible,
    [property: Id(1)] double LateMinutes,
    [property: Id(2)] double TravelMinutes,
    [property: Id(3)] double CostMinutes,
    [property: Id(4)] IReadOnlyList<string> Broken);

/// <summary>A plan made by hand beside the engine's, of the same days.</summary>
[GenerateSerializer, Immutable, Alias("scheduling.DayComparisonState")]
public sealed record DayComparisonState([property: Id(0)] DayScoreState ByHand, [property: Id(1)] DayScoreState ByEngine);
