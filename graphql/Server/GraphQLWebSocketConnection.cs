using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.GraphQL.Server;

/// <summary>One client's connection: its messages are read one after the other, its operations run side by side.</summary>
sealed partial class GraphQLWebSocketConnection(GraphQLEngine engine, TimeProvider time, HttpContext context, WebSocket socket, ILogger log)
    : IDisposable
{
    /// <summary>A close frame has room for 123 bytes of reason (RFC 6455, 5.5).</summary>
    const int CloseReasonBytesMax = 123;

    /// <summary>A client that doesn't take or doesn't answer a close frame is cut off.</summary>
    static readonly TimeSpan CloseHandshakeMax = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<string, CancellationTokenSource> operations = new(StringComparer.Ordinal);
    readonly SemaphoreSlim sending = new(1, 1);
    readonly CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);

    /// <summary>
    /// What the operations do, those that a client has completed and that have not come to their end too: an id says nothing of them, since
    /// a client may use it again at once. Only the reader of messages touches the list.
    /// </summary>
    readonly List<Task> running = [];
    ClaimsPrincipal user = context.User;
    volatile bool initialised;
    bool acknowledged;
    int closed;

    /// <summary>Serves the client until one of both goes. Every fault ends here: with one close, and one record in the log.</summary>
    public async Task RunAsync()
    {
        // Who introduced himself in time may wait for the look at what he showed, as long as for an answer.
        await using var initTimer = time.CreateTimer(
            _ => _ = initialised ? Task.CompletedTask : CloseLateAsync(),
            null, engine.Options.ConnectionInitTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            while (socket.State == WebSocketState.Open && await ReceiveAsync() is { } message)
                using (message) await HandleAsync(message.RootElement);
        }
        catch (Exception exception) when (IsOver(exception))
        {
            // The client went without saying goodbye.
        }
        catch (Exception exception)
        {
            await FailAsync(exception);
        }

        await ended.CancelAsync();
        await Task.WhenAll(running);
        if (socket.State == WebSocketState.CloseReceived) await SayCloseAsync(WebSocketCloseStatus.NormalClosure, null);
    }

    Task CloseLateAsync() => CloseAsync(CloseCode.ConnectionInitialisationTimeout, "Connection initialisation timeout");

    public void Dispose()
    {
        sending.Dispose();
        ended.Dispose();
    }

    /// <summary>Whether an exception only says that there is nobody to talk to any more.</summary>
    bool IsOver(Exception exception) => exception switch
    {
        WebSocketException => true,
        OperationCanceledException => ended.IsCancellationRequested,
        // A socket that is broken off in the middle of a message is disposed by it.
        ObjectDisposedException => socket.State != WebSocketState.Open,
        _ => false,
    };

    async Task FailAsync(Exception exception)
    {
        LogConnectionFailed(log, exception);
        await CloseAsync(CloseCode.InternalServerError, "Internal server error");
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

    async Task HandleAsync(JsonElement root)
    {
        if (!ClientMessage.TryRead(root, out var message))
        {
            await CloseAsync(CloseCode.BadRequest, "Invalid message: it contains a string that isn't valid Unicode");
            return;
        }

        switch (message.Type)
        {
            case "connection_init" when !message.HasPayload || message.HasObject:
                await InitialiseAsync(message.Payload);
                break;
            case "ping" when !message.HasPayload || message.HasObject:
                await SendAsync("pong", null, writer => WritePayload(writer, message.Payload));
                break;
            case "pong" when !message.HasPayload || message.HasObject:
                break;
            case "subscribe" when message is { Id.Length: > 0, HasObject: true }:
                await SubscribeAsync(message.Id, message.Payload);
                break;
            case "complete" when message.Id is { Length: > 0 } id:
                await CompleteAsync(id);
                break;
            default:
                await CloseAsync(CloseCode.BadRequest, WhatIsWrong(message.Type));
                break;
        }
    }

    async Task CompleteAsync(string id)
    {
        if (!operations.TryRemove(id, out var operation)) return;
        try
        {
            await operation.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It came to its own end at this moment.
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
            ClaimsPrincipal? authorized;
            try
            {
                // The message's memory goes back to its pool when this method returns, whoever still reads it.
                var judging = authorize(context, payload.ValueKind == JsonValueKind.Undefined ? payload : payload.Clone()).AsTask();
                authorized = await judging.WaitAsync(engine.Options.RequestTimeout, time, ended.Token);
            }
            catch (TimeoutException)
            {
                await CloseLateAsync();
                return;
            }

            if (authorized is null)
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

        running.RemoveAll(static task => task.IsCompleted);
        running.Add(OperateAsync(id, request, operation));
    }

    async Task OperateAsync(string id, GraphQLRequest request, CancellationTokenSource operation)
    {
        // The reader goes on to the next message while this one works.
        await Task.Yield();
        var own = KeyValuePair.Create(id, operation);
        try
        {
            await using var scope = context.RequestServices.CreateAsyncScope();
            var result = await engine.ExecuteAsync(request, scope.ServiceProvider, user, operation.Token);
            if (result is ExecutionResult single)
            {
                if (!await AnswerAsync(own, single)) return;
            }
            else
                await foreach (var response in ((ResponseStream)result).Responses.WithCancellation(operation.Token))
                    if (!await AnswerAsync(own, response)) return;
            if (operations.TryRemove(own)) await SendAsync("complete", id, static _ => { });
        }
        catch (Exception exception)
            when (IsOver(exception) || (exception is OperationCanceledException && operation.IsCancellationRequested))
        {
            // Completed by the client, or the connection is over.
        }
        catch (Exception exception)
        {
            await FailAsync(exception);
        }
        finally
        {
            operations.TryRemove(own);
            operation.Dispose();
        }
    }

    /// <summary>Sends one response, unless the client has completed the operation. False: it was the last one.</summary>
    async Task<bool> AnswerAsync(KeyValuePair<string, CancellationTokenSource> own, ExecutionResult result)
    {
        if (result.Kind == ResultKind.RequestError)
        {
            if (operations.TryRemove(own)) await SendErrorsAsync(own.Key, result.Errors);
            return false;
        }

        if (!operations.Contains(own)) return false;
        await SendNextAsync(own.Key, result);
        return true;
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

    /// <summary>The first close counts.</summary>
    async Task CloseAsync(CloseCode code, string reason)
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return;
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            await SayCloseAsync((WebSocketCloseStatus)code, Shorten(reason));
    }

    async Task SayCloseAsync(WebSocketCloseStatus status, string? reason)
    {
        try
        {
            using var limit = new CancellationTokenSource(CloseHandshakeMax, time);
            await socket.CloseOutputAsync(status, reason, limit.Token);
            _ = EndAsync();
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has gone, or takes nothing.
        }
    }

    /// <summary>Whoever does not answer a close is left. What is called back then may throw, and nobody looks at the task.</summary>
    async Task EndAsync()
    {
        await Task.Delay(CloseHandshakeMax, TimeProvider.System, ended.Token);
        await ended.CancelAsync();
    }

    /// <summary>What a close frame has room for, in whole characters.</summary>
    static string Shorten(string reason)
    {
        var (bytes, characters) = (0, 0);
        foreach (var rune in reason.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > CloseReasonBytesMax) break;
            characters += rune.Utf16SequenceLength;
        }

        return reason[..characters];
    }

    [LoggerMessage(4, LogLevel.Error, "A GraphQL WebSocket connection failed")]
    static partial void LogConnectionFailed(ILogger logger, Exception exception);
}
