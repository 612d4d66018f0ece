using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using OrleansScheduling.GraphQL.Tests.Support;

namespace OrleansScheduling.GraphQL.Tests.Server;

public sealed class WebSocketTests
{
    static readonly CancellationToken Limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    static async Task<ClientWebSocket> ConnectAsync(TestServer server, string? protocol = "graphql-transport-ws", string? origin = null)
    {
        var socket = new ClientWebSocket();
        if (protocol is not null) socket.Options.AddSubProtocol(protocol);
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        await socket.ConnectAsync(server.SocketUrl, Limit);
        return socket;
    }

    static Task SendAsync(ClientWebSocket socket, string message, WebSocketMessageType type = WebSocketMessageType.Text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), type, true, Limit);

    static async Task<string?> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16 * 1024];
        var received = await socket.ReceiveAsync(buffer, Limit);
        return received.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    static async Task<int> CloseCodeAsync(TestServer server, params string[] messages)
    {
        using var socket = await ConnectAsync(server);
        foreach (var message in messages) await SendAsync(socket, message);
        while (await ReceiveAsync(socket) is not null)
        {
            // Whatever comes before the close is another test's business.
        }

        return (int)socket.CloseStatus!.Value;
    }

    const string Init = """{"type":"connection_init"}""";

    static string Subscribe(string id, string query) => JsonSerializer.Serialize(new { id, type = "subscribe", payload = new { query } });

    [Theory]
    [InlineData(4400, "no json")]
    [InlineData(4400, "[]")]
    [InlineData(4400, """{"type":"unknown"}""")]
    [InlineData(4400, """{"type":"subscribe","payload":{"query":"{__typename}"}}""")]
    [InlineData(4400, """{"type":"connection_init","payload":1}""")]
    [InlineData(4400, Init, """{"id":"1","type":"subscribe","payload":{"query":1}}""")]
    [InlineData(4400, Init, """{"id":"1","type":"subscribe"}""")]
    [InlineData(4400, Init, """{"type":"complete"}""")]
    [InlineData(4400, Init, """{"type":"subscribe","id":"\ud800","payload":{"query":"{__typename}"}}""")]
    [InlineData(4400, Init, """{"type":"\ud800"}""")]
    [InlineData(4400, Init, """{"type":"ping","payload":{"a":"\ud800"}}""")]
    [InlineData(4400, Init, """{"type":"pong","payload":{"a":[{"\udfff":1}]}}""")]
    [InlineData(4400, Init, """{"\ud800":1,"type":"ping"}""")]
    [InlineData(4400, Init, """{"type":"complete","id":"\ud800"}""")]
    [InlineData(4400, Init, """{"type":"subscribe","id":"1","payload":{"query":"\ud800"}}""")]
    [InlineData(4400, """{"type":"connection_init","payload":{"token":"\ud800"}}""")]
    [InlineData(4401, """{"id":"1","type":"subscribe","payload":{"query":"{__typename}"}}""")]
    [InlineData(4429, Init, Init)]
    [InlineData(4409, Init, """{"id":"1","type":"subscribe","payload":{"query":"subscription{forever}"}}""",
        """{"id":"1","type":"subscribe","payload":{"query":"{__typename}"}}""")]
    public async Task A_breach_of_the_protocol_closes_with_its_code(int expected, params string[] messages)
    {
        using var log = new FaultLog();
        await using (var server = await TestServer.StartAsync(logs: log)) Assert.Equal(expected, await CloseCodeAsync(server, messages));
        Assert.Empty(log.Faults);
    }

    [Fact]
    public async Task A_reason_is_cut_between_characters()
    {
        await using var server = await TestServer.StartAsync();
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, JsonSerializer.Serialize(new { type = "x" + string.Concat(Enumerable.Repeat("\U0001F527", 40)) }));
        Assert.Null(await ReceiveAsync(socket));
        Assert.Equal(4400, (int)socket.CloseStatus!.Value);
        Assert.StartsWith("Invalid message type x\U0001F527", socket.CloseStatusDescription, StringComparison.Ordinal);
        Assert.EndsWith("\U0001F527", socket.CloseStatusDescription, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fault_of_ours_is_one_close_and_one_record(bool inOperation)
    {
        using var log = new FaultLog();
        await using (var server = await TestServer.StartAsync(
            options =>
            {
                if (inOperation) options.WaitBeforeOperation = _ => throw new InvalidOperationException("ours");
                else options.AuthorizeConnection = (_, _) => throw new InvalidOperationException("ours");
            },
            log))
        {
            Assert.Equal(4500, await CloseCodeAsync(server, [Init, .. inOperation ? new[] { Subscribe("1", "{ __typename }") } : []]));
        }

        Assert.Equal("ours", Assert.Single(log.Faults).Message);
    }

    [Fact]
    public async Task Who_introduces_himself_in_time_may_wait_for_the_look_at_his_token()
    {
        var time = new ManualTime();
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource<ClaimsPrincipal?>());
        await using var server = await TestServer.StartAsync(
            options => options.AuthorizeConnection = (_, _) =>
            {
                asked.SetResult();
                return new ValueTask<ClaimsPrincipal?>(answer.Task);
            },
            time: time);
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, Init);
        await asked.Task.WaitAsync(Limit);
        time.Advance(TimeSpan.FromSeconds(4));
        answer.SetResult(new ClaimsPrincipal());
        Assert.Equal("""{"type":"connection_ack"}""", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task A_look_at_a_token_that_takes_longer_than_an_answer_may_ends_the_connection()
    {
        var time = new ManualTime();
        var asked = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(
            options => options.AuthorizeConnection = (_, _) =>
            {
                asked.SetResult();
                return new ValueTask<ClaimsPrincipal?>(new TaskCompletionSource<ClaimsPrincipal?>().Task);
            },
            time: time);
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, Init);
        await asked.Task.WaitAsync(Limit);
        var received = socket.ReceiveAsync(new byte[64], CancellationToken.None);
        while (!received.IsCompleted)
        {
            Limit.ThrowIfCancellationRequested();
            // Until the limit is set, time passes for nobody.
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        await received;
        Assert.Equal(4408, (int?)socket.CloseStatus);
    }

    [Theory]
    [InlineData("refused", 0)]
    [InlineData("refusedAfter(events: 0)", 0)]
    [InlineData("refusedAfter(events: 2)", 2)]
    public async Task A_subscription_that_fails_ends_with_an_error_message(string field, int events)
    {
        await using var server = await TestServer.StartAsync();
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, Init);
        Assert.NotNull(await ReceiveAsync(socket));
        await SendAsync(socket, Subscribe("1", $"subscription {{ {field} }}"));
        for (var i = 1; i <= events; i++)
            Assert.Equal("""{"id":"1","type":"next","payload":{"data":{"refusedAfter":""" + i + "}}}", await ReceiveAsync(socket));
        Assert.Equal(
            """{"id":"1","type":"error","payload":[{"message":"Not for you.","locations":[{"line":1,"column":16}],"path":["""
                + $"\"{field.Split('(')[0]}\"" + """],"extensions":{"code":"FORBIDDEN"}}]}""",
            await ReceiveAsync(socket));
        // Nothing follows, and the id is free.
        await SendAsync(socket, Subscribe("1", "{ __typename }"));
        Assert.Equal("""{"id":"1","type":"next","payload":{"data":{"__typename":"Query"}}}""", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task An_id_that_is_used_again_belongs_to_the_new_operation_alone()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = true;
        await using var server = await TestServer.StartAsync(options => options.TrustedDocuments = _ =>
        {
            // The first operation is held up inside the engine, where it doesn't notice that it was completed.
            if (first)
            {
                first = false;
                asked.SetResult();
                answer.Task.WaitAsync(Limit).GetAwaiter().GetResult();
            }

            return "{ __typename }";
        });
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, Init);
        Assert.NotNull(await ReceiveAsync(socket));
        await SendAsync(socket, """{"id":"1","type":"subscribe","payload":{"documentId":"held up"}}""");
        await asked.Task.WaitAsync(Limit);
        await SendAsync(socket, """{"id":"1","type":"complete"}""");
        await SendAsync(socket, Subscribe("1", "subscription { forever }"));
        Assert.Equal("""{"id":"1","type":"next","payload":{"data":{"forever":"first"}}}""", await ReceiveAsync(socket));
        answer.SetResult();
        // The old one's end neither shows nor takes the new one with it.
        await SendAsync(socket, Subscribe("2", "{ __typename }"));
        Assert.Equal("""{"id":"2","type":"next","payload":{"data":{"__typename":"Query"}}}""", await ReceiveAsync(socket));
        Assert.Equal("""{"id":"2","type":"complete"}""", await ReceiveAsync(socket));
        await SendAsync(socket, Subscribe("1", "{ __typename }"));
        Assert.Null(await ReceiveAsync(socket));
        Assert.Equal(4409, (int)socket.CloseStatus!.Value);
    }

    [Fact]
    public async Task A_connection_that_doesnt_introduce_itself_is_closed()
    {
        await using var server = await TestServer.StartAsync(options => options.ConnectionInitTimeout = TimeSpan.FromMilliseconds(50));
        Assert.Equal(4408, await CloseCodeAsync(server));
    }

    [Fact]
    public async Task A_connection_that_isnt_authorized_is_closed()
    {
        await using var server = await TestServer.StartAsync(options => options.AuthorizeConnection = static (context, payload) =>
            new(payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty("token", out _)
                ? new System.Security.Claims.ClaimsPrincipal() : null));
        Assert.Equal(4403, await CloseCodeAsync(server, Init));
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, """{"type":"connection_init","payload":{"token":"t"}}""");
        Assert.Equal("""{"type":"connection_ack"}""", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task Another_subprotocol_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        using var socket = await ConnectAsync(server, protocol: null);
        Assert.Null(await ReceiveAsync(socket));
        Assert.Equal(4406, (int)socket.CloseStatus!.Value);
    }

    [Fact]
    public async Task A_page_of_another_site_cant_open_a_socket()
    {
        await using var server = await TestServer.StartAsync(options => options.AllowedOrigins.Add("https://portal.example"));
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(server, origin: "https://evil.example"));
        using var allowed = await ConnectAsync(server, origin: "https://portal.example");
        Assert.Equal(WebSocketState.Open, allowed.State);
    }

    [Fact]
    public async Task Ping_gets_its_payload_back()
    {
        await using var server = await TestServer.StartAsync();
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, """{"type":"ping","payload":{"n":1}}""");
        Assert.Equal("""{"type":"pong","payload":{"n":1}}""", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task A_completed_subscription_frees_its_id_and_one_too_many_is_refused_by_itself()
    {
        await using var server = await TestServer.StartAsync(options => options.SubscriptionsPerConnectionMax = 1);
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, Init);
        Assert.NotNull(await ReceiveAsync(socket));
        await SendAsync(socket, Subscribe("1", "subscription { forever }"));
        Assert.Equal("""{"id":"1","type":"next","payload":{"data":{"forever":"first"}}}""", await ReceiveAsync(socket));
        await SendAsync(socket, Subscribe("2", "subscription { forever }"));
        Assert.Contains(GraphQLErrorCodes.SubscriptionsExceeded, await ReceiveAsync(socket), StringComparison.Ordinal);
        await SendAsync(socket, """{"id":"1","type":"complete"}""");
        await SendAsync(socket, Subscribe("1", "{ __typename }"));
        Assert.Equal("""{"id":"1","type":"next","payload":{"data":{"__typename":"Query"}}}""", await ReceiveAsync(socket));
        Assert.Equal("""{"id":"1","type":"complete"}""", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task An_invalid_operation_ends_with_an_error_message_and_the_connection_lives_on()
    {
        await using var server = await TestServer.StartAsync();
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, Init);
        Assert.NotNull(await ReceiveAsync(socket));
        await SendAsync(socket, Subscribe("1", "{ nothing }"));
        Assert.StartsWith(
            """{"id":"1","type":"error","payload":[{"message":"Cannot query field""", await ReceiveAsync(socket), StringComparison.Ordinal);
        await SendAsync(socket, Subscribe("1", "{ __typename }"));
        Assert.NotNull(await ReceiveAsync(socket));
    }

    [Fact]
    public async Task Two_hundred_connections_that_vanish_leave_nothing_behind()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 200; i++)
        {
            using var socket = await ConnectAsync(server);
            await SendAsync(socket, Init);
            await ReceiveAsync(socket);
            await SendAsync(socket, Subscribe("1", "subscription { forever }"));
            await ReceiveAsync(socket);
            socket.Abort();
        }

        using var after = await ConnectAsync(server);
        await SendAsync(after, Init);
        Assert.Equal("""{"type":"connection_ack"}""", await ReceiveAsync(after));
    }
}
