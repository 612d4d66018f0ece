using System.Diagnostics;
using System.Text.Json;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.Api.Tests.GraphQL.Clients;

/// <summary>
/// The clients that people use, from npm, against the running program: each asks, commands, subscribes, loses its line again and again
/// while others go on working, comes back, and has missed nothing and seen nothing twice.
/// </summary>
public sealed class ClientTests(RunningApi api, ITestOutputHelper output) : IClassFixture<RunningApi>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    [NodeFact]
    public async Task Graphql_ws_comes_back_after_breaks_and_after_a_restart_of_the_server()
    {
        var seen = await ExerciseAsync("graphql-ws", "M0001", 1, restarts: true);
        AssertWhole(seen, others: 4);
    }

    [NodeFact]
    public async Task Graphql_sse_comes_back_after_breaks_and_after_a_restart_of_the_server()
    {
        var seen = await ExerciseAsync("graphql-sse", "M0002", 2, restarts: true);
        AssertWhole(seen, others: 4);
    }

    [NodeFact]
    public async Task Apollo_comes_back_after_breaks_and_asks_by_hashes()
    {
        var seen = await ExerciseAsync("apollo", "M0003", 3);
        AssertWhole(seen);
        // Once by hash alone, in vain; then with the text; from then on by hash.
        Assert.Equal(["GET hash", "POST text", "GET hash"], Texts(seen, "persisted"));
        Assert.Equal("BOOKED", seen.GetProperty("cached").GetString());
        Assert.Equal("BOOKED", seen.GetProperty("inCache").GetString());
    }

    [NodeFact]
    public async Task Urql_comes_back_after_breaks_and_reads_an_event_stream_too()
    {
        var seen = await ExerciseAsync("urql", "M0004", 4);
        AssertWhole(seen);
        // The first event only tells where the feed is.
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("streamed").ValueKind);
    }

    [NodeFact]
    public async Task Relay_comes_back_after_breaks_pages_through_a_connection_and_fetches_an_object_again_by_its_id()
    {
        var seen = await ExerciseAsync("relay", "M0005", 5);
        AssertWhole(seen);
        Assert.Equal("BOOKED", seen.GetProperty("inStore").GetString());
        Assert.Equal([2, 4, 6], seen.GetProperty("pages").EnumerateArray().Select(count => count.GetInt32()));
        Assert.Equal(6, seen.GetProperty("distinct").GetInt32());
        var again = Texts(seen, "again");
        Assert.Equal(again[0], again[1]);
    }

    /// <param name="others">Changes beside the hold, its confirmation and those made in the storm: some while the line was cut, and
    /// one after a restart.</param>
    static void AssertWhole(JsonElement seen, int others = 3)
    {
        Assert.Contains("Orchard Lane", seen.GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.Equal("PAGE_SIZE_EXCEEDED", seen.GetProperty("refused").GetString());
        Assert.Equal("OfferRefusedError", seen.GetProperty("typedError").GetProperty("__typename").GetString());
        Assert.Equal("OFFER_INVALID", seen.GetProperty("typedError").GetProperty("reason").GetString());
        Assert.Equal("HoldRefusedError", seen.GetProperty("holdError").GetProperty("__typename").GetString());
        Assert.NotEmpty(seen.GetProperty("holdError").GetProperty("message").GetString()!);
        Assert.Equal("BOOKED", seen.GetProperty("confirmed").GetString());

        var changes = Texts(seen, "seen");
        Assert.Equal(Texts(seen, "written"), changes);
        Assert.Equal(2 + others + StormChanges, changes.Count);
        // The first break is not of the storm.
        Assert.InRange(seen.GetProperty("breaks").GetInt32(), 1, StormChanges);
    }

    /// <summary>As the scripts have it.</summary>
    const int StormChanges = 24;

    static List<string> Texts(JsonElement seen, string name) =>
        [.. seen.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    /// <summary>Runs a client's script; one that says so gets a server that was killed and started again.</summary>
    async Task<JsonElement> ExerciseAsync(string client, string home, int days, bool restarts = false)
    {
        Assert.True(NodeTools.MissingIn(NodeTools.FolderOf()) is null, NodeTools.MissingIn(NodeTools.FolderOf()));
        var given = JsonSerializer.Serialize(new
        {
            client,
            port = api.Port,
            key = await api.NewKeyAsync(client),
            contract = "MEADOW-ASHBY",
            home,
            work = Village.Plumbing,
            day = api.Today.PlusDays(days).ToString("uuuu-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            restarts,
        });
        using var script = Process.Start(new ProcessStartInfo("node", [$"{client}.mjs", given])
        {
            WorkingDirectory = NodeTools.FolderOf(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var patience = new CancellationTokenSource(Patience);
        var errors = script.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            while (await script.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line == "restart") await script.StandardInput.WriteLineAsync($"{await api.RestartAsync()}");
                else if (line.StartsWith("result ", StringComparison.Ordinal)) return JsonSerializer.Deserialize<JsonElement>(line[7..]);
                else output.WriteLine(line);
            }

            throw new InvalidOperationException($"{client} ended without a result: {await errors}");
        }
        finally
        {
            if (!script.HasExited) script.Kill(entireProcessTree: true);
            await script.WaitForExitAsync(CancellationToken.None);
        }
    }
}
