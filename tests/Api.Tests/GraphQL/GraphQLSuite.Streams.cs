using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Api.Tests.GraphQL;

/// <summary>Subscriptions: what they are for, and that whoever comes again has missed nothing.</summary>
public abstract partial class GraphQLSuite
{
    /// <summary>An id that names no job is one of a job that nobody sees: the subscription is there, and hears of nothing.</summary>
    [StoreFact]
    public async Task An_id_that_is_no_jobs_is_subscribed_to_in_silence()
    {
        using var patience = new CancellationTokenSource(StreamPatience);
        using var caller = Api.Caller("CallHandler MEADOW");
        var contract = await IdAsync("CallHandler MEADOW", "contracts", "MEADOW-ASHBY");
        foreach (var id in new[] { "x", "", new string('A', 22), contract })
        {
            var (events, sequence) = await OpenAsync(
                caller, "jobChanged", "subscription ($j: ID) { jobChanged(job: $j) { sequence event job { id } } }", new { j = id },
                patience.Token);
            await using var opened = events;
            Assert.NotEmpty(sequence);
        }
    }

    [StoreFact]
    public async Task Job_changes_are_streamed_and_resumed_from_a_sequence_without_loss()
    {
        using var patience = new CancellationTokenSource(StreamPatience);
        using var caller = Api.Caller("Planner ASHBY");
        const string Query = """
            subscription ($after: String) {
              jobChanged(after: $after) { sequence event note resync job { id status } promise { window } }
            }
            """;
        var (events, sequence) = await OpenAsync(caller, "jobChanged", Query, null, patience.Token);
        var first = await BookAsync(caller, "M0052", Village.Plumbing, Api.Today.PlusDays(17), "AM");
        var seen = await NextAsync(events, "jobChanged");
        Assert.Equal("BOOKING_MADE", seen.GetProperty("event").GetString());
        Assert.Equal(first, seen.GetProperty("job").GetProperty("id").GetString());
        Assert.Equal("AM", seen.GetProperty("promise").GetProperty("window").GetString());
        await events.DisposeAsync();

        await BookInTownAsync();
        var second = await BookAsync(caller, "M0053", Village.Plumbing, Api.Today.PlusDays(17), "PM");
        Assert.Equal([second], await ResumeAsync(seen.GetProperty("sequence").GetString()!, 1));
        Assert.Equal([first, second], await ResumeAsync(sequence, 2));

        var (latest, _) = await OpenAsync(caller, "jobChanged", Query, null, patience.Token);
        await OnceAsync(caller, "closeJob", Input(("job", second), ("reason", "Mended by the tenant")));
        var ended = await NextAsync(latest, "jobChanged");
        Assert.Equal("BOOKING_CANCELLED", ended.GetProperty("event").GetString());
        Assert.Equal("Mended by the tenant", ended.GetProperty("note").GetString());
        await latest.DisposeAsync();

        // The mark comes where the process has got to: before an event that it has not followed yet.
        async Task<List<string?>> ResumeAsync(string after, int wanted)
        {
            await using var again = caller.SubscribeAsync(Query, new { after }, patience.Token).GetAsyncEnumerator(patience.Token);
            var jobs = new List<string?>();
            while (jobs.Count < wanted)
            {
                var next = await NextAsync(again, "jobChanged");
                Assert.Equal(JsonValueKind.Null, next.GetProperty("resync").ValueKind);
                if (next.GetProperty("event").ValueKind == JsonValueKind.Null) continue;
                jobs.Add(next.GetProperty("job").GetProperty("id").GetString());
            }

            return jobs;
        }
    }

