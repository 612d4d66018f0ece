using System.Text.Json;
using OrleansScheduling.Api.Tests.Desk;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>The host with the engine at work, as it is outside tests.</summary>
public sealed class LivePlanApi : ApiFixture
{
    protected override bool IsThere => true;

    protected override Task<string?> NewDatabaseAsync() => Task.FromResult<string?>(null);

    protected override IEnumerable<string> Settings => [];
}

/// <summary>A planner watches the engine run a day. The clock moves on, so each test has days of its own.</summary>
public sealed class DayPlanTests(LivePlanApi api) : GraphQLCalls(api), IClassFixture<LivePlanApi>
{
    const string Plan = """
        { dayPlan {
            day at
            lines { operative { reference } isLocked isAway ends underWay { visit { id } } stops { visit { id } starts ends spareMinutes } }
            flags { visit { id } reason raisedAt operative { reference } forecast minutesLate because
              waysOut { kind operative { reference } starts minutes costMinutes text windowStarts windowEnds } }
            done { sequence at note isForecast moves { visit { id } from { reference } fromStarts to { reference } toStarts } }
            unsettled { id } } }
        """;

    static string Key() => Guid.NewGuid().ToString("N");

    async Task<JsonElement> PlanAsync(string who)
    {
        using var caller = Api.Caller(who);
        return (await caller.AskAsync(Plan)).GetProperty("dayPlan");
    }

    static async Task TellAsync(ApiCaller caller, string name, object input)
    {
        var type = char.ToUpperInvariant(name[0]) + name[1..];
        var data = await caller.AskAsync(
            $"mutation ($input: {type}Input!) {{ {name}(input: $input) {{ event errors {{ ... on Error {{ message }} }} }} }}",
            new { input });
        Assert.True(data.GetProperty(name).GetProperty("errors").ValueKind == JsonValueKind.Null, data.ToString());
    }

    [Fact]
    public async Task The_engine_moves_a_later_promise_of_an_overrun_and_the_planner_sees_what_it_did()
    {
        var day = Api.Today.PlusDays(3);
        using var handler = Api.Caller("CallHandler ASHBY");
        foreach (var home in new[] { "M0001", "M0002" }) await BookAsync(handler, home, Village.Plumbing, day, "AM");
        using var planner = Api.Caller("Planner ASHBY");
        var booked = (await planner.AskAsync(
            "query ($day: Date!) { visits(where: { day: { eq: $day } }, order: [{ starts: ASC }]) "
            + "{ nodes { id starts operative { id reference } } } }", new { day = Iso(day) }))
            .GetProperty("visits").GetProperty("nodes").EnumerateArray().ToList();
        var (first, second) = (booked[0], booked[1]);
        string Id(JsonElement one) => one.GetProperty("id").GetString()!;
        string Operative(JsonElement one) => one.GetProperty("operative").GetProperty("reference").GetString()!;
        if (Operative(first) != Operative(second))
        {
            await TellAsync(planner, "reassignVisits", new
            {
                idempotencyKey = Key(),
                moves = new[] { new { visit = Id(second), operative = first.GetProperty("operative").GetProperty("id").GetString() } },
            });
        }

        Api.Time.Advance(first.GetProperty("starts").GetDateTimeOffset().AddMinutes(1) - Api.Time.GetUtcNow());
        // Sessions end after half a day.
        using var later = Api.Caller("Planner ASHBY");
        await TellAsync(later, "startVisit", new { idempotencyKey = Key(), visit = Id(first) });
        using var patience = new CancellationTokenSource(StreamPatience);
        var (events, _) = await OpenAsync(
            later, "diaryChanged", "subscription { diaryChanged { sequence event diaries { operative { reference } } } }", null,
            patience.Token);
        await TellAsync(later, "extendVisit", new { idempotencyKey = Key(), visit = Id(first), minutes = 300 });
        var heard = "";
        while (heard != "VISITS_REASSIGNED") heard = (await NextAsync(events, "diaryChanged")).GetProperty("event").GetString();

        var plan = await PlanAsync("Planner ASHBY");
        Assert.Equal(Iso(day), plan.GetProperty("day").GetString());
        Assert.Equal(0, plan.GetProperty("unsettled").GetArrayLength());
        var deed = plan.GetProperty("done")[0];
        var move = Assert.Single(deed.GetProperty("moves").EnumerateArray());
        Assert.Equal(Id(second), move.GetProperty("visit").GetProperty("id").GetString());
        Assert.Equal(Operative(first), move.GetProperty("from").GetProperty("reference").GetString());
        Assert.NotEqual(Operative(first), move.GetProperty("to").GetProperty("reference").GetString());
        Assert.False(deed.GetProperty("isForecast").GetBoolean());
        var line = plan.GetProperty("lines").EnumerateArray().Single(one => Operative(one) == Operative(first));
        Assert.Equal(Id(first), line.GetProperty("underWay").GetProperty("visit").GetProperty("id").GetString());
        using var administrator = Api.Caller("Administrator ASHBY");
        var audit = await administrator.AskAsync(
            "query ($from: DateTime!, $until: DateTime!) { audit(from: $from, until: $until) { entries { event subject } } }",
            new { from = Api.Time.GetUtcNow().AddHours(-1), until = Api.Time.GetUtcNow().AddMinutes(1) });
        Assert.Contains(
            ("VISITS_REASSIGNED", "engine"),
            audit.GetProperty("audit").GetProperty("entries").EnumerateArray()
                .Select(entry => (entry.GetProperty("event").GetString(), entry.GetProperty("subject").GetString())));

        // The other contractor has a plan of its own, and nobody else has one.
        Assert.DoesNotContain(Id(second), (await PlanAsync("Planner BIRCH")).ToString(), StringComparison.Ordinal);
        Assert.Equal(0, (await PlanAsync("Planner BIRCH")).GetProperty("done").GetArrayLength());
        foreach (var who in new[] { "CallHandler ASHBY", "Operative ASHBY operative=P1", "Planner MEADOW", "Tenant MEADOW home=M0001" })
        {
            using var other = Api.Caller(who);
            Assert.Contains("FORBIDDEN", (await other.SendAsync(Plan)).ToString(), StringComparison.Ordinal);
        }
    }

