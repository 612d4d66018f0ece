using System.Text.Json;
using NodaTime;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>
/// Visits on their day, and the plan. They move the clock on, so they have a host of their own; what is booked is booked for days that no
/// other test here has.
/// </summary>
public abstract class DaySuite(ApiFixture api) : GraphQLCalls(api)
{
    const string VisitFields = "id state starts ends startFixed actualStarts actualEnds lateMinutes operative { id reference } job { id }";

    static async Task<JsonElement> SendAsync(ApiCaller caller, string name, string fields, object input)
    {
        var type = char.ToUpperInvariant(name[0]) + name[1..];
        var data = await caller.AskAsync(
            $"mutation ($input: {type}Input!) {{ {name}(input: $input) {{ event sequence clientMutationId {fields} "
            + "errors { __typename ... on Error { message } } } }",
            new { input });
        return data.GetProperty(name);
    }

    static Task<JsonElement> TellAsync(ApiCaller caller, string name, object input) =>
        SendAsync(caller, name, $"job {{ status }} visit {{ {VisitFields} }}", input);

    static Task<JsonElement> PlanAsync(ApiCaller caller, string name, object input) =>
        SendAsync(caller, name, $"visits {{ {VisitFields} }}", input);

    static string Done(JsonElement payload)
    {
        Assert.True(payload.GetProperty("errors").ValueKind == JsonValueKind.Null, payload.GetProperty("errors").ToString());
        return payload.GetProperty("event").GetString()!;
    }

    static string ErrorOf(JsonElement payload)
    {
        Assert.Equal(JsonValueKind.Null, payload.GetProperty("event").ValueKind);
        return payload.GetProperty("errors")[0].GetProperty("__typename").GetString()!;
    }

    static string Key() => Guid.NewGuid().ToString("N");

    async Task<JsonElement> BookedVisitAsync(string home, LocalDate day, string window)
    {
        using var caller = Api.Caller("CallHandler ASHBY");
        var job = await BookAsync(caller, home, Village.Plumbing, day, window);
        using var planner = Api.Caller("Planner ASHBY");
        var read = await planner.AskAsync($"query ($id: ID!) {{ node(id: $id) {{ ... on Job {{ visits {{ {VisitFields} }} }} }} }}",
            new { id = job });
        return read.GetProperty("node").GetProperty("visits")[0];
    }

    static string Reference(JsonElement visit) => visit.GetProperty("operative").GetProperty("reference").GetString()!;

    void MoveClockTo(DateTimeOffset time) => Api.Time.Advance(time - Api.Time.GetUtcNow());

