using System.Text.Json;
using OrleansScheduling.GraphQL.Tests.Support;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.GraphQL.Tests.Server;

public sealed class ConformanceTests(ITestOutputHelper output)
{
    const int Audits = 61;

    [NodeFact]
    public async Task Every_audit_of_graphql_http_is_passed()
    {
        await using var server = await TestServer.StartAsync();
        var results = (await TestServer.RunScriptAsync("audits.mjs", server.Url)).EnumerateArray().ToList();
        foreach (var result in results.Where(result => result.GetProperty("status").GetString() != "ok")) output
            .WriteLine(result.ToString());
        output.WriteLine($"{results.Count(result => result.GetProperty("status").GetString() == "ok")} of {results.Count}");
        Assert.Equal(Audits, results.Count(result => result.GetProperty("status").GetString() == "ok"));
        Assert.Equal(Audits, results.Count);
    }

    [NodeFact]
    public async Task The_graphql_ws_client_queries_mutates_subscribes_and_reconnects()
    {
        await using var server = await TestServer.StartAsync();
        var seen = await TestServer.RunScriptAsync("ws-client.mjs", server.SocketUrl);
        JsonAssert.Equal("""{ "data": { "book": { "title": "Dune" } } }""", seen.GetProperty("query"));
        JsonAssert
            .Equal("""{ "data": { "renameBook": { "book": { "title": "Renamed" }, "errors": null } } }""", seen.GetProperty("mutation"));
        Assert.Contains("Cannot query field", seen.GetProperty("invalid").ToString(), StringComparison.Ordinal);
        JsonAssert.Equal("[3, 2, 1]", seen.GetProperty("countdown"));
        JsonAssert.Equal("""["first", "first"]""", seen.GetProperty("reconnected"));
        Assert.Equal(2, seen.GetProperty("connections").GetInt32());
    }

    [NodeFact]
    public async Task The_graphql_sse_client_queries_mutates_and_subscribes_again()
    {
        await using var server = await TestServer.StartAsync();
        var seen = await TestServer.RunScriptAsync("sse-client.mjs", server.Url);
        JsonAssert.Equal("""[{ "data": { "book": { "title": "Dune" } } }]""", seen.GetProperty("query"));
        Assert.Contains("There is no book 9.", seen.GetProperty("mutation").ToString(), StringComparison.Ordinal);
        JsonAssert.Equal("[3, 2, 1]", seen.GetProperty("countdown"));
        JsonAssert.Equal("[2, 1]", seen.GetProperty("again"));
        Assert.Contains("Cannot query field", JsonSerializer.Serialize(seen.GetProperty("invalid")), StringComparison.Ordinal);
        Assert.Equal("first", seen.GetProperty("forever").GetString());
    }
}
