using System.Text.Json;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Tests.Support;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Tests.Execution;

public sealed class ExecutionTests
{
    readonly LibraryEngine library = new();

    [Theory]
    [InlineData("{ book(id: 1) { id title genre published tags year } }",
        """{"data":{"book":{"id":"1","title":"Dune","genre":"SCIENCE_FICTION","published":"1965-08-01","tags":["sand","worms"]"""
            + ""","year":1965}}}""")]
    [InlineData("{ books(filter: {genre: SCIENCE_FICTION, limit: 1}) { title } }", """{"data":{"books":[{"title":"Dune"}]}}""")]
    [InlineData("{ books { title } }", """{"data":{"books":[{"title":"Dune"},{"title":"Emma"},{"title":"Ubik"}]}}""")]
    [InlineData("""{ find(key: {title: "Emma"}) }""", """{"data":{"find":"title Emma"}}""")]
    [InlineData("""{ search(text: "x") { __typename ... on Book { genre } ... on Film { length } } }""",
        """{"data":{"search":[{"__typename":"Book","genre":"SCIENCE_FICTION"},{"__typename":"Film","length":"PT1H57M"}]}}""")]
    [InlineData("{ items { __typename id title } }",
        """{"data":{"items":[{"__typename":"Book","id":"2","title":"Emma"},{"__typename":"Film","id":"f2","title":"Solaris"}]}}""")]
    [InlineData("{ page(first: 2) { totalCount pageInfo { hasNextPage endCursor } nodes { id } edges { cursor } } }",
        """{"data":{"page":{"totalCount":1234,"pageInfo":{"hasNextPage":true,"endCursor":"c1"},"nodes":[{"id":"1"},{"id":"2"}]"""
            + ""","edges":[{"cursor":"c0"},{"cursor":"c1"}]}}}""")]
    [InlineData("{ given }", """{"data":{"given":"unset History"}}""")]
    [InlineData("{ given(text: null, genre: SCIENCE_FICTION) }", """{"data":{"given":"null ScienceFiction"}}""")]
    [InlineData("""{ given(text: "t") }""", """{"data":{"given":"t History"}}""")]
    [InlineData("{ book(id: 1) { author { name royalty followers key greeting(salutation: \"Hi\") } } }",
        """{"data":{"book":{"author":{"name":"Author a1","royalty":12.50,"followers":5000000000"""
            + ""","key":"6f9619ff-8b86-d011-b42d-00cf4fc964ff","greeting":"Hi Author a1"}}}}""")]
    [InlineData("""mutation { renameBook(input: {id: "1", title: "Ok"}) { book { title } errors { __typename } } }""",
        """{"data":{"renameBook":{"book":{"title":"Ok"},"errors":null}}}""")]
    [InlineData(
        """mutation { renameBook(input: {id: "7", title: "Ok"}) { book { title } errors { __typename ... on Error { message } } } }""",
        """{"data":{"renameBook":{"book":null,"errors":[{"__typename":"BookMissing","message":"There is no book 7."}]}}}""")]
    [InlineData("mutation { a: count { value } b: count { value } c: count { value } }",
        """{"data":{"a":{"value":1},"b":{"value":2},"c":{"value":3}}}""")]
    public async Task Plain_classes_answer_as_expected(string query, string expected) =>
        JsonAssert.Equal(expected, await library.AskAsync(query));

    [Fact]
    public async Task Variables_reach_the_resolvers_as_their_own_types()
    {
        var response = await library.AskAsync(
            "query($key: BookKey!, $filter: BookFilterInput) { find(key: $key) books(filter: $filter) { title } }"
                .Replace("BookKey!", "BookKeyInput!", StringComparison.Ordinal),
            new { key = new { id = 5 }, filter = new { titleContains = "m", tags = new[] { "x" } } });
        JsonAssert.Equal("""{"data":{"find":"id 5","books":[{"title":"Emma"}]}}""", response);
    }

