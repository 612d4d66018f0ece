using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.GraphQL.Server;

/// <summary>Takes WebSockets that speak <c>graphql-transport-ws</c>.</summary>
sealed class GraphQLWebSocketHandler(GraphQLEngine engine, TimeProvider time, ILogger log)
{
    public const string Protocol = "graphql-transport-ws";

    public async Task HandleAsync(HttpContext context)
    {
        // A page of another site could open a socket with the user's cookies; browsers tell where the page is from.
        if (engine.Options.CsrfPrevention && !OriginRules.IsOwn(context.Request)
            && !engine.Options.AllowedOrigins.Contains(context.Request.Headers.Origin.ToString()))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (!context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol))
        {
            using var refused = await context.WebSockets.AcceptWebSocketAsync();
            await refused.CloseOutputAsync(
                (WebSocketCloseStatus)CloseCode.SubprotocolNotAcceptable, "Subprotocol not acceptable", context.RequestAborted);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(Protocol);
        using var connection = new GraphQLWebSocketConnection(engine, time, context, socket, log);
        await connection.RunAsync();
    }
}

/// <summary>The close codes of the protocol.</summary>
enum CloseCode
{
    None = 0,
    MessageTooBig = 1009,
    BadRequest = 4400,
    Unauthorized = 4401,
    Forbidden = 4403,
    SubprotocolNotAcceptable = 4406,
    ConnectionInitialisationTimeout = 4408,
    SubscriberAlreadyExists = 4409,
    TooManyInitialisationRequests = 4429,
    InternalServerError = 4500,
}
