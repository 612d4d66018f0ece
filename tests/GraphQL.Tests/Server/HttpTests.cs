using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansScheduling.GraphQL.Tests.Support;

namespace OrleansScheduling.GraphQL.Tests.Server;

public sealed class HttpTests : IAsyncLifetime
{
    readonly HttpClient client = new() { Timeout = TimeSpan.FromMinutes(3) };
    TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.StartAsync();

    public async Task DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    Task<HttpResponseMessage> PostAsync(string body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(
            HttpMethod.Post, server.Url)
        { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return client.SendAsync(request);
    }

    static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());

    [Theory]
    [InlineData("application/graphql-response+json", "{ nothing }", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{ nothing }", HttpStatusCode.OK)]
    [InlineData("application/graphql-response+json", "{ broken }", HttpStatusCode.OK)]
    [InlineData("application/json;q=0.1, application/graphql-response+json", "{ nothing }", HttpStatusCode.BadRequest)]
    [InlineData("text/html", "{ __typename }", HttpStatusCode.NotAcceptable)]
    public async Task The_status_follows_the_media_type(string accept, string query, HttpStatusCode expected)
    {
        using var response = await PostAsync(JsonSerializer.Serialize(new { query }), ("Accept", accept));
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_mutation_by_GET_is_refused()
    {
        using var response = await client.GetAsync(new Uri(server.Url + "?query=" + Uri.EscapeDataString("mutation { count { value } }")));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Contains("POST", response.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_mutation_by_GET_is_refused_as_an_event_stream_too()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(server.Url + "?query=" + Uri.EscapeDataString("mutation { count { value } }")));
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Mutations", JsonAssert.Message(await JsonAsync(response)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json;q=0, */*", "application/graphql-response+json")]
    [InlineData("*/*, application/json;q=0", "application/graphql-response+json")]
    [InlineData("application/*;q=0, */*", "text/event-stream")]
    [InlineData("application/*", "application/json")]
    [InlineData("text/*, application/json;q=0.5", "text/event-stream")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/graphql-response+json, application/json", "application/graphql-response+json")]
    [InlineData("application/json, application/graphql-response+json", "application/json")]
    [InlineData("application/json;q=0.5, */*;q=0.1", "application/json")]
    [InlineData("application/json;q=0.1, */*;q=0.5", "application/graphql-response+json")]
    [InlineData("application/json;q=0", null)]
    public async Task The_media_type_is_the_one_that_is_liked_best(string accept, string? expected)
    {
        using var response = await PostAsync("""{ "query": "{ __typename }" }""", ("Accept", accept));
        if (expected is null) Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        else Assert.Equal(expected, response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("http", null, HttpStatusCode.OK)]
    [InlineData("https", null, HttpStatusCode.Forbidden)]
    [InlineData("https", "https", HttpStatusCode.OK)]
    [InlineData("http", "https", HttpStatusCode.Forbidden)]
    public async Task An_origin_is_a_scheme_too_as_the_browser_sees_it(string scheme, string? forwarded, HttpStatusCode expected)
    {
        // As the host's own middleware does for a proxy that it trusts.
        await using var behindProxy = await TestServer.StartAsync(scheme: forwarded);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(behindProxy.Url + "?query=%7B__typename%7D"));
        request.Headers.Add("Origin", $"{scheme}://{behindProxy.Url.Authority}");
        using var response = await client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("refused", 0)]
    [InlineData("refusedAfter(events: 0)", 0)]
    [InlineData("refusedAfter(events: 2)", 2)]
    public async Task A_subscription_that_fails_ends_an_event_stream_with_its_error(string field, int events)
    {
        using var response = await PostAsync(
            JsonSerializer.Serialize(new { query = $"subscription {{ {field} }}" }), ("Accept", "text/event-stream"));
        var parts = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(events + 2, parts.Length);
        Assert.Equal(
            "event: next\ndata: {\"errors\":[{\"message\":\"Not for you.\",\"locations\":[{\"line\":1,\"column\":16}],\"path\":[\""
                + field.Split('(')[0] + "\"],\"extensions\":{\"code\":\"FORBIDDEN\"}}]}",
            parts[events]);
        Assert.Equal("event: complete\ndata:", parts[^1]);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=iso-8859-1")]
    public async Task A_POST_that_a_browser_would_send_without_asking_is_refused(string contentType)
    {
        using var content = new StringContent("""{ "query": "{ __typename }" }""");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var response = await client.PostAsync(server.Url, content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task A_parameter_that_is_given_twice_and_a_body_that_is_packed_are_refused_in_words_that_say_so()
    {
        using var twice = await client.GetAsync(new Uri(server.Url + "?query=%7Ba%7D&query=%7Bb%7D"));
        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
        Assert.Equal("The parameter `query` is given 2 times; give it once.", JsonAssert.Message(await JsonAsync(twice)));

        using var content = new StringContent("""{ "query": "{ __typename }" }""", Encoding.UTF8, "application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var packed = await client.PostAsync(server.Url, content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, packed.StatusCode);
        Assert.Equal("identity", Assert.Single(packed.Headers.GetValues("Accept-Encoding")));
        Assert.Contains("content encoding", JsonAssert.Message(await JsonAsync(packed)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_GET_from_another_site_needs_a_header_that_browsers_ask_for()
    {
        var url = new Uri(server.Url + "?query=%7B__typename%7D");
        using var forged = new HttpRequestMessage(HttpMethod.Get, url);
        forged.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var refused = await client.SendAsync(forged);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("CSRF_PREVENTED", JsonAssert.Code(await JsonAsync(refused)));

        using var asked = new HttpRequestMessage(HttpMethod.Get, url);
        asked.Headers.Add("Origin", "https://elsewhere.example");
        asked.Headers.Add("GraphQL-Preflight", "1");
        using var answered = await client.SendAsync(asked);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Theory]
    [InlineData("[]", "BATCHING_DISABLED")]
    [InlineData("\"text\"", "BAD_REQUEST")]
    [InlineData("{", "BAD_REQUEST")]
    [InlineData("{ \"query\": \"{ __typename }\", \"documentId\": \"a\" }", "BAD_REQUEST")]
    [InlineData("""{ "query": "{ find(key: {id: \"\ud800\"}) }" }""", "BAD_REQUEST")]
    [InlineData("""{ "query": 1 }""", "BAD_REQUEST")]
    [InlineData(
        """{ "query": "{ __typename }", "extensions": { "persistedQuery": { "version": 2, "sha256Hash": "x" } } }""", "BAD_REQUEST")]
    public async Task A_body_that_is_no_request_gets_400(string body, string code)
    {
        using var response = await PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, JsonAssert.Code(await JsonAsync(response)));
    }

    [Fact]
    public async Task Automatic_persisted_queries_are_learned_once_and_then_sent_by_hash()
    {
        const string Query = "{ book(id: 1) { title } }";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Query)));
        string Body(string? query, string sha) =>
            JsonSerializer.Serialize(new { query, extensions = new { persistedQuery = new { version = 1, sha256Hash = sha } } });
        using var unknown = await PostAsync(Body(null, hash));
        Assert.Equal("PersistedQueryNotFound", JsonAssert.Message(await JsonAsync(unknown)));
        using var wrong = await PostAsync(Body(Query + " ", hash));
        Assert.Equal("PERSISTED_QUERY_HASH_MISMATCH", JsonAssert.Code(await JsonAsync(wrong)));
        using var learned = await PostAsync(Body(Query, hash));
        JsonAssert.Equal("""{ "data": { "book": { "title": "Dune" } } }""", await JsonAsync(learned));
        using var known = await PostAsync(Body(null, hash));
        JsonAssert.Equal("""{ "data": { "book": { "title": "Dune" } } }""", await JsonAsync(known));
    }

    [Fact]
    public async Task The_cost_is_reported_or_only_computed_as_the_header_says()
    {
        const string Body = """{ "query": "query($n: Int) { page(first: $n) { nodes { title } } }", "variables": { "n": 7 } }""";
        using var reported = await PostAsync(Body, ("GraphQL-Cost", "report"));
        var report = await JsonAsync(reported);
        JsonAssert.Equal("""{ "cost": 8, "limit": 1000 }""", report.GetProperty("extensions").GetProperty("operationCost"));
        Assert.True(report.TryGetProperty("data", out _));
        using var validated = await PostAsync(Body, ("GraphQL-Cost", "validate"));
        JsonAssert.Equal("""{ "extensions": { "operationCost": { "cost": 8, "limit": 1000 } } }""", await JsonAsync(validated));
        using var unknown = await PostAsync(Body, ("GraphQL-Cost", "guess"));
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        using var response = await PostAsync(
            $$"""{ "query": "{ __typename }", "variables": { "text": "{{new string('x', 1_100_000)}}" } }""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task An_event_stream_carries_a_query_and_ends_with_complete()
    {
        using var response = await PostAsync("""{ "query": "{ book(id: 1) { title } }" }""", ("Accept", "text/event-stream"));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("event: next\ndata: {\"data\":{\"book\":{\"title\":\"Dune\"}}}\n\nevent: complete\ndata:\n\n",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_body_that_never_arrives_is_given_up()
    {
        await using var impatient = await TestServer.StartAsync(options => options.RequestTimeout = TimeSpan.FromMilliseconds(200));
        using var slow = new TcpClient();
        await slow.ConnectAsync(impatient.Url.Host, impatient.Url.Port);
        await using var stream = slow.GetStream();
        await stream.WriteAsync(
            "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{ \"query\""u8.ToArray());
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
    }
}
