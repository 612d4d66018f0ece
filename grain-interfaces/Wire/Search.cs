using Orleans;

namespace OrleansScheduling.GrainInterfaces;

/// <summary>Looks for windows.</summary>
/// <param name="Lines">SOR codes of the contract's schedule, 1 to 12.</param>
/// <param name="From">First day to look at, yesterday or later; null: today. Days beyond the contract's horizon are answered as
/// such.</param>
/// <param name="Days">How many days to look at, 1 to <see cref="MaxDays"/>; "next available" looks as far as it has to.</param>
/// <param name="Job">
/// A recorded job that is being booked or moved, or 0. What its own claim gives up counts as free: every window is shown as a claim of it
/// for this job by this holder would be answered. Property and lines are the job's.
/// </param>
/// <param name="Holder">Who would hold; see ClaimSlot.</param>
/// <param name="Asker">Who asks.</param>
/// <param name="Claim">
/// What will be done with the window. A hold leaves a booking in its place until it is confirmed, a move gives it up at once. None: a
/// booked job is moved, any other is held or booked.
/// </param>
[GenerateSerializer, Immutable, Alias("scheduling.SearchSlots")]
public sealed record SearchSlots(
    [property: Id(0)] int Property,
    [property: Id(1)] IReadOnlyList<string> Lines,
    [property: Id(2)] DateOnly? From,
    [property: Id(3)] int Days,
    [property: Id(4)] long Job,
    [property: Id(5)] string Holder,
    [property: Id(6)] Asker Asker,
    [property: Id(7)] ClaimKind Claim = ClaimKind.None)
{
    /// <summary>Two months: what one page can show.</summary>
    public const int MaxDays = 62;
}

/// <summary>One window of a search.</summary>
/// <param name="Offer">The token to claim it with, while it is available.</param>
/// <param name="Operatives">How many could do it; null for whoever is not to know: the asker's viewpoint says.</param>
/// <param name="AddedMetres">Road metres that the best choice adds to a day; null likewise.</param>
/// <param name="HeldByYou">The window that the caller holds already.</param>
[GenerateSerializer, Immutable, Alias("scheduling.SlotState")]
public sealed record SlotState(
    [property: Id(0)] DateOnly Day,
    [property: Id(1)] string Window,
    [property: Id(2)] string WindowName,
    [property: Id(3)] DateTimeOffset Start,
    [property: Id(4)] DateTimeOffset End,
    [property: Id(5)] string? Offer,
    [property: Id(6)] int? Operatives,
    [property: Id(7)] double? AddedMetres,
    [property: Id(8)] bool LeastTravel,
    [property: Id(9)] bool HeldByYou,
    [property: Id(10)] RefusalState? Refusal);

/// <param name="Refusal">
/// Why nothing could be searched at all: an unknown property, a code that is not in the schedule. Of "next available": why no day can be
/// booked.
/// </param>
/// <param name="Position">The feed position that the answer reflects: a page that subscribes from here misses nothing.</param>
/// <param name="Travel">
/// What travel to the property rests on: "Roads", "Table", or "StraightLine" where there is no road network or no road near; empty when
/// nothing was searched.
/// </param>
[GenerateSerializer, Immutable, Alias("scheduling.SearchAnswer")]
public sealed record SearchAnswer(
    [property: Id(0)] IReadOnlyList<SlotState> Slots,
    [property: Id(1)] RefusalState? Refusal,
    [property: Id(2)] long Position,
    [property: Id(3)] string Travel = "");