    [StoreFact]
    public async Task A_visits_day_is_told_by_its_operative_and_seen_in_lists_and_streams()
    {
        var day = Api.Today.PlusDays(2);
        var visit = await BookedVisitAsync("M0020", day, "AM");
        var (id, starts) = (visit.GetProperty("id").GetString()!, visit.GetProperty("starts").GetDateTimeOffset());
        MoveClockTo(starts.AddMinutes(5));
        var colleague = Reference(visit) == "P1" ? "P2" : "P1";
        using var own = Api.Caller($"Operative ASHBY operative={Reference(visit)}");
        using var other = Api.Caller($"Operative ASHBY operative={colleague}");
        using var planner = Api.Caller("Planner ASHBY");
        using var callHandler = Api.Caller("CallHandler ASHBY");
        using var client = Api.Caller("Planner MEADOW");
        using var patience = new CancellationTokenSource(StreamPatience);
        await using var events = planner
            .SubscribeAsync("subscription { diaryChanged { event diaries { visits { id state } } } }", null, patience.Token)
            .GetAsyncEnumerator(patience.Token);
        Assert.True(await events.MoveNextAsync());

        Assert.Equal("VISIT_SET_OUT", Done(await TellAsync(own, "setOutForVisit", new { idempotencyKey = Key(), visit = id })));
        Assert.Equal("VisitStateError", ErrorOf(await TellAsync(own, "finishVisit", new { idempotencyKey = Key(), visit = id })));
        var key = Key();
        var started = await TellAsync(own, "startVisit", new { idempotencyKey = key, visit = id, clientMutationId = "mine" });
        Assert.Equal(("VISIT_STARTED", "mine"), (Done(started), started.GetProperty("clientMutationId").GetString()));
        Assert.Equal("STARTED", started.GetProperty("visit").GetProperty("state").GetString());
        Assert.Equal("IN_PROGRESS", started.GetProperty("job").GetProperty("status").GetString());
        Assert.NotEqual(JsonValueKind.Null, started.GetProperty("visit").GetProperty("actualStarts").ValueKind);
        Assert.Equal("VISIT_STARTED", Done(await TellAsync(own, "startVisit", new { idempotencyKey = key, visit = id })));
        Assert.Equal("KeyReusedError", ErrorOf(await TellAsync(own, "finishVisit", new { idempotencyKey = key, visit = id })));
        Assert.Equal("VISIT_EXTENDED", Done(await TellAsync(own, "extendVisit", new { idempotencyKey = Key(), visit = id, minutes = 30 })));
        Assert.Equal("InvalidInputError",
            ErrorOf(await TellAsync(own, "extendVisit", new { idempotencyKey = Key(), visit = id, minutes = 481 })));

        // Who may not, and who does not see it.
        foreach (var name in new[] { "startVisit", "finishVisit" })
        {
            Assert.Equal("VisitNotFoundError", ErrorOf(await TellAsync(other, name, new { idempotencyKey = Key(), visit = id })));
            Assert.Equal("VisitNotFoundError", ErrorOf(await TellAsync(own, name, new { idempotencyKey = Key(), visit = "nothing" })));
            foreach (var caller in new[] { callHandler, client })
                Assert.Equal("NotAllowedError", ErrorOf(await TellAsync(caller, name, new { idempotencyKey = Key(), visit = id })));
        }

        Api.Time.Advance(TimeSpan.FromMinutes(20));
        var finished = await TellAsync(planner, "finishVisit", new { idempotencyKey = Key(), visit = id });
        Assert.Equal("VISIT_FINISHED", Done(finished));
        Assert.Equal("COMPLETED", finished.GetProperty("job").GetProperty("status").GetString());
        Assert.Equal(
            finished.GetProperty("visit").GetProperty("ends").GetString(),
            finished.GetProperty("visit").GetProperty("actualEnds").GetString());
        // Each event shows the visit as that event left it, however late it is read.
        var told = new[]
        {
            ("VISIT_SET_OUT", "ON_THE_WAY"), ("VISIT_STARTED", "STARTED"), ("VISIT_EXTENDED", "STARTED"), ("VISIT_FINISHED", "COMPLETED"),
        };
        foreach (var expected in told)
        {
            Assert.True(await events.MoveNextAsync());
            var seen = events.Current.GetProperty("data").GetProperty("diaryChanged");
            var after = seen.GetProperty("diaries")[0].GetProperty("visits").EnumerateArray()
                .Single(one => one.GetProperty("id").GetString() == id);
            Assert.Equal(expected, (seen.GetProperty("event").GetString()!, after.GetProperty("state").GetString()!));
        }
    }

    [StoreFact]
    public async Task Nobody_in_sends_the_job_back_and_lateness_is_listed()
    {
        var day = Api.Today.PlusDays(4);
        var nobodyIn = await BookedVisitAsync("M0021", day, "PM");
        var first = await BookedVisitAsync("M0022", day, "AM");
        var second = await BookedVisitAsync("M0023", day, "AM");
        MoveClockTo(first.GetProperty("starts").GetDateTimeOffset().AddMinutes(1));
        using var planner = Api.Caller("Planner ASHBY");
        var operative = first.GetProperty("operative").GetProperty("id").GetString();
        if (Reference(first) != Reference(second))
        {
            Assert.Equal("VISITS_REASSIGNED", Done(await PlanAsync(planner, "reassignVisits", new
            {
                idempotencyKey = Key(),
                moves = new[] { new { visit = second.GetProperty("id").GetString(), operative } },
            })));
        }

        var id = first.GetProperty("id").GetString();
        Assert.Equal("VISIT_STARTED", Done(await TellAsync(planner, "startVisit", new { idempotencyKey = Key(), visit = id })));
        Assert.Equal(
            "VISIT_EXTENDED", Done(await TellAsync(planner, "extendVisit", new { idempotencyKey = Key(), visit = id, minutes = 300 })));
        var late = await planner.AskAsync(
            "query ($day: Date!) { visits(where: { day: { eq: $day }, lateMinutes: { gt: 0 } }, order: [{ lateMinutes: DESC }]) "
            + "{ nodes { id lateMinutes state } } }", new { day = Iso(day) });
        Assert.Contains(
            second.GetProperty("id").GetString(),
            late.GetProperty("visits").GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetString()));

