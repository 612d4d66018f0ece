using Microsoft.AspNetCore.Diagnostics;
using OrleansScheduling.Api.GraphQL;
using OrleansScheduling.Api.Live;
using OrleansScheduling.GraphQL;

namespace OrleansScheduling.Api.Hosting;

/// <summary>
/// Answers while this process cannot: programs that ask before the registry is loaded would else be told that nobody knows them, and
/// whoever signs in while the database is away, that something is broken. Both are told to try again, here or at another process.
/// </summary>
sealed partial class AwayAnswer(RequestDelegate next, Readiness readiness, TimeProvider time, ILogger<AwayAnswer> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var isProgram = context.Request.Path.StartsWithSegments(ScheduleGraphQL.Path, StringComparison.Ordinal)
            || context.Request.Path.StartsWithSegments(LiveHub.Path, StringComparison.Ordinal);
        if (isProgram && !readiness.IsLoaded)
        {
            await TellAsync(context, isProgram);
            return;
        }

        if (!context.WebSockets.IsWebSocketRequest) context.Features.Set(new RequestBegan(time.GetTimestamp()));
        try
        {
            await next(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted && Unavailable.IsFor(failure))
        {
            LogAway(failure);
            await TellAsync(context, isProgram);
        }
    }

    static async Task TellAsync(HttpContext context, bool isProgram)
    {
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = Unavailable.RetrySeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        // People get a page in words, which the middleware around this one draws.
        if (!isProgram) return;
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
        var error = new
        {
            message = Unavailable.Text,
            extensions = new { code = GraphQLErrorCodes.Unavailable, retryAfter = Unavailable.RetrySeconds },
        };
        await context.Response.WriteAsJsonAsync(new { errors = new[] { error } }, context.RequestAborted);
    }

    [LoggerMessage(3121, LogLevel.Warning, "The database is away, or who was to answer; a caller was told to try again.")]
    partial void LogAway(Exception failure);
}
