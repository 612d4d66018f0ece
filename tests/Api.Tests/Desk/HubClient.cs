using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace OrleansScheduling.Api.Tests.Desk;

/// <summary>What ended a stream: null, or the hub's error.</summary>
public sealed record StreamEnd(string? Error);

/// <summary>One streaming call.</summary>
public sealed class HubStream(string id)
{
    readonly Channel<JsonObject> items = Channel.CreateUnbounded<JsonObject>();

    public TaskCompletionSource<StreamEnd> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal string Id => id;

    internal void Add(JsonObject item) => items.Writer.TryWrite(item);

    internal void End(string? error)
    {
        items.Writer.TryComplete();
        Ended.TrySetResult(new StreamEnd(error));
    }

    /// <summary>The next message, or null at the end of the stream.</summary>
    public async Task<JsonObject?> NextAsync(CancellationToken cancellationToken) =>
        await items.Reader.WaitToReadAsync(cancellationToken) && items.Reader.TryRead(out var item) ? item : null;

    /// <summary>The next message of a type; what comes before is passed over.</summary>
    public async Task<JsonObject> NextAsync(string type, CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken) is { } item)
        {
            if ((string?)item["type"] == type) return item;
        }

        throw new InvalidOperationException($"The stream ended before a message of type '{type}': {(await Ended.Task).Error}");
    }
}

/// <summary>
/// A client of the JSON hub protocol, version 1, over one WebSocket, as aspnetcore's HubProtocol.md describes it: records end with
/// 0x1E; types are
/// 2 stream item, 3 completion, 4 stream invocation, 5 cancel invocation, 6 ping.
/// </summary>
public sealed class HubClient : IAsyncDisposable
{
    const char RecordEnd = (char)0x1E;

    readonly ClientWebSocket socket = new();
    readonly Dictionary<string, HubStream> streams = [];
    readonly TaskCompletionSource shaken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task reading = Task.CompletedTask;
    int calls;

    public static async Task<HubClient> ConnectAsync(Uri address, string? cookie = null, string? origin = null)
    {
        var client = new HubClient();
        if (cookie is not null) client.socket.Options.SetRequestHeader("Cookie", cookie);
        if (origin is not null) client.socket.Options.SetRequestHeader("Origin", origin);
        await client.socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/live" }.Uri, default);
        client.reading = client.ReadAsync();
        await client.SendAsync("{\"protocol\":\"json\",\"version\":1}");
        await client.shaken.Task;
        return client;
    }

    public async Task<HubStream> StreamAsync(string method, object argument)
    {
        var id = Interlocked.Increment(ref calls).ToString(CultureInfo.InvariantCulture);
        var stream = new HubStream(id);
        lock (streams) streams.Add(id, stream);
        await SendAsync(JsonSerializer.Serialize(
            new { type = 4, invocationId = id, target = method, arguments = new[] { argument } }, JsonSerializerOptions.Web));
        return stream;
    }

    public Task<HubStream> SubscribeAsync(string kind, IEnumerable<string> names, string? after = null) =>
        StreamAsync("Subscribe", new { kind, names, after });

    public Task CancelAsync(HubStream stream) => SendAsync(JsonSerializer.Serialize(new { type = 5, invocationId = stream.Id }));

    /// <summary>Breaks the connection as a lost network does: without a word.</summary>
    public void Break() => socket.Abort();

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
    }

    async Task SendAsync(string record) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(record + RecordEnd), WebSocketMessageType.Text, endOfMessage: true, default);

    async Task ReadAsync()
    {
        var buffer = new byte[16 * 1024];
        var text = new StringBuilder();
        var decoder = Encoding.UTF8.GetDecoder();
        var letters = new char[buffer.Length];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), default) is { MessageType: not WebSocketMessageType.Close } received)
            {
                text.Append(letters, 0, decoder.GetChars(buffer, 0, received.Count, letters, 0));
                var all = text.ToString();
                var end = all.LastIndexOf(RecordEnd);
                if (end < 0) continue;
                text.Clear().Append(all, end + 1, all.Length - end - 1);
                foreach (var record in all[..end].Split(RecordEnd)) Take(JsonNode.Parse(record)!.AsObject());
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Broken off, by the test or by the host's end; between two receipts an aborted socket says that it is disposed.
        }

        lock (streams)
        {
            foreach (var stream in streams.Values) stream.End("the connection ended");
        }
    }

    void Take(JsonObject record)
    {
        var type = (int?)record["type"];
        if (type is null)
        {
            shaken.TrySetResult();
            return;
        }

        if (type is not (2 or 3)) return;
        HubStream? stream;
        lock (streams) streams.TryGetValue((string)record["invocationId"]!, out stream);
        if (type == 2) stream?.Add(record["item"]!.AsObject());
        else stream?.End((string?)record["error"]);
    }
}
