using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OrleansScheduling.Api.Access;

namespace OrleansScheduling.Api.Pages;

/// <summary>Ends the session of this browser.</summary>
public sealed class SignOutModel : PageModel
{
    public async Task<IActionResult> OnPostAsync()
    {
        await Sessions.EndAsync(HttpContext);
        return Redirect(Sessions.SignInPath);
    }
}