    [StoreFact]
    public async Task A_sequence_of_another_installation_is_answered_with_a_resync_from_where_one_can_go_on()
    {
        using var patience = new CancellationTokenSource(StreamPatience);
        using var caller = Api.Caller("Planner ASHBY");
        const string Query = "subscription ($after: String) { jobChanged(after: $after) { sequence event resync } }";
        // Sixteen bytes that no key of ours has sealed.
        var foreign = System.Buffers.Text.Base64Url.EncodeToString("of another house"u8);
        async Task<(JsonElement First, bool IsOver)> FirstAsync(string after)
        {
            await using var events = caller.SubscribeAsync(Query, new { after }, patience.Token).GetAsyncEnumerator(patience.Token);
            var first = await NextAsync(events, "jobChanged");
            return (first, first.GetProperty("resync").ValueKind != JsonValueKind.Null && !await events.MoveNextAsync());
        }

        var (told, isOver) = await FirstAsync(foreign);
        Assert.Equal("UNKNOWN", told.GetProperty("resync").GetString());
        Assert.True(isOver);
        var (resumed, _) = await FirstAsync(told.GetProperty("sequence").GetString()!);
        Assert.Equal(JsonValueKind.Null, resumed.GetProperty("resync").ValueKind);
    }

    [StoreFact]
    public async Task Diary_changes_name_the_operative_and_the_visits_and_stay_within_the_organisation()
    {
        using var patience = new CancellationTokenSource(StreamPatience);
        using var caller = Api.Caller("Planner ASHBY");
        using var town = Api.Caller("Planner BIRCH");
        const string Query = """
            subscription { diaryChanged { sequence event diaries { operative { reference } version days visits { state } removed } } }
            """;
        var (events, _) = await OpenAsync(caller, "diaryChanged", Query, null, patience.Token);
        var (others, _) = await OpenAsync(town, "diaryChanged", Query, null, patience.Token);
        await BookAsync(caller, "M0054", Village.Kitchen, Api.Today.PlusDays(18), "AM");
        await BookInTownAsync();

        var change = (await NextAsync(events, "diaryChanged")).GetProperty("diaries")[0];
        Assert.Equal("J1", change.GetProperty("operative").GetProperty("reference").GetString());
        Assert.Equal(Iso(Api.Today.PlusDays(18)), change.GetProperty("days")[0].GetString());
        Assert.Equal("BOOKED", change.GetProperty("visits")[0].GetProperty("state").GetString());
        var elsewhere = (await NextAsync(others, "diaryChanged")).GetProperty("diaries")[0];
        Assert.Equal("E1", elsewhere.GetProperty("operative").GetProperty("reference").GetString());
        await events.DisposeAsync();
        await others.DisposeAsync();
    }

    [StoreFact]
    public async Task Windows_are_streamed_as_they_go_and_come_back()
    {
        using var patience = new CancellationTokenSource(StreamPatience);
        using var caller = Api.Caller("CallHandler MEADOW");
        var day = Api.Today.PlusDays(19);
        var search = new
        {
            contract = await IdAsync("Planner ASHBY", "contracts", "MEADOW-ASHBY"),
            property = await IdAsync("Planner ASHBY", "properties", "M0055"),
            lines = new[] { Village.Kitchen },
            from = Iso(day),
            days = 1,
        };
        const string Query = """
            subscription ($s: WindowSearchInput!) {
              windowsChanged(search: $s) { sequence windows { code isAvailable refusal { reason } } }
            }
            """;
        await using var events = caller.SubscribeAsync(Query, new { s = search }, patience.Token).GetAsyncEnumerator(patience.Token);
        var all = await NextAsync(events, "windowsChanged");
        Assert.All(all.GetProperty("windows").EnumerateArray(), window => Assert.True(window.GetProperty("isAvailable").GetBoolean()));

        var job = await BookAsync(caller, "M0056", Village.Kitchen, day, "AM");
        var gone = (await NextAsync(events, "windowsChanged")).GetProperty("windows").EnumerateArray().ToList();
        Assert.Contains(gone, window => !window.GetProperty("isAvailable").GetBoolean()
            && window.GetProperty("refusal").GetProperty("reason").GetString() == "ALL_FULL");
        await OnceAsync(caller, "closeJob", Input(("job", job)));
        var back = (await NextAsync(events, "windowsChanged")).GetProperty("windows").EnumerateArray().ToList();
        Assert.Contains(back, window => window.GetProperty("isAvailable").GetBoolean());
    }

