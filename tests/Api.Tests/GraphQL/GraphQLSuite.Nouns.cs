using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>What each noun tells, how few statements that takes, and what the others don't get to know.</summary>
public abstract partial class GraphQLSuite
{
    [StoreFact]
    public async Task A_page_of_jobs_with_everything_below_takes_a_statement_a_kind_however_many_jobs()
    {
        using var caller = Api.Caller("Planner ASHBY");
        for (var i = 0; i < 4; i++) await BookAsync(caller, $"M003{i}", Village.Plumbing, Api.Today.PlusDays(11), i < 2 ? "AM" : "PM");
        const string Query = """
            query ($n: Int, $d: Date) {
              jobs(first: $n, where: { bookedDay: { eq: $d } }) {
                totalCount
                nodes {
                  id reference lines { code rate { plainName } } property { address client { name } }
                  contract { reference client { name } contractor { name } windows { code } }
                  visits { starts operative { name trades contractor { name } } property { postcode } }
                }
              }
            }
            """;
        var d = Iso(Api.Today.PlusDays(11));
        await caller.AskAsync(Query, new { n = 2, d });
        var counts = new List<int>();
        foreach (var n in new[] { 2, 4 })
        {
            Api.Sql.Clear();
            var jobs = (await caller.AskAsync(Query, new { n, d })).GetProperty("jobs").GetProperty("nodes");
            counts.Add(Api.Sql.Commands.Count);
            Assert.Equal(n, jobs.GetArrayLength());
            var operative = jobs[0].GetProperty("visits")[0].GetProperty("operative");
            Assert.Equal("Ashby Works", operative.GetProperty("contractor").GetProperty("name").GetString());
            Assert.Equal("Tap dripping", jobs[0].GetProperty("lines")[0].GetProperty("rate").GetProperty("plainName").GetString());
        }

        // The page and its count; visits, properties, contracts; operatives and rates; organisations, as many times as there are levels
        // that come to rest apart: three.
        Assert.True(counts.Max() <= 10, $"{counts.Max()} statements:\n{string.Join("\n\n", Api.Sql.Commands)}");
    }

    [StoreFact]
    public async Task A_fortnight_of_a_diary_shows_its_route_and_what_is_free()
    {
        using var caller = Api.Caller("Planner ASHBY");
        var day = Api.Today.PlusDays(13);
        await BookAsync(caller, "M0040", Village.Kitchen, day, "AM");
        const string Fields = "operative { reference } version days { day starts ends workingMinutes onSiteMinutes travelMinutes "
            + "travelMetres freeMinutes isFeasible stops { starts travelMetres visit { job { reference } } } }";
        var diary = (await caller.AskAsync(
            $"query ($o: ID!, $from: Date!) {{ diary(operative: $o, from: $from, days: 14) {{ {Fields} }} }}",
            new { o = await IdAsync("Planner ASHBY", "operatives", "J1"), from = Iso(Api.Today.PlusDays(7)) })).GetProperty("diary");
        Assert.Equal(14, diary.GetProperty("days").GetArrayLength());
        var full = diary.GetProperty("days").EnumerateArray().Single(one => one.GetProperty("day").GetString() == Iso(day));
        Assert.Equal(540, full.GetProperty("workingMinutes").GetDouble());
        Assert.Equal(270, full.GetProperty("onSiteMinutes").GetDouble());
        Assert.True(full.GetProperty("isFeasible").GetBoolean());
        Assert.InRange(full.GetProperty("travelMetres").GetDouble(), 1, 5000);
        Assert.Equal(
            540, 270 + full.GetProperty("travelMinutes").GetDouble() + full.GetProperty("freeMinutes").GetDouble(), precision: 0);
        Assert.NotEmpty(full.GetProperty("stops")[0].GetProperty("visit").GetProperty("job").GetProperty("reference").GetString()!);

        Api.Sql.Clear();
        var all = (await caller.AskAsync(
            $"query ($from: Date!) {{ diaries(first: 2, from: $from, days: 7, where: {{ trades: {{ some: {{ eq: \"PLUMBER\" }} }} }})"
                + $" {{ totalCount nodes {{ {Fields} }} }} }}",
            new { from = Iso(Api.Today.PlusDays(7)) })).GetProperty("diaries");
        Assert.Equal(2, all.GetProperty("totalCount").GetInt32());
        Assert.All(all.GetProperty("nodes").EnumerateArray(), one => Assert.Equal(7, one.GetProperty("days").GetArrayLength()));
        Assert.True(Api.Sql.Commands.Count <= 7, $"{Api.Sql.Commands.Count} statements.");
    }

