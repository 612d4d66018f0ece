using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Api.Tests.GraphQL;
using OrleansScheduling.Api.Tests.Matrix;
using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.Api.Tests.Abuse;

/// <summary>A host of which little may be asked in a minute.</summary>
public sealed class MeagreApi : ApiFixture
{
    protected override bool IsThere => true;

    protected override Task<string?> NewDatabaseAsync() => Task.FromResult<string?>(null);

    protected override IEnumerable<string> Settings =>
    [
        "--Limits:GraphQLPerMinute", "5", "--Limits:LiveRequestsPerMinute", "4", "--Limits:LiveCallsPerMinute", "3",
        "--Desk:ClaimsPerMinute", "3",
    ];
}

/// <summary>Whoever asks too often is told to wait, and for how long; others are not held up by it.</summary>
public sealed class RateTests(MeagreApi api) : IClassFixture<MeagreApi>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static void MustWait(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    [Fact]
    public async Task Requests_to_the_API_are_counted_by_who_asks()
    {
        using var eager = api.Caller("Planner ASHBY");
        for (var i = 0; i < 5; i++) await eager.AskAsync("{ __typename }");

        using var refused = await eager.Http.PostAsJsonAsync("/graphql", new { query = "{ __typename }" });

        MustWait(refused);
        var error = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0].GetProperty("extensions");
        Assert.Equal("RATE_LIMITED", error.GetProperty("code").GetString());
        Assert.Equal(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, error.GetProperty("retryAfter").GetInt32());
        // From the same address, somebody else.
        using var other = api.Caller("Planner MEADOW");
        await other.AskAsync("{ __typename }");
    }

    [Fact]
    public async Task Whoever_has_not_signed_in_is_counted_by_address()
    {
        using var stranger = api.Stranger();
        HttpResponseMessage? last = null;
        for (var i = 0; i < 6; i++) last = await stranger.Http.PostAsJsonAsync("/graphql", new { query = "{ __typename }" });
        MustWait(last!);
        using var other = api.Caller("CallHandler ASHBY");
        await other.AskAsync("{ __typename }");
    }

    [Fact]
    public async Task Operations_over_a_socket_are_counted_too()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = await MatrixSocket.ConnectAsync(api.Address, api.CookieOf("Planner BIRCH"), patience.Token);
        var probe = new Probe("viewer", OperationKind.Query, "{ __typename }", [], null, []);
        for (var i = 0; i < 5; i++)
            Assert.StartsWith("next", await socket.OperateAsync(probe, [], patience.Token), StringComparison.Ordinal);
        var told = await socket.OperateAsync(probe, [], patience.Token);
        Assert.StartsWith("error", told, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"RATE_LIMITED\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Negotiations_and_calls_of_the_live_connection_are_counted()
    {
        using var eager = api.Caller("Planner HILL");
        HttpResponseMessage? last = null;
        for (var i = 0; i < 5; i++) last = await eager.Http.PostAsync("/live/negotiate?negotiateVersion=1", null);
        MustWait(last!);

        await using var client = await HubClient.ConnectAsync(api.Address, api.CookieOf("CallHandler MEADOW"));
        string? error = null;
        for (var i = 0; i < 4; i++)
        {
            var stream = await client.SubscribeAsync("nothing", ["1"]);
            error = (await stream.Ended.Task.WaitAsync(Patience)).Error;
        }

        Assert.Contains("Too many calls. Try again in ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Posts_of_pages_are_counted_by_who_sends_them_and_sign_ins_by_address()
    {
        using var handler = api.Caller("CallHandler HILL");
        HttpResponseMessage? last = null;
        for (var i = 0; i < 4; i++) last = await handler.Http.PostAsync("/sign-out", new FormUrlEncodedContent([]));
        MustWait(last!);
        using var other = api.Caller("Planner HILL");
        using var answered = await other.Http.PostAsync("/sign-out", new FormUrlEncodedContent([]));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, answered.StatusCode);

        HttpStatusCode status = default;
        for (var i = 0; i <= new AccessOptions().SignInsPerMinute; i++)
        {
            using var somebody = i % 2 == 0 ? api.Stranger() : api.Caller("Planner BIRCH");
            status = (await somebody.Http.PostAsync("/sign-in", new FormUrlEncodedContent([]))).StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
    }

    [Fact]
    public void Callers_are_counted_in_a_bounded_space()
    {
        var seen = new HashSet<(RateLimits.Kind, int)>();
        for (var i = 0; i < 100_000; i++)
        {
            var context = new DefaultHttpContext { RequestServices = api.Services };
            context.Connection.RemoteIpAddress = new IPAddress(i + 1);
            seen.Add(RateLimits.Partition(context, RateLimits.Kind.GraphQL).PartitionKey);
        }

        Assert.InRange(seen.Count, HostLimits.CountedCallers / 2, HostLimits.CountedCallers);
    }
}