    [StoreFact]
    public async Task Windows_are_resumed_from_a_sequence_with_all_that_changed_since()
    {
        using var patience = new CancellationTokenSource(StreamPatience);
        using var caller = Api.Caller("CallHandler MEADOW");
        var day = Api.Today.PlusDays(20);
        var search = new
        {
            contract = await IdAsync("Planner ASHBY", "contracts", "MEADOW-ASHBY"),
            property = await IdAsync("Planner ASHBY", "properties", "M0057"),
            lines = new[] { Village.Kitchen },
            from = Iso(day.PlusDays(-1)),
            days = 2,
        };
        const string Query = """
            subscription ($s: WindowSearchInput!, $after: String) {
              windowsChanged(search: $s, after: $after) { sequence isWhole resync windows { day code isAvailable } }
            }
            """;
        async Task<JsonElement> FirstAsync(string? after, bool isToChange = false)
        {
            await using var events = caller.SubscribeAsync(Query, new { s = search, after }, patience.Token)
                .GetAsyncEnumerator(patience.Token);
            while (true)
            {
                var next = await NextAsync(events, "windowsChanged");
                // Come back before the search was looked at again, it has nothing new yet; the change follows.
                if (!isToChange || next.GetProperty("windows").GetArrayLength() > 0) return next;
            }
        }

        static Dictionary<string, bool> StateOf(JsonElement told) => told.GetProperty("windows").EnumerateArray().ToDictionary(
            window => $"{window.GetProperty("day").GetString()} {window.GetProperty("code").GetString()}",
            window => window.GetProperty("isAvailable").GetBoolean());

        var whole = await FirstAsync(null);
        Assert.True(whole.GetProperty("isWhole").GetBoolean());
        var known = StateOf(whole);
        Assert.Equal(4, known.Count);
        Assert.DoesNotContain(false, known.Values);

        // While nobody looks: the only joiner's day is taken.
        await BookAsync(caller, "M0058", Village.Kitchen, day, "AM");
        var missed = await FirstAsync(whole.GetProperty("sequence").GetString(), isToChange: true);
        Assert.False(missed.GetProperty("isWhole").GetBoolean());
        Assert.All(StateOf(missed).Keys, window => Assert.StartsWith(Iso(day), window, StringComparison.Ordinal));
        foreach (var (window, isAvailable) in StateOf(missed)) known[window] = isAvailable;

        var again = await FirstAsync(null);
        Assert.True(again.GetProperty("isWhole").GetBoolean());
        Assert.Equal(StateOf(again), known);
        Assert.Contains(false, known.Values);

        // Of before the search was ever looked at: all windows.
        var sequence = Api.Services.GetRequiredService<Live.FeedCursors>().Encode(0);
        Assert.True((await FirstAsync(sequence)).GetProperty("isWhole").GetBoolean());
        var ahead = Api.Services.GetRequiredService<Live.FeedCursors>().Encode(long.MaxValue);
        Assert.Equal("UNKNOWN", (await FirstAsync(ahead)).GetProperty("resync").GetString());
    }

    [StoreFact]
    public async Task A_sequence_that_is_not_one_and_a_search_that_is_not_allowed_end_a_subscription_with_an_error()
    {
        using var patience = new CancellationTokenSource(StreamPatience);
        using var caller = Api.Caller("Planner ASHBY");
        var wrong = await FirstAsync("subscription { jobChanged(after: \"7\") { sequence } }");
        Assert.Equal("BAD_USER_INPUT", wrong.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        var hidden = await FirstAsync(
            "subscription { windowsChanged(search: { contract: \"x\", property: \"x\", lines: [\"A\"] }) { sequence } }");
        Assert.Equal("There is no such contract.", hidden.GetProperty("errors")[0].GetProperty("message").GetString());

        async Task<JsonElement> FirstAsync(string query)
        {
            await using var events = caller.SubscribeAsync(query, null, patience.Token).GetAsyncEnumerator(patience.Token);
            Assert.True(await events.MoveNextAsync());
            return events.Current;
        }
    }
}
