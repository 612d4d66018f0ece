using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.Api.Access.Keys;
using OrleansScheduling.Api.Tests.Desk;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>The API as the host serves it: WebSockets, limits, and who may read the schema.</summary>
public sealed class TransportTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    [Fact]
    public async Task A_socket_of_somebody_who_has_signed_in_subscribes_and_one_of_a_stranger_is_closed()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        socket.Options.SetRequestHeader("Cookie", api.CookieOf("Planner ASHBY"));
        await socket.ConnectAsync(new UriBuilder(api.Address) { Scheme = "ws", Path = "/graphql" }.Uri, patience.Token);
        await SendAsync(socket, new { type = "connection_init" }, patience.Token);
        Assert.Equal("connection_ack", (await ReceiveAsync(socket, patience.Token)).GetProperty("type").GetString());
        await SendAsync(
            socket, new { id = "1", type = "subscribe", payload = new { query = "subscription { jobChanged { sequence } }" } },
            patience.Token);
        var next = await ReceiveAsync(socket, patience.Token);
        Assert.Equal("next", next.GetProperty("type").GetString());
        Assert.NotEmpty(
            next.GetProperty("payload").GetProperty("data").GetProperty("jobChanged").GetProperty("sequence").GetString()!);
        socket.Abort();

        foreach (var payload in new object?[] { null, new { Authorization = "Bearer nothing" }, new { Authorization = 7 } })
        {
            using var stranger = new ClientWebSocket();
            stranger.Options.AddSubProtocol("graphql-transport-ws");
            await stranger.ConnectAsync(new UriBuilder(api.Address) { Scheme = "ws", Path = "/graphql" }.Uri, patience.Token);
            await SendAsync(stranger, new { type = "connection_init", payload }, patience.Token);
            var closed = await stranger.ReceiveAsync(new byte[1024], patience.Token);
            Assert.Equal((WebSocketMessageType.Close, 4403), (closed.MessageType, (int?)closed.CloseStatus));
        }
    }

    [Fact]
    public async Task A_program_that_has_not_signed_in_is_told_so_and_a_browser_is_led_to_the_sign_in()
    {
        using var stranger = api.Stranger();
        using var content = new StringContent("{\"query\":\"{ __typename }\"}", Encoding.UTF8, "application/json");
        using var refused = await stranger.Http.PostAsync("/graphql", content);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        Assert.Equal("application/json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Contains("UNAUTHENTICATED", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var page = await stranger.Http.GetAsync("/graphiql");
        Assert.StartsWith("/sign-in", page.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_socket_signs_in_by_the_key_of_its_first_message()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var key = await api.KeyOfAsync("Integrator ASHBY");
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        await socket.ConnectAsync(new UriBuilder(api.Address) { Scheme = "ws", Path = "/graphql" }.Uri, patience.Token);
        await SendAsync(socket, new { type = "connection_init", payload = new { authorization = $"Bearer {key}" } }, patience.Token);
        Assert.Equal("connection_ack", (await ReceiveAsync(socket, patience.Token)).GetProperty("type").GetString());
        await SendAsync(
            socket, new { id = "1", type = "subscribe", payload = new { query = "{ viewer { organisation { reference } roles } }" } },
            patience.Token);
        var viewer = (await ReceiveAsync(socket, patience.Token)).GetProperty("payload").GetProperty("data").GetProperty("viewer");
        Assert.Equal("ASHBY", viewer.GetProperty("organisation").GetProperty("reference").GetString());
        Assert.Equal("INTEGRATOR", viewer.GetProperty("roles")[0].GetString());
        socket.Abort();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_socket_ends_when_the_key_that_opened_it_is_revoked(bool inMessage)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var key = await api.KeyOfAsync("Planner ASHBY");
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        if (!inMessage) socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        await socket.ConnectAsync(new UriBuilder(api.Address) { Scheme = "ws", Path = "/graphql" }.Uri, patience.Token);
        await SendAsync(
            socket, new { type = "connection_init", payload = inMessage ? new { authorization = $"Bearer {key}" } : null }, patience.Token);
        Assert.Equal("connection_ack", (await ReceiveAsync(socket, patience.Token)).GetProperty("type").GetString());

        await api.Services.GetRequiredService<ApiKeys>().RevokeAsync(ApiKeyText.IdOf(key)!, "test", default);

        // Nothing is sent: the server ends it by itself.
        await Assert.ThrowsAnyAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[1024], patience.Token));
        Assert.False(patience.IsCancellationRequested);
    }

    [Fact]
    public async Task The_record_of_who_did_what_is_for_administrators_and_within_their_organisation()
    {
        using var handler = api.Caller("CallHandler MEADOW");
        var home = (await handler.AskAsync(
            "{ contracts(where: { reference: { eq: \"MEADOW-ASHBY\" } }) { nodes { id } } "
                + "properties(where: { reference: { eq: \"M0015\" } }) { nodes { id } } }"));
        var logged = (await handler.AskAsync(
            "mutation ($i: LogJobInput!) { logJob(input: $i) { job { id } } }",
            new
            {
                i = new
                {
                    idempotencyKey = "audited",
                    contract = home.GetProperty("contracts").GetProperty("nodes")[0].GetProperty("id").GetString(),
                    property = home.GetProperty("properties").GetProperty("nodes")[0].GetProperty("id").GetString(),
                    lines = new[] { Village.Plumbing },
                },
            })).GetProperty("logJob").GetProperty("job").GetProperty("id").GetString();
        const string Query = """
            query ($f: DateTime!, $u: DateTime!, $j: ID) {
              audit(from: $f, until: $u, job: $j) { next entries { subject event job { id } } }
            }
            """;
        var now = api.Time.GetUtcNow();
        var period = new { f = now.AddHours(-1), u = now.AddHours(1), j = logged };
        using var administrator = api.Caller("Administrator MEADOW");
        var found = (await administrator.AskAsync(Query, period)).GetProperty("audit").GetProperty("entries");
        var entry = Assert.Single(found.EnumerateArray());
        Assert.Equal("JOB_LOGGED", entry.GetProperty("event").GetString());
        Assert.Equal("CallHandler:MEADOW", entry.GetProperty("subject").GetString());
        using var elsewhere = api.Caller("Administrator HILL");
        Assert.Equal(0, (await elsewhere.AskAsync(Query, period)).GetProperty("audit").GetProperty("entries").GetArrayLength());
        var refused = await handler.SendAsync(Query, period);
        Assert.Equal("FORBIDDEN", refused.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("{ jobs(first: 101) { nodes { id } } }", "PAGE_SIZE_EXCEEDED")]
    [InlineData("{ properties(first: 100) { nodes { jobs(first: 100) { nodes { id visits { id } } } } } }", "COST_EXCEEDED")]
    [InlineData("{ jobs { nodes { nothing } } }", "GRAPHQL_VALIDATION_FAILED")]
    [InlineData("{ jobs(where: { and: [{}, {}, {}] }, order: [{ patch: ASC }, { trade: ASC }, { status: ASC }, { postcode: ASC }, { bookedDay: ASC }, { reportedAt: ASC }]) { nodes { id } } }", "BAD_USER_INPUT")]
    [InlineData("{ diary(operative: \"x\", from: \"2026-01-01\", days: 63) { version } }", "BAD_USER_INPUT")]
    [InlineData("{ job { id } }", "BAD_USER_INPUT")]
    [InlineData("{ nodes(ids: []) { id } a:viewer{subject} }", null)]
    public async Task What_is_too_much_or_not_valid_is_refused_with_its_code(string query, string? code)
    {
        using var caller = api.Caller("Planner ASHBY");
        var answer = await caller.SendAsync(query);
        var found = answer.TryGetProperty("errors", out var errors)
            ? errors[0].GetProperty("extensions").GetProperty("code").GetString() : null;
        Assert.Equal(code, found);
    }

    [Fact]
    public async Task A_filter_of_too_many_parts_is_refused()
    {
        using var caller = api.Caller("Planner ASHBY");
        var parts = string.Join(", ", Enumerable.Repeat("{ patch: { eq: \"N1\" } }", 51));
        var answer = await caller.SendAsync($"{{ jobs(where: {{ or: [{parts}] }}) {{ nodes {{ id }} }} }}");
        Assert.Equal("A filter has at most 50 parts.", answer.GetProperty("errors")[0].GetProperty("message").GetString());
    }

    [Fact]
    public async Task The_schema_can_be_read_by_who_has_signed_in_and_a_cost_is_told_on_demand()
    {
        using var caller = api.Caller("Tenant MEADOW home=M0007");
        var types = (await caller.AskAsync("{ __schema { types { name } } }")).GetProperty("__schema").GetProperty("types");
        Assert.Contains(types.EnumerateArray(), type => type.GetProperty("name").GetString() == "Operative");

        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Content = JsonContent.Create(new { query = "{ jobs(first: 10) { nodes { id } } }" }),
        };
        request.Headers.Add("GraphQL-Cost", "validate");
        using var response = await caller.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("cost", await response.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_tenant_sees_the_own_home_its_jobs_and_nothing_else()
    {
        using var planner = api.Caller("Planner MEADOW");
        using var tenant = api.Caller("Tenant MEADOW home=M0008");
        const string Log = "mutation ($i: LogJobInput!) { logJob(input: $i) { job { id } errors { __typename } } }";
        var homes = (await planner.AskAsync(
            "{ contracts(where: { reference: { eq: \"MEADOW-ASHBY\" } }) { nodes { id } } "
                + "properties(where: { reference: { in: [\"M0008\", \"M0009\"] } }) { nodes { id } } }"));
        var contract = homes.GetProperty("contracts").GetProperty("nodes")[0].GetProperty("id").GetString();
        for (var i = 0; i < 2; i++)
        {
            var property = homes.GetProperty("properties").GetProperty("nodes")[i].GetProperty("id").GetString();
            var logged = await planner.AskAsync(
                Log, new { i = new { idempotencyKey = $"tenant-{i}", contract, property, lines = new[] { Village.Plumbing } } });
            Assert.Equal(JsonValueKind.Null, logged.GetProperty("logJob").GetProperty("errors").ValueKind);
        }

        var seen = await tenant.AskAsync(
            "{ jobs { totalCount nodes { property { reference } } } properties { totalCount } visits { totalCount } }");
        Assert.Equal(1, seen.GetProperty("jobs").GetProperty("totalCount").GetInt32());
        Assert.Equal(
            "M0008", seen.GetProperty("jobs").GetProperty("nodes")[0].GetProperty("property").GetProperty("reference").GetString());
        Assert.Equal(1, seen.GetProperty("properties").GetProperty("totalCount").GetInt32());
        var elsewhere = await tenant.AskAsync(
            Log,
            new
            {
                i = new
                {
                    idempotencyKey = "tenant-x",
                    contract,
                    property = homes.GetProperty("properties").GetProperty("nodes")[1].GetProperty("id").GetString(),
                    lines = new[] { Village.Plumbing },
                },
            });
        Assert.Equal(
            "InvalidInputError", elsewhere.GetProperty("logJob").GetProperty("errors")[0].GetProperty("__typename").GetString());
    }

    static Task SendAsync(ClientWebSocket socket, object message, CancellationToken cancellationToken) => socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var received = await socket.ReceiveAsync(buffer, cancellationToken);
        return JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(buffer, 0, received.Count));
    }
}
