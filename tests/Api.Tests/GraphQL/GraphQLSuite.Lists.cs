using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Properties;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.GraphQL.Types;
using OrleansScheduling.Ledger.Reading;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>Lists: every order and every filter of the schema, so that a new one is tested by being there.</summary>
public abstract partial class GraphQLSuite
{
    static readonly string[] Lists = ["organisations", "contracts", "scheduleOfRates", "properties", "operatives", "visits", "jobs"];

    /// <summary>Scalars of a list's items that can be compared with what a filter of the same name says.</summary>
    string[] PlainFields(string list)
    {
        var node = (ObjectType)((ObjectType)FieldOf(list).Type.NamedType).Fields.Find("nodes")!.Type.NamedType;
        return [.. node.Fields.Where(field => field.Type.NullableType is ScalarType or EnumType && field.Arguments.Count == 0)
            .Select(field => field.Name)];
    }

    FieldDefinition FieldOf(string list) => ((ObjectType)Schema.Query!).Fields.Find(list)!;

    InputObjectType Input(string list, string argument) => (InputObjectType)FieldOf(list).Arguments.Find(argument)!.Type.NamedType;

    async Task<List<JsonElement>> ReadAllAsync(ApiCaller caller, string list, string arguments, int size, bool backward = false)
    {
        var (rows, cursor) = (new List<JsonElement>(), (string?)null);
        var fields = string.Join(' ', PlainFields(list));
        while (true)
        {
            var page = backward ? $"last: {size}, before: $c" : $"first: {size}, after: $c";
            var answer = (await caller.AskAsync(
                $"query ($c: String) {{ {list}({page}{arguments}) {{ totalCount nodes {{ {fields} }} edges {{ cursor }}"
                + " pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }", new { c = cursor })).GetProperty(list);
            var nodes = answer.GetProperty("nodes").EnumerateArray().ToList();
            if (backward) rows.InsertRange(0, nodes);
            else rows.AddRange(nodes);
            var info = answer.GetProperty("pageInfo");
            Assert.Equal(cursor is not null, info.GetProperty(backward ? "hasNextPage" : "hasPreviousPage").GetBoolean());
            if (!info.GetProperty(backward ? "hasPreviousPage" : "hasNextPage").GetBoolean())
            {
                Assert.Equal(answer.GetProperty("totalCount").GetInt32(), rows.Count);
                return rows;
            }

            cursor = info.GetProperty(backward ? "startCursor" : "endCursor").GetString();
        }
    }

    [StoreFact]
    public async Task What_the_database_works_out_for_a_row_is_asked_for_only_when_the_client_does()
    {
        using var caller = Api.Caller("Planner ASHBY");
        await BookAsync(caller, "M0025", Desk.Village.Plumbing, Api.Today.PlusDays(2), "AM");
        Api.Sql.Clear();
        await caller.AskAsync("{ jobs { nodes { reference promise { window } } } visits { nodes { starts property { address } } } }");
        Assert.NotEmpty(Api.Sql.Commands);
        Assert.DoesNotContain(Api.Sql.Commands, IsWorkedOut);

        var job = (await caller.AskAsync(
            "{ jobs(where: { trade: { eq: \"PLUMBER\" } }, first: 1) { nodes { trade standardMinutes patch visits { trade patch } } } }"))
            .GetProperty("jobs").GetProperty("nodes")[0];
        Assert.Contains(Api.Sql.Commands, IsWorkedOut);
        Assert.Equal("PLUMBER", job.GetProperty("trade").GetString());
        Assert.Equal("N1", job.GetProperty("patch").GetString());

        static bool IsWorkedOut(string sql) =>
            sql.Contains(".trade", StringComparison.Ordinal) || sql.Contains("standard_minutes", StringComparison.Ordinal)
            || sql.Contains("\"trade\"", StringComparison.Ordinal);
    }

