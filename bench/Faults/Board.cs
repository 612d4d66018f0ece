using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;

namespace OrleansScheduling.Bench.Faults;

/// <summary>By which of the two interfaces a board is live.</summary>
enum BoardKind
{
    None = 0,

    /// <summary>A subscription over <c>graphql-transport-ws</c>.</summary>
    GraphQL = 1,

    /// <summary>The hub at <c>/live</c>, with SignalR's own protocol.</summary>
    SignalR = 2,
}

/// <summary>Somebody's open board: it shows some diaries, and goes on after the last sequence that it has seen wherever it can.</summary>
/// <param name="first">The node that it begins at; null: any.</param>
/// <param name="operatives">Numbers of the operatives whose diaries it shows.</param>
/// <param name="ids">The same, as the interface calls them.</param>
/// <param name="versions">Of each diary, as it stands when the board is opened.</param>
sealed class Board(
    BoardKind kind, string apiKey, IReadOnlyList<NodeProcess> nodes, NodeProcess? first, int[] operatives, string[] ids,
    IReadOnlyDictionary<int, long> versions, int seed)
{
    /// <summary>Before the first try: whoever loses a node with a thousand others does not come back at the same moment.</summary>
    const int FirstPauseMilliseconds = 500;

    /// <summary>The pause doubles up to this, and chance takes a part of it.</summary>
    const int LongestPauseMilliseconds = 4_000;

    const string Subscription = """
        subscription ($operatives: [ID!], $after: String) {
          diaryChanged(operatives: $operatives, after: $after) {
            sequence event resync diaries { version days visits { starts ends state } removed }
          }
        }
        """;

    /// <summary>What ends a message of SignalR's JSON protocol.</summary>
    const byte RecordEnd = 0x1E;

    /// <summary>A change shows whole days, and days of a case that many came before have many visits.</summary>
    const int MaxMessageBytes = 4 * 1024 * 1024;

    /// <summary>Longer than any answer of a node that is well.</summary>
    static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    readonly Random random = new(seed);
    readonly Dictionary<int, long> seen = operatives.ToDictionary(number => number, number => versions.GetValueOrDefault(number));
    byte[] buffer = new byte[32 * 1024];
    string? last;
    long caughtUp;

    /// <summary>The node that it is connected to, while it is.</summary>
    public NodeProcess? Node { get; private set; }

    /// <summary>When it was last told that nothing is missing, on the machine's own clock; 0: not since it lost its node.</summary>
    public long CaughtUp => Volatile.Read(ref caughtUp);

    public int Missed { get; private set; }

    public int Repeated { get; private set; }

    public int Resyncs { get; private set; }

    public int Changes { get; private set; }

    /// <summary>Tries at which a node was there and refused, or went away before the board had caught up.</summary>
    public int FailedTries { get; private set; }

    public string LastFailure { get; private set; } = "";

    /// <summary>Whether it shows these versions or later ones.</summary>
    public bool HasSeen(IReadOnlyDictionary<int, long> head)
    {
        lock (seen)
        {
            foreach (var (number, version) in seen)
            {
                if (head.GetValueOrDefault(number) > version) return false;
            }
        }

        return true;
    }

    /// <summary>Stays open until it is closed.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var tries = 0; !cancellationToken.IsCancellationRequested;)
        {
            try
            {
                // As a proxy does that asks its nodes whether they are ready, and knows at once of one that refuses connections.
                var up = nodes.Where(node => node.IsUp).ToList();
                await OpenAndReadAsync(last is null && first is not null ? first : up[random.Next(up.Count)], cancellationToken);
            }
            catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or InvalidOperationException
                or HttpRequestException or IOException or JsonException)
            {
                if (cancellationToken.IsCancellationRequested) return;
                var isLost = CaughtUp != 0;
                tries = isLost ? 0 : tries + 1;
                if (!isLost) (FailedTries, LastFailure) = (FailedTries + 1, failure.Message);
            }

            Node = null;
            Volatile.Write(ref caughtUp, 0);
            var longest = Math.Min(LongestPauseMilliseconds, FirstPauseMilliseconds << Math.Min(tries, 10));
            await Task.Delay(random.Next(longest), CancellationToken.None);
        }
    }

    async Task OpenAndReadAsync(NodeProcess node, CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        using (var opening = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            opening.CancelAfter(ConnectPatience);
            if (kind == BoardKind.GraphQL) await OpenGraphQLAsync(socket, node, opening.Token);
            else await OpenHubAsync(socket, node, opening.Token);
        }

        Node = node;
        while (true) await ReadAsync(socket, cancellationToken);
    }

    async Task OpenGraphQLAsync(ClientWebSocket socket, NodeProcess node, CancellationToken cancellationToken)
    {
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws", Path = "/graphql" }.Uri, cancellationToken);
        await SendAsync(socket, new { type = "connection_init", payload = new { Authorization = $"Bearer {apiKey}" } }, cancellationToken);
        await ReceiveAsync(socket, cancellationToken);
        await SendAsync(
            socket,
            new
            {
                id = "1",
                type = "subscribe",
                payload = new { query = Subscription, variables = new { operatives = ids, after = last } },
            },
            cancellationToken);
    }

    async Task OpenHubAsync(ClientWebSocket socket, NodeProcess node, CancellationToken cancellationToken)
    {
        socket.Options.SetRequestHeader("Authorization", $"Bearer {apiKey}");
        await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws", Path = "/live" }.Uri, cancellationToken);
        await SendAsync(socket, new { protocol = "json", version = 1 }, cancellationToken);
        await ReceiveAsync(socket, cancellationToken);
        await SendAsync(
            socket,
            new
            {
                type = 4,
                invocationId = "1",
                target = "Subscribe",
                arguments = new[] { new { kind = "operatives", names = ids, after = last } },
            },
            cancellationToken);
    }

    Task SendAsync(ClientWebSocket socket, object message, CancellationToken cancellationToken)
    {
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(message);
        if (kind == BoardKind.SignalR) text = [.. text, RecordEnd];
        return socket.SendAsync(text, WebSocketMessageType.Text, true, cancellationToken);
    }

    async Task<int> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var have = 0;
        while (true)
        {
            // Without room a receive returns at once and brings nothing.
            if (have == MaxMessageBytes) throw new NotSupportedException($"A message has more than {MaxMessageBytes} bytes.");
            if (have == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var received = await socket.ReceiveAsync(buffer.AsMemory(have), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
                throw new InvalidOperationException($"closed: {socket.CloseStatus} {socket.CloseStatusDescription}");
            have += received.Count;
            if (received.EndOfMessage) return have;
        }
    }

    async Task ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var length = await ReceiveAsync(socket, cancellationToken);
        if (kind == BoardKind.GraphQL)
        {
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
            ShowGraphQL(document.RootElement);
            return;
        }

        // Several records may come in one message.
        for (var start = 0; start < length;)
        {
            var end = Array.IndexOf(buffer, RecordEnd, start, length - start);
            if (end < 0) throw new InvalidOperationException("A record has no end.");
            using (var document = JsonDocument.Parse(buffer.AsMemory(start, end - start))) ShowRecord(document.RootElement);
            start = end + 1;
        }
    }

    void ShowGraphQL(JsonElement message)
    {
        var type = message.GetProperty("type").GetString();
        if (type == "ping") return;
        if (type != "next" || !message.GetProperty("payload").TryGetProperty("data", out var data) || data.ValueKind == JsonValueKind.Null)
            throw new InvalidOperationException($"refused: {message}");
        var changed = data.GetProperty("diaryChanged");
        if (changed.GetProperty("resync").ValueKind != JsonValueKind.Null) Resync(changed.ToString());
        last = changed.GetProperty("sequence").GetString();
        if (changed.GetProperty("event").ValueKind == JsonValueKind.Null)
        {
            Volatile.Write(ref caughtUp, Stopwatch.GetTimestamp());
            return;
        }

        // It shows one diary alone: a change does not say whose without being asked.
        foreach (var diary in changed.GetProperty("diaries").EnumerateArray()) Show(operatives[0], diary.GetProperty("version").GetInt64());
    }

    void ShowRecord(JsonElement record)
    {
        switch (record.GetProperty("type").GetInt32())
        {
            case 2:
                break;
            case 6:
                return;
            default:
                throw new InvalidOperationException($"refused: {record}");
        }

        var item = record.GetProperty("item");
        if (item.GetProperty("type").GetString() == "resync") Resync(item.ToString());
        last = item.GetProperty("position").GetString();
        if (item.GetProperty("type").GetString() == "at")
        {
            Volatile.Write(ref caughtUp, Stopwatch.GetTimestamp());
            return;
        }

        foreach (var diary in item.GetProperty("entry").GetProperty("diaries").EnumerateArray())
        {
            var version = long.Parse(diary.GetProperty("version").GetString()!, CultureInfo.InvariantCulture);
            Show(diary.GetProperty("operative").GetInt32(), version);
        }
    }

    void Resync(string text)
    {
        Resyncs++;
        throw new InvalidOperationException($"told to load anew: {text}");
    }

    /// <summary>Each diary's versions have to come one by one.</summary>
    void Show(int operative, long version)
    {
        lock (seen)
        {
            if (!seen.TryGetValue(operative, out var before)) return;
            Changes++;
            if (version <= before) Repeated++;
            else Missed += (int)(version - before - 1);
            seen[operative] = Math.Max(before, version);
        }
    }
}
