using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Visits;

public sealed class VisitMutations
{
    /// <summary>What a command costs beside what its payload shows: a commit.</summary>
    const int CommandCost = 10;

    /// <summary>A batch is one commit over many diaries.</summary>
    const int BatchCost = 50;

    /// <summary>The operative is on the way; the visit stays with the operative from then on.</summary>
    [Cost(CommandCost)]
    public Task<SetOutForVisitPayload> SetOutForVisitAsync(
        SetOutForVisitInput input, [Service] VisitCommands commands, CancellationToken cancellationToken) =>
        TellAsync<SetOutForVisitPayload, ISetOutForVisitError>(
            commands, input, input.Visit, VisitReportKind.SetOut, input.At, 0, "", cancellationToken);

    /// <summary>The operative is there and has started. Visits after it move, inside their promises where that is possible.</summary>
    [Cost(CommandCost)]
    public Task<StartVisitPayload> StartVisitAsync(
        StartVisitInput input, [Service] VisitCommands commands, CancellationToken cancellationToken) =>
        TellAsync<StartVisitPayload, IStartVisitError>(
            commands, input, input.Visit, VisitReportKind.Start, input.At, 0, "", cancellationToken);

    /// <summary>A started visit takes longer. Visits that can't be kept because of it are shown as late.</summary>
    [Cost(CommandCost)]
    public Task<ExtendVisitPayload> ExtendVisitAsync(
        ExtendVisitInput input, [Service] VisitCommands commands, CancellationToken cancellationToken) =>
        TellAsync<ExtendVisitPayload, IExtendVisitError>(
            commands, input, input.Visit, VisitReportKind.Extend, null, input.Minutes, "", cancellationToken);

    /// <summary>The work is done; the rest of its time is free.</summary>
    [Cost(CommandCost)]
    public Task<FinishVisitPayload> FinishVisitAsync(
        FinishVisitInput input, [Service] VisitCommands commands, CancellationToken cancellationToken) =>
        TellAsync<FinishVisitPayload, IFinishVisitError>(
            commands, input, input.Visit, VisitReportKind.Finish, input.At, 0, "", cancellationToken);

    /// <summary>Nobody let the operative in: the diary is free again, and the job waits for another appointment.</summary>
    [Cost(CommandCost)]
    public Task<ReportNoAccessPayload> ReportNoAccessAsync(
        ReportNoAccessInput input, [Service] VisitCommands commands, CancellationToken cancellationToken) =>
        TellAsync<ReportNoAccessPayload, IReportNoAccessError>(
            commands, input, input.Visit, VisitReportKind.NoAccess, input.At, 0, input.Reason, cancellationToken);

    /// <summary>Binds a visit to its operative and its time: no plan moves it.</summary>
    [Cost(CommandCost)]
    public Task<PinVisitPayload> PinVisitAsync(
        PinVisitInput input, [Service] VisitCommands commands, CancellationToken cancellationToken) =>
        TellAsync<PinVisitPayload, IPinVisitError>(
            commands, input, input.Visit, VisitReportKind.Pin, null, 0, "", cancellationToken, RecordKind.Plan);

    /// <summary>Lets a pinned visit go.</summary>
    [Cost(CommandCost)]
    public Task<UnpinVisitPayload> UnpinVisitAsync(
        UnpinVisitInput input, [Service] VisitCommands commands, CancellationToken cancellationToken) =>
        TellAsync<UnpinVisitPayload, IUnpinVisitError>(
            commands, input, input.Visit, VisitReportKind.Unpin, null, 0, "", cancellationToken, RecordKind.Plan);

    /// <summary>Gives visits of kept promises to other operatives, or other starts, all of them or none; no promise changes.</summary>
    [Cost(BatchCost)]
    public async Task<ReassignVisitsPayload> ReassignVisitsAsync(
        ReassignVisitsInput input, [Service] VisitCommands commands, CancellationToken cancellationToken)
    {
        var (receipt, error) = await RunAsync<IReassignVisitsError>(
            commands, RecordKind.Plan, () => commands.ReassignAsync(input, cancellationToken));
        return new ReassignVisitsPayload { Receipt = receipt, Errors = error, ClientMutationId = input.ClientMutationId };
    }

    /// <summary>Puts the visits of a reassignment back where they were, unless that was changed since or does not fit any more.</summary>
    [Cost(BatchCost)]
    public async Task<UndoReassignmentPayload> UndoReassignmentAsync(
        UndoReassignmentInput input, [Service] VisitCommands commands, CancellationToken cancellationToken)
    {
        var (receipt, error) = await RunAsync<IUndoReassignmentError>(
            commands, RecordKind.Plan, () => commands.UndoAsync(input, cancellationToken));
        return new UndoReassignmentPayload { Receipt = receipt, Errors = error, ClientMutationId = input.ClientMutationId };
    }

    static async Task<TPayload> TellAsync<TPayload, TError>(
        VisitCommands commands, ICommandInput input, string visit, VisitReportKind kind, DateTimeOffset? at, int minutes, string reason,
        CancellationToken cancellationToken, RecordKind record = RecordKind.Attendance)
        where TPayload : VisitPayload<TError>, new()
        where TError : class
    {
        var (receipt, errors) = await RunAsync<TError>(
            commands, record, () => commands.ReportAsync(input, visit, kind, at, minutes, reason, cancellationToken));
        return new TPayload
        {
            Receipt = receipt,
            Errors = errors,
            ClientMutationId = input.ClientMutationId,
            Key = commands.KeyOf(visit),
        };
    }

    /// <summary>What goes around every command: the policy is asked, and a refusal becomes one of the mutation's errors.</summary>
    static async Task<(Receipt?, IReadOnlyList<TError>?)> RunAsync<TError>(
        VisitCommands commands, RecordKind record, Func<Task<CommandAnswer>> carryOut)
        where TError : class
    {
        if (!commands.May(record)) return Refused(new NotAllowedError("Your role does not allow this."));
        var answer = await carryOut();
        return answer.Refusal is { } refusal
            ? Refused(VisitErrors.Of(Enum.Parse<RefusalReason>(refusal.Reason), refusal.Text))
            : (answer.Receipt, null);

        static (Receipt?, IReadOnlyList<TError>?) Refused(IError error) => (null, [BookingErrors.Of<TError>(error)]);
    }
}
