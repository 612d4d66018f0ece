using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Access.Keys;

namespace OrleansScheduling.Api.GraphQL;

/// <summary>
/// Who may use the address: requests sign in by their session or header; a socket may also sign in by its first message, since browsers
/// cannot send a header with one. A subscription ends with the session, token or key that opened it.
/// </summary>
static class ConnectionSignIn
{
    const string Start = "Bearer ";

    static readonly object SignInFirst = new
    {
        errors = new[] { new { message = "Sign in first.", extensions = new { code = Records.Unauthenticated } } },
    };

    public static TBuilder WithSignIn<TBuilder>(this TBuilder endpoints, TimeProvider time)
        where TBuilder : IEndpointConventionBuilder
    {
        // Asked here and not by the fallback policy, which would turn away a socket before its first message.
        endpoints.AllowAnonymous();
        endpoints.Add(endpoint =>
        {
            var inner = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => RunAsync(context, inner, time);
        });
        return endpoints;
    }

    static async Task RunAsync(HttpContext context, RequestDelegate inner, TimeProvider time)
    {
        if (!IsSignedIn(context.User) && !context.WebSockets.IsWebSocketRequest)
        {
            // Whoever speaks GraphQL reads JSON, not the page that a browser would be led to.
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await context.Response.WriteAsJsonAsync(SignInFirst, context.RequestAborted);
            return;
        }

        // A request for one answer is over before the time that a check of its key is good for.
        if (context.WebSockets.IsWebSocketRequest || MayStream(context.Request))
        {
            EndAt(context, context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc, time);
            context.RequestServices.GetRequiredService<KeyWatch>().Follow(context, context.User);
        }

        await inner(context);
    }

    /// <summary>Judges a socket's <c>connection_init</c>, <c>{"Authorization": "Bearer …"}</c>, unless the request itself signed
    /// in.</summary>
    public static async ValueTask<ClaimsPrincipal?> AuthorizeAsync(HttpContext context, JsonElement payload)
    {
        if (IsSignedIn(context.User)) return context.User;
        if (SecretOf(payload) is not { } secret) return null;
        var services = context.RequestServices;
        var outcome = await services.GetRequiredService<BearerSignIn>()
            .SignInAsync(secret, FailureLimit.AddressOf(context), context.RequestAborted);
        if (outcome?.Principal is not { } principal) return null;
        context.User = PrincipalClaims.Write(principal, outcome.Via, BearerHandler.Name);
        EndAt(context, outcome.Expires, services.GetRequiredService<TimeProvider>());
        services.GetRequiredService<KeyWatch>().Follow(context, context.User);
        return context.User;
    }

    static bool MayStream(HttpRequest request)
    {
        foreach (var accepted in request.Headers.Accept)
        {
            if (accepted?.Contains("event-stream", StringComparison.OrdinalIgnoreCase) == true) return true;
        }

        return false;
    }

    static bool IsSignedIn(ClaimsPrincipal user) => user.Identity?.IsAuthenticated == true;

    static string? SecretOf(JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object) return null;
        foreach (var member in payload.EnumerateObject())
        {
            if (!member.Name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)) continue;
            var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : "";
            return text.StartsWith(Start, StringComparison.OrdinalIgnoreCase) ? text[Start.Length..].Trim() : null;
        }

        return null;
    }

    static void EndAt(HttpContext context, DateTimeOffset? expires, TimeProvider time)
    {
        if (expires is not { } end) return;
        var left = end - time.GetUtcNow();
        context.Response.RegisterForDispose(time.CreateTimer(
            static connection => ((HttpContext)connection!).Abort(), context, left > TimeSpan.Zero ? left : TimeSpan.Zero,
            Timeout.InfiniteTimeSpan));
    }
}