    static async Task<JsonElement> SendAsync(ApiCaller caller, string name, object input)
    {
        var type = char.ToUpperInvariant(name[0]) + name[1..];
        var data = await caller.AskAsync(
            $"mutation ($input: {type}Input!) {{ {name}(input: $input) "
            + "{ event sequence errors { __typename ... on Error { message } } } }",
            new { input });
        return data.GetProperty(name);
    }

    static async Task<string> EventOfAsync(ApiCaller caller, string name, object input)
    {
        var payload = await SendAsync(caller, name, input);
        Assert.True(payload.GetProperty("errors").ValueKind == JsonValueKind.Null, payload.ToString());
        return payload.GetProperty("event").GetString()!;
    }

    static async Task<string> ErrorOfAsync(ApiCaller caller, string name, object input) =>
        (await SendAsync(caller, name, input)).GetProperty("errors")[0].GetProperty("__typename").GetString()!;

    /// <summary>There is one electrician, who works until half past four.</summary>
    [Fact]
    public async Task An_emergency_is_attended_within_two_hours_and_one_too_many_is_refused_in_words()
    {
        var late = Api.Today.PlusDays(2).At(new NodaTime.LocalTime(15, 45));
        var from = late.InZoneStrictly(NodaTime.DateTimeZoneProviders.Tzdb["Europe/London"]).ToDateTimeOffset();
        Api.Time.Advance(from - Api.Time.GetUtcNow());
        using var handler = Api.Caller("CallHandler HILL");
        var contract = await IdAsync("Planner BIRCH", "contracts", "HILL-BIRCH");
        using var planner = Api.Caller("Planner BIRCH");
        using var patience = new CancellationTokenSource(StreamPatience);
        var (events, _) = await OpenAsync(
            planner, "planChanged", "subscription { planChanged { sequence event note job { id } moves { visit { id } } } }", null,
            patience.Token);
        var (answers, asked) = (new List<JsonElement>(), "");
        for (var number = 2; number <= 3; number++)
        {
            var home = await IdAsync("Planner BIRCH", "properties", $"H000{number}");
            var log = new { idempotencyKey = Key(), contract, property = home, lines = new[] { "ELE900" } };
            var logged = await AskOfJobAsync("logJob", log, "");
            asked = logged.GetProperty("job").GetProperty("id").GetString()!;
            var input = new { idempotencyKey = Key(), job = asked };
            answers.Add(await AskOfJobAsync("bookEmergency", input));
            Assert.Equal(answers[^1].GetProperty("event").GetRawText(), (await AskOfJobAsync("bookEmergency", input))
                .GetProperty("event").GetRawText());
        }

        var now = Api.Time.GetUtcNow();
        Assert.True(answers[0].GetProperty("errors").ValueKind == JsonValueKind.Null, answers[0].ToString());
        var promise = answers[0].GetProperty("promise");
        Assert.Equal(
            ("BOOKING_MADE", "EMERGENCY"), (answers[0].GetProperty("event").GetString(), promise.GetProperty("window").GetString()));
        Assert.InRange(promise.GetProperty("ends").GetDateTimeOffset(), now.AddMinutes(110), now.AddMinutes(120));
        var visit = Assert.Single(answers[0].GetProperty("job").GetProperty("visits").EnumerateArray());
        Assert.InRange(
            visit.GetProperty("starts").GetDateTimeOffset(), promise.GetProperty("starts").GetDateTimeOffset(), now.AddMinutes(120));
        var error = Assert.Single(answers[1].GetProperty("errors").EnumerateArray());
        Assert.Equal(
            ("WindowUnavailableError", "NOBODY_IN_TIME"),
            (error.GetProperty("__typename").GetString(), error.GetProperty("reason").GetString()));
        await IsForPlannersAsync(planner, events, asked);
        var stranger = await ErrorOfAsync(
            Api.Caller("CallHandler MEADOW"), "bookEmergency",
            new { idempotencyKey = Key(), job = answers[0].GetProperty("job").GetProperty("id").GetString() });
        Assert.Equal("JobNotFoundError", stranger);

        async Task<JsonElement> AskOfJobAsync(string name, object input, string error = "... on WindowUnavailableError { reason }")
        {
            var type = char.ToUpperInvariant(name[0]) + name[1..];
            return (await handler.AskAsync(
                $"mutation ($input: {type}Input!) {{ {name}(input: $input) {{ event promise {{ window starts ends }} "
                + $"job {{ id visits {{ starts }} }} errors {{ __typename {error} }} }} }}",
                new { input })).GetProperty(name);
        }
    }

