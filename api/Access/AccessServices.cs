using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using OrleansScheduling.Api.Access.Demonstration;
using OrleansScheduling.Api.Access.Keys;
using OrleansScheduling.Api.Access.Tokens;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Access;

static class AccessServices
{
    /// <summary>Longest wait for an issuer's documents.</summary>
    static readonly TimeSpan IssuerPatience = TimeSpan.FromSeconds(10);

    /// <summary>Chooses between a header and a session; a header counts when there are both.</summary>
    const string Either = "Either";

    /// <param name="keyDirectory">Where keys of this installation are kept.</param>
    public static IServiceCollection AddAccess(
        this IServiceCollection services, AccessOptions options, bool isDevelopment, string keyDirectory)
    {
        options.Validate(isDevelopment);
        var demonstrating = new Demonstrating(options.Demonstration ?? isDevelopment);
        services.AddSingleton(options).AddSingleton(demonstrating);
        services.AddSingleton<AccessScopes>().AddSingleton<Sessions>().AddSingleton<FailureLimit>().AddSingleton<ApiKeys>();
        services.AddSingleton<KeyWatch>();
        services.AddSingleton<Audit.AuditTrail>();
        services.AddScoped<PrincipalAccessor>();
        services.AddScoped<IPrincipalAccessor>(provider => provider.GetRequiredService<PrincipalAccessor>());
        services.AddSingleton<TokenPrincipals>().AddSingleton<TokenSignIn>().AddSingleton<BearerSignIn>();
        foreach (var issuer in options.Issuers) services.AddSingleton(provider => Remote(provider, issuer));
        if (demonstrating.IsOn) AddDemonstration(services, keyDirectory);
        var authentication = services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, either => either.ForwardDefaultSelector =
                context => BearerHandler.Has(context.Request) ? BearerHandler.Name : Sessions.Scheme)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.Name, null)
            .AddCookie(Sessions.Scheme, Sessions.Configure);
        foreach (var issuer in options.Issuers.Where(issuer => issuer.IsForPeople))
        {
            authentication.AddOAuth<IssuerSignInOptions, IssuerSignIn>(
                IssuerSignIn.SchemeOf(issuer),
                scheme => IssuerSignIn.Configure(scheme, issuer, TimeSpan.FromHours(options.SessionHours), IssuerPatience));
        }

        services.AddScoped<IAuthorizationHandler, NeedsHandler>();
        // Whatever does not say otherwise is for those who have signed in.
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.Configure<MvcOptions>(mvc => mvc.Filters.Add<NeedsPageFilter>());
        return services;
    }

    static KnownIssuer Remote(IServiceProvider provider, IssuerOptions issuer)
    {
        // One client for the life of the process; connections are made anew now and then, so that a changed address is noticed.
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = IssuerPatience,
        };
        return new KnownIssuer(issuer, new RemoteKeys(
            issuer, http, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RemoteKeys>>()));
    }

    static void AddDemonstration(IServiceCollection services, string keyDirectory)
    {
        services.AddSingleton<DemoPeople>();
        services.AddSingleton(provider => new DemoIssuer(
            keyDirectory, provider.GetRequiredService<RegistryCache>(), provider.GetRequiredService<IRegistryStore>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new KnownIssuer(DemoIssuer.Options, provider.GetRequiredService<DemoIssuer>()));
    }

    /// <summary>The way to each issuer at which people sign in.</summary>
    public static void MapIssuers(this IEndpointRouteBuilder routes)
    {
        foreach (var issuer in routes.ServiceProvider.GetRequiredService<AccessOptions>().Issuers.Where(issuer => issuer.IsForPeople))
        {
            routes.MapGet(IssuerSignIn.PathOf(issuer), (HttpContext context, string? back) => Results.Challenge(
                    new AuthenticationProperties { RedirectUri = RedirectHttpResult.IsLocalUrl(back) ? back : "/" },
                    [IssuerSignIn.SchemeOf(issuer)]))
                .AllowAnonymous().RequireRateLimiting(Hosting.RateLimits.Pages);
        }
    }

    /// <summary>Tokens of the demonstration's people, for trying the interfaces from a command line. Not there elsewhere.</summary>
    public static void MapDemonstration(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<Demonstrating>().IsOn) return;
        routes.MapPost("/sign-in/token", TokenAsync).AllowAnonymous().RequireRateLimiting(Hosting.RateLimits.Pages);
    }

    static async Task<IResult> TokenAsync(HttpRequest request, DemoPeople people, DemoIssuer issuer, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType) return Results.BadRequest();
        var form = await request.ReadFormAsync(cancellationToken);
        if (await people.FindAsync(form["person"], cancellationToken) is not { } person) return Results.BadRequest();
        return Results.Json(new
        {
            access_token = await issuer.TokenForAsync(person, cancellationToken),
            token_type = "Bearer",
            expires_in = (int)DemoIssuer.Life.TotalSeconds,
        });
    }
}