    [StoreFact]
    public async Task Every_list_pages_the_same_rows_both_ways_in_every_order()
    {
        using var caller = Api.Caller("Planner ASHBY");
        for (var i = 0; i < 3; i++) await BookAsync(caller, $"M00{10 + i}", Desk.Village.Plumbing, Api.Today.PlusDays(1 + (i / 2)), "AM");
        foreach (var list in Lists)
        {
            var orders = Input(list, "order").Fields.SelectMany(field => new[] { $"{{ {field.Name}: ASC }}", $"{{ {field.Name}: DESC }}" });
            foreach (var order in orders.Append(""))
            {
                var arguments = order.Length == 0 ? "" : $", order: [{order}]";
                var whole = await ReadAllAsync(caller, list, arguments, 100);
                Assert.NotEmpty(whole);
                var size = list == "properties" ? 17 : 2;
                var forward = await ReadAllAsync(caller, list, arguments, size);
                var backward = await ReadAllAsync(caller, list, arguments, size, backward: true);
                Assert.Equal(whole.Select(Text), forward.Select(Text));
                Assert.Equal(whole.Select(Text), backward.Select(Text));
                AssertSorted(whole, order, list);
            }
        }
    }

    [StoreFact]
    public async Task Both_cursors_bound_a_page_whichever_end_it_is_counted_from()
    {
        using var caller = Api.Caller("Planner ASHBY");
        const string Fields = "edges { cursor node { reference } } pageInfo { hasNextPage hasPreviousPage }";
        const string Order = "order: [{ reference: DESC }]";
        var edges = (await caller.AskAsync($"{{ properties(first: 12, {Order}) {{ {Fields} }} }}"))
            .GetProperty("properties").GetProperty("edges").EnumerateArray().ToList();
        Assert.Equal(12, edges.Count);
        var names = edges.ConvertAll(edge => edge.GetProperty("node").GetProperty("reference").GetString()!);
        string Cursor(int index) => edges[index].GetProperty("cursor").GetString()!;

        // Of rows 3 to 8: those that lie strictly between the cursors of 2 and 9.
        foreach (var (size, from, count, next, previous) in new[]
        {
            ("first: 3", 3, 3, true, true), ("first: 6", 3, 6, false, true), ("first: 7", 3, 6, false, true), ("last: 2", 7, 2, true, true),
            ("last: 6", 3, 6, true, false), ("last: 50", 3, 6, true, false), ("first: 0", 3, 0, true, true),
        })
        {
            var page = (await caller.AskAsync(
                $"{{ properties({size}, after: \"{Cursor(2)}\", before: \"{Cursor(9)}\", {Order}) {{ {Fields} }} }}"))
                .GetProperty("properties");
            Assert.Equal(
                names.Skip(from).Take(count),
                page.GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("node").GetProperty("reference").GetString()));
            var info = page.GetProperty("pageInfo");
            Assert.Equal(
                (size, next, previous),
                (size, info.GetProperty("hasNextPage").GetBoolean(), info.GetProperty("hasPreviousPage").GetBoolean()));
        }

