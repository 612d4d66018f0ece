using Microsoft.AspNetCore.Mvc;
using NodaTime;
using Orleans;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Api.Pages;

/// <summary>The held window, to be confirmed before its time runs out.</summary>
[Needs(AccessAction.Make, RecordKind.Appointment)]
public sealed class ConfirmModel(DeskDirectory directory, IGrainFactory grains) : JobPageModel(directory, grains)
{
    [BindProperty]
    public int HoldNumber { get; set; }

    /// <summary>This browser's hold, while it lives.</summary>
    public HoldState? Hold { get; private set; }

    public bool IsHeldByAnother { get; private set; }

    public bool IsMove => Job.Status == JobStatus.Booked;

    public int SecondsLeft => Hold is null ? 0 : (int)Math.Max(0, (Instant.FromDateTimeOffset(Hold.ExpiresAt) - Now).TotalSeconds);

    public async Task<IActionResult> OnGetAsync(string reference, CancellationToken cancellationToken) =>
        await LoadAsync(reference, cancellationToken) ? Show() : NothingHere();

    public async Task<IActionResult> OnPostAsync(string reference, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(reference, cancellationToken)) return NothingHere();
        if (!IsKey(FormKey)) Refuse(new RefusalState(nameof(RefusalReason.HoldNotFound), Refusal.Of(RefusalReason.HoldNotFound).Text));
        else
        {
            var command = new ConfirmHold(ContextForForm($"confirm {HoldNumber}"), HoldNumber, Session.Holder);
            var answer = await Grain.Confirm(command, cancellationToken);
            if (answer.Receipt is { } receipt)
                return Redirect($"/jobs/{Id}?done={(receipt.Event == nameof(EventKind.BookingMoved) ? "moved" : "booked")}");
            Refuse(answer.Refusal!);
            await LoadAsync(reference, cancellationToken);
        }

        return Show();
    }

    [Needs(AccessAction.Cancel, RecordKind.Appointment)]
    public async Task<IActionResult> OnPostReleaseAsync(string reference, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(reference, cancellationToken)) return NothingHere();
        if (!IsKey(FormKey)) return Redirect($"/jobs/{Id}");
        var command = new ReleaseHold(ContextForForm($"release {HoldNumber}"), HoldNumber, Session.Holder);
        var answer = await Grain.Release(command, cancellationToken);
        // A hold that is gone is what was wanted.
        if (answer.Refusal is null or { Reason: nameof(RefusalReason.HoldNotFound) }) return Redirect($"/jobs/{Id}?done=released");
        Refuse(answer.Refusal);
        return Show();
    }

    IActionResult Show()
    {
        if (Job.LiveHold(Now) is { } live)
        {
            IsHeldByAnother = live.Holder != Session.Holder;
            Hold = IsHeldByAnother ? null : live;
        }

        // Confirmed already, perhaps by this very form: the job's page says so.
        if (Hold is null && Errors.Count == 0 && Job.Hold is null && Job.Status == JobStatus.Booked) return Redirect($"/jobs/{Id}");
        ModelState.Clear();
        FormKey = NewKey();
        return Page();
    }
}
