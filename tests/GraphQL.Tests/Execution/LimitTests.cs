using System.Text;
using System.Text.Json;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Tests.Support;

namespace OrleansScheduling.GraphQL.Tests.Execution;

public sealed class LimitTests
{
    static string Nested(int levels) =>
        "{ book(id: 1) { author " + string.Concat(Enumerable.Repeat("{ rival ", levels)) + "{ id }" + new string('}', levels) + " } }";

    [Fact]
    public async Task Depth_fifteen_passes_and_sixteen_doesnt()
    {
        var library = new LibraryEngine();
        Assert.True((await library.AskAsync(Nested(12))).TryGetProperty("data", out _));
        Assert.Equal("DEPTH_EXCEEDED", JsonAssert.Code(await library.AskAsync(Nested(13))));
    }

    [Fact]
    public async Task Thirty_aliases_pass_and_one_more_doesnt()
    {
        var library = new LibraryEngine();
        string Aliased(int count) => "{" + string.Join(' ', Enumerable.Range(0, count).Select(i => $"a{i}: __typename")) + "}";
        Assert.True((await library.AskAsync(Aliased(30))).TryGetProperty("data", out _));
        Assert.Equal("ALIASES_EXCEEDED", JsonAssert.Code(await library.AskAsync(Aliased(31))));
        var spread = "{ ...F ...F } fragment F on Query { " + string.Join(' ', Enumerable.Range(0, 16).Select(i => $"a{i}: __typename"))
            + " }";
        Assert.Equal("ALIASES_EXCEEDED", JsonAssert.Code(await library.AskAsync(spread)));
    }

    [Fact]
    public async Task Four_directives_at_a_place_pass_the_limit_and_five_dont()
    {
        var library = new LibraryEngine();
        string Directed(int count) => "{ __typename" + string.Concat(Enumerable.Repeat(" @skip(if: false)", count)) + " }";
        Assert.Equal("GRAPHQL_VALIDATION_FAILED", JsonAssert.Code(await library.AskAsync(Directed(4))));
        Assert.Equal("DIRECTIVES_EXCEEDED", JsonAssert.Code(await library.AskAsync(Directed(5))));
    }

    [Fact]
    public async Task Tokens_and_bytes_are_bounded()
    {
        var library = new LibraryEngine(options => options.TokensMax = 10);
        Assert.Equal("DOCUMENT_TOO_LARGE", JsonAssert.Code(await library.AskAsync("{ a b c d e f g h i j }")));
        var narrow = new LibraryEngine(options => options.DocumentBytesMax = 20);
        Assert.Equal("DOCUMENT_TOO_LARGE", JsonAssert.Code(await narrow.AskAsync("{ __typename } # éééé")));
    }

    [Fact]
    public async Task Operations_of_a_document_are_bounded_and_the_refusal_names_the_first_too_many()
    {
        static GraphQLRequest Operations(int count) => new()
        {
            Query = string.Concat(Enumerable.Range(1, count).Select(i => $"query Q{i} {{ __typename }}\n")),
            OperationName = "Q2",
        };
        var library = new LibraryEngine(options => options.OperationsMax = 3);
        Assert.True((await library.AskAsync(Operations(3))).TryGetProperty("data", out _));
        JsonAssert.Equal(
            """
            {"errors":[{"message":"The document has more than 3 operations.","locations":[{"line":4,"column":1}],
            "extensions":{"code":"OPERATIONS_EXCEEDED"}}]}
            """, await library.AskAsync(Operations(5)));
    }

