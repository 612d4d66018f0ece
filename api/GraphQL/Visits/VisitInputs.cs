using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Visits;

/// <summary>The operative is on the way.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="At">When it was so, on the visit's day; left out: now.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record SetOutForVisitInput(
    string IdempotencyKey, [property: ID] string Visit, DateTimeOffset? At = null, string? ClientMutationId = null) : ICommandInput;

/// <summary>The operative is there and has started.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="At">When it was so, on the visit's day; left out: now.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record StartVisitInput(
    string IdempotencyKey, [property: ID] string Visit, DateTimeOffset? At = null, string? ClientMutationId = null) : ICommandInput;

/// <summary>A visit that was started takes longer.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Minutes">How much longer than was reckoned so far: 1 to 480.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record ExtendVisitInput(
    string IdempotencyKey, [property: ID] string Visit, int Minutes, string? ClientMutationId = null) : ICommandInput;

/// <summary>The work of a visit is done.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="At">When it was so, on the visit's day; left out: now.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record FinishVisitInput(
    string IdempotencyKey, [property: ID] string Visit, DateTimeOffset? At = null, string? ClientMutationId = null) : ICommandInput;

/// <summary>Nobody let the operative in.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Reason">1 to 200 characters.</param>
/// <param name="At">When it was so, on the visit's day; left out: now.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record ReportNoAccessInput(
    string IdempotencyKey, [property: ID] string Visit, string Reason, DateTimeOffset? At = null, string? ClientMutationId = null)
    : ICommandInput;

/// <summary>Binds a visit to its operative and its time.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record PinVisitInput(string IdempotencyKey, [property: ID] string Visit, string? ClientMutationId = null) : ICommandInput;

/// <summary>Lets a pinned visit go.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record UnpinVisitInput(string IdempotencyKey, [property: ID] string Visit, string? ClientMutationId = null) : ICommandInput;

/// <summary>A visit that is to go to an operative, perhaps the one who has it, under the same promise.</summary>
/// <param name="Starts">When it is to start, inside its promise; left out: where it costs least.</param>
public sealed record VisitMoveInput([property: ID] string Visit, [property: ID] string Operative, DateTimeOffset? Starts = null);

/// <summary>The version of a diary that somebody planned on.</summary>
public sealed record PlannedOnInput([property: ID] string Operative, long Version);

/// <summary>Gives visits of kept promises to other operatives, or other starts: all of them or none.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Moves">1 to 50, each of another visit.</param>
/// <param name="PlannedOn">Diaries that must still be at these versions; of others any version will do as long as everything fits.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record ReassignVisitsInput(
    string IdempotencyKey, IReadOnlyList<VisitMoveInput> Moves, IReadOnlyList<PlannedOnInput>? PlannedOn = null,
    string? ClientMutationId = null) : ICommandInput;

/// <summary>Takes a reassignment back, or an undo.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Sequence">Where it stands in the feed, as its payload or a subscription told.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record UndoReassignmentInput(string IdempotencyKey, string Sequence, string? ClientMutationId = null) : ICommandInput;
