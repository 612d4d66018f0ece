using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Grains.Plans;

/// <summary>An emergency that nobody could attend in time.</summary>
internal sealed record AskedEmergency(JobId Job, Instant AskedAt);

/// <summary>
/// Emergencies that wait for a planner's word, as the feed has them: every process knows the same ones, and knows them after a restart.
/// </summary>
internal sealed class AskedEmergencies
{
    /// <summary>Most that wait: what a planner looks through; the oldest goes first. The record has them all.</summary>
    public const int MaxWaiting = 20;

    readonly List<AskedEmergency> waiting = [];

    /// <summary>The one that has waited longest first.</summary>
    public IReadOnlyList<AskedEmergency> All => waiting;

    /// <summary>A flag of nobody's visit: an appointment has not come of it.</summary>
    public static VisitMove FlagOf(VisitId visit, Promise wanted) => new(visit, default, wanted.Start, default, wanted.End);

    public void Clear() => waiting.Clear();

    public void Follow(BookingEvent happened)
    {
        if (happened.Kind == EventKind.PromisesFlagged)
        {
            foreach (var flagged in happened.Moves.Where(move => move.From == default)) Add(flagged.Visit.Job, happened.At);
        }
        else if (happened is { Job: { } job, Kind: EventKind.BookingMade or EventKind.BookingConfirmed or EventKind.JobClosed })
        {
            waiting.RemoveAll(one => one.Job == job);
        }
    }

    void Add(JobId job, Instant at)
    {
        if (waiting.Exists(one => one.Job == job)) return;
        waiting.Add(new AskedEmergency(job, at));
        if (waiting.Count > MaxWaiting) waiting.RemoveAt(0);
    }
}
