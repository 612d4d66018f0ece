using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Visits;

/// <summary>What a command did, or why it was refused. Repeating a command with its key gives the first answer again.</summary>
/// <typeparam name="TError">The mutation's errors.</typeparam>
public abstract class DayPayload<TError>
    where TError : class
{
    internal Receipt? Receipt { get; init; }

    /// <summary>Why the command was refused; null when it was carried out.</summary>
    [ListSize(1)]
    public IReadOnlyList<TError>? Errors { get; init; }

    /// <summary>What the caller sent with the command.</summary>
    public string? ClientMutationId { get; init; }

    /// <summary>What happened.</summary>
    public EventKind? Event => Receipt is { } done ? Enum.Parse<EventKind>(done.Event) : null;

    /// <summary>Where it stands in the feed; subscriptions can be resumed from here, and a reassignment undone.</summary>
    public string? GetSequence([Service] FeedCursors cursors) => Receipt is { } done ? cursors.Encode(done.Position) : null;
}

/// <summary>What was told of a visit.</summary>
public abstract class VisitPayload<TError> : DayPayload<TError>
    where TError : class
{
    internal (long Job, int Number) Key { get; init; }

    /// <summary>The job as it is now.</summary>
    public async Task<JobNode?> GetJobAsync(JobById loader) => Receipt is { } done ? await loader.LoadAsync(done.Job) : null;

    /// <summary>The visit as it is now; null when it is not planned any more.</summary>
    public async Task<VisitNode?> GetVisitAsync(VisitByKey loader) => Receipt is null ? null : await loader.LoadAsync(Key);
}

public sealed class SetOutForVisitPayload : VisitPayload<ISetOutForVisitError>;

public sealed class StartVisitPayload : VisitPayload<IStartVisitError>;

public sealed class ExtendVisitPayload : VisitPayload<IExtendVisitError>;

public sealed class FinishVisitPayload : VisitPayload<IFinishVisitError>;

public sealed class ReportNoAccessPayload : VisitPayload<IReportNoAccessError>;

public sealed class PinVisitPayload : VisitPayload<IPinVisitError>;

public sealed class UnpinVisitPayload : VisitPayload<IUnpinVisitError>;

/// <summary>What was done to the plan.</summary>
public abstract class PlanPayload<TError> : DayPayload<TError>
    where TError : class
{
    /// <summary>The visits that were moved, those that made room among them, as they are now.</summary>
    [ListSize(50)]
    public async Task<IReadOnlyList<VisitNode>> GetVisitsAsync(VisitByKey loader) => Receipt is not { } done ? []
        : [.. (await loader.LoadAsync([.. done.Visits.Select(visit => (visit.Job, visit.Number))])).OfType<VisitNode>()];
}

public sealed class ReassignVisitsPayload : PlanPayload<IReassignVisitsError>;

public sealed class UndoReassignmentPayload : PlanPayload<IUndoReassignmentError>;
