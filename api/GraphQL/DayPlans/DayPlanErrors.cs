using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.DayPlans;

[UnionType]
public interface IReportAbsenceError;

[UnionType]
public interface ILockDayError;

[UnionType]
public interface IUnlockDayError;

[UnionType]
public interface IAgreeOvertimeError;

[UnionType]
public interface IAcceptProposalError;

[UnionType]
public interface IDeclineProposalError;

/// <summary>What can be wrong with any command about an operative's day.</summary>
public interface IAnyToldError : IReportAbsenceError, ILockDayError, IUnlockDayError, IAgreeOvertimeError;

/// <summary>What can be wrong with any command about a proposal.</summary>
public interface IAnyProposalError : IAcceptProposalError, IDeclineProposalError;

/// <summary>There is no such operative that the caller may speak for.</summary>
public sealed record OperativeNotFoundError(string Message, RefusalReason Reason) : IError, IAnyToldError;

/// <summary>The operative does not work that day.</summary>
public sealed record NotWorkingError(string Message, RefusalReason Reason) : IError, IAgreeOvertimeError;

/// <summary>The operative would work longer than the limits on working time allow.</summary>
public sealed record WorkingTimeError(string Message, RefusalReason Reason) : IError, IAgreeOvertimeError;

/// <summary>There is no such proposal, or not any more: the plan has moved on.</summary>
public sealed record ProposalGoneError(string Message, RefusalReason Reason) : IError, IAnyProposalError;

/// <summary>Makes the error of a refusal.</summary>
static class DayPlanErrors
{
    public static IError Of(RefusalReason reason, string text) => reason switch
    {
        RefusalReason.OperativeNotFound => new OperativeNotFoundError(text, reason),
        RefusalReason.NobodyWorking => new NotWorkingError(text, reason),
        RefusalReason.BeyondWorkingTime => new WorkingTimeError(text, reason),
        RefusalReason.ProposalGone => new ProposalGoneError(text, reason),
        RefusalReason.KeyReused => new KeyReusedError(text, reason),
        RefusalReason.InvalidInput => new InvalidInputError(text, reason),
        _ => new TryAgainError(text, reason),
    };
}
