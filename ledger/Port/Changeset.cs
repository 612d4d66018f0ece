using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Ledger;

/// <summary>
/// The caller's idempotency key, reduced to 128 bits over organisation and key, and 64 bits over the command's body: a key that comes
/// again with the same body gets the first answer, one that comes with another body is refused.
/// </summary>
public readonly record struct CommandKey(Guid Key, long BodyHash)
{
    /// <summary>Longest key that a caller may send, in characters.</summary>
    public const int MaxLength = 64;
}

/// <summary>
/// Everything that one command writes, all or nothing, and the versions that it was decided on: each diary named in
/// <see cref="BookingEvent.Diaries"/> must still be at the version before the one named, and each of <paramref name="Jobs"/> at the version
/// before its own (a job of version 1 must not exist yet).
/// </summary>
/// <param name="Event">The one feed entry that the commit appends; its diary changes and quota changes are carried out.</param>
/// <param name="Jobs">The jobs' new states. <see cref="Job.Visits"/> is not written from here: visits are written from the diary
/// changes.</param>
/// <param name="Key">Null for work that no outside caller asked for, such as the expiry of a hold.</param>
public sealed record Changeset(BookingEvent Event, IReadOnlyList<Job> Jobs, CommandKey? Key)
{
    /// <summary>Most diaries that one changeset touches.</summary>
    public const int MaxDiaries = 64;

    public Fate Fate { get; } = new();

    /// <summary>
    /// The fate of a changeset that was sent to this ledger before, of the same diary, and that this one was decided on as if it were
    /// recorded. Unless that one is committed this one is stale: its versions could fit by chance, when somebody else got there first.
    /// </summary>
    public Fate? DecidedOn { get; init; }
}

/// <summary>What becomes of a changeset, for whoever decides on it before that is known.</summary>
public sealed class Fate
{
    volatile bool isCommitted;

    /// <summary>False too while it is on its way.</summary>
    public bool IsCommitted
    {
        get => isCommitted;
        internal set => isCommitted = value;
    }
}

public enum CommitStatus
{
    None = 0,

    /// <summary>Durable.</summary>
    Committed = 1,

    /// <summary>A diary or job has moved on since the decision. Nothing was written: load again and decide again.</summary>
    Stale = 2,

    /// <summary>The key was used before with the same body. Nothing was written; the first entry is in <see
    /// cref="CommitResult.Entry"/>.</summary>
    Replayed = 3,

    /// <summary>The key was used before with another body. Nothing was written.</summary>
    KeyReused = 4,

    /// <summary>A quota would be passed. Nothing was written.</summary>
    QuotaUsed = 5,

    /// <summary>The last guard: an operative would have two overlapping visits. Nothing was written.</summary>
    Overlap = 6,

    /// <summary>More changesets are waiting than the stated bound. Nothing was written.</summary>
    Busy = 7,
}

/// <param name="Entry">The entry as it stands in the feed, for <see cref="CommitStatus.Committed"/> and <see
/// cref="CommitStatus.Replayed"/>.</param>
public readonly record struct CommitResult(CommitStatus Status, FeedEntry? Entry);

/// <summary>One entry of the change feed.</summary>
/// <param name="Position">Grows in commit order. Positions are not consecutive.</param>
public sealed record FeedEntry(long Position, BookingEvent Event);
