using NodaTime;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Api.Pages;

/// <summary>One window as the list shows it.</summary>
/// <param name="Key">Day and code, as live messages name it.</param>
public sealed record SlotView(string Key, string Name, string Range, string DayName, SlotState Slot)
{
    public bool IsAvailable => Slot.Offer is not null;

    public string Reason => Slot.Refusal?.Text ?? "This window is not offered.";
}

/// <summary>One day of the list.</summary>
public sealed record DayView(LocalDate Day, string Name, string? Near, IReadOnlyList<SlotView> Slots, string? HeldJob)
{
    /// <summary>The one reason for which nothing can be had that day; null when there are several, or something can be had.</summary>
    public string? OnlyReason => Slots.Count == 0
        ? "No appointments are made on this day."
        : Slots.All(slot => !slot.IsAvailable) && Slots.Select(slot => slot.Reason).Distinct(StringComparer.Ordinal).Count() == 1
            ? Slots[0].Reason
            : null;

    public static IReadOnlyList<DayView> Of(
        IReadOnlyList<SlotState> slots, LocalDate from, int days, DateTimeZone zone, LocalDate today, string? heldJob)
    {
        var byDay = slots.ToLookup(slot => LocalDate.FromDateOnly(slot.Day));
        return [.. Enumerable.Range(0, days).Select(offset => from.PlusDays(offset)).Select(day =>
        {
            var name = TimeWords.Day(day, today);
            return new DayView(day, name, TimeWords.Near(day, today), [.. byDay[day].Select(slot => ViewOf(slot, name, zone))], heldJob);
        })];
    }

    static SlotView ViewOf(SlotState slot, string dayName, DateTimeZone zone) => new(
        KeyOf(slot), slot.WindowName, TimeWords.Range(slot.Start, slot.End, zone), dayName, slot);

    static string KeyOf(SlotState slot) => $"{slot.Day:yyyy-MM-dd}/{slot.Window}";
}