    /// <summary>They hear of it, and find it in the plan with what can be done; planners of others do not.</summary>
    async Task IsForPlannersAsync(ApiCaller planner, IAsyncEnumerator<JsonElement> events, string emergency)
    {
        var told = await NextAsync(events, "planChanged");
        while (told.GetProperty("job").ValueKind == JsonValueKind.Null) told = await NextAsync(events, "planChanged");
        Assert.Equal(
            ("PROMISES_FLAGGED", "Nobody can attend an emergency in time.", emergency),
            (told.GetProperty("event").GetString(), told.GetProperty("note").GetString(),
                told.GetProperty("job").GetProperty("id").GetString()));
        Assert.Equal(0, told.GetProperty("moves").GetArrayLength());
        const string Asked = "{ dayPlan { emergencies { job { id } askedAt canBeAttended waysOut { kind text operative { id } } } } }";
        var waits = Assert.Single((await planner.AskAsync(Asked)).GetProperty("dayPlan").GetProperty("emergencies").EnumerateArray());
        Assert.Equal(
            (emergency, false), (waits.GetProperty("job").GetProperty("id").GetString(), waits.GetProperty("canBeAttended").GetBoolean()));
        var way = Assert.Single(waits.GetProperty("waysOut").EnumerateArray());
        Assert.Equal("OVERTIME", way.GetProperty("kind").GetString());
        using var other = Api.Caller("Planner ASHBY");
        Assert.DoesNotContain(emergency, (await other.AskAsync(Asked)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operative_reports_off_and_the_planner_hears_what_cannot_be_kept_before_it_is_late()
    {
        var day = Api.Today.PlusDays(2);
        using (var handler = Api.Caller("CallHandler ASHBY")) await BookAsync(handler, "M0011", Village.Kitchen, day, "AM");
        Api.Time.Advance(day.AtMidnight().ToDateTimeUnspecified().AddHours(7).AddMinutes(10) - Api.Time.GetUtcNow().DateTime);
        using var planner = Api.Caller("Planner ASHBY");
        using var joiner = Api.Caller("Operative ASHBY operative=J1");
        var joinerId = await IdAsync("Planner ASHBY", "operatives", "J1");
        using var patience = new CancellationTokenSource(StreamPatience);
        var (events, _) = await OpenAsync(
            planner, "planChanged",
            "subscription { planChanged { sequence at event note moves { visit { id } to { reference } toStarts } resync } }", null,
            patience.Token);
        var off = new { idempotencyKey = Key(), operative = joinerId };
        Assert.Equal("OPERATIVE_ABSENT", await EventOfAsync(joiner, "reportAbsence", off));
        Assert.Equal("OPERATIVE_ABSENT", await EventOfAsync(joiner, "reportAbsence", off));
        Assert.Equal("OPERATIVE_ABSENT", (await NextAsync(events, "planChanged")).GetProperty("event").GetString());
        var told = await NextAsync(events, "planChanged");
        Assert.Equal("PROMISES_FLAGGED", told.GetProperty("event").GetString());
        Assert.Equal("Cy Plane is away.", told.GetProperty("note").GetString());
        Assert.Equal(1, told.GetProperty("moves").GetArrayLength());

        var plan = await PlanAsync("Planner ASHBY");
        var flag = Assert.Single(plan.GetProperty("flags").EnumerateArray());
        Assert.Equal("NOBODY_FREE", flag.GetProperty("reason").GetString());
        Assert.True(flag.GetProperty("raisedAt").GetDateTimeOffset() < day.AtMidnight().ToDateTimeUnspecified().AddHours(12));
        Assert.True(plan.GetProperty("lines").EnumerateArray()
            .Single(line => line.GetProperty("operative").GetProperty("reference").GetString() == "J1").GetProperty("isAway").GetBoolean());
        using var later = Api.Caller("CallHandler ASHBY");
        Assert.False((await WindowAsync(later, "M0012", Village.Kitchen, day, "PM")).GetProperty("isAvailable").GetBoolean());
    }

    [Fact]
    public async Task Days_are_locked_and_lengthened_by_planners_and_proposals_answered_and_asked_about()
    {
        var plumber = await IdAsync("Planner ASHBY", "operatives", "P2");
        object Of(string operative) => new { idempotencyKey = Key(), operative };
        using var planner = Api.Caller("Planner ASHBY");
        Assert.Equal("DAY_LOCKED", await EventOfAsync(planner, "lockDay", Of(plumber)));
        Assert.Equal("DAY_LOCKED", await EventOfAsync(planner, "lockDay", Of(plumber)));
        Assert.Equal("DAY_UNLOCKED", await EventOfAsync(planner, "unlockDay", Of(plumber)));
        var five = Api.Today.AtMidnight().ToDateTimeUnspecified().AddHours(17);
        object Until(double hours) =>
            new { idempotencyKey = Key(), operative = plumber, until = new DateTimeOffset(five.AddHours(hours), TimeSpan.Zero) };
        Assert.Equal("OVERTIME_AGREED", await EventOfAsync(planner, "agreeOvertime", Until(1)));
        Assert.Equal("InvalidInputError", await ErrorOfAsync(planner, "agreeOvertime", Until(9)));
        foreach (var name in new[] { "acceptProposal", "declineProposal" })
            Assert.Equal("ProposalGoneError", await ErrorOfAsync(planner, name, new { idempotencyKey = Key(), proposal = "nothing" }));
        using var operative = Api.Caller("Operative ASHBY operative=P1");
        Assert.Equal("OperativeNotFoundError", await ErrorOfAsync(operative, "reportAbsence", Of(plumber)));
        Assert.Equal("NotAllowedError", await ErrorOfAsync(operative, "lockDay", Of(plumber)));
        foreach (var who in new[] { "CallHandler ASHBY", "ContractManager ASHBY", "Planner MEADOW" })
        {
            using var other = Api.Caller(who);
            foreach (var name in new[] { "reportAbsence", "lockDay", "unlockDay" })
                Assert.Equal("NotAllowedError", await ErrorOfAsync(other, name, Of(plumber)));
        }

        using var stranger = Api.Caller("Planner BIRCH");
        foreach (var name in new[] { "reportAbsence", "lockDay", "unlockDay" })
            Assert.Equal("OperativeNotFoundError", await ErrorOfAsync(stranger, name, Of(plumber)));

        var asked = await planner.AskAsync(
            """
            query ($p: ID!, $from: DateTime!, $to: DateTime!) {
              whyNotOperative(visit: "nothing", operative: $p) { isPossible operative { id } addedMinutes reasons }
              whyNotWindow(visit: "nothing", starts: $from, ends: $to) { isPossible reasons }
              scoreDay(days: [{ operative: $p, visits: ["nothing"] }]) { byHand { isPossible } byEngine { broken } }
            }
            """,
            new { p = plumber, from = new DateTimeOffset(five.AddHours(-5), TimeSpan.Zero), to = new DateTimeOffset(five, TimeSpan.Zero) });
        Assert.Equal("That visit is not open.", asked.GetProperty("whyNotOperative").GetProperty("reasons")[0].GetString());
        Assert.False(asked.GetProperty("whyNotWindow").GetProperty("isPossible").GetBoolean());
        Assert.Equal(JsonValueKind.Null, asked.GetProperty("scoreDay").ValueKind);
    }
}
