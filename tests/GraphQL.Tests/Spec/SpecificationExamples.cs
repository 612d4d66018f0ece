using System.Text.Json;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Validation;

namespace OrleansScheduling.GraphQL.Tests.Spec;

/// <summary>
/// Every fenced block of the specification's chapters, from text files beside this one; <c>form.txt</c> says how to read them.
/// </summary>
public sealed class SpecificationExamples
{
    const string NoData = "{}";
    const string AnyQuery = "type Query { none: Int }";

    /// <summary>The checks that show how something is refused.</summary>
    static readonly string[] Refusals = ["invalid", "no schema", "discouraged value", "not the errors of"];

    public static TheoryData<string> Ids() =>
        [.. SpecificationChapter.All.SelectMany(chapter => chapter.Examples).Select(example => example.Id)];

    public static TheoryData<string> Chapters() => [.. SpecificationChapter.All.Select(chapter => chapter.Name)];

    [Fact]
    public void Every_chapter_is_there() =>
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], SpecificationChapter.All.Select(chapter => chapter.Name));

    [Theory]
    [MemberData(nameof(Chapters))]
    public void A_chapter_has_each_block_of_the_edition_once_in_order_and_word_for_word(string name)
    {
        var chapter = SpecificationChapter.All.Single(chapter => chapter.Name == name);
        Assert.Equal(
            Enumerable.Range(1, chapter.BlockCount).Select(number => $"{name}#{number}"), chapter.Examples.Select(example => example.Id));
        Assert.Equal(chapter.Digest, chapter.DigestOfBlocks());
    }

    [Fact]
    public void What_the_edition_calls_a_counter_example_is_refused_and_nothing_else_is()
    {
        var wrong = SpecificationChapter.All.SelectMany(chapter => chapter.Examples)
            .Where(example => example.Kind.Contains("counter-example", StringComparison.Ordinal)
                != Array.Exists(Refusals, refusal => example.Check.StartsWith(refusal, StringComparison.Ordinal)))
            .Select(example => $"{example.Id} is a {example.Kind}: {example.Check}");
        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task An_example_is_as_the_specification_says(string id)
    {
        var (chapter, example) = SpecificationChapter.Find(id);
        CheckBlock(chapter, example);
        var (check, other) = example.Check.Split(" of ") is [var verb, var of] ? (verb, of) : (example.Check, "");
        switch (check)
        {
            case "valid":
                foreach (var document in example.Documents()) Assert.Empty(Messages(example.SchemaText(chapter), document));
                break;
            case "invalid" or "called an example but invalid":
                var errors = example.All("errors");
                Assert.Equal(example.Documents().Count, errors.Count);
                foreach (var (document, messages) in example.Documents().Zip(errors))
                    Assert.Equal(messages.Split('\n'), Messages(example.SchemaText(chapter), document));
                break;
            case "schema":
                await CheckSchema(example);
                break;
            case "no schema":
                var refused = Assert.Throws<SchemaException>(() => SdlSchema.Build(WithQuery(example.Documents().Single())));
                Assert.Equal(example.Find("errors")!.Split('\n'), refused.Errors.Select(error => error.Message));
                break;
            case "executes":
                await CheckExecution(chapter, example);
                break;
            case "value" or "discouraged value":
                var value = Assert.IsType<StringValueNode>(Parser.ParseValue(example.Text)).Value;
                Assert.Equal(JsonSerializer.Deserialize<string>(example.Find("value")!), value);
                break;
            case "built-in definitions":
                CheckBuiltIns(example, example.Text);
                break;
            case "meta fields":
                CheckBuiltIns(example, $"type Query {{\n{example.Text}\n}}");
                break;
            default:
                await CheckWith(example, check, other);
                break;
        }
    }

    /// <summary>The checks of a block that goes with an operation in another.</summary>
    static async Task CheckWith(SpecificationExample example, string check, string other)
    {
        switch (check)
        {
            case "response":
                var answer = await Answer(example, other);
                AssertSame(example.Text, IsWholeResponse(example.Text) ? answer : DataOf(answer, other));
                break;
            case "the same response as that":
                var same = await Answer(example, other, example.Documents().Single());
                Assert.Equal(DataOf(await Answer(example, other), other).GetRawText(), DataOf(same, other).GetRawText());
                break;
            case "variables":
                AssertSame(example.Find("response")!, await Answer(example, other, variables: example.Text));
                break;
            case "errors":
                AssertSame(ErrorsOf(example.Text).GetRawText(), (await Answer(example, other)).GetProperty("errors"));
                break;
            case "not the errors":
                CheckEntries(await Answer(example, other), ErrorsOf(example.Text));
                break;
            default:
                Assert.Fail($"{example.Id}: nobody knows how to check \"{example.Check}\".");
                break;
        }
    }

    /// <summary>Whatever else it is, a block of GraphQL can be read, printed and read again.</summary>
    static void CheckBlock(SpecificationChapter chapter, SpecificationExample example)
    {
        if (!example.Kind.Contains("graphql", StringComparison.Ordinal)
            || example.Check is "meta fields" or "value" or "discouraged value") return;
        if (example.Find("syntax error") is { } message)
        {
            Assert.Equal(message, Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseDocument(example.Text)).Error.Message);
            return;
        }

        var printed = Printer.Print(Parser.ParseDocument(example.Text));
        Assert.Equal(printed, Printer.Print(Parser.ParseDocument(printed)));
        if (example.Find("as it stands") is { } errors)
            Assert.Equal(errors.Split('\n'), Messages(example.SchemaText(chapter), example.Text));
    }

    static IEnumerable<string> Messages(string schema, string document) =>
        DocumentValidator.Validate(SdlSchema.Build(schema), Parser.ParseDocument(document)).Select(error => error.Message);

    static async Task CheckExecution(SpecificationChapter chapter, SpecificationExample example)
    {
        var service = new ExampleService(example.SchemaText(chapter), example.Find("data") ?? NoData);
        var (documents, variables, responses) = (example.Documents(), example.All("variables"), example.All("response"));
        if (responses.Count == 0)
            Assert.Contains(chapter.Examples, other => other.Check == $"response of {example.Id}");
        else
            Assert.Equal(Math.Max(documents.Count, variables.Count), responses.Count);
        for (var i = 0; i < Math.Max(1, responses.Count); i++)
        {
            var given = variables.Count == 0 ? null : variables[Math.Min(i, variables.Count - 1)];
            var answer = Assert.Single(await service.AskAsync(documents[Math.Min(i, documents.Count - 1)], given));
            if (responses.Count > 0) AssertSame(responses[i], answer);
        }

        if (example.Find("resolved") is not { } order) return;

        // Fields of a query may be resolved in any order, those at the root of a mutation may not.
        if (documents[0].StartsWith("mutation", StringComparison.Ordinal)) Assert.Equal(order.Split('\n'), service.Resolved);
        else Assert.Equal(order.Split('\n').Order(StringComparer.Ordinal), service.Resolved.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// The answer to the other block's document, or to another one in its place, with this block's own schema or data where it has them.
    /// </summary>
    static async Task<JsonElement> Answer(SpecificationExample example, string other, string? document = null, string? variables = null)
    {
        var (chapter, request) = SpecificationChapter.Find(other);
        var schema = example.Find("schema") is null ? request.SchemaText(chapter) : example.SchemaText(chapter);
        var service = new ExampleService(schema, example.Find("data") ?? request.Find("data") ?? NoData);
        return Assert.Single(await service.AskAsync(document ?? request.Documents().Single(), variables ?? request.Find("variables")));
    }

    static JsonElement DataOf(JsonElement answer, string other)
    {
        Assert.False(answer.TryGetProperty("errors", out var errors), errors.ToString());
        var place = SpecificationChapter.Find(other).Example.Find("at");
        return place is null ? answer.GetProperty("data") : answer.GetProperty("data").GetProperty(place);
    }

    static bool IsWholeResponse(string block)
    {
        var response = JsonSerializer.Deserialize<JsonElement>(block);
        return response.TryGetProperty("data", out _) || response.TryGetProperty("errors", out _);
    }

    static JsonElement ErrorsOf(string block) => JsonSerializer.Deserialize<JsonElement>(block).GetProperty("errors");

    /// <summary>The edition allows no other entries than these in an error and in a response.</summary>
    static void CheckEntries(JsonElement answer, JsonElement discouraged)
    {
        var errors = answer.GetProperty("errors");
        Assert.NotEqual(JsonSerializer.Serialize(discouraged), JsonSerializer.Serialize(errors));
        foreach (var name in errors.EnumerateArray().SelectMany(error => error.EnumerateObject()).Select(member => member.Name))
            Assert.Contains(name, (string[])["message", "locations", "path", "extensions"]);
        foreach (var member in answer.EnumerateObject()) Assert.Contains(member.Name, (string[])["data", "errors", "extensions"]);
    }

    static async Task CheckSchema(SpecificationExample example)
    {
        var text = WithQuery(example.Documents().Single());
        var printed = SchemaPrinter.Print(SdlSchema.Build(text));
        Assert.Equal(printed, SchemaPrinter.Print(SdlSchema.Build(printed)));
        if (example.Find("asked") is not { } question) return;
        var service = new ExampleService(text, example.Find("data") ?? NoData);
        AssertSame(example.Find("response")!, Assert.Single(await service.AskAsync(question, null)));
    }

    static void CheckBuiltIns(SpecificationExample example, string definitions)
    {
        var expected = BuiltInText.OfDefinitions(Parser.ParseDocument(definitions));
        var ours = BuiltInText.Of(SdlSchema.Build(AnyQuery), expected);
        Assert.Equal(example.Find("differs")?.Split('\n') ?? [], expected.Except(ours));
        Assert.Equal(example.Find("beyond")?.Split('\n') ?? [], ours.Except(expected).Order(StringComparer.Ordinal));
    }

    /// <summary>A schema needs a query type; most examples are about something else.</summary>
    static string WithQuery(string text)
    {
        var hasQuery = Parser.ParseDocument(text).Definitions
            .Any(node => node is SchemaNode or ObjectTypeNode { Name.Value: "Query", IsExtension: false });
        return hasQuery ? text : $"{text}\n{AnyQuery}";
    }

    /// <summary>The same JSON with its members in the same order, which a response has to keep.</summary>
    static void AssertSame(string expected, JsonElement actual) =>
        Assert.Equal(JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(expected)), JsonSerializer.Serialize(actual));
}
