using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace OrleansScheduling.Api.Access;

/// <summary>
/// Signs in requests with an <c>Authorization: Bearer</c> header (RFC 6750). Secrets in addresses are not read: addresses end up in logs.
/// </summary>
sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, BearerSignIn signIn)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Bearer";

    const string RetrySeconds = "60";

    bool isLimited;

    public static bool Has(HttpRequest request) => request.Headers.Authorization.Count > 0;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (SecretOf(Request) is not { } secret) return Has(Request) ? Bad() : AuthenticateResult.NoResult();
        var outcome = await signIn.SignInAsync(secret, FailureLimit.AddressOf(Context), Context.RequestAborted);
        isLimited = outcome is null;
        if (outcome?.Principal is not { } principal) return Bad();
        var properties = new AuthenticationProperties { ExpiresUtc = outcome.Expires };
        return AuthenticateResult.Success(
            new AuthenticationTicket(PrincipalClaims.Write(principal, outcome.Via, Name), properties, Name));
    }

    static AuthenticateResult Bad() => AuthenticateResult.Fail("The bearer's secret is not good.");

    static string? SecretOf(HttpRequest request)
    {
        const string Start = Name + " ";
        return request.Headers.Authorization is [{ } header] && header.StartsWith(Start, StringComparison.OrdinalIgnoreCase)
            && header.Length > Start.Length
            ? header[Start.Length..].Trim()
            : null;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // A page of words is no use to a program.
        if (Context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
        if (isLimited)
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            Response.Headers.RetryAfter = RetrySeconds;
            return Task.CompletedTask;
        }

        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = Has(Request) ? "Bearer error=\"invalid_token\"" : "Bearer";
        return Task.CompletedTask;
    }
}