        var away = new { idempotencyKey = Key(), visit = nobodyIn.GetProperty("id").GetString(), reason = "Nobody in, card left" };
        var reported = await TellAsync(planner, "reportNoAccess", away);
        Assert.Equal("NO_ACCESS_REPORTED", Done(reported));
        Assert.Equal("LOGGED", reported.GetProperty("job").GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, reported.GetProperty("visit").ValueKind);
        Assert.Equal("NO_ACCESS_REPORTED", Done(await TellAsync(planner, "reportNoAccess", away)));
        Assert.Equal("InvalidInputError", ErrorOf(await TellAsync(planner, "reportNoAccess", new
        {
            idempotencyKey = Key(),
            visit = second.GetProperty("id").GetString(),
            reason = "",
        })));
    }

    [StoreFact]
    public async Task A_planner_reassigns_undoes_and_pins_and_the_audit_tells_who()
    {
        var from = Api.Time.GetUtcNow().AddMinutes(-1);
        var visit = await BookedVisitAsync("M0024", Api.Today.PlusDays(7), "AM");
        var (id, was) = (visit.GetProperty("id").GetString()!, Reference(visit));
        var to = await IdAsync("Planner ASHBY", "operatives", was == "P1" ? "P2" : "P1");
        using var planner = Api.Caller("Planner ASHBY");
        object Move(string operative, string? key = null) => new
        {
            idempotencyKey = key ?? Key(),
            moves = new[] { new { visit = id, operative } },
            clientMutationId = "batch",
        };
        var done = await PlanAsync(planner, "reassignVisits", Move(to, "batch-1"));
        Assert.Equal(("VISITS_REASSIGNED", "batch"), (Done(done), done.GetProperty("clientMutationId").GetString()));
        Assert.NotEqual(was, Reference(done.GetProperty("visits")[0]));
        Assert.Equal("VISITS_REASSIGNED", Done(await PlanAsync(planner, "reassignVisits", Move(to, "batch-1"))));
        var sequence = done.GetProperty("sequence").GetString();
        var undone = await PlanAsync(planner, "undoReassignment", new { idempotencyKey = Key(), sequence });
        Assert.Equal(("REASSIGNMENT_UNDONE", was), (Done(undone), Reference(undone.GetProperty("visits")[0])));
        Assert.Equal(visit.GetProperty("starts").GetString(), undone.GetProperty("visits")[0].GetProperty("starts").GetString());
        Assert.Equal("PlanChangedError", ErrorOf(await PlanAsync(planner, "undoReassignment", new { idempotencyKey = Key(), sequence })));
        Assert.Equal("PlanChangedError",
            ErrorOf(await PlanAsync(planner, "undoReassignment", new { idempotencyKey = Key(), sequence = "nothing" })));

        var pinned = await TellAsync(planner, "pinVisit", new { idempotencyKey = Key(), visit = id });
        Assert.Equal("VISIT_PINNED", Done(pinned));
        Assert.True(pinned.GetProperty("visit").GetProperty("startFixed").GetBoolean());
        Assert.Equal("VisitStateError", ErrorOf(await PlanAsync(planner, "reassignVisits", Move(to))));
        Assert.Equal("VISIT_UNPINNED", Done(await TellAsync(planner, "unpinVisit", new { idempotencyKey = Key(), visit = id })));
        var joiner = await IdAsync("Planner ASHBY", "operatives", "J1");
        Assert.Equal("PlanRefusedError", ErrorOf(await PlanAsync(planner, "reassignVisits", Move(joiner))));
        Assert.Equal("PlanChangedError", ErrorOf(await PlanAsync(planner, "reassignVisits", new
        {
            idempotencyKey = Key(),
            moves = new[] { new { visit = id, operative = to } },
            plannedOn = new[] { new { operative = to, version = 0 } },
        })));
        Assert.Equal("VisitNotFoundError", ErrorOf(await PlanAsync(planner, "reassignVisits", new
        {
            idempotencyKey = Key(),
            moves = new[] { new { visit = "nothing", operative = to } },
        })));
        foreach (var who in new[] { "CallHandler ASHBY", $"Operative ASHBY operative={was}", "Planner MEADOW", "ContractManager ASHBY" })
        {
            using var caller = Api.Caller(who);
            Assert.Equal("NotAllowedError", ErrorOf(await PlanAsync(caller, "reassignVisits", Move(to))));
            Assert.Equal("NotAllowedError", ErrorOf(await PlanAsync(caller, "undoReassignment", new { idempotencyKey = Key(), sequence })));
            Assert.Equal("NotAllowedError", ErrorOf(await TellAsync(caller, "pinVisit", new { idempotencyKey = Key(), visit = id })));
        }

        using var stranger = Api.Caller("Planner BIRCH");
        Assert.Equal("VisitNotFoundError", ErrorOf(await PlanAsync(stranger, "reassignVisits", Move(to))));
        Assert.Equal("PlanChangedError", ErrorOf(await PlanAsync(stranger, "undoReassignment", new { idempotencyKey = Key(), sequence })));
        using var administrator = Api.Caller("Administrator ASHBY");
        const string Audit =
            "query ($from: DateTime!, $until: DateTime!) { audit(from: $from, until: $until) { entries { event subject } } }";
        var audit = await administrator.AskAsync(Audit, new { from, until = Api.Time.GetUtcNow().AddMinutes(1) });
        var told = audit.GetProperty("audit").GetProperty("entries").EnumerateArray()
            .Select(line => (line.GetProperty("event").GetString(), line.GetProperty("subject").GetString())).ToList();
        foreach (var what in new[] { "VISITS_REASSIGNED", "REASSIGNMENT_UNDONE", "VISIT_PINNED", "VISIT_UNPINNED" })
            Assert.Contains((what, "Planner:ASHBY"), told);
        // Whose it is not sees nothing of it.
        using var landlord = Api.Caller("Administrator MEADOW");
        audit = await landlord.AskAsync(Audit, new { from, until = Api.Time.GetUtcNow().AddMinutes(1) });
        Assert.DoesNotContain(
            "VISITS_REASSIGNED",
            audit.GetProperty("audit").GetProperty("entries").EnumerateArray().Select(line => line.GetProperty("event").GetString()));
    }

    [StoreFact]
    public async Task An_operative_sees_the_homes_of_the_own_visits_and_no_others()
    {
        var visit = await BookedVisitAsync("M0026", Api.Today.PlusDays(11), "AM");
        const string Query = "{ properties(first: 100) { nodes { reference } } "
            + "visits(first: 100) { nodes { id property { reference address } } } }";
        using var own = Api.Caller($"Operative ASHBY operative={Reference(visit)}");
        var seen = await own.AskAsync(Query);
        var there = seen.GetProperty("visits").GetProperty("nodes").EnumerateArray()
            .Single(one => one.GetProperty("id").GetString() == visit.GetProperty("id").GetString()).GetProperty("property");
        Assert.Equal("M0026", there.GetProperty("reference").GetString());
        Assert.NotEmpty(there.GetProperty("address").GetString()!);
        Assert.Contains("M0026", References(seen));
        using var other = Api.Caller($"Operative ASHBY operative={(Reference(visit) == "P1" ? "P2" : "P1")}");
        Assert.DoesNotContain("M0026", References(await other.AskAsync(Query)));

        static IEnumerable<string?> References(JsonElement answer) => answer.GetProperty("properties").GetProperty("nodes")
            .EnumerateArray().Select(node => node.GetProperty("reference").GetString());
    }

    [StoreFact]
    public async Task Who_follows_a_job_hears_that_its_visit_went_to_somebody_else()
    {
        var visit = await BookedVisitAsync("M0025", Api.Today.PlusDays(9), "AM");
        var job = visit.GetProperty("job").GetProperty("id").GetString();
        var to = await IdAsync("Planner ASHBY", "operatives", Reference(visit) == "P1" ? "P2" : "P1");
        using var patience = new CancellationTokenSource(StreamPatience);
        using var planner = Api.Caller("Planner ASHBY");
        using var landlord = Api.Caller("Planner MEADOW");
        await using var planners = await FollowAsync(planner);
        await using var landlords = await FollowAsync(landlord);

        var moves = new[] { new { visit = visit.GetProperty("id").GetString(), operative = to } };
        Assert.Equal("VISITS_REASSIGNED", Done(await PlanAsync(planner, "reassignVisits", new { idempotencyKey = Key(), moves })));

        Assert.Equal("VISITS_REASSIGNED", await NextEventAsync(planners));
        // The landlord hears that the plan has changed, and not what else was moved with it.
        Assert.Equal("DIARY_REPLANNED", await NextEventAsync(landlords));

        async Task<IAsyncEnumerator<JsonElement>> FollowAsync(ApiCaller caller)
        {
            var (events, _) = await OpenAsync(
                caller, "jobChanged", "subscription ($job: ID!) { jobChanged(job: $job) { sequence event jobVersion job { id } } }",
                new { job }, patience.Token);
            return events;
        }

        async Task<string?> NextEventAsync(IAsyncEnumerator<JsonElement> events)
        {
            var next = await NextAsync(events, "jobChanged");
            Assert.Equal(job, next.GetProperty("job").GetProperty("id").GetString());
            Assert.Equal(JsonValueKind.Null, next.GetProperty("jobVersion").ValueKind);
            return next.GetProperty("event").GetString();
        }
    }
}

public sealed class SqliteDayTests(SqliteApi api) : DaySuite(api), IClassFixture<SqliteApi>;

public sealed class PostgreSqlDayTests(PostgreSqlApi api) : DaySuite(api), IClassFixture<PostgreSqlApi>;
