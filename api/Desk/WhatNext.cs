using OrleansScheduling.Domain.Booking;

namespace OrleansScheduling.Api.Desk;

/// <summary>For each refusal, what a call handler can do about it.</summary>
public static class WhatNext
{
    public static string For(string reason) => Enum.TryParse<RefusalReason>(reason, out var known) ? For(known) : "Please try again.";

    static string For(RefusalReason reason) => reason switch
    {
        RefusalReason.WindowGone => "The list below is up to date: choose another window.",
        RefusalReason.OfferInvalid or RefusalReason.OfferExpired => "The windows below have been looked up again: choose one of them.",
        RefusalReason.HoldExpired or RefusalReason.HoldNotFound => "Choose a window again; it is often still there.",
        RefusalReason.HeldByAnother => "Wait for a few minutes, or ask your colleague to give the hold up.",
        RefusalReason.JobNotFound => "Check the reference, or find the property and open the job from there.",
        RefusalReason.JobClosed => "If the repair is still needed, report it again from the property's page.",
        RefusalReason.AlreadyBooked => "Move the appointment from the job's page instead.",
        RefusalReason.NotBooked => "Book an appointment from the job's page.",
        RefusalReason.VisitStarted => "Speak to the contractor's planner: the operative is already there.",
        RefusalReason.KeyReused => "Look at what was booked, then choose a window again if it is not what is wanted.",
        RefusalReason.Busy or RefusalReason.JobExists or RefusalReason.JobChanged => "Nothing was changed. Try again in a moment.",
        RefusalReason.CatchingUp => "Nothing was changed. If it is still so in a few minutes, tell those who look after the system.",
        RefusalReason.OperativeOnTheWay => "Speak to the contractor's planner: the operative has set out.",
        RefusalReason.InvalidInput => "Go back to the property's page and start again.",
        _ => "Choose another window, or look at later days.",
    };
}
