using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.GraphQL.Server;

/// <summary>GraphQL over HTTP (draft of the GraphQL foundation), with event streams for clients that accept them.</summary>
sealed class GraphQLHttpHandler(GraphQLEngine engine, TimeProvider time)
{
    const string ResponseJson = "application/graphql-response+json";
    const string PlainJson = "application/json";
    const string EventStream = "text/event-stream";

    /// <summary>Any header that a browser doesn't send across origins without asking first.</summary>
    static readonly string[] PreflightHeaders = ["GraphQL-Preflight", "Apollo-Require-Preflight", "X-Requested-With"];

    readonly EventStreamWriter streams = new(engine.Options, time);

    public async Task HandleAsync(HttpContext context)
    {
        var mediaType = Negotiate(context.Request);
        try
        {
            if (mediaType is null) throw new BadRequestException(
                StatusCodes.Status406NotAcceptable, $"The response can be {ResponseJson}, {PlainJson} or {EventStream}.");
            RefuseForgery(context.Request);
            using var body = await ReadBodyAsync(context);
            var request = (body is null ? RequestReader.FromQuery(context.Request.Query) : RequestReader.FromJson(body.RootElement)) with
            {
                Cost = CostOf(context.Request),
                AcceptsStream = mediaType == EventStream,
            };
            var result = await engine.ExecuteAsync(request, context.RequestServices, context.User, context.RequestAborted);
            if (mediaType != EventStream) await WriteAsync(context, (ExecutionResult)result, mediaType);
            else if (result is ExecutionResult { Kind: ResultKind.MethodNotAllowed } refused) await WriteAsync(context, refused, PlainJson);
            else await streams.WriteAsync(context, result);
        }
        catch (BadRequestException refused)
        {
            if (refused.Status == StatusCodes.Status405MethodNotAllowed) context.Response.Headers.Allow = "GET, POST";
            context.Response.StatusCode = refused.Status;
            await WriteBodyAsync(
                context, ExecutionResult.Refuse(refused.Message, refused.Code), mediaType is null or EventStream ? PlainJson : mediaType);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody is left to answer.
        }
    }

