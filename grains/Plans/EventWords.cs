using OrleansScheduling.Domain.Booking;

namespace OrleansScheduling.Grains.Plans;

/// <summary>Why a promise cannot be kept any more, as far as an event of the feed tells.</summary>
internal static class EventWords
{
    public static string Of(EventKind kind) => kind switch
    {
        EventKind.VisitSetOut => "Somebody set out late.",
        EventKind.VisitStarted => "Work started late.",
        EventKind.VisitExtended => "Work takes longer.",
        EventKind.VisitFinished => "Work took longer.",
        EventKind.NoAccessReported => "Nobody opened.",
        EventKind.BookingMade or EventKind.BookingConfirmed or EventKind.BookingMoved or EventKind.HoldPlaced => "A visit was booked.",
        EventKind.BookingCancelled or EventKind.HoldExpired or EventKind.HoldReleased => "A visit was given up.",
        EventKind.VisitsReassigned or EventKind.ReassignmentUndone => "Visits were given to others.",
        EventKind.VisitPinned or EventKind.VisitUnpinned => "A planner bound it.",
        _ => "The diaries do not add up.",
    };
}
