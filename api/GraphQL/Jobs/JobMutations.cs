using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Jobs;

public sealed class JobMutations
{
    /// <summary>What a command costs beside what its payload shows: a commit.</summary>
    const int CommandCost = 10;

    /// <summary>Records a repair without an appointment.</summary>
    [Cost(CommandCost)]
    public Task<LogJobPayload> LogJobAsync(
        LogJobInput input, [Service] BookingCommands commands, CancellationToken cancellationToken) =>
        RunAsync<LogJobPayload, ILogJobError>(
            commands, input, AccessAction.Make, RecordKind.Job, () => commands.LogAsync(input, cancellationToken));

    /// <summary>
    /// Has somebody attend an emergency that is recorded (`logJob`) within two hours, whatever windows its contract offers. Where nobody
    /// has room, others change places inside their promises.
    /// </summary>
    [Cost(CommandCost)]
    public Task<BookEmergencyPayload> BookEmergencyAsync(
        BookEmergencyInput input, [Service] BookingCommands commands, CancellationToken cancellationToken) =>
        RunAsync<BookEmergencyPayload, IBookEmergencyError>(
            commands, input, AccessAction.Make, RecordKind.Appointment, () => commands.AttendAsync(input, cancellationToken));

    /// <summary>Claims an offered window for some minutes.</summary>
    [Cost(CommandCost)]
    public Task<HoldWindowPayload> HoldWindowAsync(
        HoldWindowInput input, [Service] BookingCommands commands, CancellationToken cancellationToken) =>
        RunAsync<HoldWindowPayload, IHoldWindowError>(
            commands, input, AccessAction.Make, RecordKind.Appointment,
            () => commands.ClaimAsync(input, ClaimKind.Hold, input.Job, input.Offer, input.Description, cancellationToken));

    /// <summary>Claims and promises an offered window in one step.</summary>
    [Cost(CommandCost)]
    public Task<BookWindowPayload> BookWindowAsync(
        BookWindowInput input, [Service] BookingCommands commands, CancellationToken cancellationToken) =>
        RunAsync<BookWindowPayload, IBookWindowError>(
            commands, input, AccessAction.Make, RecordKind.Appointment,
            () => commands.ClaimAsync(input, ClaimKind.Book, input.Job, input.Offer, input.Description, cancellationToken));

    /// <summary>Exchanges the present appointment for an offered window in one step.</summary>
    [Cost(CommandCost)]
    public Task<MoveBookingPayload> MoveBookingAsync(
        MoveBookingInput input, [Service] BookingCommands commands, CancellationToken cancellationToken) =>
        RunAsync<MoveBookingPayload, IMoveBookingError>(
            commands, input, AccessAction.Change, RecordKind.Appointment,
            () => commands.ClaimAsync(input, ClaimKind.Move, input.Job, input.Offer, "", cancellationToken));

    /// <summary>Makes a hold a promise.</summary>
    [Cost(CommandCost)]
    public Task<ConfirmHoldPayload> ConfirmHoldAsync(
        ConfirmHoldInput input, [Service] BookingCommands commands, CancellationToken cancellationToken) =>
        RunAsync<ConfirmHoldPayload, IConfirmHoldError>(
            commands, input, AccessAction.Make, RecordKind.Appointment,
            () => commands.OnJobAsync(
                input.Job, job => job.Confirm(new ConfirmHold(commands.Context(input), input.Hold, commands.Caller), cancellationToken)));

    /// <summary>Gives a hold up before it expires.</summary>
    [Cost(CommandCost)]
    public Task<ReleaseHoldPayload> ReleaseHoldAsync(
        ReleaseHoldInput input, [Service] BookingCommands commands, CancellationToken cancellationToken) =>
        RunAsync<ReleaseHoldPayload, IReleaseHoldError>(
            commands, input, AccessAction.Cancel, RecordKind.Appointment,
            () => commands.OnJobAsync(
                input.Job, job => job.Release(new ReleaseHold(commands.Context(input), input.Hold, commands.Caller), cancellationToken)));

    /// <summary>Gives an appointment up; the job waits for another.</summary>
    [Cost(CommandCost)]
    public Task<CancelBookingPayload> CancelBookingAsync(
        CancelBookingInput input, [Service] BookingCommands commands, CancellationToken cancellationToken) =>
        RunAsync<CancelBookingPayload, ICancelBookingError>(
            commands, input, AccessAction.Cancel, RecordKind.Appointment,
            () => commands.OnJobAsync(
                input.Job,
                job => job.Cancel(new CancelBooking(commands.Context(input), input.Reason, CloseJob: false), cancellationToken)));

    /// <summary>Calls a repair off, with its appointment if it has one.</summary>
    [Cost(CommandCost)]
    public Task<CloseJobPayload> CloseJobAsync(
        CloseJobInput input, [Service] BookingCommands commands, CancellationToken cancellationToken) =>
        RunAsync<CloseJobPayload, ICloseJobError>(
            commands, input, AccessAction.Cancel, RecordKind.Job,
            () => commands.OnJobAsync(
                input.Job,
                job => job.Cancel(new CancelBooking(commands.Context(input), input.Reason, CloseJob: true), cancellationToken)));

    /// <summary>What goes around every command: the policy is asked, and a refusal becomes one of the mutation's errors.</summary>
    static async Task<TPayload> RunAsync<TPayload, TError>(
        BookingCommands commands, ICommandInput input, AccessAction action, RecordKind kind, Func<Task<CommandAnswer>> carryOut)
        where TPayload : JobPayload<TError>, new()
        where TError : class
    {
        if (!commands.May(action, kind)) return Refused(new NotAllowedError("Your role does not allow this."));
        if (input.IdempotencyKey.Length is 0 or > CommandContext.MaxKeyLength)
        {
            return Refused(new InvalidInputError(
                $"idempotencyKey: {input.IdempotencyKey.Length} characters is not valid; "
                    + $"the rule is 1 to {CommandContext.MaxKeyLength} characters.",
                RefusalReason.InvalidInput));
        }

        var answer = await carryOut();
        return answer.Refusal is { } refusal
            ? Refused(BookingErrors.Of(Enum.Parse<RefusalReason>(refusal.Reason), refusal.Text))
            : new TPayload { Receipt = answer.Receipt, Left = answer.Job, ClientMutationId = input.ClientMutationId };

        TPayload Refused(IError error) =>
            new() { Errors = [BookingErrors.Of<TError>(error)], ClientMutationId = input.ClientMutationId };
    }
}
