using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Tests.Support;
using OrleansScheduling.GraphQL.Types;
using OrleansScheduling.GraphQL.Validation;

namespace OrleansScheduling.GraphQL.Tests.Spec;

/// <summary>The examples and counter-examples of the specification's chapter on validation, from a text file beside this one.</summary>
public sealed class SpecificationExamples
{
    static readonly string Folder = Path.Combine(Reference.Folder, "..", "Spec");
    static readonly Schema Schema = SdlSchema.Build(File.ReadAllText(Path.Combine(Folder, "SpecSchema.graphql")));

    public static TheoryData<string, string, string> Examples()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var block in File.ReadAllText(Path.Combine(Folder, "examples.txt")).Split("\n=== ").Skip(1))
        {
            var end = block.IndexOf('\n', StringComparison.Ordinal);
            var head = block[..end].Split(" | ");
            data.Add(head[0], head[1], block[(end + 1)..]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_has_the_verdict_of_the_specification(string section, string expected, string document)
    {
        var errors = DocumentValidator.Validate(Schema, Parser.ParseDocument(document));
        if (expected == "valid") Assert.True(errors.Count == 0, $"{section}: {string.Join('\n', errors)}");
        else Assert.True(
            errors.Any(error => error.Message.StartsWith(expected, StringComparison.Ordinal)), $"{section}: {string.Join('\n', errors)}");
    }

    [Theory]
    [InlineData("\"\"\"\n    Hello,\n      World!\n\n    Yours,\n      GraphQL.\n  \"\"\"", "Hello,\n  World!\n\nYours,\n  GraphQL.")]
    [InlineData("\"\\u00E9 \\uD83D\\uDCA9 \\u{1F4A9}\"", "é 💩 💩")]
    [InlineData("\"\"\"contains \\\"\"\" triple\"\"\"", "contains \"\"\" triple")]
    [InlineData("\"\"", "")]
    public void A_string_means_what_the_specification_says(string literal, string value) =>
        Assert.Equal(value, Assert.IsType<StringValueNode>(Parser.ParseValue(literal)).Value);

    [Theory]
    [InlineData("Syntax Error: Expected Name, found \"}\".", 1, 3, "{ }")]
    [InlineData("Syntax Error: Unexpected character: U+0007.", 2, 1, "{ a\n\u0007 }")]
    [InlineData("Syntax Error: Unterminated string.", 1, 12, "{ a(b: \"abc\n\") }")]
    [InlineData("Syntax Error: Invalid number, unexpected digit after 0: \"1\".", 1, 9, "{ a(b: 01) }")]
    [InlineData("Syntax Error: Unexpected description, descriptions are not supported on shorthand queries.", 1, 1, "\"d\" { a }")]
    [InlineData("Syntax Error: Unexpected variable \"$b\" in constant value.", 1, 18, "query ($a: Int = $b) { a }")]
    public void A_syntax_error_says_what_and_where(string message, int line, int column, string document)
    {
        var refused = Assert.Throws<GraphQLSyntaxException>(() => Parser.ParseDocument(document));
        Assert.Equal(message, refused.Error.Message);
        Assert.Equal([new SourceLocation(line, column)], refused.Error.Locations);
    }
}