    [Fact]
    public async Task A_level_of_the_response_costs_one_batch_and_a_known_key_none()
    {
        var response = await library
            .AskAsync("{ books { author { name rival { name rival { name } } } } again: book(id: 1) { author { name } } }");
        Assert.False(response.TryGetProperty("errors", out _), response.ToString());
        Assert.Equal(
            ["a1,a2,nobody", "rival of a1,rival of a2", "rival of rival of a1,rival of rival of a2"],
            library.Log.Batches.Select(batch => string.Join(',', batch)));
    }

    [Fact]
    public async Task Keys_that_a_resolver_asks_for_at_once_go_out_together_though_it_did_other_work_before()
    {
        await library.AskAsync("{ countAuthors }");
        Assert.Equal(["a1,a2"], library.Log.Batches.Select(batch => string.Join(',', batch)));
    }

    [Theory]
    [InlineData("query($text: String!) { search(text: $text) { __typename } }", """{"text":"\ud800"}""")]
    [InlineData("query($filter: BookFilterInput) { books(filter: $filter) { title } }", """{"filter":{"\udfff":1}}""")]
    public async Task Half_a_surrogate_pair_in_a_variable_is_refused_in_words(string query, string variables)
    {
        var response = await library.AskAsync(
            new GraphQLRequest { Query = query, Variables = JsonSerializer.Deserialize<JsonElement>(variables) });
        Assert.Equal("BAD_USER_INPUT", JsonAssert.Code(response));
        Assert.Contains("Unicode", response.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_do_not_repeat_what_a_caller_sent_at_length()
    {
        const int Length = 500_000;
        var filter = Enumerable.Range(0, 60).ToDictionary(i => $"x{i}", _ => (object)1);
        filter["titleContains"] = new string('y', Length);
        var response = await library.AskAsync("query($filter: BookFilterInput) { books(filter: $filter) { title } }", new { filter });
        Assert.Equal("BAD_USER_INPUT", JsonAssert.Code(response));
        Assert.True(response.GetRawText().Length < Length / 2, $"{response.GetRawText().Length} characters");
    }

    [Theory]
    [InlineData("subscription { countdown(from: 3) @skip(if: true) }", 35)]
    [InlineData("subscription { countdown(from: 3) @skip(if: false) @include(if: true) }", 35)]
    [InlineData("subscription($no: Boolean = false) { countdown(from: 3) @include(if: $no) }", 57)]
    [InlineData("subscription { ... on Subscription { countdown(from: 3) @include(if: true) } }", 57)]
    [InlineData("subscription { ... on Subscription @include(if: true) { countdown(from: 3) __typename } }", 36)]
    [InlineData("subscription { ...Root } fragment Root on Subscription { countdown(from: 3) @skip(if: false) b: countdown(from: 3) }", 77)]
    public async Task A_condition_at_the_root_of_a_subscription_is_refused(string query, int column)
    {
        var result = await library.ExecuteAsync(new GraphQLRequest { Query = query, AcceptsStream = true });
        var refused = Assert.IsType<ExecutionResult>(result);
        var error = Assert.Single(refused.Errors);
        Assert.Equal("Anonymous Subscription must not use `@skip` or `@include` directives in the top level selection.", error.Message);
        Assert.Equal([new SourceLocation(1, column)], error.Locations);
    }

    [Theory]
    [InlineData("2026-11-22T08:00:00Z", true)]
    [InlineData("2026-11-22T08:00:00.1234567+01:00", true)]
    [InlineData("2026-11-22T08:00:00", false)]
    [InlineData("11/12/2026", false)]
    [InlineData("12:00", false)]
    [InlineData("Sunday, 22 November 2026", false)]
    public void A_moment_is_written_by_the_standard_with_its_offset(string text, bool isMoment)
    {
        var value = JsonSerializer.SerializeToElement(text);
        if (isMoment) Assert.IsType<DateTimeOffset>(ClrScalars.DateTime.ParseValue(value));
        else Assert.Throws<GraphQLException>(() => ClrScalars.DateTime.ParseValue(value));
    }

    [Fact]
    public async Task A_stranger_sees_neither_stack_traces_nor_inner_messages()
    {
        var response = await library.AskAsync("{ broken }");
        JsonAssert.Equal(
            """{"errors":[{"message":"Unexpected Execution Error","locations":[{"line":1,"column":3}],"path":["broken"]"""
                + ""","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"data":null}""",
            response);
    }

    [Fact]
    public async Task An_error_that_is_meant_for_the_client_keeps_its_message_and_code()
    {
        var response = await library.AskAsync("{ ok: __typename refused }");
        Assert.Equal("You may not see this.", JsonAssert.Message(response));
        Assert.Equal("FORBIDDEN", JsonAssert.Code(response));
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_cancelled_and_answered()
    {
        var time = new ManualTime();
        var slow = new LibraryEngine(time: time);
        var asking = slow.AskAsync("{ slow }");
        await slow.Log.Started.Task;
        time.Advance(TimeSpan.FromSeconds(11));
        var response = await asking;
        Assert.Equal("TIMEOUT", JsonAssert.Code(response));
        Assert.False(response.TryGetProperty("data", out _));
    }

    /// <summary>As a driver does whose connection is taken apart at that moment: out of a timer it would end the process.</summary>
    [Fact]
    public async Task What_is_thrown_when_a_request_is_cancelled_after_its_time_is_nobodys_but_the_requests()
    {
        var time = new ManualTime();
        var slow = new LibraryEngine(time: time);
        slow.Log.WhenCancelled = () => throw new ObjectDisposedException("ManualResetEventSlim");
        var asking = slow.AskAsync("{ slow }");
        await slow.Log.Started.Task;

        time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal("TIMEOUT", JsonAssert.Code(await asking));
    }

    static async Task<List<string>> StreamAsync(LibraryEngine engine, string query)
    {
        var result = Assert.IsType<ResponseStream>(await engine.ExecuteAsync(new GraphQLRequest { Query = query, AcceptsStream = true }));
        var responses = new List<string>();
        await foreach (var response in result.Responses) responses.Add(LibraryEngine.Json(response).ToString());
        return responses;
    }

    [Fact]
    public async Task A_subscription_gives_one_response_an_event()
    {
        Assert.Equal(["""{"data":{"countdown":2}}""", """{"data":{"countdown":1}}"""],
            await StreamAsync(library, "subscription { countdown(from: 2) }"));
        Assert.Equal(["""{"data":{"changes":{"title":"Dune","author":{"name":"Author a1"}}}}"""],
            await StreamAsync(library, "subscription { changes { title author { name } } }"));
    }

    [Fact]
    public async Task A_stream_that_breaks_ends_with_an_error_without_secrets()
    {
        var responses = await StreamAsync(library, "subscription { breaks }");
        Assert.Equal("""{"data":{"breaks":1}}""", responses[0]);
        Assert.Contains("Unexpected Execution Error", responses[1], StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", responses[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_subscription_is_an_error_of_the_request()
    {
        var result = Assert.IsType<ExecutionResult>(
            await library.ExecuteAsync(new GraphQLRequest { Query = "subscription { refused }", AcceptsStream = true }));
        JsonAssert.Equal(
            """{"errors":[{"message":"Not for you.","locations":[{"line":1,"column":16}],"path":["refused"]"""
                + ""","extensions":{"code":"FORBIDDEN"}}]}""",
            LibraryEngine.Json(result));
    }

    [Fact]
    public async Task Variables_inside_a_literal_of_a_custom_scalar_are_filled_in()
    {
        var schema = SdlSchema.Build(
            "scalar Any type Query { echo(value: Any): Any }",
            resolvers => resolvers.Field("Query", "echo", (SyncResolver)(context => context.Arguments[0])));
        var engine = new GraphQLEngine(schema, new GraphQLOptions(), TimeProvider.System);
        var result = (ExecutionResult)await engine.ExecuteAsync(
            new GraphQLRequest
            {
                Query = "query($a: Any, $b: Any) { echo(value: {list: [1, $a], gone: $b, name: RED}) }",
                Variables = JsonSerializer.SerializeToElement(new { a = new { deep = true } }),
            },
            NoServices.Instance);
        JsonAssert.Equal("""{"data":{"echo":{"list":[1,{"deep":true}],"name":"RED"}}}""", LibraryEngine.Json(result));
    }

    [Fact]
    public async Task Fields_run_side_by_side_and_mutations_one_after_the_other()
    {
        var open = new TaskCompletionSource();
        var waiting = 0;
        async ValueTask<object?> Meet(ResolverContext context)
        {
            // Both must have arrived before either goes on: one after the other they would wait for ever.
            if (Interlocked.Increment(ref waiting) == 2) open.SetResult();
            await open.Task.WaitAsync(TimeSpan.FromMinutes(3));
            return 1;
        }

        var running = 0;
        async ValueTask<object?> Alone(ResolverContext context)
        {
            var others = Interlocked.Increment(ref running);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return others;
        }

        var schema = SdlSchema.Build("type Query { a: Int b: Int } type Mutation { a: Int b: Int c: Int }", resolvers =>
        {
            foreach (var field in new[] { "a", "b" }) resolvers.Field("Query", field, (AsyncResolver)Meet);
            foreach (var field in new[] { "a", "b", "c" }) resolvers.Field("Mutation", field, (AsyncResolver)Alone);
        });
        var engine = new GraphQLEngine(schema, new GraphQLOptions(), TimeProvider.System);
        var query = (ExecutionResult)await engine.ExecuteAsync(new GraphQLRequest { Query = "{ a b }" }, NoServices.Instance);
        JsonAssert.Equal("""{"data":{"a":1,"b":1}}""", LibraryEngine.Json(query));
        var mutation = (ExecutionResult)await engine.ExecuteAsync(new GraphQLRequest { Query = "mutation { a b c }" }, NoServices.Instance);
        JsonAssert.Equal("""{"data":{"a":1,"b":1,"c":1}}""", LibraryEngine.Json(mutation));
    }

    [Fact]
    public async Task A_null_in_a_required_place_travels_up_to_the_nearest_place_that_may_be_null()
    {
        var schema = SdlSchema.Build("type Query { list: [Item] strict: [Item!] } type Item { id: Int! }");
        var engine = new GraphQLEngine(schema, new GraphQLOptions(), TimeProvider.System);
        var answer = (ExecutionResult)await engine
            .ExecuteAsync(new GraphQLRequest { Query = "{ __typename list { id } }" }, NoServices.Instance);
        JsonAssert.Equal("""{"data":{"__typename":"Query","list":null}}""", LibraryEngine.Json(answer));
        static async ValueTask<object?> Items(ResolverContext context)
        {
            await Task.Yield();
            return new[] { new Dictionary<string, object?> { ["id"] = 1 }, new Dictionary<string, object?>() };
        }

        var served = SdlSchema.Build("type Query { list: [Item] strict: [Item!] } type Item { id: Int! }", resolvers =>
            resolvers.Field("Query", "list", (AsyncResolver)Items).Field("Query", "strict", (AsyncResolver)Items));
        engine = new GraphQLEngine(served, new GraphQLOptions(), TimeProvider.System);
        answer = (ExecutionResult)await engine
            .ExecuteAsync(new GraphQLRequest { Query = "{ list { id } strict { id } }" }, NoServices.Instance);
        var json = LibraryEngine.Json(answer);
        JsonAssert.Equal("""{"list":[{"id":1},null],"strict":null}""", json.GetProperty("data"));
        Assert.Equal(
            ["list/1/id", "strict/1/id"],
            json.GetProperty("errors").EnumerateArray().Select(error => string.Join('/', error.GetProperty("path").EnumerateArray()))
                .Order());
    }
}
