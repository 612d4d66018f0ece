using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Jobs;

/// <summary>What every command has beside what it does.</summary>
public interface ICommandInput
{
    string IdempotencyKey { get; }

    string? ClientMutationId { get; }
}

/// <summary>Records a repair without an appointment.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Lines">SOR codes of the contract's schedule, 1 to 12.</param>
/// <param name="Description">What was reported; at most 1,000 characters.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record LogJobInput(
    string IdempotencyKey, [property: ID] string Contract, [property: ID] string Property, IReadOnlyList<string> Lines,
    string Description = "", string? ClientMutationId = null) : ICommandInput;

/// <summary>Has somebody attend an emergency within two hours.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Job">A recorded job with an emergency among its lines, for one person and one visit.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record BookEmergencyInput(string IdempotencyKey, [property: ID] string Job, string? ClientMutationId = null) : ICommandInput;

/// <summary>Claims an offered window for some minutes.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Offer">The token of a search.</param>
/// <param name="Job">A recorded job; left out, a new one is recorded with the claim.</param>
/// <param name="Description">For a new job: what was reported.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record HoldWindowInput(
    string IdempotencyKey, string Offer, [property: ID] string? Job = null, string Description = "", string? ClientMutationId = null)
    : ICommandInput;

/// <summary>Claims and promises an offered window in one step.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Offer">The token of a search.</param>
/// <param name="Job">A recorded job; left out, a new one is recorded with the claim.</param>
/// <param name="Description">For a new job: what was reported.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record BookWindowInput(
    string IdempotencyKey, string Offer, [property: ID] string? Job = null, string Description = "", string? ClientMutationId = null)
    : ICommandInput;

/// <summary>Exchanges the present appointment for an offered window in one step.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Offer">The token of a search that named the job.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record MoveBookingInput(
    string IdempotencyKey, [property: ID] string Job, string Offer, string? ClientMutationId = null) : ICommandInput;

/// <summary>Makes a hold a promise; on a booked job the old appointment is given up in the same step.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Hold">The hold's number.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record ConfirmHoldInput(
    string IdempotencyKey, [property: ID] string Job, int Hold, string? ClientMutationId = null) : ICommandInput;

/// <summary>Gives a hold up before it expires.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Hold">The hold's number.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record ReleaseHoldInput(
    string IdempotencyKey, [property: ID] string Job, int Hold, string? ClientMutationId = null) : ICommandInput;

/// <summary>Gives an appointment up; the job waits for another.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Reason">At most 200 characters.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record CancelBookingInput(
    string IdempotencyKey, [property: ID] string Job, string Reason = "", string? ClientMutationId = null) : ICommandInput;

/// <summary>Calls a repair off, with its appointment if it has one.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Reason">At most 200 characters.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record CloseJobInput(
    string IdempotencyKey, [property: ID] string Job, string Reason = "", string? ClientMutationId = null) : ICommandInput;
