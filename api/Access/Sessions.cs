using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using OrleansScheduling.Api.Access.Demonstration;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Grains.Registry;

namespace OrleansScheduling.Api.Access;

/// <summary>Sessions of people in browsers: a sealed cookie with the principal's ids, for a shift.</summary>
public sealed class Sessions(AccessOptions options, Demonstrating demonstrating, RegistryCache registry, TimeProvider time)
{
    public const string Scheme = "Session";

    public const string Cookie = "desk.who";

    public static readonly PathString SignInPath = "/sign-in";

    public async Task BeginAsync(HttpContext context, Principal principal, string via)
    {
        var now = time.GetUtcNow();
        var properties = new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now.AddHours(options.SessionHours) };
        // What the browser's desk remembers is the one's who leaves.
        Desk.DeskSession.Forget(context);
        await context.SignInAsync(Scheme, PrincipalClaims.Write(principal, via, Scheme), properties);
    }

    public static async Task EndAsync(HttpContext context)
    {
        Desk.DeskSession.Forget(context);
        await context.SignOutAsync(Scheme);
    }

    /// <summary>Whether a session is still somebody's: the way they came is still open, and their organisation is there.</summary>
    internal bool IsGood(ClaimsPrincipal? user)
    {
        var via = user?.FindFirst(PrincipalClaims.Via)?.Value;
        var isOpen = via == DemoPeople.Via
            ? demonstrating.IsOn
            : options.Issuers.Any(issuer => string.Equals(issuer.Name, via, StringComparison.Ordinal));
        return isOpen && registry.IsLoaded && PrincipalClaims.Read(user, registry.Current) is not null;
    }

    /// <summary>How the cookie is made; see <see cref="AccessServices"/>.</summary>
    internal static void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = Cookie;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.IsEssential = true;
        cookie.SlidingExpiration = false;
        cookie.LoginPath = SignInPath;
        cookie.ReturnUrlParameter = "back";
        cookie.Events.OnValidatePrincipal = async validating =>
        {
            if (validating.HttpContext.RequestServices.GetRequiredService<Sessions>().IsGood(validating.Principal)) return;
            validating.RejectPrincipal();
            await validating.HttpContext.SignOutAsync(Scheme);
        };
        cookie.Events.OnRedirectToLogin = redirecting =>
        {
            // Somebody who reads a page is shown the sign-in; a program gets the answer that it understands.
            if (IsPage(redirecting.Request)) redirecting.Response.Redirect(redirecting.RedirectUri);
            else redirecting.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };
        cookie.Events.OnRedirectToAccessDenied = denied =>
        {
            denied.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Query["handler"].Count == 0
        && (request.Path.Equals(GraphQL.GraphiQLPage.Path, StringComparison.OrdinalIgnoreCase)
            || request.HttpContext.GetEndpoint()?.Metadata
                .GetMetadata<Microsoft.AspNetCore.Mvc.RazorPages.PageActionDescriptor>() is not null);
}

/// <summary>Whether people of the demonstration can be chosen: in Development, unless it is switched off.</summary>
public sealed record Demonstrating(bool IsOn);
