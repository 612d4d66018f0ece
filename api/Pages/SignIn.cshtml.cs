using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Access.Demonstration;
using OrleansScheduling.Api.Access.Tokens;

namespace OrleansScheduling.Api.Pages;

/// <summary>Where people sign in. In Development one chooses somebody of the demonstration.</summary>
[AllowAnonymous]
public sealed partial class SignInModel(
    Sessions sessions, AccessOptions access, Demonstrating demonstrating, IServiceProvider services, ILogger<SignInModel> log)
    : PageModel
{
    /// <summary>Where to go afterwards: an address of ours.</summary>
    [BindProperty(SupportsGet = true, Name = "back")]
    public string? Back { get; set; }

    [BindProperty]
    public string? Person { get; set; }

    /// <summary>Set when somebody comes back from an issuer and is not signed in.</summary>
    [BindProperty(SupportsGet = true, Name = IssuerSignIn.Failed)]
    public string? HasFailed { get; set; }

    /// <summary>Where people sign in, and what it is called.</summary>
    public IEnumerable<(string Title, string Path)> Issuers => access.Issuers.Where(issuer => issuer.IsForPeople).Select(issuer =>
        (issuer.Title.Length > 0 ? issuer.Title : issuer.Name,
        $"{IssuerSignIn.PathOf(issuer)}{(Url.IsLocalUrl(Back) ? $"?back={Uri.EscapeDataString(Back)}" : "")}"));

    public bool IsDemonstration => demonstrating.IsOn;

    public IReadOnlyList<DemoOrganisation> Organisations { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (IsDemonstration) Organisations = await People.ListAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!IsDemonstration) return NotFound();
        if (await People.FindAsync(Person, cancellationToken) is not { } person) return RedirectToPage(new { Back });
        await sessions.BeginAsync(HttpContext, person.Principal, DemoPeople.Via);
        LogSignedIn(person.Principal.Subject);
        return LocalRedirect(Url.IsLocalUrl(Back) ? Back : "/");
    }

    DemoPeople People => services.GetRequiredService<DemoPeople>();
}
