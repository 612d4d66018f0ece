using System.Text;
using System.Text.Json.Nodes;
using OrleansScheduling.Bench.Booking;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.GraphQL;

/// <summary>
/// The API against Mercurius and GraphQL Yoga. Each server has a copy of one filled database on one PostgreSQL, all get the same bytes from
/// one generator, and all must give equal answers before anything is timed. Then subscribers by WebSocket.
/// </summary>
static class GraphQLBench
{
    /// <summary>Connections, each with one request under way: enough to keep two cores busy.</summary>
    const int Connections = 32;

    /// <summary>Servers take turns so often: this machine has good and bad moments.</summary>
    const int Rounds = 3;

    /// <summary>
    /// Our own code is compiled again, and again with what was learned, while it warms up; Node's is within seconds. Before that, servers
    /// are measured that nobody has for long.
    /// </summary>
    static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(30);
    static readonly TimeSpan PeersFirstWarmUp = TimeSpan.FromSeconds(8);
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.3);
    static readonly TimeSpan Trial = TimeSpan.FromSeconds(1);

    static readonly string[] Kinds = ["mercurius", "yoga"];

    public static async Task RunAsync(BenchSettings settings, Report report, CancellationToken cancellationToken)
    {
        await ServerProcess.InstallPeersAsync(cancellationToken);
        await using var cluster = await PrivatePostgreSql.StartAsync(
            new Dictionary<string, string> { ["max_wal_size"] = "4GB", ["max_connections"] = "300" });
        var connection = await cluster.CreateDatabaseAsync("ours");
        await FilledTown.FillAsync(connection, cancellationToken);
        var directory = Directory.CreateTempSubdirectory("osl-bench-").FullName;
        var key = await ServerProcess.NewKeyAsync(connection, directory, "FIX");
        var servers = new List<ServerProcess>();
        try
        {
            foreach (var kind in Kinds)
            {
                await cluster.ExecuteAsync("postgres", $"CREATE DATABASE {kind} TEMPLATE ours");
                foreach (var workers in (int[])[1, 2])
                    servers.Add(await ServerProcess.StartPeerAsync(kind, workers, $"postgres://ledger@127.0.0.1:{cluster.Port}/{kind}"));
            }

            servers.Insert(0, await ServerProcess.StartOursAsync(connection, directory, key));
            var postmaster = await Usage.PostmasterAsync(cluster, cancellationToken);
            var bench = new Comparison(servers, postmaster, settings, report, cancellationToken);
            await bench.RunAsync();
            // What the tens of thousands of bookings before left to be written is not the subscribers' to wait for.
            await cluster.ExecuteAsync("postgres", "CHECKPOINT");
            var watched = await Comparison.OperativesAsync(servers[0], FilledTown.BusyOperatives + 1, Subscribers.Diaries);
            await Subscribers.RunAsync(servers[0], connection, watched, settings, report, cancellationToken);
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <param name="Ask">Makes one call.</param>
    /// <param name="Sample">Asks something that all servers must answer alike.</param>
    sealed record Case(
        string Name, Func<ServerProcess, int, WireClient, Task> Ask, Func<ServerProcess, WireClient, Task<JsonNode>> Sample);

    sealed class Comparison(
        IReadOnlyList<ServerProcess> servers, int? postmaster, BenchSettings settings, Report report, CancellationToken cancellationToken)
    {
        readonly Dictionary<ServerProcess, HoldCalls> holds = [];
        readonly Dictionary<(ServerProcess, string), byte[][]> requests = [];

        const int PageSize = 100;

        /// <summary>Of an answer that differs: enough to see where.</summary>
        const int ShownMax = 1000;

        TimeSpan Turn => TimeSpan.FromSeconds(Math.Max(1, settings.Seconds / 5.0));

        public async Task RunAsync()
        {
            await PrepareAsync();
            Case[] cases =
            [
                Reading("{ __typename }"), Reading("an operative's fortnight"), Reading("a page of 100 jobs"),
                new Case(
                    "hold and confirm", (server, _, client) => holds[server].RunAsync(client, server),
                    async (server, client) =>
                    {
                        var (held, confirmed) = await holds[server].RunAsync(client, server);
                        return Shape(held, confirmed);
                    }),
            ];
            foreach (var one in cases) await CompareAsync(one);
            foreach (var one in cases) await MeasureAsync(one);
        }

        Case Reading(string name) => new(
            name,
            (server, number, client) => client.AskAsync(Next(server, name, number)),
            async (server, client) =>
            {
                var all = new JsonArray();
                foreach (var request in requests[(server, name)])
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await client.AskAsync(request);
                    all.Add(Question.Parse(client.Body));
                }

                return all;
            });

        byte[] Next(ServerProcess server, string name, int number)
        {
            var ready = requests[(server, name)];
            return ready[number % ready.Length];
        }

        /// <summary>What a hold and its confirmation look like: which moment a server picks is its own business.</summary>
        static JsonArray Shape(string held, string confirmed)
        {
            var hold = Question.Parse(Encoding.UTF8.GetBytes(held))["holdWindow"]!;
            var kept = Question.Parse(Encoding.UTF8.GetBytes(confirmed))["confirmHold"]!;
            return
            [
                hold["job"]!["status"]!.DeepClone(), hold["hold"]!["number"]!.DeepClone(), hold["errors"]?.DeepClone(),
                kept["job"]!["status"]!.DeepClone(), kept["errors"]?.DeepClone(),
                JsonNode.DeepEquals(hold["hold"]!["promise"], kept["promise"]),
            ];
        }

        async Task PrepareAsync()
        {
            foreach (var server in servers)
            {
                byte[] Request(string query, object? variables = null) =>
                    WireClient.Request(server.Port, server.Key, Question.Json(query, variables));
                var from = FilledTown.FirstDay.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
                var operatives = server == servers[0]
                    ? await OperativesAsync(server, 1, FilledTown.BusyOperatives)
                    : [.. Enumerable.Range(1, FilledTown.BusyOperatives).Select(number => $"{number}")];
                requests[(server, "{ __typename }")] = [Request(Question.TypeName)];
                requests[(server, "an operative's fortnight")] =
                    [.. operatives.Select(operative => Request(Question.Fortnight, new { operative, from }))];
                requests[(server, "a page of 100 jobs")] = [Request(Question.Page)];
            }

            holds[servers[0]] = new FoundOffers(await OffersAsync(servers[0]));
            // The two ways in which a peer runs share a database, so they share its free places.
            foreach (var peers in servers.Skip(1).GroupBy(server => server.Name.Split(',')[0]))
            {
                var places = new GivenPlaces(FilledTown.Town, FilledTown.FirstDay.AddDays(14), FilledTown.Town.HorizonDays - 20);
                foreach (var peer in peers) holds[peer] = places;
            }
        }

        static async Task<JsonNode> AskAsync(ServerProcess server, string query, object? variables = null)
        {
            using var client = await WireClient.ConnectAsync(server.Port);
            await client.AskAsync(WireClient.Request(server.Port, server.Key, Question.Json(query, variables)));
            return Question.Parse(client.Body);
        }

        /// <summary>Our ids of operatives, in the order of their numbers.</summary>
        public static async Task<string[]> OperativesAsync(ServerProcess server, int first, int count)
        {
            var ids = new List<string>();
            foreach (var numbers in Enumerable.Range(first, count).Chunk(PageSize))
            {
                var references = numbers.Select(number => $"OP{number}").ToArray();
                var found = await AskAsync(
                    server,
                    "query ($in: [String!]) { operatives(first: 100, where: { reference: { in: $in } }) { nodes { id reference } } }",
                    new { @in = references });
                var byReference = found["operatives"]!["nodes"]!.AsArray()
                    .ToDictionary(node => node!["reference"]!.GetValue<string>(), node => node!["id"]!.GetValue<string>());
                ids.AddRange(references.Select(reference => byReference[reference]));
            }

            return [.. ids];
        }

        /// <summary>Offers for homes all over town, in all windows of six weeks.</summary>
        async Task<IReadOnlyList<string>> OffersAsync(ServerProcess server)
        {
            var found = await AskAsync(
                server, "{ contracts { nodes { id } } properties(first: 100) { nodes { id } } }");
            var contract = found["contracts"]!["nodes"]![0]!["id"]!.GetValue<string>();
            var offers = new List<string>();
            foreach (var property in found["properties"]!["nodes"]!.AsArray())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var windows = await AskAsync(
                    server, "query ($s: WindowSearchInput!) { availableWindows(search: $s) { windows { offer } } }",
                    new
                    {
                        s = new
                        {
                            contract,
                            property = property!["id"]!.GetValue<string>(),
                            lines = new[] { Town.Valve.Value },
                            from = FilledTown.FirstDay.AddDays(14).ToString("O", System.Globalization.CultureInfo.InvariantCulture),
                            days = 40,
                        },
                    });
                offers.AddRange(windows["availableWindows"]!["windows"]!.AsArray()
                    .Select(window => window!["offer"]?.GetValue<string>()).OfType<string>());
            }

            // Neighbours in the list are neighbours in a diary: mixed, as callers are.
            new Random(1).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(offers));
            return offers;
        }

        async Task CompareAsync(Case one)
        {
            JsonNode? first = null;
            foreach (var server in servers)
            {
                using var client = await WireClient.ConnectAsync(server.Port);
                var answer = await one.Sample(server, client);
                first ??= answer;
                if (!JsonNode.DeepEquals(first, answer))
                    throw new InvalidOperationException(
                        $"{one.Name}: {server.Name} answers otherwise.\n{Cut(first)}\n{Cut(answer)}");
            }

            static string Cut(JsonNode node) => node.ToJsonString() is { Length: > ShownMax } text ? text[..ShownMax] : node.ToJsonString();
        }

        async Task MeasureAsync(Case one)
        {
            var ours = servers[0];
            var measured = servers.ToDictionary(server => server, _ => new List<Load>());
            foreach (var server in servers) await LoadAsync(one, server, server == ours ? FirstWarmUp : PeersFirstWarmUp, Trial);
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var server in servers) measured[server].Add(await LoadAsync(one, server, WarmUp, Turn));
            }

            // Of the two ways to run a peer, the one that did better here.
            var peers = servers.Skip(1).GroupBy(server => server.Name.Split(',')[0])
                .Select(ways => ways.MaxBy(way => Load.Mean(measured[way]).Loop.PerSecond)!);
            var own = Load.Mean(measured[ours]);
            report.Add(one.Name, "processor, server", "µs a call", own.ProcessorMicroseconds);
            report.Add(one.Name, "processor, database", "µs a call", own.DatabaseMicroseconds);
            report.Add(one.Name, "latency p50", "ms", own.Loop.P50Milliseconds);
            foreach (var peer in peers)
            {
                var load = Load.Mean(measured[peer]);
                report.Add($"{one.Name}: {peer.Name}", "processor, server", "µs a call", load.ProcessorMicroseconds);
                report.Add($"{one.Name}: {peer.Name}", "processor, database", "µs a call", load.DatabaseMicroseconds);
                report.Add($"{one.Name}: {peer.Name}", "latency p50", "ms", load.Loop.P50Milliseconds);
                report.AddAtLeastTimes(one.Name, "calls", "1/s", own.Loop.PerSecond, peer.Name, load.Loop.PerSecond, 1);
                report.AddAtMostTimes(
                    one.Name, "latency p99", "ms", own.Loop.P99Milliseconds, peer.Name, load.Loop.P99Milliseconds, 1);
            }
        }

        async Task<Load> LoadAsync(Case one, ServerProcess server, TimeSpan warmUp, TimeSpan time)
        {
            var clients = new WireClient[Connections];
            for (var i = 0; i < Connections; i++) clients[i] = await WireClient.ConnectAsync(server.Port);
            var calls = 0;
            var before = server.ProcessorSeconds;
            var databaseBefore = DatabaseSeconds;
            var loop = await ClosedLoop.RunAsync(
                Connections, warmUp, time, caller => one.Ask(server, Interlocked.Increment(ref calls), clients[caller]), cancellationToken);
            var spent = server.ProcessorSeconds - before;
            var databaseSpent = DatabaseSeconds - databaseBefore;
            foreach (var client in clients) client.Dispose();
            return new Load(loop, spent * 1e6 / calls, databaseSpent * 1e6 / calls);
        }

        double DatabaseSeconds => postmaster is { } process ? Usage.SecondsOf(process) : 0;
    }

    /// <param name="ProcessorMicroseconds">Of the server's processes, a call.</param>
    /// <param name="DatabaseMicroseconds">Of PostgreSQL's processes, a call.</param>
    sealed record Load(LoopResult Loop, double ProcessorMicroseconds, double DatabaseMicroseconds)
    {
        public static Load Mean(IReadOnlyList<Load> rounds) => new(
            new LoopResult(
                rounds.Average(round => round.Loop.PerSecond), rounds.Average(round => round.Loop.P50Milliseconds),
                rounds.Average(round => round.Loop.P99Milliseconds), rounds.Sum(round => round.Loop.Calls)),
            rounds.Average(round => round.ProcessorMicroseconds), rounds.Average(round => round.DatabaseMicroseconds));
    }
}
