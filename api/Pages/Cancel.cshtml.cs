using Microsoft.AspNetCore.Mvc;
using Orleans;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Api.Pages;

/// <summary>
/// Gives an appointment up, and the repair with it when that is wanted. Reasons are a list, so that no personal detail gets into them.
/// </summary>
[Needs(AccessAction.Cancel, RecordKind.Appointment)]
[Needs(AccessAction.Cancel, RecordKind.Job)]
public sealed class CancelModel(DeskDirectory directory, IGrainFactory grains) : JobPageModel(directory, grains)
{
    public static readonly IReadOnlyList<string> Reasons =
    [
        "The tenant asked for it",
        "The repair is not needed any more",
        "It was reported by mistake",
        "The landlord asked for it",
        "Another reason",
    ];

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Repair { get; set; }

    public bool IsBooked => Job.Status == JobStatus.Booked;

    public async Task<IActionResult> OnGetAsync(string reference, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(reference, cancellationToken)) return NothingHere();
        return Job.CanChange ? Show() : Redirect($"/jobs/{Id}");
    }

    public async Task<IActionResult> OnPostAsync(string reference, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(reference, cancellationToken)) return NothingHere();
        if (!int.TryParse(Reason, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            || number >= Reasons.Count)
            Errors.Add(new DeskError("reason-0", "Choose why it is cancelled"));
        if (Repair is not ("keep" or "close")) Errors.Add(new DeskError("repair-keep", "Choose what happens to the repair"));
        if (!IsKey(FormKey)) Errors.Add(new DeskError(null, "The form was not complete.", "Please send it again."));
        if (Errors.Count > 0) return Show();
        var close = Repair == "close";
        var command = new CancelBooking(ContextForForm($"cancel {number} {close}"), Reasons[number], close);
        var answer = await Grain.Cancel(command, cancellationToken);
        if (answer.Receipt is not null) return Redirect($"/jobs/{Id}?done=cancelled");
        Refuse(answer.Refusal!);
        return Show();
    }

    IActionResult Show()
    {
        // A job without an appointment can only be called off.
        if (!IsBooked) Repair = "close";
        ModelState.Clear();
        FormKey = NewKey();
        return Page();
    }
}