    [Fact]
    public async Task Fields_of_one_name_are_bounded_and_the_refusal_says_where()
    {
        static string Repeated(int count, string other = "") =>
            "{ book(id: 1) {" + string.Concat(Enumerable.Repeat(" id", count)) + " }" + other + " }";
        var library = new LibraryEngine();
        Assert.True((await library.AskAsync(Repeated(200))).TryGetProperty("data", out _));
        JsonAssert.Equal(
            $$$"""
            {"errors":[{"message":"There are 201 fields with the response name \"id\" in one selection; at most 200 are allowed.",
            "locations":[{"line":1,"column":{{{"{ book(id: 1) {".Length + (200 * " id".Length) + 2}}}}],
            "extensions":{"code":"FIELD_COMPARISONS_EXCEEDED"}}]}
            """, await library.AskAsync(Repeated(201)));

        var generous = new LibraryEngine(options => options.SameNameFieldsMax = 300);
        Assert.True((await generous.AskAsync(Repeated(201))).TryGetProperty("data", out _));
        var often = Repeated(200, " items { ... on Book {" + string.Concat(Enumerable.Repeat(" id", 200)) + " } }"
            + " search(text: \"\") { ... on Book {" + string.Concat(Enumerable.Repeat(" title", 200)) + " } }");
        var refused = (await library.AskAsync(often)).GetProperty("errors")[0];
        Assert.StartsWith(
            "Whether the fields of this selection merge takes more than 100000 comparisons.", refused.GetProperty("message").GetString(),
            StringComparison.Ordinal);
        Assert.Equal("FIELD_COMPARISONS_EXCEEDED", refused.GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal(
            often.IndexOf("{ ... on Book { title", StringComparison.Ordinal) + 1,
            refused.GetProperty("locations")[0].GetProperty("column").GetInt32());
        var patient = new LibraryEngine(options => options.FieldComparisonsMax = 1_000_000);
        Assert.True((await patient.AskAsync(often)).TryGetProperty("data", out _));
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("1.5E+309")]
    [InlineData("NINES")]
    public async Task A_number_that_no_double_holds_is_no_Float(string literal)
    {
        literal = literal.Replace("NINES", new string('9', 400), StringComparison.Ordinal);
        var engine = new GraphQLEngine(
            SdlSchema.Build("type Query { half(of: Float): Float }"), new GraphQLOptions(), TimeProvider.System);
        async Task<JsonElement> AskAsync(string number) => LibraryEngine.Json((ExecutionResult)await engine.ExecuteAsync(
            new GraphQLRequest { Query = $"{{ half(of: {number}) }}" }, NoServices.Instance));
        JsonAssert.Equal(
            $$$"""
            {"errors":[{"message":"Float cannot represent non numeric value: {{{literal}}}","locations":[{"line":1,"column":12}],
            "extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}
            """, await AskAsync(literal));
        Assert.True((await AskAsync("1.7e308")).TryGetProperty("data", out _));
    }

    [Fact]
    public async Task The_price_follows_the_variables_of_the_request()
    {
        var library = new LibraryEngine(options => options.CostMax = 60);
        const string Query = "query($n: Int) { page(first: $n) { nodes { author { name } } } }";
        Assert.True((await library.AskAsync(Query, new { n = 29 })).TryGetProperty("data", out _));
        var refused = await library.AskAsync(Query, new { n = 30 });
        JsonAssert.Equal("""{"code":"COST_EXCEEDED","cost":61,"limit":60}""", refused.GetProperty("errors")[0].GetProperty("extensions"));
        Assert.True((await library.AskAsync("{ expensive }")).TryGetProperty("data", out _));
        Assert.Equal("COST_EXCEEDED", JsonAssert.Code(await library.AskAsync("{ a: expensive b: expensive }")));
    }

    [Theory]
    [InlineData("query($f: BookFilterInput) { books(filter: $f) { id } }", null, 10)]
    [InlineData("query($f: BookFilterInput) { books(filter: $f) { id } }", """{ "f": null }""", 10)]
    [InlineData("query($f: BookFilterInput) { books(filter: $f) { id } }", """{ "f": { "limit": 1 } }""", 17)]
    [InlineData("{ books(filter: null) { id } }", null, 10)]
    [InlineData("{ books(filter: { limit: 1 }) { id } }", null, 17)]
    [InlineData("{ page(first: 2) { nodes { id } } }", null, 3)]
    [InlineData("{ page(first: 2) { totalCount nodes { id } } }", null, 23)]
    public async Task Filtering_and_counting_have_a_price(string query, string? variables, int price)
    {
        var library = new LibraryEngine();
        var result = await library.AskAsync(new GraphQLRequest
        {
            Query = query,
            Variables = variables is null ? default : JsonSerializer.Deserialize<JsonElement>(variables),
            Cost = CostMode.Validate,
        });
        Assert.Equal(price, result.GetProperty("extensions").GetProperty("operationCost").GetProperty("cost").GetInt32());
    }

    [Fact]
    public async Task Of_fragments_on_several_types_only_the_dearest_counts()
    {
        var library = new LibraryEngine();
        var result = await library.AskAsync(new GraphQLRequest
        {
            Query = "{ search(text: \"x\") { ... on Book { author { rival { id } } } ... on Film { title } } }",
            Cost = CostMode.Validate,
        });
        JsonAssert.Equal("""{"cost":9,"limit":1000}""", result.GetProperty("extensions").GetProperty("operationCost"));
    }

    [Fact]
    public async Task A_page_has_a_hundred_items_at_most_and_twenty_five_by_itself()
    {
        var library = new LibraryEngine();
        Assert.Equal("PAGE_SIZE_EXCEEDED", JsonAssert.Code(await library.AskAsync("{ page(first: 101) { nodes { id } } }")));
        Assert.Equal("BAD_USER_INPUT", JsonAssert.Code(await library.AskAsync("{ page(first: 1, last: 1) { nodes { id } } }")));
        Assert.Equal("BAD_USER_INPUT", JsonAssert.Code(await library.AskAsync("{ page(first: -1) { nodes { id } } }")));
        var page = await library.AskAsync("{ page { nodes { id } } }");
        Assert.Equal(25, page.GetProperty("data").GetProperty("page").GetProperty("nodes").GetArrayLength());
    }

    [Fact]
    public async Task Introspection_can_be_kept_from_strangers()
    {
        var library = new LibraryEngine(options => options.AllowIntrospection = user => user is not null);
        Assert.Equal("INTROSPECTION_DISABLED", JsonAssert.Code(await library.AskAsync("{ __schema { queryType { name } } }")));
        Assert.True((await library.AskAsync("{ __typename }")).TryGetProperty("data", out _));
    }

    [Fact]
    public async Task Trusted_documents_only_means_only_trusted_documents()
    {
        var library = new LibraryEngine(options =>
        {
            options.TrustedDocuments = id => id == "book" ? "query($id: ID!) { book(id: $id) { title } }" : null;
            options.TrustedDocumentsOnly = true;
        });
        Assert.Equal("UNTRUSTED_DOCUMENT", JsonAssert.Code(await library.AskAsync("{ __typename }")));
        Assert.Equal("UNTRUSTED_DOCUMENT", JsonAssert.Code(await library.AskAsync(new GraphQLRequest { DocumentId = "other" })));
        var trusted = await library
            .AskAsync(new GraphQLRequest { DocumentId = "book", Variables = JsonSerializer.SerializeToElement(new { id = 2 }) });
        JsonAssert.Equal("""{"data":{"book":{"title":"Emma"}}}""", trusted);
    }

    [Fact]
    public async Task The_introspection_query_of_common_tools_stays_within_every_limit()
    {
        var library = new LibraryEngine();
        var typeRef = new StringBuilder("kind name");
        for (var i = 0; i < 9; i++) typeRef.Insert(0, "kind name ofType { ").Append(" }");
        var query =
            "query IntrospectionQuery { __schema { queryType { name } mutationType { name } types { ...FullType } directives { name "
                + "args { ...InputValue } } } } "
            + "fragment FullType on __Type { kind name fields(includeDeprecated: true) { name args { ...InputValue } type { ...TypeRef } } "
            + "inputFields { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name } possibleTypes { "
            + "...TypeRef } } "
            + "fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue } "
            + $"fragment TypeRef on __Type {{ {typeRef} }}";
        var response = await library.AskAsync(query);
        Assert.True(response.TryGetProperty("data", out _), response.ToString());
        var priced = await library.AskAsync(new GraphQLRequest { Query = query, Cost = CostMode.Validate });
        Assert.Equal(858, priced.GetProperty("extensions").GetProperty("operationCost").GetProperty("cost").GetInt32());

        // Twice the schema is beyond it, however it is asked for.
        foreach (var twice in new[]
        {
            query.Replace("types {", "types { name } more: types {", StringComparison.Ordinal).Replace("name } more", "...FullType } more",
                StringComparison.Ordinal),
            query.Replace("{ __schema {", "{ again: __schema { types { ...FullType } } __schema {", StringComparison.Ordinal),
        })
            Assert.Equal("COST_EXCEEDED", JsonAssert.Code(await library.AskAsync(twice)));
    }
}
