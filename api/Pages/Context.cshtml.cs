using Microsoft.AspNetCore.Mvc;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;

namespace OrleansScheduling.Api.Pages;

/// <summary>Chooses the landlord that a call handler answers for and the contractor that is booked with.</summary>
[Needs(AccessAction.Read, RecordKind.Organisation)]
public sealed class ContextModel(DeskDirectory directory) : DeskPageModel(directory)
{
    [BindProperty]
    public int Client { get; set; }

    [BindProperty]
    public int Contractor { get; set; }

    public IReadOnlyList<Organisation> Clients => Directory.Organisations(OrganisationKind.Client);

    public IReadOnlyList<Organisation> Contractors => Directory.Organisations(OrganisationKind.Contractor);

    public void OnGet()
    {
        Client = Session.Client ?? 0;
        Contractor = Session.Contractor ?? 0;
    }

    public IActionResult OnPost()
    {
        if (Client != 0 && Directory.Find(new OrganisationId(Client), OrganisationKind.Client) is null)
            Errors.Add(new DeskError("client-0", "Choose one of the landlords in the list"));
        if (Contractor != 0 && Directory.Find(new OrganisationId(Contractor), OrganisationKind.Contractor) is null)
            Errors.Add(new DeskError("contractor-0", "Choose one of the contractors in the list"));
        if (Errors.Count > 0 || !ModelState.IsValid) return Page();
        (Session with { Client = Client == 0 ? null : Client, Contractor = Contractor == 0 ? null : Contractor }).Write(HttpContext);
        return Redirect("/");
    }
}
