using Orleans;
using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.DayPlans;

/// <summary>Sends what is told of operatives' days, and what becomes of proposals, to the plan of the caller's own organisation.</summary>
public sealed class DayPlanCommands(Records records, GlobalIds ids, IGrainFactory grains, CallerPatience patience)
{
    internal bool May(RecordKind kind) => records.May(AccessAction.Change, kind);

    internal int KeyOf(string operative) => ids.DecodeSmall(NodeKind.Operative, operative);

    internal Task<CommandAnswer> TellAsync(
        ICommandInput input, string operative, EventKind kind, DateTimeOffset? from, DateTimeOffset? until,
        CancellationToken cancellationToken) =>
        patience.WaitAsync(Plan.Tell(new TellOfDay(Context(input), KeyOf(operative), (int)kind, from, until), cancellationToken));

    internal Task<CommandAnswer> AcceptAsync(AcceptProposalInput input, CancellationToken cancellationToken) =>
        patience.WaitAsync(Plan.Accept(new AnswerProposal(Context(input), input.Proposal), cancellationToken));

    internal Task<CommandAnswer> DeclineAsync(DeclineProposalInput input, CancellationToken cancellationToken) =>
        patience.WaitAsync(Plan.Decline(new AnswerProposal(Context(input), input.Proposal), cancellationToken));

    IPlanGrain Plan => grains.GetGrain<IPlanGrain>(records.Principal.Organisation.ToString());

    CommandContext Context(ICommandInput input) => new(input.IdempotencyKey, records.Asker, records.Principal.Subject);
}

public sealed class DayPlanMutations
{
    /// <summary>What a command costs beside what its payload shows: a commit.</summary>
    const int CommandCost = 10;

    /// <summary>A proposal is one commit over many diaries.</summary>
    const int BatchCost = 50;

    /// <summary>
    /// An operative is away from a time on: nothing more is offered of the day, and what is promised goes to others or is flagged.
    /// Operatives report their own.
    /// </summary>
    [Cost(CommandCost)]
    public Task<ReportAbsencePayload> ReportAbsenceAsync(
        ReportAbsenceInput input, [Service] DayPlanCommands commands, CancellationToken cancellationToken) =>
        TellAsync<ReportAbsencePayload, IReportAbsenceError>(
            commands, RecordKind.Absence, input, input.Operative, EventKind.OperativeAbsent, input.From, input.Until, cancellationToken);

    /// <summary>A planner runs an operative's day: the engine adds nothing to it and takes nothing away.</summary>
    [Cost(CommandCost)]
    public Task<LockDayPayload> LockDayAsync(
        LockDayInput input, [Service] DayPlanCommands commands, CancellationToken cancellationToken) =>
        TellAsync<LockDayPayload, ILockDayError>(
            commands, RecordKind.Plan, input, input.Operative, EventKind.DayLocked, input.At, null, cancellationToken);

    /// <summary>Gives a locked day back to the engine.</summary>
    [Cost(CommandCost)]
    public Task<UnlockDayPayload> UnlockDayAsync(
        UnlockDayInput input, [Service] DayPlanCommands commands, CancellationToken cancellationToken) =>
        TellAsync<UnlockDayPayload, IUnlockDayError>(
            commands, RecordKind.Plan, input, input.Operative, EventKind.DayUnlocked, input.At, null, cancellationToken);

    /// <summary>An operative stays longer today: a way out of a promise that could not be kept.</summary>
    [Cost(CommandCost)]
    public Task<AgreeOvertimePayload> AgreeOvertimeAsync(
        AgreeOvertimeInput input, [Service] DayPlanCommands commands, CancellationToken cancellationToken) =>
        TellAsync<AgreeOvertimePayload, IAgreeOvertimeError>(
            commands, RecordKind.Plan, input, input.Operative, EventKind.OvertimeAgreed, null, input.Until, cancellationToken);

    /// <summary>Carries an improvement out, whole, unless the plan has moved on since it was proposed.</summary>
    [Cost(BatchCost)]
    public async Task<AcceptProposalPayload> AcceptProposalAsync(
        AcceptProposalInput input, [Service] DayPlanCommands commands, CancellationToken cancellationToken)
    {
        var (receipt, errors) = await RunAsync<IAcceptProposalError>(
            commands, RecordKind.Plan, () => commands.AcceptAsync(input, cancellationToken));
        return new AcceptProposalPayload { Receipt = receipt, Errors = errors, ClientMutationId = input.ClientMutationId };
    }

    /// <summary>Puts an improvement aside: what it would have moved is not proposed again today.</summary>
    [Cost(CommandCost)]
    public async Task<DeclineProposalPayload> DeclineProposalAsync(
        DeclineProposalInput input, [Service] DayPlanCommands commands, CancellationToken cancellationToken)
    {
        var (receipt, errors) = await RunAsync<IDeclineProposalError>(
            commands, RecordKind.Plan, () => commands.DeclineAsync(input, cancellationToken));
        return new DeclineProposalPayload { Receipt = receipt, Errors = errors, ClientMutationId = input.ClientMutationId };
    }

    static async Task<TPayload> TellAsync<TPayload, TError>(
        DayPlanCommands commands, RecordKind record, ICommandInput input, string operative, EventKind kind, DateTimeOffset? from,
        DateTimeOffset? until, CancellationToken cancellationToken)
        where TPayload : ToldPayload<TError>, new()
        where TError : class
    {
        var (receipt, errors) = await RunAsync<TError>(
            commands, record, () => commands.TellAsync(input, operative, kind, from, until, cancellationToken));
        return new TPayload
        {
            Receipt = receipt,
            Errors = errors,
            ClientMutationId = input.ClientMutationId,
            OperativeKey = commands.KeyOf(operative),
        };
    }

    /// <summary>The policy is asked, and a refusal becomes one of the mutation's errors.</summary>
    static async Task<(Receipt?, IReadOnlyList<TError>?)> RunAsync<TError>(
        DayPlanCommands commands, RecordKind record, Func<Task<CommandAnswer>> carryOut)
        where TError : class
    {
        IError? error = commands.May(record) ? null : new NotAllowedError("Your role does not allow this.");
        var answer = error is null ? await carryOut() : null;
        if (answer?.Refusal is { } refusal) error = DayPlanErrors.Of(Enum.Parse<RefusalReason>(refusal.Reason), refusal.Text);
        return error is null ? (answer!.Receipt, null) : (null, [BookingErrors.Of<TError>(error)]);
    }
}
