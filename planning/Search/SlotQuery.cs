using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Search;

/// <summary>Where, for whom and when work is looked for.</summary>
/// <param name="Windows">In order of day; at most 16 a day.</param>
public sealed record SlotQuery(
    Contract Contract,
    PatchCode Patch,
    GroundPoint Point,
    JobRequirement Requirement,
    Instant Now,
    IReadOnlyList<BookingWindow> Windows)
{
    /// <summary>Visits that the claim of a window gives up in the same commit: their time is free to it.</summary>
    public IReadOnlyList<VisitPlace> Leaving { get; init; } = [];

    internal bool IsLeaving(OperativeId operative, LocalDate day)
    {
        foreach (var visit in Leaving)
        {
            if (visit.Operative == operative && visit.Day == day) return true;
        }

        return false;
    }

    /// <summary>One day of one diary as the claim will find it; null when the operative is unknown or does not work then.</summary>
    internal DiaryDay? DayOf(AvailabilityIndex index, OperativeId operative, DayClock clock)
    {
        var day = index.Day(operative, clock);
        return day is not null && IsLeaving(operative, clock.Day) ? day.Without([.. Leaving.Select(visit => visit.Id)]) : day;
    }
}

/// <summary>An operative who could do a piece of work in a window, and the road metres that it would add to the day.</summary>
public readonly record struct Candidate(OperativeId Operative, float AddedMetres);

/// <summary>A day with room.</summary>
/// <param name="Windows">All windows of that day, in order of time; at least one is available, unless it cannot be booked yet.</param>
/// <param name="NotYet">Why the day cannot be booked yet, with its date; null when it can.</param>
public sealed record AvailableDay(LocalDate Day, IReadOnlyList<WindowAnswer> Windows, Refusal? NotYet = null);

/// <summary>What a search says of one window.</summary>
/// <param name="Operatives">How many could do it; for work of several trades or people, how many could do the part that fewest can.</param>
/// <param name="AddedMetres">Road metres that the best choice adds; 0 when the window is not available.</param>
/// <param name="LeastTravel">One of the windows that cost least travel.</param>
/// <param name="Refusal">Why it cannot be had; null when it is available.</param>
public sealed record WindowAnswer(BookingWindow Window, int Operatives, float AddedMetres, bool LeastTravel, Refusal? Refusal)
{
    public bool IsAvailable => Refusal is null;
}
