using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
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
    IReadOnlyList<BookingWindow> Windows);

/// <summary>An operative who could do a piece of work in a window, and the road metres that it would add to the day.</summary>
public readonly record struct Candidate(OperativeId Operative, float AddedMetres);

/// <summary>A day with room.</summary>
/// <param name="Windows">All windows of that day, in order of time; at least one is available.</param>
public sealed record AvailableDay(LocalDate Day, IReadOnlyList<WindowAnswer> Windows);

/// <summary>What a search says of one window.</summary>
/// <param name="Operatives">How many could do it; for work of several trades or people, how many could do the part that fewest can.</param>
/// <param name="AddedMetres">Road metres that the best choice adds; 0 when the window is not available.</param>
/// <param name="LeastTravel">One of the windows that cost least travel.</param>
/// <param name="Refusal">Why it cannot be had; null when it is available.</param>
public sealed record WindowAnswer(BookingWindow Window, int Operatives, float AddedMetres, bool LeastTravel, Refusal? Refusal)
{
    public bool IsAvailable => Refusal is null;
}