    [StoreFact]
    public async Task The_board_of_a_day_asks_for_all_its_jobs_at_once()
    {
        using var caller = Api.Caller("Planner ASHBY");
        var day = Api.Today.PlusDays(12);
        var before = await LookAsync();
        foreach (var home in new[] { "M0041", "M0042", "M0043" }) await BookAsync(caller, home, Village.Plumbing, day, "AM");

        Api.Sql.Clear();
        var after = await LookAsync();

        Assert.Equal((before.Taps + 3, before.Places + 3), after);
        // Jobs, and where they are.
        Assert.Equal(2, Api.Sql.Commands.Count);

        // Others may have booked on that day before.
        async Task<(int Taps, int Places)> LookAsync()
        {
            var board = await caller.Http.GetStringAsync($"/board?date={Iso(day)}");
            return (Regex.Count(board, "desk-visit__what\">Tap dripping"),
                Regex.Count(board, "desk-visit__where\">[^<]*Orchard[^<]*, [A-Z0-9 ]+<"));
        }
    }

    [StoreFact]
    public async Task A_total_of_nothing_is_one_line_and_groups_of_nothing_are_none()
    {
        using var caller = Api.Caller("Planner ASHBY");
        var nothing = await caller.AskAsync(
            "{ jobs: jobReport(by: [], where: { description: { eq: \"nobody writes this\" } }) { count averageLeadHours }"
            + " visits: visitReport(by: [], where: { day: { gt: \"2199-01-01\" } }) { count totalMinutes }"
            + " byDay: visitReport(by: [DAY], where: { day: { gt: \"2199-01-01\" } }) { count } }");
        Assert.Equal(
            """{"jobs":[{"count":0,"averageLeadHours":null}],"visits":[{"count":0,"totalMinutes":0}],"byDay":[]}""", nothing.GetRawText());
    }

