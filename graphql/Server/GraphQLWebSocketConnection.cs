using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.GraphQL.Server;

/// <summary>One client's connection: its messages are read one after the other, its operations run side by side.</summary>
sealed class GraphQLWebSocketConnection(GraphQLEngine engine, TimeProvider time, HttpContext context, WebSocket socket) : IDisposable
{
    /// <summary>A close frame has room for 123 bytes of reason (RFC 6455, 5.5).</summary>
    const int CloseReasonBytesMax = 123;

    /// <summary>A client that doesn't answer a close frame is cut off.</summary>
    static readonly TimeSpan CloseHandshakeMax = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<string, CancellationTokenSource> operations = new(StringComparer.Ordinal);
    readonly SemaphoreSlim sending = new(1, 1);
    readonly CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
    readonly ConcurrentDictionary<string, Task> running = new(StringComparer.Ordinal);
    ClaimsPrincipal user = context.User;
    bool initialised;
    bool acknowledged;
    int closed;

    public async Task RunAsync()
    {
        await using var initTimer = time.CreateTimer(
            _ => _ = acknowledged ? Task.CompletedTask
                : CloseAsync(CloseCode.ConnectionInitialisationTimeout, "Connection initialisation timeout"),
            null, engine.Options.ConnectionInitTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            while (socket.State == WebSocketState.Open && await ReceiveAsync() is { } message)
                using (message) await HandleAsync(message.RootElement);
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(running.Values);
            if (socket.State == WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            Dispose();
        }
    }

    public void Dispose()
    {
        sending.Dispose();
        ended.Dispose();
    }

    /// <summary>Null when the connection is over.</summary>
    async Task<JsonDocument?> ReceiveAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.GetMemory(4096), ended.Token);
            if (received.MessageType == WebSocketMessageType.Close) return null;
            buffer.Advance(received.Count);
            if (buffer.WrittenCount > engine.Options.RequestBytesMax)
            {
                await CloseAsync(CloseCode.MessageTooBig, "The message is too big");
                return null;
            }

            if (!received.EndOfMessage) continue;
            if (received.MessageType == WebSocketMessageType.Binary) return await RefuseAsync("Only text messages are understood");
            try
            {
                var message = JsonDocument.Parse(buffer.WrittenMemory);
                if (message.RootElement.ValueKind == JsonValueKind.Object) return message;
                message.Dispose();
            }
            catch (JsonException)
            {
                // Answered below, like every other message that is none.
            }

