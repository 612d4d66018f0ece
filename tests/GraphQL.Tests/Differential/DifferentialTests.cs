using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Tests.Spec;
using OrleansScheduling.GraphQL.Tests.Support;
using OrleansScheduling.GraphQL.Types;
using OrleansScheduling.GraphQL.Validation;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.GraphQL.Tests.Differential;

/// <summary>
/// The same documents to both implementations. GRAPHQL_DIFFERENTIAL_DOCUMENTS sets how many, TEST_SEED replays a run.
/// </summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    const int DefaultDocuments = 5_000;
    const int BatchSize = 250;

    static readonly GraphQLOptions Unlimited = new()
    {
        DocumentBytesMax = int.MaxValue,
        TokensMax = int.MaxValue,
        DepthMax = int.MaxValue,
        AliasesMax = int.MaxValue,
        DirectivesMax = int.MaxValue,
        FragmentVisitsMax = int.MaxValue,
        CostMax = int.MaxValue,
        CachedDocumentsMax = 0,
    };

    static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [NodeFact]
    public async Task Executable_documents_have_the_same_tree_verdict_print_and_result()
    {
        var schema = SharedSchema.Build();
        var engine = new GraphQLEngine(schema, Unlimited, TimeProvider.System);
        var seed = TestSeed.Take(output.WriteLine);
        var generator = new DocumentGenerator(schema, new Random(seed));
        var (invalid, syntax, executed) = (0, 0, 0);
        await Compare(seed, Setting("GRAPHQL_DIFFERENTIAL_DOCUMENTS", DefaultDocuments) * 4 / 5, () =>
        {
            var document = generator.Generate();
            return (document, new
            {
                kind = "executable",
                text = document.Text,
                variables = document.Variables,
                operationName = document.OperationName,
                execute = true
            });
        }, async (document, theirs) =>
        {
            if (theirs.TryGetProperty("syntax", out _)) syntax++;
            else if (theirs.TryGetProperty("result", out _)) executed++;
            else invalid++;
            return await CompareExecutable(engine, document, theirs);
        }, document =>
            document.Text + "\nvariables " + JsonSerializer.Serialize(document.Variables) + " operation " + document.OperationName);
        output.WriteLine($"{executed} executed, {invalid} invalid, {syntax} not GraphQL");
        Assert.True(executed > 0 && invalid > 0 && syntax > 0, "The generator should produce all three.");
    }

    [NodeFact]
    public async Task Schemas_have_the_same_tree_verdict_print_and_changes()
    {
        var schema = SharedSchema.Build();
        var seed = TestSeed.Take(output.WriteLine);
        var generator = new SdlMutator(SharedSchema.Text, new Random(seed));
        await Compare(seed, Setting("GRAPHQL_DIFFERENTIAL_DOCUMENTS", DefaultDocuments) / 5, () =>
        {
            var text = generator.Next();
            return (text, new { kind = "typeSystem", text });
        }, (text, theirs) => Task.FromResult(CompareTypeSystem(schema, text, theirs)), text => text);
    }

    [NodeFact]
    public async Task Blocks_of_the_specification_have_the_same_tree_verdict_and_print()
    {
        var schema = SharedSchema.Build();
        var blocks = SpecificationChapter.All.SelectMany(chapter => chapter.Examples)
            .Where(example => example.Kind.Contains("graphql", StringComparison.Ordinal)).ToList();
        await using var oracle = new Oracle();
        var answers = await oracle.AskAsync([.. blocks.Select(block => new { kind = "executable", text = block.Text })]);
        for (var i = 0; i < blocks.Count; i++)
        {
            Assert.Null(CompareParse(blocks[i].Text, answers[i], out var document));
            if (document is null || answers[i].TryGetProperty("thrown", out _)) continue;
            var compared = KnownDifferences.Remove(DocumentValidator.Validate(schema, document), answers[i].GetProperty("errors"));
            Assert.Null(CompareErrors($"{blocks[i].Id}: validation", compared.Ours, compared.Theirs));
        }
    }

    static async Task Compare<T>(
        int seed, int count, Func<(T, object)> generate, Func<T, JsonElement, Task<string?>> compare, Func<T, string> show)
    {
        await using var oracle = new Oracle();
        for (var done = 0; done < count; done += BatchSize)
        {
            var documents = new List<T>();
            var requests = new List<object>();
            for (var i = 0; i < Math.Min(BatchSize, count - done); i++)
            {
                var (document, request) = generate();
                documents.Add(document);
                requests.Add(request);
            }

            var answers = await oracle.AskAsync(requests);
            for (var i = 0; i < documents.Count; i++)
                if (await compare(documents[i], answers[i]) is { } difference)
                    Assert.Fail($"seed {seed}, document {done + i}: {difference}\n--- document\n{show(documents[i])}");
        }
    }

    static async Task<string?> CompareExecutable(GraphQLEngine engine, DocumentGenerator.Generated document, JsonElement theirs)
    {
        if (CompareParse(document.Text, theirs, out var ours) is { } difference) return difference;

        if (ours is null) return null;
        var errors = DocumentValidator.Validate(engine.Schema, ours);

        // Its rule for subscriptions throws, instead of reporting, when @skip or @include has a variable.
        if (theirs.TryGetProperty("thrown", out var thrown))
            return errors.Any(KnownDifferences.IsConditionOnSubscription) ? null : $"only theirs throws: {thrown}";
        var compared = KnownDifferences.Remove(errors, theirs.GetProperty("errors"));
        if (CompareErrors("validation", compared.Ours, compared.Theirs) is { } verdict) return verdict;
        if (compared.Any) return null;
        if (!theirs.TryGetProperty("result", out var result) || ours.Definitions.OfType<OperationDefinitionNode>()
            .Any(operation => operation.Operation == OperationKind.Subscription)) return null;
        var answer = (ExecutionResult)await engine.ExecuteAsync(
            new GraphQLRequest
            {
                Query = document.Text,
                OperationName = document.OperationName,
                Variables = JsonSerializer.SerializeToElement(document.Variables),
            },
            NoServices.Instance);
        var buffer = new ArrayBufferWriter<byte>();
        answer.WriteTo(buffer);
        var response = JsonSerializer.Deserialize<JsonElement>(buffer.WrittenSpan, new JsonSerializerOptions { MaxDepth = 512 });
        var same = response.TryGetProperty("data", out var ourData)
            ? result.TryGetProperty("data", out var theirData) && JsonElement.DeepEquals(ourData, theirData)
            : !result.TryGetProperty("data", out _);
        if (!same) return $"data differs\n--- ours\n{response}\n--- theirs\n{result}";
        return CompareErrors(
            "execution", answer.Errors, result.TryGetProperty("errors", out var expected) ? expected.EnumerateArray() : []);
    }

    static string? CompareParse(string text, JsonElement theirs, out DocumentNode? document)
    {
        document = null;
        try
        {
            document = Parser.ParseDocument(new Source(text), new ParserOptions { TokensMax = int.MaxValue });
        }
        catch (GraphQLSyntaxException refused)
        {
            return theirs.TryGetProperty("syntax", out var expected)
                ? CompareErrors("syntax", [refused.Error], [expected])
                : $"only ours refuses: {refused.Error}";
        }

        if (theirs.TryGetProperty("syntax", out var refusal)) return $"only theirs refuses: {refusal}";
        if (!JsonElement.DeepEquals(AstJson.Of(document), theirs.GetProperty("ast")))
            return $"trees differ\n--- ours\n{AstJson.Of(document)}\n--- theirs\n{theirs.GetProperty("ast")}";
        var printed = Printer.Print(document);
        return printed == theirs.GetProperty("printed").GetString() ? null
            : $"prints differ\n--- ours\n{printed}\n--- theirs\n{theirs.GetProperty("printed")}";
    }

    static string? CompareErrors(string what, IReadOnlyList<GraphQLError> ours, IEnumerable<JsonElement> theirs)
    {
        var mine = new StringBuilder();
        foreach (var error in ours)
            mine.Append(error.Message).Append(" @").AppendJoin(' ', error.Locations.Select(l => $"{l.Line}:{l.Column}")).Append(" /")
                .AppendJoin('/', error.Path ?? []).Append('\n');
        var expected = new StringBuilder();
        foreach (var error in theirs)
        {
            expected.Append(TextOf(error.GetProperty("message"))).Append(" @");
            if (error.TryGetProperty("locations", out var locations) && locations.ValueKind == JsonValueKind.Array)
                expected.AppendJoin(' ', locations.EnumerateArray().Select(l => $"{l.GetProperty("line")}:{l.GetProperty("column")}"));
            expected.Append(" /");
            if (error.TryGetProperty("path", out var path) && path.ValueKind == JsonValueKind.Array) expected
                .AppendJoin('/', path.EnumerateArray());
            expected.Append('\n');
        }

        return mine.ToString() == expected.ToString() ? null : $"{what} errors differ\n--- ours\n{mine}--- theirs\n{expected}";
    }

    /// <summary>A message of the reference may quote half of a surrogate pair, which the JSON reader does not hand out as text.</summary>
    internal static string TextOf(JsonElement message)
    {
        try
        {
            return message.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Regex.Unescape(message.GetRawText()[1..^1].Replace("\\/", "/", StringComparison.Ordinal));
        }
    }

    static string? CompareTypeSystem(Schema before, string text, JsonElement theirs)
    {
        if (CompareParse(text, theirs, out var document) is { } difference) return difference;
        if (document is null || theirs.TryGetProperty("thrown", out _)) return null;
        var errors = theirs.GetProperty("errors").EnumerateArray();
        if (CompareErrors("text", DocumentValidator.ValidateSdl(document), errors) is { } verdict) return verdict;
        if (!theirs.TryGetProperty("schemaErrors", out var schemaErrors)) return null;
        Schema schema;
        try
        {
            schema = SdlSchema.Build(text);
        }
        catch (SchemaException refused)
        {
            return SameMessages(KnownDifferences.Remove(refused.Errors).Select(error => error.Message), schemaErrors);
        }

        if (schemaErrors.GetArrayLength() > 0) return $"only theirs refuses the schema: {schemaErrors}";
        var printed = SchemaPrinter.Print(schema);
        if (printed != theirs.GetProperty("schema")
            .GetString()) return $"schemas print differently\n--- ours\n{printed}\n--- theirs\n{theirs.GetProperty("schema")}";
        var changes = SchemaChanges.Find(before, schema);
        return SameChanges(changes, SchemaChangeSeverity.Breaking, theirs.GetProperty("breaking"))
            ?? SameChanges(changes, SchemaChangeSeverity.Dangerous, theirs.GetProperty("dangerous"));
    }

    static string? SameMessages(IEnumerable<string> ours, JsonElement theirs)
    {
        var mine = string.Join('\n', ours.Order(StringComparer.Ordinal));
        var expected = string
            .Join('\n', theirs.EnumerateArray().Select(error => error.GetProperty("message").GetString()).Order(StringComparer.Ordinal));
        return mine == expected ? null : $"schema errors differ\n--- ours\n{mine}\n--- theirs\n{expected}";
    }

    static string? SameChanges(IEnumerable<SchemaChange> ours, SchemaChangeSeverity severity, JsonElement theirs)
    {
        var mine = string
            .Join('\n', ours.Where(change => change.Severity == severity).Select(change => $"{change.Kind} {change.Description}"));
        var expected = string
            .Join('\n', theirs.EnumerateArray().Select(change => $"{change.GetProperty("type")} {change.GetProperty("description")}"));
        return mine == expected ? null : $"{severity} changes differ\n--- ours\n{mine}\n--- theirs\n{expected}";
    }
}
