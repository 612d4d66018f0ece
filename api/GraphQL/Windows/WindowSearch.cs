using OrleansScheduling.Api.Live;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.Windows;

/// <summary>What to look for windows for.</summary>
/// <param name="Contract">The contract that the work is done under.</param>
/// <param name="Property">Where.</param>
/// <param name="Lines">SOR codes of the contract's schedule, 1 to 12.</param>
/// <param name="From">First day to look at; today when it is left out.</param>
/// <param name="Days">How many days to look at, at most 62.</param>
/// <param name="Job">A recorded job that is being booked or moved: its own held window is shown as available to the holder.</param>
public sealed record WindowSearchInput(
    [property: ID] string Contract, [property: ID] string Property, IReadOnlyList<string> Lines, DateOnly? From = null, int Days = 14,
    [property: ID] string? Job = null);

/// <summary>What a search for windows found.</summary>
/// <param name="Windows">Every window of the days, available or with the reason why not.</param>
/// <param name="Refusal">Why nothing could be searched at all.</param>
/// <param name="Sequence">What the answer reflects: whoever subscribes from here misses nothing.</param>
public sealed record WindowSearch(
    [property: ListSize(56)] IReadOnlyList<WindowNode> Windows, RefusalNode? Refusal, string Sequence)
{
    internal static WindowSearch Of(SearchAnswer answer, FeedCursors cursors) => new(
        [.. answer.Slots.Select(slot => new WindowNode(slot))],
        answer.Refusal is { } refusal ? RefusalNode.Of(refusal) : null,
        cursors.Encode(answer.Position));

    internal static WindowSearch Refused(Refusal refusal, FeedCursors cursors) =>
        new([], new RefusalNode(refusal.Reason, refusal.Text), cursors.Encode(0));
}

/// <summary>One window on one day.</summary>
[GraphQLName("Window")]
public sealed class WindowNode(SlotState slot)
{
    public DateOnly Day => slot.Day;

    /// <summary>The window's code in its contract.</summary>
    public string Code => slot.Window;

    public string Name => slot.WindowName;

    public DateTimeOffset Starts => slot.Start;

    public DateTimeOffset Ends => slot.End;

    public bool IsAvailable => slot.Offer is not null;

    /// <summary>The token to claim it with, while it is available; it is good for some minutes.</summary>
    public string? Offer => slot.Offer;

    /// <summary>How many operatives could do it; null for all but the contractor.</summary>
    public int? Operatives => slot.Operatives;

    /// <summary>Road metres that the best choice adds to a day; null for all but the contractor.</summary>
    public double? AddedMetres => slot.AddedMetres is { } metres && double.IsFinite(metres) ? Math.Round(metres) : null;

    /// <summary>Whether no other window adds less travel.</summary>
    public bool IsLeastTravel => slot.LeastTravel;

    /// <summary>Whether the caller holds it already.</summary>
    public bool IsHeldByYou => slot.HeldByYou;

    /// <summary>Why it cannot be had; null while it can.</summary>
    public RefusalNode? Refusal => slot.Refusal is { } refusal ? RefusalNode.Of(refusal) : null;
}

/// <summary>An expected "no".</summary>
/// <param name="Reason">For programs.</param>
/// <param name="Text">A sentence that a call handler can read out.</param>
[GraphQLName("Refusal")]
public sealed record RefusalNode(RefusalReason Reason, string Text)
{
    internal static RefusalNode Of(RefusalState refusal) => new(Enum.Parse<RefusalReason>(refusal.Reason), refusal.Text);
}
