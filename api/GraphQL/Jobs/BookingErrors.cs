using OrleansScheduling.Api.GraphQL.DayPlans;
using OrleansScheduling.Api.GraphQL.Visits;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Jobs;

/// <summary>Why something was refused.</summary>
public interface IError
{
    /// <summary>A sentence that can be read out.</summary>
    string Message { get; }
}

[UnionType]
public interface ILogJobError;

[UnionType]
public interface IBookEmergencyError;

[UnionType]
public interface IHoldWindowError;

[UnionType]
public interface IBookWindowError;

[UnionType]
public interface IMoveBookingError;

[UnionType]
public interface IConfirmHoldError;

[UnionType]
public interface IReleaseHoldError;

[UnionType]
public interface ICancelBookingError;

[UnionType]
public interface ICloseJobError;

/// <summary>The window cannot be had, or not any more; or nobody can come in time.</summary>
public sealed record WindowUnavailableError(string Message, RefusalReason Reason)
    : IError, IBookEmergencyError, IHoldWindowError, IBookWindowError, IMoveBookingError;

/// <summary>The offer is not ours, or too old: search again.</summary>
public sealed record OfferRefusedError(string Message, RefusalReason Reason)
    : IError, IHoldWindowError, IBookWindowError, IMoveBookingError;

/// <summary>There is no such hold, it has run out, or somebody else has it.</summary>
public sealed record HoldRefusedError(string Message, RefusalReason Reason)
    : IError, IBookEmergencyError, IHoldWindowError, IBookWindowError, IMoveBookingError, IConfirmHoldError, IReleaseHoldError;

/// <summary>There is no such job that the caller may see.</summary>
public sealed record JobNotFoundError(string Message, RefusalReason Reason)
    : IError, IBookEmergencyError, IHoldWindowError, IBookWindowError, IMoveBookingError, IConfirmHoldError, IReleaseHoldError,
        ICancelBookingError, ICloseJobError;

/// <summary>The job is not one for this: finished, booked already, not booked, started, no emergency, or too much for one visit.</summary>
public sealed record JobStateError(string Message, RefusalReason Reason)
    : IError, IBookEmergencyError, IHoldWindowError, IBookWindowError, IMoveBookingError, IConfirmHoldError, ICancelBookingError,
        ICloseJobError;

/// <summary>The idempotency key was used for a different command.</summary>
public sealed record KeyReusedError(string Message, RefusalReason Reason)
    : IError, ILogJobError, IBookEmergencyError, IHoldWindowError, IBookWindowError, IMoveBookingError, IConfirmHoldError,
        IReleaseHoldError, ICancelBookingError, ICloseJobError, IAnyVisitError, IAnyPlanError, IAnyToldError, IAnyProposalError;

/// <summary>Nothing was done because others were quicker, or because a change is still on its way: send the same again.</summary>
public sealed record TryAgainError(string Message, RefusalReason Reason)
    : IError, ILogJobError, IBookEmergencyError, IHoldWindowError, IBookWindowError, IMoveBookingError, IConfirmHoldError,
        IReleaseHoldError, ICancelBookingError, ICloseJobError, IAnyVisitError, IAnyPlanError, IAnyToldError, IAnyProposalError;

/// <summary>Something in the request is not valid; the message says what, and what the rule is.</summary>
public sealed record InvalidInputError(string Message, RefusalReason Reason)
    : IError, ILogJobError, IBookEmergencyError, IHoldWindowError, IBookWindowError, IMoveBookingError, IConfirmHoldError,
        IReleaseHoldError, ICancelBookingError, ICloseJobError, IAnyVisitError, IAnyPlanError, IAnyToldError, IAnyProposalError;

/// <summary>The caller's roles do not allow it.</summary>
public sealed record NotAllowedError(string Message)
    : IError, ILogJobError, IBookEmergencyError, IHoldWindowError, IBookWindowError, IMoveBookingError, IConfirmHoldError,
        IReleaseHoldError, ICancelBookingError, ICloseJobError, IAnyVisitError, IAnyPlanError, IAnyToldError, IAnyProposalError;

/// <summary>Makes the error of a refusal.</summary>
static class BookingErrors
{
    public static IError Of(RefusalReason reason, string text) => reason switch
    {
        RefusalReason.OfferInvalid or RefusalReason.OfferExpired => new OfferRefusedError(text, reason),
        RefusalReason.HoldNotFound or RefusalReason.HoldExpired or RefusalReason.HeldByAnother => new HoldRefusedError(text, reason),
        RefusalReason.JobNotFound => new JobNotFoundError(text, reason),
        RefusalReason.JobClosed or RefusalReason.AlreadyBooked or RefusalReason.NotBooked or RefusalReason.VisitStarted
            or RefusalReason.OperativeOnTheWay or RefusalReason.NotAnEmergency or RefusalReason.TooMuchForOne =>
            new JobStateError(text, reason),
        RefusalReason.KeyReused => new KeyReusedError(text, reason),
        RefusalReason.Busy or RefusalReason.JobExists or RefusalReason.JobChanged or RefusalReason.CatchingUp =>
            new TryAgainError(text, reason),
        RefusalReason.InvalidInput => new InvalidInputError(text, reason),
        _ => new WindowUnavailableError(text, reason),
    };

    /// <summary>As one of a mutation's own errors; a refusal that the mutation does not know is told as something not valid.</summary>
    public static TError Of<TError>(IError error)
        where TError : class => error as TError
        ?? (TError)(object)new InvalidInputError(error.Message, RefusalReason.InvalidInput);
}
