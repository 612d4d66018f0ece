using System.Text.Json;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>Capacity and load for weeks ahead.</summary>
public abstract partial class GraphQLSuite
{
    const string LoadFields =
        "day area trade operativeDays workingMinutes onSiteMinutes travelMinutes freeMinutes loadPercent bookedVisits bookedMinutes"
        + " waitingJobs waitingMinutes";

    static async Task<List<JsonElement>> LoadAsync(ApiCaller caller, NodaTime.LocalDate from, int days, string by) =>
        [
            .. (await caller.AskAsync(
                $"query ($from: Date!) {{ load(from: $from, days: {days}, by: [{by}]) {{ {LoadFields} }} }}", new { from = Iso(from) }))
                .GetProperty("load").EnumerateArray(),
        ];

    static double Sum(IEnumerable<JsonElement> lines, string field) =>
        lines.Sum(line => line.GetProperty(field).ValueKind == JsonValueKind.Null ? 0 : line.GetProperty(field).GetDouble());

    [StoreFact]
    public async Task Load_is_what_the_diaries_show_and_adds_up_alike_however_it_is_split()
    {
        using var caller = Api.Caller("Planner ASHBY");
        var from = Api.Today.PlusDays(7);
        await BookAsync(caller, "M0043", Desk.Village.Plumbing, from.PlusDays(3), "AM");
        await BookAsync(caller, "M0044", Desk.Village.Kitchen, from.PlusDays(3), "PM");

        var whole = Assert.Single(await LoadAsync(caller, from, 7, ""));
        var days = (await caller.AskAsync(
            """
            query ($from: Date!) {
              diaries(first: 7, from: $from, days: 7) {
                nodes { days { starts workingMinutes onSiteMinutes travelMinutes freeMinutes stops { state } } }
              }
            }
            """, new { from = Iso(from) })).GetProperty("diaries").GetProperty("nodes").EnumerateArray()
            .SelectMany(diary => diary.GetProperty("days").EnumerateArray()).ToList();

        Assert.Equal(
            days.Count(day => day.GetProperty("starts").ValueKind != JsonValueKind.Null), whole.GetProperty("operativeDays").GetInt32());
        foreach (var field in new[] { "workingMinutes", "onSiteMinutes", "travelMinutes", "freeMinutes" })
            Assert.Equal(Sum(days, field), whole.GetProperty(field).GetDouble(), tolerance: 0.05 * days.Count);
        var visits = (await caller.AskAsync(
            """
            query ($from: Date!, $until: Date!) {
              visits(first: 100, where: { day: { gte: $from, lt: $until } }) { nodes { trade minutes } }
            }
            """,
            new { from = Iso(from), until = Iso(from.PlusDays(7)) })).GetProperty("visits").GetProperty("nodes").EnumerateArray().ToList();
        Assert.True(visits.Count >= 2);
        Assert.Equal(visits.Count, whole.GetProperty("bookedVisits").GetInt32());
        Assert.Equal(Sum(visits, "minutes"), whole.GetProperty("bookedMinutes").GetDouble(), tolerance: 0.1);
        Assert.Equal(whole.GetProperty("onSiteMinutes").GetDouble(), whole.GetProperty("bookedMinutes").GetDouble());
        Assert.Equal(
            100 * (whole.GetProperty("onSiteMinutes").GetDouble() + whole.GetProperty("travelMinutes").GetDouble())
                / whole.GetProperty("workingMinutes").GetDouble(),
            whole.GetProperty("loadPercent").GetDouble(), tolerance: 0.1);

        foreach (var by in new[] { "DAY", "AREA", "TRADE", "TRADE, AREA", "DAY, TRADE, AREA" })
        {
            var lines = await LoadAsync(caller, from, 7, by);
            // All of the village is one area.
            Assert.True(lines.Count > (by == "AREA" ? 0 : 1), by);
            foreach (var field in new[] { "operativeDays", "workingMinutes", "onSiteMinutes", "bookedVisits", "bookedMinutes" })
                Assert.Equal(whole.GetProperty(field).GetDouble(), Sum(lines, field), tolerance: 0.05 * lines.Count);
            Assert.Equal(
                by.Contains("DAY", StringComparison.Ordinal) ? 0 : whole.GetProperty("waitingJobs").GetDouble(), Sum(lines, "waitingJobs"));
        }

        var plumbers = (await LoadAsync(caller, from, 7, "TRADE")).Single(line => line.GetProperty("trade").GetString() == "PLUMBER");
        Assert.Equal(
            visits.Count(visit => visit.GetProperty("trade").GetString() == "PLUMBER"), plumbers.GetProperty("bookedVisits").GetInt32());
    }

    [StoreFact]
    public async Task A_repair_that_waits_is_in_the_load_until_it_is_booked_and_nobody_elses_is()
    {
        using var caller = Api.Caller("Planner ASHBY");
        using var town = Api.Caller("Planner BIRCH");
        using var landlord = Api.Caller("CallHandler MEADOW");
        var from = Api.Today.PlusDays(24);
        async Task<(int Jobs, int Minutes)> WaitingAsync(ApiCaller who)
        {
            var line = Assert.Single(await LoadAsync(who, from, 1, ""));
            return (line.GetProperty("waitingJobs").GetInt32(), line.GetProperty("waitingMinutes").GetInt32());
        }

        var (before, others) = (await WaitingAsync(caller), await WaitingAsync(town));
        var logged = await OnceAsync(
            caller, "logJob",
            Input(
                ("contract", await IdAsync("Planner ASHBY", "contracts", "MEADOW-ASHBY")),
                ("property", await IdAsync("Planner ASHBY", "properties", "M0045")), ("lines", new[] { Desk.Village.Plumbing })));

        var after = await WaitingAsync(caller);
        Assert.Equal(before.Jobs + 1, after.Jobs);
        Assert.True(after.Minutes > before.Minutes);
        Assert.Equal(others, await WaitingAsync(town));
        await OnceAsync(caller, "closeJob", Input(("job", logged.GetProperty("job").GetProperty("id").GetString()!)));
        Assert.Equal(before, await WaitingAsync(caller));

        var refused = await landlord.SendAsync(
            "query ($from: Date!) { load(from: $from, by: []) { operativeDays } }", new { from = Iso(from) });
        Assert.Equal(
            "FORBIDDEN", refused.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }
}
