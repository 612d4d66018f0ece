using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using OrleansScheduling.Api.Live;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests;

/// <summary>The live hub over a real WebSocket.</summary>
public sealed class LiveHubTests(DeskFixture desk) : IClassFixture<DeskFixture>
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_subscriber_that_reconnects_under_continuous_changes_misses_nothing_and_sees_nothing_twice()
    {
        const int Jobs = 120;
        var contract = desk.Contract.Id.ToString();
        var client = await desk.ConnectAsync();
        using var patience = new CancellationTokenSource(Patience);
        var stream = await client.SubscribeAsync("contract", [contract]);
        var start = (string)(await stream.NextAsync("at", patience.Token))["position"]!;
        var logging = LogJobsAsync(Jobs);

        var seen = new List<(long Position, string Job)>();
        var last = start;
        var breaks = 0;
        while (seen.Count < Jobs)
        {
            var message = await stream.NextAsync(patience.Token);
            if (message is null || (seen.Count > 0 && seen.Count % 25 == 0 && breaks < seen.Count / 25))
            {
                // Whatever had arrived and was not taken yet is lost with the connection, as in a browser.
                if (message is not null && (string?)message["type"] == "entry") Take(message);
                breaks++;
                client.Break();
                await client.DisposeAsync();
                client = await desk.ConnectAsync();
                stream = await client.SubscribeAsync("contract", [contract], last);
                continue;
            }

            if ((string?)message["type"] == "entry") Take(message);
        }

        await client.DisposeAsync();
        var logged = await logging;
        Assert.True(breaks >= 3, $"The connection was broken {breaks} times.");
        Assert.Equal(logged.Order(StringComparer.Ordinal), seen.Select(one => one.Job).Order(StringComparer.Ordinal));
        Assert.Equal(seen.Select(one => one.Position).Order(), seen.Select(one => one.Position));
        Assert.Equal(seen.Count, seen.Select(one => one.Position).Distinct().Count());

        void Take(JsonObject message)
        {
            last = (string)message["position"]!;
            seen.Add((PositionOf(last), (string)message["entry"]!["job"]!));
        }
    }

    [Fact]
    public async Task Each_kind_of_subscription_streams_what_it_is_for()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var client = await desk.ConnectAsync();
        var day = desk.Tomorrow.PlusDays(6);
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("30 orchard"), Village.Kitchen, day);
        var joiner = desk.Joiner.Id.ToString();
        var operatives = await client.SubscribeAsync("operatives", [joiner]);
        var area = await client.SubscribeAsync("area", ["N1"]);
        var board = await client.SubscribeAsync("board", [desk.Contract.Contractor.ToString()]);
        HubStream[] all = [operatives, area, board];
        foreach (var stream in all) await stream.NextAsync("at", patience.Token);

        var held = await browser.HoldAsync(windows, day, "AM");

        var reference = held.JobPath().Split('/')[^1];
        foreach (var stream in all)
        {
            var entry = (await stream.NextAsync("entry", patience.Token))["entry"]!;
            Assert.Equal("HoldPlaced", (string?)entry["kind"]);
            Assert.Equal(reference, (string?)entry["job"]);
            Assert.Equal(joiner, entry["diaries"]![0]!["operative"]!.ToString());
            // Ids and times only.
            Assert.DoesNotContain("holder", entry.ToJsonString(), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Orchard", entry.ToJsonString(), StringComparison.Ordinal);
        }

        var job = await client.SubscribeAsync("job", [reference], CursorOf(0));
        Assert.Equal(reference, (string?)(await job.NextAsync("entry", patience.Token))["entry"]!["job"]);
    }

    [Fact]
    public async Task A_cursor_ahead_of_the_feed_is_told_to_resynchronise()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var client = await desk.ConnectAsync();

        var stream = await client.SubscribeAsync("contract", [desk.Contract.Id.ToString()], CursorOf(9_000_000_000_000_000_000));

        var message = await stream.NextAsync("resync", patience.Token);
        Assert.Equal("unknown", (string?)message["reason"]);
        var head = await desk.Services.GetRequiredService<IFeed>().HeadAsync(default);
        Assert.Equal(head, PositionOf((string)message["position"]!));
        Assert.Null((await stream.Ended.Task).Error);
    }

    [Fact]
    public async Task Windows_of_an_open_search_are_pushed_as_gone_and_as_back()
    {
        using var patience = new CancellationTokenSource(Patience);
        var day = desk.Tomorrow.PlusDays(8);
        using var browser = desk.NewBrowser();
        var home = await browser.FindHomeAsync("31 orchard");
        await using var client = await desk.ConnectAsync();
        var watch = await client.StreamAsync("Watch", new
        {
            contract = desk.Contract.Id.Value,
            property = home,
            lines = new[] { Village.Kitchen },
            from = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            days = 2,
            job = (string?)null,
        });
        var first = await watch.NextAsync("windows", patience.Token);
        Assert.Equal(4, first["windows"]!.AsArray().Count);
        Assert.All(first["windows"]!.AsArray(), window => Assert.True((bool)window!["available"]!));

        var held = await browser.HoldAsync(await browser.WindowsAsync(home, Village.Kitchen, day), day, "AM");
        var gone = await watch.NextAsync("windows", patience.Token);
        await browser.GiveUpAsync(held);
        var back = await watch.NextAsync("windows", patience.Token);

        Assert.Contains(gone["windows"]!.AsArray(), window => (string?)window!["window"] == "AM" && !(bool)window["available"]!);
        var iso = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.All(gone["windows"]!.AsArray(), window => Assert.Equal(iso, (string?)window!["day"]));
        Assert.NotEmpty((string)gone["windows"]![0]!["text"]!);
        Assert.Contains(back["windows"]!.AsArray(), window => (string?)window!["window"] == "AM" && (bool)window["available"]!);
    }

    [Theory]
    [InlineData("operatives", "", null, "names: 0 given")]
    [InlineData("weather", "1", null, "kind: 'weather' is not one of")]
    [InlineData("operatives", "x", null, "'x' is not an id: operative")]
    [InlineData("contract", "1,2", null, "names: 2 given")]
    [InlineData("job", "0M4K2", null, "'0M4K2' is not a job's reference")]
    [InlineData("area", "n1!", null, "'n1!' is not a patch")]
    [InlineData("contract", "1", "-5", "'-5' is not a feed position")]
    [InlineData("contract", "1", "0", "'0' is not a feed position")]
    [InlineData("contract", "1", "AAAAAAAAAAAAAAAAAAAAA", "'AAAAAAAAAAAAAAAAAAAAA' is not a feed position")]
    [InlineData("contract", "1", "soon", "'soon' is not a feed position")]
    public async Task Bad_arguments_get_a_clear_error(string kind, string names, string? after, string error)
    {
        await using var client = await desk.ConnectAsync();

        var stream = await client.SubscribeAsync(kind, names.Split(',', StringSplitOptions.RemoveEmptyEntries), after);

        Assert.Contains(error, (await stream.Ended.Task.WaitAsync(Patience)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_has_a_bounded_number_of_subscriptions_and_gets_one_back_by_ending_one()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var client = await desk.ConnectAsync();
        var open = new List<HubStream>();
        for (var i = 0; i < 16; i++)
        {
            open.Add(await client.SubscribeAsync("contract", [desk.Contract.Id.ToString()]));
            await open[i].NextAsync("at", patience.Token);
        }

        var refused = await client.SubscribeAsync("contract", [desk.Contract.Id.ToString()]);

        Assert.Contains("it may have 16", (await refused.Ended.Task.WaitAsync(Patience)).Error, StringComparison.Ordinal);
        await client.CancelAsync(open[0]);
        await open[0].Ended.Task.WaitAsync(Patience);
        var another = await client.SubscribeAsync("contract", [desk.Contract.Id.ToString()]);
        await another.NextAsync("at", patience.Token);
    }

    [Fact]
    public async Task More_names_than_the_bound_are_refused()
    {
        await using var client = await desk.ConnectAsync();

        var stream = await client.SubscribeAsync(
            "operatives", Enumerable.Range(1, 201).Select(id => id.ToString(CultureInfo.InvariantCulture)));

        var end = await stream.Ended.Task.WaitAsync(Patience);
        Assert.Contains("201 given; a subscription names 1 to 200", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_open_the_live_connection()
    {
        var failure = await Assert.ThrowsAsync<WebSocketException>(
            () => HubClient.ConnectAsync(desk.Address, origin: "https://elsewhere.example"));

        Assert.Contains("403", failure.Message, StringComparison.Ordinal);
    }

    string CursorOf(long position) => desk.Services.GetRequiredService<FeedCursors>().Encode(position);

    long PositionOf(string cursor)
    {
        Assert.True(desk.Services.GetRequiredService<FeedCursors>().TryDecode(cursor, out var position), cursor);
        return position;
    }

    async Task<HashSet<string>> LogJobsAsync(int count)
    {
        var grains = desk.Services.GetRequiredService<IGrainFactory>();
        var home = (await desk.Services.GetRequiredService<IRegistryStore>().FindPropertyAsync(desk.Contract.Client, "M0040", default))!;
        var logged = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var reference = JobId.Create(desk.Today, (uint)(7_000_000 + i)).ToString();
            var context = new CommandContext($"log-{i}", new Asker(desk.Contract.Client.Value), "test");
            var answer = await grains.GetGrain<IJobGrain>(reference)
                .Log(new LogJob(context, desk.Contract.Id.Value, home.Id.Value, [Village.Plumbing], ""), default);
            Assert.Null(answer.Refusal);
            logged.Add(reference);
        }

        return logged;
    }
}
