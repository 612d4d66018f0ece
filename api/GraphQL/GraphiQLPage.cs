using OrleansScheduling.Api.Hosting;

namespace OrleansScheduling.Api.GraphQL;

/// <summary>GraphiQL, for people who explore the API: our own files only, and for whoever may use the API.</summary>
static class GraphiQLPage
{
    public const string Path = "/graphiql";

    const string Html = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>GraphiQL</title>
        <link rel="icon" href="/icon.svg">
        <link rel="stylesheet" href="/built/graphiql.css">
        <script type="module" src="/built/graphiql.js"></script>
        </head>
        <body>
        <div id="graphiql"></div>
        <noscript>GraphiQL needs JavaScript. The API itself is at /graphql.</noscript>
        </body>
        </html>
        """;

    /// <summary>GraphiQL's style sheet carries its fonts in itself.</summary>
    static readonly string Policy = SecurityHeaders.ContentSecurityPolicy.Replace(
        "font-src 'self'", "font-src 'self' data:", StringComparison.Ordinal);

    public static IEndpointConventionBuilder MapGraphiQL(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            return Results.Content(Html, "text/html; charset=utf-8");
        });
}
