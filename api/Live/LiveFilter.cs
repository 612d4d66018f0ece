using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Api.Live;

/// <summary>Which of the events that somebody sees a subscription is for.</summary>
/// <param name="IsMeant">Decides, for each event that is seen.</param>
/// <param name="Topics">What such an event is about at least: the feed asks only the subscriptions whose topics it meets.</param>
public sealed record LiveFilter(Func<BookingEvent, bool> IsMeant, LiveTopics Topics)
{
    public static LiveFilter Operatives(IReadOnlySet<OperativeId> operatives) => new(
        seen => IsRegistry(seen) || seen.Diaries.Any(diary => operatives.Contains(diary.Operative)), new LiveTopics(operatives, null));

    /// <param name="covers">Whether an operative covers the area, as the registry stands when the entry comes.</param>
    public static LiveFilter Area(Func<OperativeId, bool> covers) => Of(
        seen => IsRegistry(seen) || seen.Diaries.Any(diary => covers(diary.Operative)));

    /// <summary>What is done under a contract, and what is done to its visits.</summary>
    public static LiveFilter Contract(int contract) => Of(seen => IsRegistry(seen) || seen.Contract.Value == contract
        || seen.Diaries.Any(diary => diary.Put.Any(visit => visit.Contract.Value == contract)));

    public static LiveFilter Job(JobId job) => new(
        seen => seen.Job == job || seen.Diaries.Any(diary => diary.Put.Any(visit => visit.Id.Job == job)), new LiveTopics(null, job));

    /// <summary>A contractor's board: every diary of its operatives.</summary>
    public static LiveFilter Board(int contractor) => Of(seen => IsRegistry(seen) || seen.Contractor.Value == contractor);

    public static LiveFilter Of(Func<BookingEvent, bool> isMeant) => new(isMeant, LiveTopics.Any);

    static bool IsRegistry(BookingEvent seen) => seen.Kind == EventKind.RegistryChanged;
}

/// <summary>
/// What a subscription can be about. A change of the registry is about everything.
/// </summary>
/// <param name="Operatives">Only what is done to the diaries of these; null: of all.</param>
/// <param name="Job">Only what is done to this job or to its visits; null: to all.</param>
public sealed record LiveTopics(IReadOnlyCollection<OperativeId>? Operatives, JobId? Job)
{
    public static LiveTopics Any { get; } = new(null, null);
}
