using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.DayPlans;

/// <summary>An operative is away from a time on.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="From">
/// Left out: now. In the working day now, or one of the 14 days after it; a shift over midnight is of the day on which it begins. A
/// midnight is the day that begins with it.
/// </param>
/// <param name="Until">When the operative is back that working day; left out: not that working day.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record ReportAbsenceInput(
    string IdempotencyKey, [property: ID] string Operative, DateTimeOffset? From = null, DateTimeOffset? Until = null,
    string? ClientMutationId = null) : ICommandInput;

/// <summary>A planner takes an operative's day in hand.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="At">A moment of the working day, as of an absence; left out: now. At most 14 days ahead.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record LockDayInput(
    string IdempotencyKey, [property: ID] string Operative, DateTimeOffset? At = null, string? ClientMutationId = null) : ICommandInput;

/// <summary>A planner gives an operative's day back.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="At">A moment of the working day, as of an absence; left out: now. At most 14 days ahead.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record UnlockDayInput(
    string IdempotencyKey, [property: ID] string Operative, DateTimeOffset? At = null, string? ClientMutationId = null) : ICommandInput;

/// <summary>An operative stays longer than the working day, or than the shift over midnight that has ended.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Until">When the operative is to be back: at most four hours after the working day.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record AgreeOvertimeInput(
    string IdempotencyKey, [property: ID] string Operative, DateTimeOffset Until, string? ClientMutationId = null) : ICommandInput;

/// <summary>A planner has a proposal carried out.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Proposal">As the day's plan names it.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record AcceptProposalInput(string IdempotencyKey, string Proposal, string? ClientMutationId = null) : ICommandInput;

/// <summary>A planner wants nothing of a proposal: what it would have moved is not proposed again today.</summary>
/// <param name="IdempotencyKey">1 to 64 characters of the caller's choice: the same key with the same command gets the first
/// answer.</param>
/// <param name="Proposal">As the day's plan names it.</param>
/// <param name="ClientMutationId">Comes back in the payload.</param>
public sealed record DeclineProposalInput(string IdempotencyKey, string Proposal, string? ClientMutationId = null) : ICommandInput;
