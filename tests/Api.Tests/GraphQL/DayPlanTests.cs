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
            $"mutation ($input: {type}Input!) {{ {name}(input: $input) {{ event errors {{ ... on Error {{ message }} }} }} }}", new { input });
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
}