        async Task<IEnumerable<string?>> NamesAsync(string arguments) =>
            (await caller.AskAsync($"{{ properties({arguments}, {Order}) {{ nodes {{ reference }} }} }}"))
                .GetProperty("properties").GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("reference").GetString());

        Assert.Equal(names.Take(4), await NamesAsync($"before: \"{Cursor(4)}\""));
        Assert.Equal(names.Take(2), await NamesAsync($"first: 2, before: \"{Cursor(4)}\""));
        var last = (await NamesAsync("last: 2")).ToList();
        Assert.Equal(last, await NamesAsync($"last: 2, after: \"{Cursor(4)}\""));
        foreach (var arguments in new[] { "first: 2, before: \"garbage\"", "last: 2, after: \"garbage\"", "before: \"garbage\"" })
        {
            var answer = await caller.SendAsync($"{{ properties({arguments}, {Order}) {{ nodes {{ reference }} }} }}");
            Assert.Equal("That is not a cursor of this list.", answer.GetProperty("errors")[0].GetProperty("message").GetString());
        }
    }

    static void AssertSorted(List<JsonElement> rows, string order, string list)
    {
        var words = order.Split(['{', '}', ':', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || !rows[0].TryGetProperty(words[0], out _) || words[0] == "status") return;
        var values = rows.Select(row => row.GetProperty(words[0])).Where(value => value.ValueKind != JsonValueKind.Null).ToList();
        if (values.Count == 0) return;
        var sorted = values[0].ValueKind == JsonValueKind.Number
            ? values.OrderBy(value => value.GetDouble()).ToList()
            : [.. values.OrderBy(Text, StringComparer.Ordinal)];
        if (words[1] == "DESC") sorted.Reverse();
        Assert.True(values.Select(Text).SequenceEqual(sorted.Select(Text)), $"{list} by {order}: {string.Join(", ", values.Select(Text))}");
    }

    [StoreFact]
    public async Task Every_filter_of_every_list_finds_what_a_plain_comparison_finds()
    {
        using var caller = Api.Caller("Planner BIRCH");
        await BookInTownAsync();
        var asked = 0;
        foreach (var list in Lists)
        {
            var rows = await ReadAllAsync(caller, list, "", 100);
            var fields = string.Join(' ', PlainFields(list));
            Assert.NotEmpty(rows);
            foreach (var field in Input(list, "where").Fields)
            {
                if (field.Type.NamedType is not InputObjectType operations || field.Name is "and" or "or") continue;
                var sample = rows[rows.Count / 2].TryGetProperty(field.Name, out var value) ? value : (JsonElement?)null;
                foreach (var operation in operations.Fields.Where(one => one.Name is not ("and" or "or")))
                {
                    if (LiteralFor(operation, sample) is not { } literal) continue;
                    asked++;
                    var where = $"where: {{ {field.Name}: {{ {operation.Name}: {literal} }} }}";
                    var found = (await caller.AskAsync($"{{ {list}(first: 100, {where}) {{ nodes {{ {fields} }} }} }}"))
                        .GetProperty(list).GetProperty("nodes").EnumerateArray().ToList();
                    if (sample is null || sample.Value.ValueKind == JsonValueKind.Null) continue;
                    var expected = rows.Where(row => Holds(row.GetProperty(field.Name), operation.Name, sample.Value)).Select(Text);
                    Assert.True(
                        expected.SequenceEqual(found.Select(Text)), $"{list}: {field.Name} {operation.Name} {literal} found {found.Count}");
                }
            }
        }

        Assert.True(asked > 250, $"Only {asked} filters were asked.");
    }

    /// <summary>Texts and lists that nobody sorts by, and what is in one order with another field.</summary>
    static readonly string[] NotSorted =
    [
        "contracts.id", "contracts.patches", "contracts.trades",
        "jobs.description", "jobs.id", "jobs.lines", "jobs.operative", "jobs.reportedDay",
        "operatives.clearedFor", "operatives.id", "operatives.patches", "operatives.skills", "operatives.trades",
        "organisations.id",
        "properties.id", "properties.latitude", "properties.longitude",
        "scheduleOfRates.description",
    ];

    [Fact]
    public void What_can_be_filtered_by_can_be_sorted_by()
    {
        var missing = Lists.SelectMany(list => Input(list, "where").Fields
            .Where(field => field.Name is not ("and" or "or") && Input(list, "order").Fields.Find(field.Name) is null)
            .Select(field => $"{list}.{field.Name}")).Order();
        Assert.Equal(NotSorted.Order(), missing);
    }

    [StoreFact]
    public async Task A_condition_without_a_value_is_refused_and_not_left_out()
    {
        using var caller = Api.Caller("Planner ASHBY");
        var asked = 0;
        foreach (var list in Lists)
        {
            foreach (var field in Input(list, "where").Fields)
            {
                await RefusedAsync(
                    $"query ($v: {field.Type.NullableType}) {{ {list}(where: {{ {field.Name}: $v }}) {{ nodes {{ __typename }} }} }}",
                    field.Name);
                if (field.Type.NamedType is not InputObjectType operations || field.Name is "and" or "or") continue;
                foreach (var operation in operations.Fields)
                {
                    var query = $"query ($v: {operation.Type}) {{ {list}(where: {{ {field.Name}: {{ {operation.Name}: $v }} }})"
                        + " { nodes { __typename } } }";
                    if (operation.Name is not ("eq" or "neq") || operations.Name == "BooleanOperationFilterInput")
                    {
                        await RefusedAsync(query, operation.Name);
                        continue;
                    }

                    var answer = await caller.SendAsync(query, new { v = (string?)null });
                    Assert.False(answer.TryGetProperty("errors", out _), query);
                }
            }
        }

        Assert.True(asked > 250, $"Only {asked} conditions were asked.");

        async Task RefusedAsync(string query, string condition)
        {
            asked++;
            // A variable that was not sent is a field that was not given.
            await caller.AskAsync(query);
            var error = (await caller.SendAsync(query, new { v = (string?)null })).GetProperty("errors")[0];
            Assert.Equal("BAD_USER_INPUT", error.GetProperty("extensions").GetProperty("code").GetString());
            Assert.Contains($"`{condition}`", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [StoreFact]
    public async Task Whoever_may_not_see_operatives_cannot_tell_which_visits_are_one_persons()
    {
        using var planner = Api.Caller("Planner ASHBY");
        using var landlord = Api.Caller("CallHandler MEADOW");
        var operative = (await planner.AskAsync("{ operatives(first: 1) { nodes { id } } }"))
            .GetProperty("operatives").GetProperty("nodes")[0].GetProperty("id").GetString();
        string[] queries =
        [
            "{ visitReport(by: [OPERATIVE]) { count } }",
            "query ($o: ID!) { visitReport(by: [], where: { operative: { eq: $o } }) { count } }",
            "{ jobReport(by: [DAY, OPERATIVE]) { count } }",
            "query ($o: ID!) { jobReport(by: [], where: { or: [{ and: [{ operative: $o }] }] }) { count } }",
            "{ visits(order: [{ day: ASC }, { operative: ASC }]) { totalCount } }",
            "query ($o: ID!) { visits(where: { or: [{ operative: { neq: $o } }] }) { totalCount } }",
            "query ($o: ID!) { jobs(where: { operative: $o }) { totalCount } }",
            "query ($o: ID!) { contracts(first: 5) { nodes { jobs(where: { operative: $o }) { totalCount } } } }",
        ];
        foreach (var query in queries)
        {
            await planner.AskAsync(query, new { o = operative });
            var refused = await landlord.SendAsync(query, new { o = operative });
            Assert.Equal("FORBIDDEN", refused.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        }
    }

    [StoreFact]
    public async Task What_is_asked_for_by_a_number_or_a_list_is_priced_by_it()
    {
        using var caller = Api.Caller("Planner ASHBY");
        const string Nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Contract { jobs(first: 8) { nodes { reference } } } } }";
        // The node, a list that is asked for again for each, and its page.
        const int OfNode = 1 + 20 + 8;
        Assert.Equal(10 * OfNode, await PriceAsync(Nodes, new { ids = Enumerable.Repeat("x", 10) }));
        Assert.Equal(30 * OfNode, await PriceAsync(Nodes, new { ids = Enumerable.Repeat("x", 30) }));
        Assert.Equal(2, await PriceAsync("{ nodes(ids: [\"x\", \"y\"]) { id } }", new { }));

        const string Diaries = "query ($d: Int!) { diaries(first: 5, from: \"2026-01-01\", days: $d) { nodes { days { day } } } }";
        Assert.Equal(1 + (5 * (1 + 14)), await PriceAsync(Diaries, new { d = 14 }));
        Assert.Equal(1 + (5 * (1 + 62)), await PriceAsync(Diaries, new { d = 62 }));
        Assert.Equal(
            5 + 3, await PriceAsync("{ diary(operative: \"x\", from: \"2026-01-01\", days: 3) { days { day } } }", new { }));

        const string Windows = "query ($s: WindowSearchInput!) { availableWindows(search: $s) { windows { day } } }";
        static object Search(int days) => new
        {
            s = new { contract = "x", property = "x", lines = new[] { "x" }, from = "2026-01-01", days },
        };
        Assert.Equal(10 + (4 * 2), await PriceAsync(Windows, Search(2)));
        Assert.Equal(10 + (4 * 62), await PriceAsync(Windows, Search(62)));

        async Task<int> PriceAsync(string query, object variables)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql");
            request.Content = JsonContent.Create(new { query, variables });
            request.Headers.Add("GraphQL-Cost", "validate");
            using var response = await caller.Http.SendAsync(request);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.False(answer.TryGetProperty("errors", out _), answer.GetRawText());
            return answer.GetProperty("extensions").GetProperty("operationCost").GetProperty("cost").GetInt32();
        }
    }

    [Theory]
    [InlineData("\u0416")]
    [InlineData("'&<")]
    [InlineData("\U0001F3E0")]
    public void A_cursor_of_the_longest_texts_is_one_that_the_list_takes(string letters)
    {
        var ids = Api.Services.GetRequiredService<GlobalIds>();
        var longest = string.Concat(Enumerable.Repeat(letters, 200))[..200];
        var row = new PropertyRecord
        {
            Reference = longest,
            AddressLine1 = longest,
            AddressLine2 = longest,
            Postcode = longest,
            PostcodeKey = longest,
            Patch = longest,
        };
        var order = PropertySortInput.Of(
        [
            new PropertySortInput { AddressLine1 = SortDirection.Asc, AddressLine2 = SortDirection.Desc, Postcode = SortDirection.Asc },
            new PropertySortInput { Patch = SortDirection.Asc, Reference = SortDirection.Asc },
        ]);
        var cursor = order.CursorOf(row, ids);
        Assert.InRange(cursor.Length, 1000, GlobalIds.MaxLength);
        Assert.False(order.Behind(cursor, false, ids).Compile()(row));
    }

    [StoreFact]
    public async Task Many_lists_that_are_filtered_and_counted_are_too_dear_for_one_request()
    {
        using var caller = Api.Caller("Planner ASHBY");
        static string Lists(int count) => "{ " + string.Join(' ', Enumerable.Range(0, count).Select(
            i => $"l{i}: jobs(where: {{ description: {{ contains: \"a\" }} }}, order: [{{ patch: ASC }}]) {{ totalCount }}")) + " }";
        await caller.AskAsync(Lists(27));
        var refused = await caller.SendAsync(Lists(28));
        Assert.Equal("COST_EXCEEDED", refused.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [StoreFact]
    public async Task A_job_is_found_by_its_reference_as_people_type_it_and_an_empty_alternative_is_true_of_all()
    {
        using var caller = Api.Caller("Planner ASHBY");
        await BookAsync(caller, "M0026", Desk.Village.Plumbing, Api.Today.PlusDays(2), "PM");
        var all = (await caller.AskAsync("{ jobs(first: 100) { totalCount nodes { reference } } }")).GetProperty("jobs");
        var reference = all.GetProperty("nodes")[0].GetProperty("reference").GetString()!;
        async Task<JsonElement> FindAsync(string where) =>
            (await caller.AskAsync($"{{ jobs(first: 100, where: {where}) {{ totalCount nodes {{ reference }} }} }}")).GetProperty("jobs");

        var typed = reference.Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant();
        var found = await FindAsync($"{{ reference: {{ in: [\"{typed}\", \"nothing\"] }} }}");
        Assert.Equal(reference, Assert.Single(found.GetProperty("nodes").EnumerateArray()).GetProperty("reference").GetString());
        Assert.Equal(0, (await FindAsync("{ reference: { eq: \"nothing\" } }")).GetProperty("totalCount").GetInt32());
        Assert.Equal(1, (await FindAsync($"{{ or: [{{ reference: {{ eq: \"{reference}\" }} }}] }}")).GetProperty("totalCount").GetInt32());
        Assert.Equal(
            all.GetProperty("totalCount").GetInt32(),
            (await FindAsync($"{{ or: [{{ reference: {{ eq: \"{reference}\" }} }}, {{}}] }}")).GetProperty("totalCount").GetInt32());
    }

    static string? LiteralFor(InputValue operation, JsonElement? sample)
    {
        var named = operation.Type.NamedType;
        var literal = named switch
        {
            InputObjectType => "{ contains: \"A\" }",
            EnumType kind => sample is { ValueKind: JsonValueKind.String } known ? known.GetString()! : kind.Values[0].Name,
            _ when sample is { ValueKind: not JsonValueKind.Null } known => named.Name == "String"
                && operation.Type.NullableType is not ListType && operation.Name is "contains" or "startsWith" or "endsWith"
                    ? JsonSerializer.Serialize(Part(known.GetString()!, operation.Name))
                    : known.GetRawText(),
            _ => named.Name switch
            {
                "String" => "\"N\"",
                "Int" => "1",
                "Float" => "1.5",
                "Boolean" => "true",
                "Date" => "\"2026-01-31\"",
                "DateTime" => "\"2026-01-31T12:00:00+01:00\"",
                "ID" => "\"nothing\"",
                _ => null,
            },
        };
        return literal is null ? null : operation.Type.NullableType is ListType ? $"[{literal}]" : literal;
    }

    /// <summary>Some letters of a text, in the other case.</summary>
    static string Part(string text, string operation)
    {
        var half = Math.Max(1, text.Length / 2);
        var part = operation switch
        {
            "startsWith" => text[..half],
            "endsWith" => text[^half..],
            _ => text.Substring(text.Length / 4, half),
        };
        return part.ToUpperInvariant() == part ? part.ToLowerInvariant() : part.ToUpperInvariant();
    }

    static bool Holds(JsonElement own, string operation, JsonElement sample)
    {
        if (own.ValueKind == JsonValueKind.Null) return operation is "neq" or "nin";
        var text = Text(own);
        var compared = own.ValueKind == JsonValueKind.Number
            ? own.GetDouble().CompareTo(sample.GetDouble())
            : string.CompareOrdinal(text, Text(sample));
        const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;
        return operation switch
        {
            "eq" or "in" => compared == 0,
            "neq" or "nin" => compared != 0,
            "gt" => compared > 0,
            "gte" => compared >= 0,
            "lt" => compared < 0,
            "lte" => compared <= 0,
            "contains" => text.Contains(Part(Text(sample), operation), AnyCase),
            "startsWith" => text.StartsWith(Part(Text(sample), operation), AnyCase),
            "endsWith" => text.EndsWith(Part(Text(sample), operation), AnyCase),
            _ => throw new InvalidOperationException($"{operation} is not known to this test."),
        };
    }

    /// <summary>Jobs of the other contractor, each day another.</summary>
    async Task BookInTownAsync()
    {
        using var caller = Api.Caller("Planner BIRCH");
        for (var i = 0; i < 3; i++)
        {
            var window = (await caller.AskAsync(
                """
                query ($search: WindowSearchInput!) { availableWindows(search: $search) { windows { offer } } }
                """,
                new
                {
                    search = new
                    {
                        contract = await IdAsync("Planner BIRCH", "contracts", "HILL-BIRCH"),
                        property = await IdAsync("Planner BIRCH", "properties", $"H000{i + 1}"),
                        lines = new[] { i == 0 ? "ELE900" : TwoTowns.TownWork },
                        from = Iso(Api.Today.PlusDays(2 + i)),
                        days = 1,
                    },
                })).GetProperty("availableWindows").GetProperty("windows")[0];
            var booked = await caller.AskAsync(
                "mutation ($input: BookWindowInput!) { bookWindow(input: $input) { errors { __typename } } }",
                new
                {
                    input = new
                    {
                        idempotencyKey = Guid.NewGuid().ToString("N"),
                        offer = window.GetProperty("offer").GetString(),
                        description = $"Socket {i} sparks",
                    },
                });
            Assert.Equal(JsonValueKind.Null, booked.GetProperty("bookWindow").GetProperty("errors").ValueKind);
        }
    }
}