            return await RefuseAsync("Invalid message received");
        }
    }

    async Task<JsonDocument?> RefuseAsync(string reason)
    {
        await CloseAsync(CloseCode.BadRequest, reason);
        return null;
    }

    async Task HandleAsync(JsonElement message)
    {
        var type = Text(message, "type");
        var hasPayload = message.TryGetProperty("payload", out var payload) && payload.ValueKind != JsonValueKind.Null;
        switch (type)
        {
            case "connection_init" when !hasPayload || payload.ValueKind == JsonValueKind.Object:
                await InitialiseAsync(hasPayload ? payload : default);
                break;
            case "ping" when !hasPayload || payload.ValueKind == JsonValueKind.Object:
                await SendAsync("pong", null, writer => WritePayload(writer, hasPayload ? payload : default));
                break;
            case "pong" when !hasPayload || payload.ValueKind == JsonValueKind.Object:
                break;
            case "subscribe" when Text(message, "id") is { Length: > 0 } id && hasPayload && payload.ValueKind == JsonValueKind.Object:
                await SubscribeAsync(id, payload);
                break;
            case "complete" when Text(message, "id") is { Length: > 0 } id:
                if (operations.TryRemove(id, out var operation)) await operation.CancelAsync();
                break;
            default:
                await CloseAsync(CloseCode.BadRequest, WhatIsWrong(type));
                break;
        }
    }

    static string WhatIsWrong(string? type) => type switch
    {
        "connection_init" or "ping" or "pong" => $"Invalid message: the payload of {type} must be an object",
        "subscribe" => "Invalid message: subscribe needs an id and, as payload, the request",
        "complete" => "Invalid message: complete needs an id",
        null => "Invalid message: it has no type",
        _ => $"Invalid message type {type}",
    };

    static string? Text(JsonElement message, string name) =>
        message.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static void WritePayload(Utf8JsonWriter writer, JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object) return;
        writer.WritePropertyName("payload"u8);
        payload.WriteTo(writer);
    }

    async Task InitialiseAsync(JsonElement payload)
    {
        if (initialised)
        {
            await CloseAsync(CloseCode.TooManyInitialisationRequests, "Too many initialisation requests");
            return;
        }

        initialised = true;
        if (engine.Options.AuthorizeConnection is { } authorize)
        {
            if (await authorize(context, payload) is not { } authorized)
            {
                await CloseAsync(CloseCode.Forbidden, "Forbidden");
                return;
            }

            user = authorized;
        }

        acknowledged = true;
        await SendAsync("connection_ack", null, static _ => { });
    }

    async Task SubscribeAsync(string id, JsonElement payload)
    {
        if (!acknowledged)
        {
            await CloseAsync(CloseCode.Unauthorized, "Unauthorized");
            return;
        }

        GraphQLRequest request;
        try
        {
            // The message's memory goes back to its pool when this method returns; the operation goes on.
            request = RequestReader.FromJson(payload.Clone()) with { AcceptsStream = true };
        }
        catch (BadRequestException refused)
        {
            await CloseAsync(CloseCode.BadRequest, refused.Message);
            return;
        }

        if (engine.Options.WaitBeforeOperation?.Invoke(context) is { } wait)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            await SendErrorsAsync(
                id, [new GraphQLError($"Too many operations. Try again in {seconds} s.", code: GraphQLErrorCodes.RateLimited,
                    extensions: new Dictionary<string, object?> { ["retryAfter"] = seconds })]);
            return;
        }

        var operation = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        if (!operations.TryAdd(id, operation))
        {
            operation.Dispose();
            await CloseAsync(CloseCode.SubscriberAlreadyExists, $"Subscriber for {id} already exists");
            return;
        }

        if (operations.Count > engine.Options.SubscriptionsPerConnectionMax)
        {
            operations.TryRemove(id, out _);
            operation.Dispose();
            await SendErrorsAsync(
                id, [new GraphQLError($"A connection may have {engine.Options.SubscriptionsPerConnectionMax} operations open.",
                    code: GraphQLErrorCodes.SubscriptionsExceeded)]);
            return;
        }

        running[id] = OperateAsync(id, request, operation);
    }

    async Task OperateAsync(string id, GraphQLRequest request, CancellationTokenSource operation)
    {
        // The reader goes on to the next message while this one works.
        await Task.Yield();
        try
        {
            await using var scope = context.RequestServices.CreateAsyncScope();
            var result = await engine.ExecuteAsync(request, scope.ServiceProvider, user, operation.Token);
            if (result is ExecutionResult { Kind: ResultKind.RequestError } refused)
            {
                if (operations.TryRemove(id, out _)) await SendErrorsAsync(id, refused.Errors);
                return;
            }

            if (result is ExecutionResult single) await SendNextAsync(id, single);
            else
                await foreach (var response in ((ResponseStream)result).Responses.WithCancellation(operation.Token))
                    await SendNextAsync(id, response);
            if (operations.TryRemove(id, out _)) await SendAsync("complete", id, static _ => { });
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // Completed by the client, or the connection is over.
        }
        catch (Exception)
        {
            await CloseAsync(CloseCode.InternalServerError, "Internal server error");
            throw;
        }
        finally
        {
            operations.TryRemove(KeyValuePair.Create(id, operation));
            running.TryRemove(id, out _);
            operation.Dispose();
        }
    }

    Task SendNextAsync(string id, ExecutionResult result) => SendAsync("next", id, writer =>
    {
        writer.WritePropertyName("payload"u8);
        result.WriteTo(writer);
    });

    Task SendErrorsAsync(string id, IReadOnlyList<GraphQLError> errors) => SendAsync("error", id, writer =>
    {
        writer.WriteStartArray("payload"u8);
        foreach (var error in errors) ExecutionResult.Write(writer, error);
        writer.WriteEndArray();
    });

    async Task SendAsync(string type, string? id, Action<Utf8JsonWriter> writePayload)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (id is not null) writer.WriteString("id"u8, id);
            writer.WriteString("type"u8, type);
            writePayload(writer);
            writer.WriteEndObject();
        }

        await sending.WaitAsync(ended.Token);
        try
        {
            if (socket.State == WebSocketState.Open)
                await socket.SendAsync(buffer.WrittenMemory, WebSocketMessageType.Text, true, ended.Token);
        }
        finally
        {
            sending.Release();
        }
    }

    public async Task CloseAsync(CloseCode code, string reason)
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return;
        while (Encoding.UTF8.GetByteCount(reason) > CloseReasonBytesMax) reason = reason[..^1];
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, CancellationToken.None);
            ended.CancelAfter(CloseHandshakeMax);
        }
    }
}
