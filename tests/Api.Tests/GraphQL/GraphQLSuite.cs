using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>What the API does, written once; the two databases are two derived classes.</summary>
public abstract partial class GraphQLSuite(ApiFixture api) : GraphQLCalls(api);

/// <summary>What tests of the API have in common.</summary>
public abstract class GraphQLCalls(ApiFixture api)
{
    protected static readonly TimeSpan StreamPatience = TimeSpan.FromMinutes(3);

    /// <summary>Subscribes and waits until the subscription is open.</summary>
    protected static async Task<(IAsyncEnumerator<JsonElement> Events, string Sequence)> OpenAsync(
        ApiCaller caller, string field, string query, object? variables, CancellationToken cancellationToken)
    {
        var events = caller.SubscribeAsync(query, variables, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var first = await NextAsync(events, field);
        return (events, first.GetProperty("sequence").GetString()!);
    }

    protected static async Task<JsonElement> NextAsync(IAsyncEnumerator<JsonElement> events, string field)
    {
        Assert.True(await events.MoveNextAsync(), "The subscription has ended.");
        Assert.False(events.Current.TryGetProperty("errors", out var errors), errors.ToString());
        return events.Current.GetProperty("data").GetProperty(field);
    }

    protected ApiFixture Api => api;

    protected Schema Schema => api.Services.GetRequiredService<GraphQLEngine>().Schema;

    /// <summary>Of the tests' own days: each test takes others, so that they don't take each other's windows.</summary>
    protected static string Iso(LocalDate day) => day.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    protected static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    protected async Task<string> IdAsync(string who, string list, string reference)
    {
        using var caller = api.Caller(who);
        var found = await caller.AskAsync(
            $"query ($r: String) {{ {list}(where: {{ reference: {{ eq: $r }} }}) {{ nodes {{ id }} }} }}", new { r = reference });
        return found.GetProperty(list).GetProperty("nodes")[0].GetProperty("id").GetString()!;
    }

    /// <summary>The offer of a window in the village, for a home and lines of work with a space between them.</summary>
    protected async Task<JsonElement> WindowAsync(
        ApiCaller caller, string home, string line, LocalDate day, string code, string? job = null, string contract = "MEADOW-ASHBY")
    {
        var found = await caller.AskAsync(
            """
            query ($search: WindowSearchInput!) {
              availableWindows(search: $search) {
                sequence refusal { reason text } windows { day code isAvailable offer isHeldByYou operatives refusal { reason text } }
              }
            }
            """,
            new
            {
                search = new
                {
                    contract = await IdAsync("Planner ASHBY", "contracts", contract),
                    property = await IdAsync("Planner ASHBY", "properties", home),
                    lines = line.Split(' '),
                    from = Iso(day),
                    days = 1,
                    job,
                },
            });
        return found.GetProperty("availableWindows").GetProperty("windows").EnumerateArray()
            .Single(window => window.GetProperty("code").GetString() == code);
    }

    protected async Task<string> OfferAsync(
        ApiCaller caller, string home, string line, LocalDate day, string code, string? job = null) =>
        (await WindowAsync(caller, home, line, day, code, job)).GetProperty("offer").GetString()!;

    /// <summary>A job with an appointment.</summary>
    protected async Task<string> BookAsync(ApiCaller caller, string home, string line, LocalDate day, string code)
    {
        var booked = await caller.AskAsync(
            "mutation ($input: BookWindowInput!) { bookWindow(input: $input) { job { id } errors { __typename } } }",
            new { input = new { idempotencyKey = Guid.NewGuid().ToString("N"), offer = await OfferAsync(caller, home, line, day, code) } });
        return booked.GetProperty("bookWindow").GetProperty("job").GetProperty("id").GetString()!;
    }
}

public sealed class SqliteGraphQLTests(SqliteApi api) : GraphQLSuite(api), IClassFixture<SqliteApi>;

public sealed class PostgreSqlGraphQLTests(PostgreSqlApi api) : GraphQLSuite(api), IClassFixture<PostgreSqlApi>;
