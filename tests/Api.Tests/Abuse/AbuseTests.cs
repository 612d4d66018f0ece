using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Api.Tests.GraphQL;
using OrleansScheduling.Bench.Abuse;

namespace OrleansScheduling.Api.Tests.Abuse;

/// <summary>A host that is impatient, so that what it waits for in vain ends soon.</summary>
public sealed class ImpatientApi : ApiFixture
{
    protected override bool IsThere => true;

    protected override Task<string?> NewDatabaseAsync() => Task.FromResult<string?>(null);

    protected override IEnumerable<string> Settings => ["--GraphQL:RequestTimeout", "00:00:01"];
}

/// <summary>Bodies that never arrive, on a host that does not wait long for them.</summary>
public sealed class SlowBodyTests(ImpatientApi api) : IClassFixture<ImpatientApi>
{
    [Fact]
    public async Task A_body_that_never_arrives_is_answered_when_the_time_is_up()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var answer = await AbuseTests.RawAsync(
            api,
            $"POST /graphql HTTP/1.1\r\nHost: {api.Address.Authority}\r\nCookie: {api.CookieOf("Planner ASHBY")}\r\n"
                + "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"query\":",
            patience.Token);
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
    }
}

/// <summary>A host that counts nobody's requests.</summary>
public sealed class OpenApi : ApiFixture
{
    protected override bool IsThere => true;

    protected override Task<string?> NewDatabaseAsync() => Task.FromResult<string?>(null);

    protected override IEnumerable<string> Settings => ["--Limits:GraphQLPerMinute", "0"];
}

