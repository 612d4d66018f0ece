using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Jobs;

/// <summary>What a command did, or why it was refused. Repeating a command with its key gives the first answer again.</summary>
/// <typeparam name="TError">The mutation's errors.</typeparam>
public abstract class JobPayload<TError>
    where TError : class
{
    internal Receipt? Receipt { get; init; }

    internal JobState? Left { get; init; }

    /// <summary>Why the command was refused; null when it was carried out.</summary>
    [ListSize(1)]
    public IReadOnlyList<TError>? Errors { get; init; }

    /// <summary>What the caller sent with the command.</summary>
    public string? ClientMutationId { get; init; }

    /// <summary>What happened.</summary>
    public EventKind? Event => Receipt is { } done ? Enum.Parse<EventKind>(done.Event) : null;

    /// <summary>Where it stands in the feed; subscriptions can be resumed from here.</summary>
    public string? GetSequence([Service] FeedCursors cursors) => Receipt is { } done ? cursors.Encode(done.Position) : null;

    /// <summary>The job as the command left it; of a command that was repeated, as it is now.</summary>
    public async Task<JobNode?> GetJobAsync([Service] Records records, JobById loader)
    {
        if (Receipt is not { } done) return null;
        // Who may give a command on a job sees the job.
        return Left is { } left && records.May(AccessAction.Read, RecordKind.Job) ? new JobNode(left) : await loader.LoadAsync(done.Job);
    }

    /// <summary>The window that was held, promised or given up.</summary>
    public PromiseNode? Promise =>
        Receipt?.Promise is { } promise ? new PromiseNode(promise.Window, promise.Start, promise.End) : null;

    /// <summary>The hold that was placed, confirmed or released, as it was then.</summary>
    public HoldNode? Hold => Receipt?.Hold is { } hold
        ? new HoldNode(
            hold.Number, new PromiseNode(hold.Promise.Window, hold.Promise.Start, hold.Promise.End), hold.ExpiresAt, hold.Holder)
        : null;
}

public sealed class LogJobPayload : JobPayload<ILogJobError>;

public sealed class BookEmergencyPayload : JobPayload<IBookEmergencyError>;

public sealed class HoldWindowPayload : JobPayload<IHoldWindowError>;

public sealed class BookWindowPayload : JobPayload<IBookWindowError>;

public sealed class MoveBookingPayload : JobPayload<IMoveBookingError>;

public sealed class ConfirmHoldPayload : JobPayload<IConfirmHoldError>;

public sealed class ReleaseHoldPayload : JobPayload<IReleaseHoldError>;

public sealed class CancelBookingPayload : JobPayload<ICancelBookingError>;

public sealed class CloseJobPayload : JobPayload<ICloseJobError>;
