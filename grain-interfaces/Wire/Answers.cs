using Orleans;

namespace OrleansScheduling.GrainInterfaces;

/// <summary>An expected "no".</summary>
/// <param name="Reason">The stable name, as in the domain's RefusalReason.</param>
/// <param name="Text">A sentence that a call handler can read out.</param>
[GenerateSerializer, Immutable, Alias("scheduling.RefusalState")]
public sealed record RefusalState([property: Id(0)] string Reason, [property: Id(1)] string Text);

/// <summary>A window that is held or promised: arrival at or after the start and before the end.</summary>
[GenerateSerializer, Immutable, Alias("scheduling.PromiseState")]
public sealed record PromiseState(
    [property: Id(0)] string Window,
    [property: Id(1)] DateTimeOffset Start,
    [property: Id(2)] DateTimeOffset End);

[GenerateSerializer, Immutable, Alias("scheduling.HoldState")]
public sealed record HoldState(
    [property: Id(0)] int Number,
    [property: Id(1)] string Holder,
    [property: Id(2)] PromiseState Promise,
    [property: Id(3)] DateTimeOffset ExpiresAt);

/// <param name="State">As in the domain's VisitState.</param>
[GenerateSerializer, Immutable, Alias("scheduling.VisitPlaceState")]
public sealed record VisitPlaceState(
    [property: Id(0)] int Number,
    [property: Id(1)] int Operative,
    [property: Id(2)] DateOnly Day,
    [property: Id(3)] int Stage,
    [property: Id(4)] int State);

/// <summary>A job as it is recorded. Version 0: not recorded yet.</summary>
/// <param name="Status">As in the domain's JobStatus.</param>
[GenerateSerializer, Immutable, Alias("scheduling.JobState")]
public sealed record JobState(
    [property: Id(0)] long Id,
    [property: Id(1)] long Version,
    [property: Id(2)] int Contract,
    [property: Id(3)] int Client,
    [property: Id(4)] int Contractor,
    [property: Id(5)] int Property,
    [property: Id(6)] IReadOnlyList<string> Lines,
    [property: Id(7)] string Description,
    [property: Id(8)] bool Emergency,
    [property: Id(9)] int Status,
    [property: Id(10)] DateTimeOffset ReportedAt,
    [property: Id(11)] PromiseState? Promise,
    [property: Id(12)] HoldState? Hold,
    [property: Id(13)] IReadOnlyList<VisitPlaceState> Visits,
    [property: Id(14)] int LastNumber);

/// <summary>Work planned in a diary.</summary>
[GenerateSerializer, Immutable, Alias("scheduling.VisitState")]
public sealed record VisitState(
    [property: Id(0)] long Job,
    [property: Id(1)] int Number,
    [property: Id(2)] int Operative,
    [property: Id(3)] int Contract,
    [property: Id(4)] DateOnly Day,
    [property: Id(5)] DateTimeOffset Start,
    [property: Id(6)] DateTimeOffset End,
    [property: Id(7)] PromiseState Promise,
    [property: Id(8)] double LatitudeDegrees,
    [property: Id(9)] double LongitudeDegrees,
    [property: Id(10)] int Stage,
    [property: Id(11)] int State,
    [property: Id(12)] DateTimeOffset? HoldExpiresAt);

/// <summary>What a command did. The same for the first answer and for every repetition under its key.</summary>
/// <param name="Position">Where it stands in the change feed.</param>
/// <param name="Event">What happened, as in the domain's EventKind.</param>
/// <param name="Job">0 when it concerns no one job.</param>
/// <param name="Visits">The job's visits that were claimed, promised or changed by it; of a reassignment, those that were moved.</param>
[GenerateSerializer, Immutable, Alias("scheduling.Receipt")]
public sealed record Receipt(
    [property: Id(0)] long Position,
    [property: Id(1)] string Event,
    [property: Id(2)] long Job,
    [property: Id(3)] long JobVersion,
    [property: Id(4)] PromiseState? Promise,
    [property: Id(5)] HoldState? Hold,
    [property: Id(6)] IReadOnlyList<VisitState> Visits);

/// <summary>A receipt or a refusal.</summary>
[GenerateSerializer, Immutable, Alias("scheduling.CommandAnswer")]
public sealed record CommandAnswer([property: Id(0)] Receipt? Receipt, [property: Id(1)] RefusalState? Refusal)
{
    /// <summary>The job as the command has just left it; null of a command that was carried out before, or of several jobs.</summary>
    [Id(2)]
    public JobState? Job { get; init; }
}

/// <summary>One day's or fortnight's work of one operative.</summary>
[GenerateSerializer, Immutable, Alias("scheduling.DiaryState")]
public sealed record DiaryState(
    [property: Id(0)] int Operative,
    [property: Id(1)] long Version,
    [property: Id(2)] IReadOnlyList<VisitState> Visits);
