using Microsoft.AspNetCore.Mvc;
using Orleans;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Api.Pages;

/// <summary>One job: what was promised, who comes, and what can be done with it.</summary>
[Needs(AccessAction.Read, RecordKind.Job)]
public sealed class JobModel(DeskDirectory directory, IGrainFactory grains) : JobPageModel(directory, grains)
{
    /// <summary>What has just been done, for the message at the top.</summary>
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    public async Task<IActionResult> OnGetAsync(string reference, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(reference, cancellationToken)) return NothingHere();
        // An old link with a message that is not true any more shows the job alone.
        if (Done is "booked" or "moved" && Job.Status != JobStatus.Booked) Done = null;
        if (Done is "cancelled" && Job.Promise is not null) Done = null;
        return Page();
    }

    public HoldState? Hold => Job.LiveHold(Now);

    public string Visit(VisitPlaceState visit) => visit.State switch
    {
        (int)Domain.Jobs.VisitState.Held => "held",
        (int)Domain.Jobs.VisitState.Booked => "planned",
        (int)Domain.Jobs.VisitState.OnTheWay => "on the way",
        (int)Domain.Jobs.VisitState.Started => "on site",
        (int)Domain.Jobs.VisitState.Completed => "done",
        _ => "",
    };
}
