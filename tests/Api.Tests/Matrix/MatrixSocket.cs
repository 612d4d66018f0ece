using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.Api.Tests.Matrix;

/// <summary>One WebSocket of the protocol graphql-transport-ws; operations one after the other.</summary>
sealed class MatrixSocket : IDisposable
{
    readonly ClientWebSocket socket = new();
    int operations;

    public static async Task<MatrixSocket> ConnectAsync(Uri address, string cookie, CancellationToken cancellationToken)
    {
        var made = new MatrixSocket();
        made.socket.Options.AddSubProtocol("graphql-transport-ws");
        made.socket.Options.SetRequestHeader("Cookie", cookie);
        await made.socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/graphql" }.Uri, cancellationToken);
        await made.SendAsync(new JsonObject { ["type"] = "connection_init" }, cancellationToken);
        Assert.Equal("connection_ack", (string?)(await made.ReceiveAsync(cancellationToken))["type"]);
        return made;
    }

    /// <summary>All that an operation tells, up to the event that says that there is nothing more for now.</summary>
    public async Task<string> OperateAsync(Probe probe, JsonObject variables, CancellationToken cancellationToken)
    {
        var id = $"op{++operations}";
        await SendAsync(
            new JsonObject { ["id"] = id, ["type"] = "subscribe", ["payload"] = Answers.Payload(probe, variables) }, cancellationToken);
        var told = new StringBuilder();
        while (true)
        {
            var message = await ReceiveAsync(cancellationToken);
            // What a subscription that was ended before had sent already.
            if ((string?)message["id"] != id) continue;
            var type = (string)message["type"]!;
            told.Append(type).Append(message["payload"]?.ToJsonString()).Append('\n');
            if (type is "complete" or "error") return told.ToString();
            var isMore = message["payload"]!["data"] is JsonObject data
                && data.Any(field => field.Value is JsonObject value && value["event"] is not null);
            if (probe.Kind != OperationKind.Subscription || isMore) continue;
            await SendAsync(new JsonObject { ["id"] = id, ["type"] = "complete" }, cancellationToken);
            return told.ToString();
        }
    }

    async Task SendAsync(JsonObject message, CancellationToken cancellationToken) => await socket.SendAsync(
        Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    async Task<JsonObject> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, cancellationToken);
            Assert.True(received.MessageType == WebSocketMessageType.Text, $"The socket was closed: {socket.CloseStatusDescription}");
            whole.Write(buffer, 0, received.Count);
            if (received.EndOfMessage) return JsonNode.Parse(whole.ToArray())!.AsObject();
        }
    }

    public void Dispose()
    {
        socket.Abort();
        socket.Dispose();
    }
}
