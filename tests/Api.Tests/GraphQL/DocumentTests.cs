using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>The examples of docs/graphql.md, sent as they stand, one after the other.</summary>
public sealed partial class DocumentTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    static string Document([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "graphql.md"));

    [GeneratedRegex("```graphql\n(.*?)```", RegexOptions.Singleline, 1000)]
    private static partial Regex Example();

    [GeneratedRegex(@"^(query|mutation|subscription) (\w+)", RegexOptions.None, 1000)]
    private static partial Regex Operation();

    [Fact]
    public async Task Every_example_answers_without_an_error()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var caller = api.Caller("CallHandler ASHBY");
        var day = api.Today.PlusDays(3).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
        var known = new Dictionary<string, object?> { ["from"] = day };
        var found = await caller.AskAsync("{ contracts { nodes { id } } operatives(first: 1) { nodes { id } } }");
        known["operative"] = IdOf(found, "operatives");
        var sent = new List<string>();
        foreach (Match example in Example().Matches(Document()))
        {
            var query = example.Groups[1].Value;
            var (kind, name) = (Operation().Match(query).Groups[1].Value, Operation().Match(query).Groups[2].Value);
            sent.Add(name);
            known["key"] = $"example-{name}";
            if (kind == "subscription")
            {
                await using var events = caller.SubscribeAsync(query, null, patience.Token).GetAsyncEnumerator(patience.Token);
                Assert.True(await events.MoveNextAsync());
                Assert.False(events.Current.TryGetProperty("errors", out var errors), errors.ToString());
                continue;
            }

            var data = await caller.AskAsync(query, known);
            if (name == "FindHome")
            {
                known["id"] = IdOf(data, "properties");
                known["search"] = new
                {
                    contract = IdOf(found, "contracts"),
                    property = known["id"],
                    lines = new[] { "PLU001" },
                    from = day,
                };
            }

            if (name == "Windows")
                known["offer"] = data.GetProperty("availableWindows").GetProperty("windows")[0].GetProperty("offer").GetString();
            if (name == "HoldIt")
            {
                known["job"] = data.GetProperty("holdWindow").GetProperty("job").GetProperty("id").GetString();
                known["hold"] = data.GetProperty("holdWindow").GetProperty("hold").GetProperty("number").GetInt32();
            }

            if (name == "ConfirmIt")
                Assert.Equal(JsonValueKind.Null, data.GetProperty("confirmHold").GetProperty("errors").ValueKind);
        }

        Assert.Equal(
            [
                "UrgentJobs", "FindHome", "Again", "Fortnight", "Windows", "HoldIt", "ConfirmIt", "Help", "Workload", "WeeksAhead", "Board",
            ],
            sent);
    }

    static string? IdOf(JsonElement data, string list) =>
        data.GetProperty(list).GetProperty("nodes")[0].GetProperty("id").GetString();
}
