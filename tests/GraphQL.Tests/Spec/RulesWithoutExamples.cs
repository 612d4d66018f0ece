using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Validation;

namespace OrleansScheduling.GraphQL.Tests.Spec;

/// <summary>Rules that the specification states in words or shows only in passing.</summary>
public sealed class RulesWithoutExamples
{
    [Theory]
    [InlineData("{ arguments { multipleRequirements(x: 1, x: 2, y: 1) } }", "There can be only one argument named \"x\".")]
    [InlineData("mutation { addPet(pet: { cat: { nickname: \"B\" } }) { name } }",
        "Field \"CatInput.name\" of required type \"String!\" was not provided.")]
    [InlineData("mutation { addPet(pet: { cat: { name: \"B\" }, dog: null }) { name } }",
        "OneOf Input Object \"PetInput\" must specify exactly one key.")]
    [InlineData("{ dog { name @undefined } }", "Unknown directive \"@undefined\".")]
    [InlineData("{ dog { name @delegateField(name: \"a\") @delegateField(name: \"b\") } }", null)]
    [InlineData("{ dog { isHouseTrained(atOtherHomes: true) isHouseTrained } }",
        "Fields \"isHouseTrained\" conflict because they have differing arguments. Use different aliases on the fields to fetch both "
            + "if this was intentional.")]
    public void A_rule_of_chapter_5_without_an_example_is_kept(string document, string? message)
    {
        var (chapter, first) = SpecificationChapter.Find("5#9");
        var schema = SdlSchema.Build(first.SchemaText(chapter) + "\ndirective @delegateField(name: String!) repeatable on FIELD");
        var errors = DocumentValidator.Validate(schema, Parser.ParseDocument(document)).Select(error => error.Message);
        Assert.Equal(message is null ? [] : [message], errors);
    }

    [Theory]
    [InlineData("type Query { a(x: Int = \"s\"): Int }",
        "The default value of argument Query.a(x:) does not fit its type Int: \"s\".")]
    [InlineData("type Query { a(x: In = { n: 1, other: 2 }): Int } input In { n: Int }",
        "The default value of argument Query.a(x:) does not fit its type In: {n: 1, other: 2}.")]
    [InlineData("type Query { a(x: In = {}): Int } input In { n: Int! }",
        "The default value of argument Query.a(x:) does not fit its type In: {}.")]
    [InlineData("type Query { a(x: In = { n: null }): Int } input In @oneOf { n: Int }",
        "The default value of argument Query.a(x:) does not fit its type In: {n: null}.")]
    [InlineData("type Query { a(x: [In!] = { n: 1 }, y: [[Int]] = 1, z: In = {}): Int } input In { n: Int! = 1 m: E = B } "
        + "enum E { A B }", null)]
    [InlineData("type Query { a: Int } directive @d(x: Int! = null) on FIELD",
        "The default value of argument @d(x:) does not fit its type Int!: null.")]
    [InlineData("type Query { a: Int } input In { n: E = C } enum E { A B }",
        "The default value of input field In.n does not fit its type E: C.")]
    [InlineData("interface I { a: Int } type Query implements I { a: Int @deprecated }",
        "Interface field I.a is not deprecated, so implementation field Query.a must not be deprecated.")]
    [InlineData("interface I { a: Int @deprecated } type Query implements I { a: Int @deprecated }", null)]
    [InlineData("type Query { a: Int } input In { n: Int } extend input In @oneOf",
        "Input Object type In must not become a OneOf Input Object by an extension.")]
    [InlineData("type Query { a: Int } directive @d(x: E) on ENUM_VALUE enum E { A @d }", "Directive @d must not reference itself.")]
    [InlineData("type Query { a: Int } directive @d(x: In) on INPUT_FIELD_DEFINITION input In { n: [In!] m: E } enum E { A } "
        + "extend input In { last: Int @d }", "Directive @d must not reference itself.")]
    [InlineData("type Query { a: Int } directive @d(x: Int @e) on ARGUMENT_DEFINITION directive @e(x: In) on ARGUMENT_DEFINITION "
        + "input In { n: In }", null)]
    public void A_rule_of_chapter_3_without_an_example_is_kept(string schema, string? message)
    {
        if (message is null) SdlSchema.Build(schema);
        else Assert.Equal(message, Assert.Single(Assert.Throws<SchemaException>(() => SdlSchema.Build(schema)).Errors).Message);
    }

    [Theory]
    [InlineData("\"\"\"\n    Hello,\n      World!\n\n    Yours,\n      GraphQL.\n  \"\"\"", "Hello,\n  World!\n\nYours,\n  GraphQL.")]
    [InlineData("\"\\u00E9 \\uD83D\\uDCA9 \\u{1F4A9}\"", "é 💩 💩")]
    [InlineData("\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t\"", "\" \\ / \b \f \n \r \t")]
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
