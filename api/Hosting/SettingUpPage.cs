namespace OrleansScheduling.Api.Hosting;

/// <summary>Shows how far the start has got, instead of pages that would find nothing.</summary>
sealed class SettingUpPage(RequestDelegate next, Readiness readiness)
{
    /// <summary>After so long a browser asks again by itself, with JavaScript or without.</summary>
    const string Seconds = "2";

    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        var isPage = endpoint?.Metadata.GetMetadata<Microsoft.AspNetCore.Mvc.RazorPages.PageActionDescriptor>() is not null;
        if (readiness.IsStarted || !isPage || context.Request.Path.StartsWithSegments("/problem", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        // The status code page is drawn by the middleware around this one.
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = Seconds;
        if (HttpMethods.IsGet(context.Request.Method)) context.Response.Headers["Refresh"] = Seconds;
    }
}