    [StoreFact]
    public async Task Reports_add_up_to_what_the_lists_show_by_every_dimension()
    {
        using var caller = Api.Caller("Planner ASHBY");
        await BookAsync(caller, "M0041", Village.Plumbing, Api.Today.PlusDays(14), "AM");
        await BookAsync(caller, "M0042", Village.Kitchen, Api.Today.PlusDays(14), "AM");
        var visits = (await caller.AskAsync(
            "{ visits(first: 100) { nodes { day minutes patch trade state operative { reference } contract { reference } } } }"))
            .GetProperty("visits").GetProperty("nodes").EnumerateArray().ToList();
        var dimensions = new (string Name, string Field, Func<JsonElement, string> Of)[]
        {
            ("DAY", "day", visit => visit.GetProperty("day").GetString()!),
            ("OPERATIVE", "operative { reference }", visit => visit.GetProperty("operative").GetProperty("reference").GetString()!),
            ("AREA", "area", visit => visit.GetProperty("patch").GetString()!),
            ("CONTRACT", "contract { reference }", visit => visit.GetProperty("contract").GetProperty("reference").GetString()!),
            ("TRADE", "trade", visit => visit.GetProperty("trade").GetString()!),
            ("STATE", "state", visit => visit.GetProperty("state").GetString()!),
        };
        foreach (var (name, field, of) in dimensions)
        {
            var lines = (await caller.AskAsync($"{{ visitReport(by: [{name}]) {{ {field} count totalMinutes averageMinutes }} }}"))
                .GetProperty("visitReport").EnumerateArray().ToList();
            var expected = visits.GroupBy(of).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{group.Key} {group.Count()} {group.Sum(Minutes)} {group.Average(Minutes):0.###}");
            var found = lines.Select(line => $"{Value(line)} {line.GetProperty("count").GetInt32()}"
                + $" {line.GetProperty("totalMinutes").GetDouble()} {line.GetProperty("averageMinutes").GetDouble():0.###}")
                .Order(StringComparer.Ordinal);
            Assert.Equal(expected, found);

            string Value(JsonElement line)
            {
                var value = line.GetProperty(field.Split(' ')[0]);
                return value.ValueKind == JsonValueKind.Object ? value.GetProperty("reference").GetString()! : value.GetString()!;
            }
        }

        var both = (await caller.AskAsync("{ visitReport(by: [TRADE, DAY], where: { state: { eq: BOOKED } }) { day trade count } }"))
            .GetProperty("visitReport").EnumerateArray().ToList();
        Assert.Equal(
            visits.Where(visit => visit.GetProperty("state").GetString() == "BOOKED")
                .GroupBy(visit => (visit.GetProperty("day").GetString(), visit.GetProperty("trade").GetString())).Count(),
            both.Count);
        var jobs = (await caller.AskAsync(
            "{ jobs(first: 0) { totalCount } jobReport(by: []) { count totalStandardMinutes averageLeadHours day } }"));
        var total = Assert.Single(jobs.GetProperty("jobReport").EnumerateArray());
        Assert.Equal(jobs.GetProperty("jobs").GetProperty("totalCount").GetInt32(), total.GetProperty("count").GetInt32());
        Assert.Equal(JsonValueKind.Null, total.GetProperty("day").ValueKind);
        foreach (var dimension in new[] { "DAY", "AREA", "CONTRACT", "TRADE", "STATUS", "EMERGENCY", "OPERATIVE" })
        {
            var lines = (await caller.AskAsync($"{{ jobReport(by: [{dimension}]) {{ count }} }}")).GetProperty("jobReport");
            Assert.Equal(total.GetProperty("count").GetInt32(), lines.EnumerateArray().Sum(line => line.GetProperty("count").GetInt32()));
        }

        var jobsOf = (await caller.AskAsync(
            "{ jobReport(by: [OPERATIVE], where: { bookedDay: { neq: null } }) { count operative { reference } }"
            + " jobs(first: 100, where: { bookedDay: { neq: null } }) { nodes { visits { operative { reference } } } } }"));
        Assert.Equal(
            jobsOf.GetProperty("jobs").GetProperty("nodes").EnumerateArray()
                .GroupBy(job => job.GetProperty("visits")[0].GetProperty("operative").GetProperty("reference").GetString())
                .Select(group => $"{group.Key} {group.Count()}").Order(StringComparer.Ordinal),
            jobsOf.GetProperty("jobReport").EnumerateArray()
                .Select(line => $"{line.GetProperty("operative").GetProperty("reference").GetString()} {line.GetProperty("count")}")
                .Order(StringComparer.Ordinal));

        static double Minutes(JsonElement visit) => visit.GetProperty("minutes").GetDouble();
    }

    [StoreFact]
    public async Task Records_of_others_answer_exactly_as_records_that_are_not_there()
    {
        using var own = Api.Caller("Planner BIRCH");
        using var other = Api.Caller("Planner ASHBY");
        await BookInTownAsync();
        const string All = """
            {
              jobs(first: 1) { nodes { id visits { id } } }
              operatives(first: 1) { nodes { id } }
              contracts(first: 9) { nodes { id reference client { reference } } }
              properties(first: 1, where: { patch: { eq: "S1" } }) { nodes { id } }
              organisations { nodes { id reference } }
              scheduleOfRates(first: 1) { nodes { id } }
            }
            """;
        var found = await own.AskAsync(All);
        string First(string list) => found.GetProperty(list).GetProperty("nodes")[0].GetProperty("id").GetString()!;
        var hill = found.GetProperty("organisations").GetProperty("nodes").EnumerateArray()
            .Single(one => one.GetProperty("reference").GetString() == "HILL").GetProperty("id").GetString()!;
        string[] hidden =
        [
            First("jobs"), First("operatives"), First("contracts"), First("properties"), First("scheduleOfRates"), hill,
            found.GetProperty("jobs").GetProperty("nodes")[0].GetProperty("visits")[0].GetProperty("id").GetString()!,
        ];
        const string Nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }";
        Assert.DoesNotContain(
            (await own.AskAsync(Nodes, new { ids = hidden })).GetProperty("nodes").EnumerateArray(),
            node => node.ValueKind == JsonValueKind.Null);
        Assert.All(
            (await other.AskAsync(Nodes, new { ids = hidden })).GetProperty("nodes").EnumerateArray(),
            node => Assert.Equal(JsonValueKind.Null, node.ValueKind));

        const string Search = "query ($s: WindowSearchInput!) { availableWindows(search: $s) { refusal { reason text } windows { day } } }";
        var search = new { contract = First("contracts"), property = First("properties"), lines = new[] { TwoTowns.TownWork } };
        var nowhere = new { contract = "nothing", property = "nothing", lines = new[] { TwoTowns.TownWork } };
        Assert.Equal(
            Text(await other.AskAsync(Search, new { s = nowhere })), Text(await other.AskAsync(Search, new { s = search })));
        var theirs = await OnceAsync(other, "closeJob", Input(("job", First("jobs"))));
        var nothing = await OnceAsync(other, "closeJob", Input(("job", "nothing")));
        Assert.Equal(Text(nothing), Text(theirs));
        Assert.Equal("[]", Text((await other.AskAsync(
            "query ($c: ID!) { jobs(where: { contract: { eq: $c } }) { nodes { id } } }", new { c = First("contracts") }))
            .GetProperty("jobs").GetProperty("nodes")));
    }

