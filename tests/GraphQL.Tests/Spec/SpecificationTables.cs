using System.Globalization;
using System.Text.Json;
using OrleansScheduling.GraphQL.Tests.Support;

namespace OrleansScheduling.GraphQL.Tests.Spec;

/// <summary>The specification's tables of coercion, from <c>tables.txt</c>.</summary>
public sealed class SpecificationTables
{
    const string Inputs = """
        input ExampleInputObject { a: String b: Int! }
        input ExampleOneOfInputObject @oneOf { a: String b: Int }
        """;

    static readonly string[][] Tables =
        [.. File.ReadAllText(Path.Combine(Reference.Folder, "..", "Spec", "tables.txt")).Split("\n=== ").Skip(1)
            .Select(table => table.TrimEnd('\n').Split('\n'))];

    /// <summary>Section, type and row.</summary>
    static IEnumerable<(string Section, string Type, string Row)> Rows => Tables.SelectMany(table =>
        table.Skip(1).Select(row => (table[0].Split(" | ")[0], table[0].Split(" | ")[1], row)));

    public static TheoryData<string, string> InputRows()
    {
        var data = new TheoryData<string, string>();
        foreach (var row in Rows.Where(row => row.Type != "result")) data.Add(row.Type, row.Row);
        return data;
    }

    public static TheoryData<string> ResultRows() => [.. Rows.Where(row => row.Type == "result").Select(row => row.Row)];

    [Fact]
    public void Each_table_has_its_rows() => Assert.All(
        Tables, table => Assert.Equal(int.Parse(table[0].Split(" | ")[2], CultureInfo.InvariantCulture), table.Length - 1));

    [Theory]
    [MemberData(nameof(InputRows))]
    public async Task An_input_is_coerced_as_the_table_says(string type, string row)
    {
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        var (literal, variables, declared, expected) = (cells[0], cells[1], cells[2], cells[3]);
        var service = new ExampleService($"type Query {{ take(value: {type}): String }}\n{Inputs}", """{ "take": null }""");
        var answer = Assert.Single(
            await service.AskAsync($"query{(declared.Length > 0 ? $"({declared})" : "")} {{ take(value: {literal}) }}", variables));
        if (expected.StartsWith("error: ", StringComparison.Ordinal))
        {
            Assert.Equal(expected["error: ".Length..], JsonAssert.Message(answer));
            Assert.Empty(service.Resolved);
        }
        else
        {
            Assert.False(answer.TryGetProperty("errors", out var errors), errors.ToString());
            Assert.Equal(expected == "null" ? "take" : $"take(value: {expected})", Assert.Single(service.Resolved));
        }
    }

    [Theory]
    [MemberData(nameof(ResultRows))]
    public async Task A_result_is_coerced_as_the_table_says(string row)
    {
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        var expected = cells[2].Split(" error: ");
        var service = new ExampleService($"type Query {{ field: {cells[0]} }}", $$"""{ "field": {{cells[1]}} }""");
        var answer = Assert.Single(await service.AskAsync("{ field }", null));
        var data = JsonSerializer.Deserialize<JsonElement>(expected[0]);
        Assert.Equal(JsonSerializer.Serialize(data), JsonSerializer.Serialize(answer.GetProperty("data")));
        if (expected.Length == 1) Assert.False(answer.TryGetProperty("errors", out var errors), errors.ToString());
        else Assert.Equal(expected[1], Assert.Single(answer.GetProperty("errors").EnumerateArray()).GetProperty("message").GetString());
    }
}
