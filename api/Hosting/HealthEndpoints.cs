using Microsoft.AspNetCore.Http.HttpResults;

namespace OrleansScheduling.Api.Hosting;

/// <summary>The answer of <c>/health/ready</c>.</summary>
public sealed record ReadyAnswer(string Status, IReadOnlyList<ReadinessCheck> Checks);

static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new { Status = "live" })).AllowAnonymous();
        routes.MapGet("/health/ready", ReadyAsync).AllowAnonymous();
    }

    static async Task<JsonHttpResult<ReadyAnswer>> ReadyAsync(Readiness readiness, HttpContext context, CancellationToken cancellationToken)
    {
        var checks = await readiness.CheckAsync(cancellationToken);
        var ready = checks.All(check => check.Ok);
        if (context.Features.Get<Microsoft.AspNetCore.Diagnostics.IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new ReadyAnswer(!ready ? "not ready" : checks.Any(check => check.Degraded) ? "degraded" : "ready", checks),
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
