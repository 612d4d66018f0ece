using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using OrleansScheduling.Api.Hosting;

namespace OrleansScheduling.Api.Pages;

/// <summary>What is shown instead of a page. It says what to do next and nothing of what went on inside.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
[DisableRateLimiting]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class ProblemModel(Readiness readiness) : PageModel
{
    public int Code { get; private set; }

    public Readiness Readiness { get; } = readiness;

    /// <summary>Seconds after which a refused request may be sent again, as the response says.</summary>
    public string Wait => Response.Headers.RetryAfter.ToString();

    public void OnGet(int code) => Show(code);

    public void OnPost(int code) => Show(code);

    void Show(int code)
    {
        Code = code is >= 400 and <= 599 ? code : StatusCodes.Status404NotFound;
        // Somebody who opens the address itself finds nothing there.
        if (Response.StatusCode == StatusCodes.Status200OK) Response.StatusCode = Code;
    }
}