    /// <summary>Null for a GET.</summary>
    async Task<JsonDocument?> ReadBodyAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method)) return null;
        if (!HttpMethods.IsPost(context.Request.Method)) throw new BadRequestException(
            StatusCodes.Status405MethodNotAllowed, "Only GET and POST are known here.");
        if (context.Request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
        {
            context.Response.Headers.AcceptEncoding = "identity";
            throw new BadRequestException(
                StatusCodes.Status415UnsupportedMediaType, "A request must be sent as it is, without a content encoding.");
        }

        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals(PlainJson, StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                && !type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)))
            throw new BadRequestException(
                StatusCodes.Status415UnsupportedMediaType, $"A POST must have the content type {PlainJson}, in UTF-8.");
        using var timeout = new CancellationTokenSource(engine.Options.RequestTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        try
        {
            return await RequestReader.ReadBodyAsync(context.Request.BodyReader, engine.Options.RequestBytesMax, linked.Token);
        }
        catch (BadHttpRequestException refused)
        {
            // The server's own bounds: a body that is longer, or comes more slowly, than it lets through.
            var isTooLong = refused.StatusCode == StatusCodes.Status413PayloadTooLarge;
            throw new BadRequestException(
                refused.StatusCode, isTooLong ? "The request is too long." : "The request did not arrive whole.",
                isTooLong ? GraphQLErrorCodes.DocumentTooLarge : GraphQLErrorCodes.BadRequest);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            throw new BadRequestException(
                StatusCodes.Status408RequestTimeout, "The request took too long to arrive.", GraphQLErrorCodes.Timeout);
        }
    }

    /// <summary>
    /// POSTs are safe, since a JSON content type makes browsers ask first. A GET from a page of another site must carry a header that does.
    /// </summary>
    void RefuseForgery(HttpRequest request)
    {
        if (!engine.Options.CsrfPrevention || HttpMethods.IsPost(request.Method)) return;
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var foreign = site is "cross-site" or "same-site" || !OriginRules.IsOwn(request);
        if (foreign && !Array.Exists(PreflightHeaders, request.Headers.ContainsKey))
            throw new BadRequestException(
                StatusCodes.Status403Forbidden, $"A GET from another site must carry the header {PreflightHeaders[0]}.",
                    GraphQLErrorCodes.CsrfPrevented);
    }

    static CostMode CostOf(HttpRequest request) => request.Headers["GraphQL-Cost"].ToString() switch
    {
        "" => CostMode.None,
        "report" => CostMode.Report,
        "validate" => CostMode.Validate,
        _ => throw new BadRequestException(StatusCodes.Status400BadRequest, "The header GraphQL-Cost may be `report` or `validate`."),
    };

    /// <summary>
    /// The media type that the client likes best; null when it accepts none of ours. A type is judged by the range that names it most
    /// exactly (RFC 9110, 12.5.1), of equals the one counts that the client names first, and where it leaves the choice to us ours.
    /// </summary>
    static string? Negotiate(HttpRequest request)
    {
        var accept = request.GetTypedHeaders().Accept;
        if (accept is not { Count: > 0 }) return PlainJson;
        string? best = null;
        var (bestQuality, bestPlace) = (0.0, 0);
        foreach (var known in (ReadOnlySpan<string>)[PlainJson, ResponseJson, EventStream])
        {
            var (exactness, quality, place) = (0, 0.0, 0);
            for (var i = 0; i < accept.Count; i++)
            {
                var found = ExactnessOf(accept[i], known);
                if (found > exactness) (exactness, quality, place) = (found, accept[i].Quality ?? 1, i);
            }

            if (quality > bestQuality || (quality > 0 && quality == bestQuality && place < bestPlace))
                (best, bestQuality, bestPlace) = (known, quality, place);
        }

        return best;
    }

    /// <summary>0: the range doesn't cover the media type.</summary>
    static int ExactnessOf(MediaTypeHeaderValue range, string mediaType)
    {
        if (range.MatchesAllTypes) return 1;
        if (range.MatchesAllSubTypes)
            return mediaType.StartsWith(range.Type.Value + "/", StringComparison.OrdinalIgnoreCase) ? 2 : 0;
        return range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase) ? 3 : 0;
    }

    static Task WriteAsync(HttpContext context, ExecutionResult result, string mediaType)
    {
        context.Response.StatusCode = StatusOf(result, mediaType);
        if (result.Kind == ResultKind.MethodNotAllowed) context.Response.Headers.Allow = "POST";
        return WriteBodyAsync(context, result, mediaType);
    }

    /// <summary>With the old media type a well-formed request always gets 200, because intermediaries may have made the other
    /// codes.</summary>
    static int StatusOf(ExecutionResult result, string mediaType) => result.Kind switch
    {
        ResultKind.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ResultKind.TimedOut => StatusCodes.Status503ServiceUnavailable,
        ResultKind.RequestError when mediaType == ResponseJson || result.Errors[0].Code == GraphQLErrorCodes.BadRequest =>
            StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status200OK,
    };

    static async Task WriteBodyAsync(HttpContext context, ExecutionResult result, string mediaType)
    {
        context.Response.ContentType = mediaType + "; charset=utf-8";
        // Answers are for one caller, and by what it accepts.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Vary = "Accept";
        result.WriteTo(context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}

/// <summary>Whether a request comes from a page of this very server, or from no page at all.</summary>
static class OriginRules
{
    /// <summary>
    /// An origin is scheme, host and port (RFC 6454, 4). Behind a proxy that ends TLS the host has to read what the proxy forwards, so that
    /// the request has the scheme and the host that the browser sees.
    /// </summary>
    public static bool IsOwn(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && Uri.TryCreate($"{request.Scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out var server)
            && page.Scheme == server.Scheme && page.IdnHost.Equals(server.IdnHost, StringComparison.OrdinalIgnoreCase)
            && page.Port == server.Port);
    }
}