/// <summary>What is sent to make the host fall over is refused with its code, and the host goes on.</summary>
public sealed class AbuseTests(OpenApi api) : IClassFixture<OpenApi>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Every_document_that_is_made_to_harm_is_refused_with_its_code()
    {
        using var caller = api.Caller("Planner ASHBY");
        var wrong = new List<string>();
        foreach (var attack in AbuseCorpus.All)
        {
            var variables = attack.Variables is { } text ? JsonSerializer.Deserialize<JsonElement>(text) : (JsonElement?)null;
            var answer = await caller.SendAsync(attack.Query, variables);
            var code = answer.TryGetProperty("errors", out var errors)
                ? errors[0].GetProperty("extensions").GetProperty("code").GetString() : "none";
            if (code != attack.Code) wrong.Add($"{attack.Name}: {code} instead of {attack.Code}");
            if (errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 101) wrong.Add($"{attack.Name}: too many errors");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal("ASHBY", await WhoAsync(caller));
    }

    static async Task<string?> WhoAsync(ApiCaller caller) =>
        (await caller.AskAsync("{ viewer { organisation { reference } } }")).GetProperty("viewer").GetProperty("organisation")
            .GetProperty("reference").GetString();

    public static TheoryData<string, string, HttpStatusCode> Bodies() => new()
    {
        { "not JSON", "{", HttpStatusCode.BadRequest },
        {
            "deep variables",
            $"{{\"query\":\"{{ __typename }}\",\"variables\":{{\"a\":{new string('[', 200)}{new string(']', 200)}}}}}",
            HttpStatusCode.BadRequest
        },
        { "half a surrogate", "{\"query\":\"{ __typename }\",\"variables\":{\"a\":\"\\ud800\"}}", HttpStatusCode.OK },
        {
            "half a surrogate in a variable that is used",
            "{\"query\":\"query($s:String){properties(search:$s){totalCount}}\",\"variables\":{\"s\":\"\\ud800\"}}", HttpStatusCode.OK
        },
        { "half a surrogate in the document", "{\"query\":\"\\ud800\"}", HttpStatusCode.BadRequest },
        { "a batch", "[{\"query\":\"{ __typename }\"}]", HttpStatusCode.BadRequest },
        { "a text", "\"x\"", HttpStatusCode.BadRequest },
        { "names twice", "{\"query\":\"{ __typename }\",\"query\":7}", HttpStatusCode.BadRequest },
        { "too long", $"{{\"query\":\"{new string('x', 1100 * 1024)}\"}}", HttpStatusCode.RequestEntityTooLarge },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_is_no_request_is_refused(string name, string body, HttpStatusCode status)
    {
        using var caller = api.Caller("Planner ASHBY");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await caller.Http.PostAsync("/graphql", content);
        Assert.True(status == response.StatusCode, $"{name}: {response.StatusCode}");
        Assert.DoesNotContain("   at ", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_that_are_too_many_or_too_long_are_refused()
    {
        using var patience = new CancellationTokenSource(Patience);
        var many = string.Concat(Enumerable.Range(0, 80).Select(i => $"X-{i}: 1\r\n"));
        var one = $"X-Long: {new string('x', 20_000)}\r\n";
        foreach (var headers in new[] { many, one })
            Assert.StartsWith(
                "HTTP/1.1 431",
                await RawAsync(api, $"GET /graphql HTTP/1.1\r\nHost: {api.Address.Authority}\r\n{headers}\r\n", patience.Token),
                StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 414",
            await RawAsync(api, $"GET /{new string('a', 5000)} HTTP/1.1\r\nHost: {api.Address.Authority}\r\n\r\n", patience.Token),
            StringComparison.Ordinal);
    }

    /// <summary>Sends bytes as they are; the beginning of the answer.</summary>
    internal static async Task<string> RawAsync(ApiFixture api, string request, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(api.Address.Host, api.Address.Port, cancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        var buffer = new byte[1024];
        return Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer, cancellationToken));
    }

    [Fact]
    public async Task Streams_that_are_left_open_are_given_up_with_their_connections()
    {
        const int Streams = 60;
        using var patience = new CancellationTokenSource(Patience);
        var live = api.Services.GetRequiredService<LiveFeed>();
        var before = live.Subscribers;
        using (var caller = api.Caller("Planner ASHBY"))
        {
            // A stream that nobody holds is closed by whoever collects it.
            var open = new List<IAsyncEnumerator<JsonElement>>();
            for (var i = 0; i < Streams; i++)
            {
                var events = caller.SubscribeAsync("subscription { jobChanged { sequence } }", null, patience.Token)
                    .GetAsyncEnumerator(patience.Token);
                Assert.True(await events.MoveNextAsync());
                open.Add(events);
            }

            Assert.Equal(before + Streams, live.Subscribers);
            GC.KeepAlive(open);
        }

        // The host notices one by one; each request here is a moment more for it.
        using var other = api.Caller("Planner ASHBY");
        while (live.Subscribers > before)
        {
            patience.Token.ThrowIfCancellationRequested();
            await WhoAsync(other);
        }
    }

    [Fact]
    public async Task A_socket_has_so_many_operations_open_and_the_next_is_refused_alone()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = await OpenAsync(patience.Token);
        for (var i = 0; i < 40; i++)
            await SendAsync(socket, Subscribe($"s{i}", "subscription { jobChanged { sequence } }"), patience.Token);
        await SendAsync(socket, Subscribe("q", "{ viewer { subject } }"), patience.Token);
        var codes = new Dictionary<string, string>();
        while (codes.Count < 41)
        {
            var message = await ReceiveAsync(socket, patience.Token);
            var type = (string)message["type"]!;
            codes[(string)message["id"]!] = type == "error" ? (string)message["payload"]![0]!["extensions"]!["code"]! : type;
        }

        Assert.Equal(25, codes.Values.Count(code => code == "next"));
        Assert.Equal(16, codes.Values.Count(code => code == "SUBSCRIPTIONS_EXCEEDED"));
        await SendAsync(socket, new JsonObject { ["id"] = "s0", ["type"] = "complete" }, patience.Token);
        await SendAsync(socket, Subscribe("again", "{ viewer { subject } }"), patience.Token);
        Assert.Equal("next", (string?)(await ReceiveAsync(socket, patience.Token))["type"]);
    }

    [Theory]
    [InlineData(WebSocketMessageType.Text, 1100 * 1024, 1009)]
    [InlineData(WebSocketMessageType.Binary, 10, 4400)]
    [InlineData(WebSocketMessageType.Text, 10, 4400)]
    public async Task A_frame_that_is_none_of_the_protocols_closes_the_socket(WebSocketMessageType type, int bytes, int code)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = await OpenAsync(patience.Token);
        var part = new byte[Math.Min(bytes, 64 * 1024)];
        Array.Fill(part, (byte)'x');
        try
        {
            // In pieces, of which the last one never comes when the message is too long.
            for (var sent = 0; sent < bytes; sent += part.Length)
                await socket.SendAsync(part, type, endOfMessage: bytes <= part.Length, patience.Token);
        }
        catch (WebSocketException)
        {
            // Closed already.
        }

        var closed = await socket.ReceiveAsync(new byte[1024], patience.Token);
        Assert.Equal((WebSocketMessageType.Close, code), (closed.MessageType, (int?)closed.CloseStatus));
        using var caller = api.Caller("Planner ASHBY");
        Assert.Equal("ASHBY", await WhoAsync(caller));
    }

    async Task<ClientWebSocket> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        socket.Options.SetRequestHeader("Cookie", api.CookieOf("Planner ASHBY"));
        await socket.ConnectAsync(new UriBuilder(api.Address) { Scheme = "ws", Path = "/graphql" }.Uri, cancellationToken);
        await SendAsync(socket, new JsonObject { ["type"] = "connection_init" }, cancellationToken);
        Assert.Equal("connection_ack", (string?)(await ReceiveAsync(socket, cancellationToken))["type"]);
        return socket;
    }

    static JsonObject Subscribe(string id, string query) =>
        new() { ["id"] = id, ["type"] = "subscribe", ["payload"] = new JsonObject { ["query"] = query } };

    static async Task SendAsync(ClientWebSocket socket, JsonObject message, CancellationToken cancellationToken) => await socket.SendAsync(
        Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    static async Task<JsonObject> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var received = await socket.ReceiveAsync(buffer, cancellationToken);
        return JsonNode.Parse(buffer.AsSpan(0, received.Count))!.AsObject();
    }
}
