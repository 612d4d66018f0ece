using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansScheduling.Bench.GraphQL;

/// <summary>What every server is asked, word for word; only ids differ.</summary>
static class Question
{
    public const string TypeName = "{ __typename }";

    public const string Fortnight = """
        query Fortnight($operative: ID!, $from: Date!) {
          diary(operative: $operative, from: $from, days: 14) {
            operative { reference name }
            days {
              day
              stops {
                starts ends state promise { window starts ends }
                visit { minutes job { reference status description } property { reference address } }
              }
            }
          }
        }
        """;

    public const string Page = """
        query Page {
          jobs(first: 100) {
            nodes {
              reference status emergency description reportedAt promise { window starts ends }
              property { reference address postcode patch } contract { reference name }
            }
            pageInfo { hasNextPage }
          }
        }
        """;

    public const string Hold = """
        mutation Hold($input: HoldWindowInput!) {
          holdWindow(input: $input) { job { id status } hold { number promise { window starts ends } } errors { ... on Error { message } } }
        }
        """;

    public const string Confirm = """
        mutation Confirm($input: ConfirmHoldInput!) {
          confirmHold(input: $input) { job { status } promise { window starts ends } errors { ... on Error { message } } }
        }
        """;

    public static string Json(string query, object? variables = null) => JsonSerializer.Serialize(new { query, variables });

    /// <summary>One answer as values: how a server writes escapes and spaces does not count, nor does the id that it gives a job.</summary>
    /// <exception cref="InvalidOperationException">The answer has errors.</exception>
    public static JsonNode Parse(ReadOnlySpan<byte> answer)
    {
        var root = JsonNode.Parse(answer)!;
        if (root["errors"] is not null) throw new InvalidOperationException($"A question was refused: {root["errors"]}");
        return root["data"]!.DeepClone();
    }
}
