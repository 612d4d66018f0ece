using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Visits;

[UnionType]
public interface ISetOutForVisitError;

[UnionType]
public interface IStartVisitError;

[UnionType]
public interface IExtendVisitError;

[UnionType]
public interface IFinishVisitError;

[UnionType]
public interface IReportNoAccessError;

[UnionType]
public interface IPinVisitError;

[UnionType]
public interface IUnpinVisitError;

[UnionType]
public interface IReassignVisitsError;

[UnionType]
public interface IUndoReassignmentError;

/// <summary>What can be wrong with any command about one visit.</summary>
public interface IAnyVisitError
    : ISetOutForVisitError, IStartVisitError, IExtendVisitError, IFinishVisitError, IReportNoAccessError, IPinVisitError, IUnpinVisitError;

/// <summary>What can be wrong with any command about the plan.</summary>
public interface IAnyPlanError : IReassignVisitsError, IUndoReassignmentError;

/// <summary>There is no such visit that the caller may see.</summary>
public sealed record VisitNotFoundError(string Message, RefusalReason Reason) : IError, IAnyVisitError, IAnyPlanError;

/// <summary>The visit is not in a state for this: on the way, started, not started, finished, pinned, or on another day.</summary>
public sealed record VisitStateError(string Message, RefusalReason Reason) : IError, IAnyVisitError, IAnyPlanError;

/// <summary>The operative may not do the work, or has no room for it inside its promise.</summary>
public sealed record PlanRefusedError(string Message, RefusalReason Reason) : IError, IAnyPlanError;

/// <summary>The plan is not the one that the caller knew: plan again.</summary>
public sealed record PlanChangedError(string Message, RefusalReason Reason) : IError, IAnyPlanError;

/// <summary>Makes the error of a refusal.</summary>
static class VisitErrors
{
    public static IError Of(RefusalReason reason, string text) => reason switch
    {
        RefusalReason.VisitNotFound or RefusalReason.JobNotFound => new VisitNotFoundError(text, reason),
        RefusalReason.OperativeOnTheWay or RefusalReason.VisitStarted or RefusalReason.VisitNotStarted or RefusalReason.VisitFinished
            or RefusalReason.VisitNotDue or RefusalReason.AnotherVisitUnderWay or RefusalReason.PartlyDone or RefusalReason.VisitPinned
            or RefusalReason.VisitShared or RefusalReason.NotBooked => new VisitStateError(text, reason),
        RefusalReason.DiaryChanged or RefusalReason.PlanMovedOn or RefusalReason.ReassignmentNotFound => new PlanChangedError(text, reason),
        RefusalReason.KeyReused => new KeyReusedError(text, reason),
        RefusalReason.Busy or RefusalReason.JobChanged or RefusalReason.WindowGone => new TryAgainError(text, reason),
        RefusalReason.InvalidInput => new InvalidInputError(text, reason),
        _ => new PlanRefusedError(text, reason),
    };
}
