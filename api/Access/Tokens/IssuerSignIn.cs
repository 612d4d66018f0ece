using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.Extensions.Options;

namespace OrleansScheduling.Api.Access.Tokens;

/// <summary>One issuer at which people sign in for the pages.</summary>
public sealed class IssuerSignInOptions : OAuthOptions
{
    public IssuerOptions Issuer { get; set; } = new();

    /// <summary>How long a session is, from now on.</summary>
    public TimeSpan Session { get; set; }

    /// <summary>
    /// The base wants addresses at start; ours are in the issuer's discovery document, which is read when somebody comes.
    /// </summary>
    public override void Validate() => ArgumentException.ThrowIfNullOrEmpty(ClientId);
}

/// <summary>
/// People sign in at an issuer and come back with a code (OpenID Connect Core 1.0, section 3.1; PKCE of RFC 7636). The framework's OAuth
/// handler does the journey; who it is, the ID token says, which is checked as every token is.
/// </summary>
sealed class IssuerSignIn(
    IOptionsMonitor<IssuerSignInOptions> options, ILoggerFactory logger, UrlEncoder encoder, IEnumerable<KnownIssuer> issuers,
    TokenSignIn tokens)
    : OAuthHandler<IssuerSignInOptions>(options, logger, encoder)
{
    public static string SchemeOf(IssuerOptions issuer) => $"Issuer {issuer.Name}";

    /// <summary>Sends a browser to the issuer; <c>back</c> is where it goes in the end.</summary>
    public static string PathOf(IssuerOptions issuer) => $"{Sessions.SignInPath}/with/{issuer.Name}";

    /// <summary>The issuer sends the browser back to here: to be registered there.</summary>
    static string ReturnPathOf(IssuerOptions issuer) => $"{Sessions.SignInPath}/from/{issuer.Name}";

    /// <summary>What the sign-in page is told when it did not work; why is not for a stranger.</summary>
    public const string Failed = "failed";

    public static void Configure(IssuerSignInOptions scheme, IssuerOptions issuer, TimeSpan session, TimeSpan patience)
    {
        (scheme.Issuer, scheme.Session) = (issuer, session);
        (scheme.ClientId, scheme.ClientSecret) = (issuer.ClientId, issuer.ClientSecret);
        scheme.CallbackPath = ReturnPathOf(issuer);
        scheme.SignInScheme = Sessions.Scheme;
        scheme.UsePkce = true;
        scheme.SaveTokens = false;
        scheme.Scope.Clear();
        foreach (var scope in issuer.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)) scheme.Scope.Add(scope);
        scheme.BackchannelTimeout = patience;
        scheme.BackchannelHttpHandler =
            new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        // The way back is a link that is followed: the cookie need not come with requests that other sites make.
        scheme.CorrelationCookie.SameSite = SameSiteMode.Lax;
        scheme.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        scheme.Events.OnRemoteFailure = failure =>
        {
            failure.Response.Redirect($"{Sessions.SignInPath}?{Failed}=1");
            failure.HandleResponse();
            return Task.CompletedTask;
        };
        scheme.Events.OnTicketReceived = received =>
        {
            // What the browser's desk remembers is the one's who was here before.
            Desk.DeskSession.Forget(received.HttpContext);
            return Task.CompletedTask;
        };
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (await FindPlacesAsync()) await base.HandleChallengeAsync(properties);
        else Response.Redirect($"{Sessions.SignInPath}?{Failed}=1");
    }

    protected override async Task<HandleRequestResult> HandleRemoteAuthenticateAsync() =>
        await FindPlacesAsync() ? await base.HandleRemoteAuthenticateAsync() : HandleRequestResult.Fail("The issuer cannot be reached.");

    protected override async Task<AuthenticationTicket> CreateTicketAsync(
        ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokenResponse)
    {
        var token = tokenResponse.Response?.RootElement is { } root && root.TryGetProperty("id_token", out var found)
            && found.ValueKind == JsonValueKind.String ? found.GetString()! : "";
        var outcome = await tokens.IdentifyAsync(Options.Issuer, token, Context.RequestAborted);
        if (outcome.Principal is not { } principal) throw new AuthenticationFailureException("The ID token signs nobody in.");
        properties.IssuedUtc = TimeProvider.GetUtcNow();
        properties.ExpiresUtc = properties.IssuedUtc + Options.Session;
        return new AuthenticationTicket(PrincipalClaims.Write(principal, outcome.Via, Sessions.Scheme), properties, Scheme.Name);
    }

    /// <summary>All requests of a process find the same: it does not matter who writes it.</summary>
    async Task<bool> FindPlacesAsync()
    {
        var keys = issuers.Single(issuer => issuer.Options == Options.Issuer).Keys;
        if (await keys.PlacesAsync(Context.RequestAborted) is not { } places) return false;
        (Options.AuthorizationEndpoint, Options.TokenEndpoint) = (places.Authorization.AbsoluteUri, places.Token.AbsoluteUri);
        return true;
    }
}