    [StoreFact]
    public async Task Scope_role_and_kind_of_organisation_decide_what_is_seen()
    {
        async Task<string[]> SeenAsync(string who, string list)
        {
            using var caller = Api.Caller(who);
            var answer = await caller.AskAsync($"{{ {list}(first: 100) {{ nodes {{ reference }} }} }}");
            var nodes = answer.GetProperty(list).GetProperty("nodes").EnumerateArray();
            return [.. nodes.Select(one => one.GetProperty("reference").GetString()!)];
        }

        Assert.Equal(["MEADOW-ASHBY", "MEADOW-BIRCH"], await SeenAsync("Planner MEADOW", "contracts"));
        Assert.Equal(["HILL-BIRCH", "MEADOW-BIRCH"], await SeenAsync("Planner BIRCH", "contracts"));
        Assert.Equal(["MEADOW-BIRCH"], await SeenAsync("Planner BIRCH MEADOW-BIRCH", "contracts"));
        Assert.Equal(["N0001", "N0002", "N0003"], await SeenAsync("Planner BIRCH MEADOW-BIRCH", "properties"));
        Assert.Equal(8, (await SeenAsync("Planner BIRCH", "properties")).Length);
        Assert.Equal(63, (await SeenAsync("Planner MEADOW", "properties")).Length);
        Assert.Equal(["M0007"], await SeenAsync("Tenant MEADOW home=M0007", "properties"));
        Assert.Equal(["E1"], await SeenAsync("Planner BIRCH", "operatives"));
        Assert.Equal(["J1"], await SeenAsync("Operative ASHBY operative=J1", "operatives"));
        Assert.Equal(["ASHBY", "MEADOW"], await SeenAsync("Planner ASHBY", "organisations"));

        using var client = Api.Caller("Planner MEADOW");
        var refused = await client.SendAsync("{ operatives { nodes { name } } }");
        Assert.Equal("FORBIDDEN", refused.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        Assert.Contains("/built/graphiql.js", await client.Http.GetStringAsync("/graphiql"), StringComparison.Ordinal);

        var day = Api.Today.PlusDays(15);
        await BookAsync(client, "M0050", Village.Kitchen, day, "AM");
        var visit = (await client.AskAsync(
            "query ($d: Date!) { visits(where: { day: { eq: $d } }) { nodes { state operative { name } property { reference } } } }",
            new { d = Iso(day) })).GetProperty("visits").GetProperty("nodes")[0];
        Assert.Equal(JsonValueKind.Null, visit.GetProperty("operative").ValueKind);
        Assert.Equal("M0050", visit.GetProperty("property").GetProperty("reference").GetString());
    }

    [StoreFact]
    public async Task Properties_are_found_by_what_people_type()
    {
        using var caller = Api.Caller("CallHandler MEADOW");
        async Task<string[]> FindAsync(string text) =>
        [
            .. (await caller.AskAsync(
                "query ($t: String) { properties(first: 100, search: $t) { nodes { reference } } }", new { t = text }))
                .GetProperty("properties").GetProperty("nodes").EnumerateArray().Select(one => one.GetProperty("reference").GetString()!),
        ];

        Assert.Equal(["M0012"], await FindAsync("12 orch"));
        Assert.Equal(["N0001", "N0002", "N0003"], await FindAsync("za99"));
        Assert.Equal(["M0033"], await FindAsync("M0033"));
        Assert.Empty(await FindAsync("High Street"));
        Assert.Empty(await FindAsync("  "));
        Assert.Empty(await FindAsync("\0"));
        var nothing = await caller.AskAsync(
            "query ($t: String) { properties(where: { or: [{ reference: { eq: $t } }, { postcode: { contains: $t } }] }) { totalCount } }",
            new { t = "M\00012" });
        Assert.Equal(0, nothing.GetProperty("properties").GetProperty("totalCount").GetInt32());
    }

    [StoreFact]
    public async Task A_job_is_found_by_its_reference_and_a_cursor_that_was_changed_is_refused()
    {
        using var caller = Api.Caller("Planner ASHBY");
        await BookAsync(caller, "M0051", Village.Plumbing, Api.Today.PlusDays(16), "AM");
        var page = (await caller.AskAsync("{ jobs(first: 1) { nodes { id reference } pageInfo { endCursor } } }")).GetProperty("jobs");
        var job = page.GetProperty("nodes")[0];
        var again = await caller.AskAsync(
            "query ($r: String) { job(reference: $r) { id } }",
            new { r = job.GetProperty("reference").GetString()!.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal) });
        Assert.Equal(job.GetProperty("id").GetString(), again.GetProperty("job").GetProperty("id").GetString());

        var cursor = page.GetProperty("pageInfo").GetProperty("endCursor").GetString()!;
        foreach (var wrong in new[] { "AAAA" + cursor[4..], "x", "%", cursor + "A" })
        {
            var refused = await caller.SendAsync("query ($c: String) { jobs(first: 1, after: $c) { nodes { id } } }", new { c = wrong });
            Assert.Equal("BAD_USER_INPUT", refused.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        }

        // Organisations and contracts are sorted by name and number alike.
        var contracts = await caller.AskAsync("{ contracts(first: 1, order: [{ name: ASC }]) { pageInfo { endCursor } } }");
        var elsewhere = contracts.GetProperty("contracts").GetProperty("pageInfo").GetProperty("endCursor").GetString();
        (string List, string? Cursor)[] wrongs =
        [
            ("jobs(first: 1, after: $c, order: [{ patch: ASC }])", cursor), ("organisations(after: $c)", elsewhere),
        ];
        foreach (var (list, given) in wrongs)
        {
            var other = await caller.SendAsync($"query ($c: String) {{ {list} {{ nodes {{ id }} }} }}", new { c = given });
            Assert.Equal(
                "That cursor belongs to another list or order.", other.GetProperty("errors")[0].GetProperty("message").GetString());
        }
    }
}
