using System.Diagnostics;
using System.Globalization;
using OrleansScheduling.Bench.Search;
using OrleansScheduling.Planning.Roads;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Bench.Roads;

/// <summary>
/// The road network: how long its making takes, fastest ways against plain Dijkstra, tables and sweeps, and slot search over roads against
/// the same search over straight lines. Every way asked of both is compared.
/// </summary>
static class RoadsBench
{
    const int Pairs = 2_000;
    const int DijkstraPairs = 60;
    const int TablePlaces = 300;
    const int Places = 10_000;

    public static async Task RunAsync(BenchSettings settings, Report report, CancellationToken cancellationToken)
    {
        // The bench's town, and around it as much again: a city of some 36,000 junctions.
        var map = CityMap.Draw(new Random(1), 190);
        var name = string.Create(CultureInfo.InvariantCulture, $"city, {map.NodeCount:N0} junctions, {map.Kilometres:N0} km");
        var started = Stopwatch.GetTimestamp();
        var hierarchy = await Task.Run(() => Contraction.Run(map, null, cancellationToken), cancellationToken);
        report.Add(name, "preprocessing", "s", Stopwatch.GetElapsedTime(started).TotalSeconds);
        report.Add(name, "arcs of the hierarchy", "per junction", hierarchy.ArcCount / (double)map.NodeCount);
        var network = new RoadNetwork(map, hierarchy);
        File(network, name, report);
        Ways(network, name, report);
        Tables(network, name, report);
        Search(network, settings, report);
    }

    static void File(RoadNetwork network, string name, Report report)
    {
        using var stream = new MemoryStream();
        RoadNetworkFile.Write(network, stream);
        stream.Position = 0;
        var started = Stopwatch.GetTimestamp();
        RoadNetworkFile.Read(stream);
        report.Add(name, "saved network", "MiB", stream.Length / 1048576.0);
        report.Add(name, "reading it", "ms", Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    static void Ways(RoadNetwork network, string name, Report report)
    {
        var random = new Random(2);
        var spots = Enumerable.Range(0, Pairs).Select(_ => (From: Spot(random, network), To: Spot(random, network))).ToArray();
        var search = new RoadSearch(network.Hierarchy);
        var plain = new PlainDijkstra(network);
        foreach (var (from, to) in spots) search.Between(from, to);
        var (times, plainTimes, settled) = (new List<double>(), new List<double>(), 0L);
        for (var i = 0; i < spots.Length; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            var time = search.Between(spots[i].From, spots[i].To);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            settled += search.SettledNodes;
            if (i >= DijkstraPairs) continue;
            begin = Stopwatch.GetTimestamp();
            var expected = plain.Between(spots[i].From, spots[i].To);
            plainTimes.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            if (time != expected) throw new InvalidOperationException($"Way {i}: {time}, but plain Dijkstra has {expected}.");
        }

        report.AddAtLeastTimes(
            name, "ways a second, one to one", "", 1e6 / Median(times), "Dijkstra until it is there", 1e6 / Median(plainTimes), 50);
        report.Add(name, "one to one, p50", "µs", Median(times));
        report.Add(name, "nodes settled for it", "", settled / (double)spots.Length);
    }

    static void Tables(RoadNetwork network, string name, Report report)
    {
        var random = new Random(3);
        var spots = Enumerable.Range(0, Places).Select(_ => Spot(random, network)).ToArray();
        var search = new RoadSearch(network.Hierarchy);
        var few = spots[..TablePlaces];
        var table = new long[few.Length * few.Length];
        search.Table(few, few, table);
        var started = Stopwatch.GetTimestamp();
        search.Table(few, few, table);
        report.Add(name, $"table {TablePlaces} × {TablePlaces} by buckets, a pair", "µs",
            Stopwatch.GetElapsedTime(started).TotalMicroseconds / table.Length);

        started = Stopwatch.GetTimestamp();
        var selection = new RoadSelection(network.Hierarchy, spots.SelectMany(spot => new[] { spot.A, spot.B }));
        report.Add(name, $"selection for {Places:N0} places", "ms", Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        report.Add(name, "junctions in it", "", selection.Count);
        var (there, back, times) = (new int[selection.Count], new int[selection.Count], new List<double>());
        for (var i = 0; i < 400; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            selection.From(search, spots[i], there);
            selection.To(search, spots[i], back);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
        }

        report.Add(name, $"one place to all {Places:N0} and back, p50", "µs", Median(times));
    }

    /// <summary>The search benchmark's town, once with straight lines and once along roads, by turns.</summary>
    static void Search(RoadNetwork network, BenchSettings settings, Report report)
    {
        var travel = new RoadTravel(network, StraightLineTravel.Default);
        var straight = new Town(500, 14, 500);
        var loaded = Stopwatch.GetTimestamp();
        var roads = new Town(500, 14, 500, travel);
        report.Add("500 operatives × 14 days", "index over roads filled", "s", Stopwatch.GetElapsedTime(loaded).TotalSeconds);
        foreach (var filtered in new[] { false, true })
        {
            var name = filtered ? "search, one trade, one patch" : "search, all 500 could do it";
            // As many properties as a star is kept for twice over: most searches come from a new one.
            var queries = Enumerable.Range(0, 512).Select(i => straight.Query(new Random(i), filtered)).ToArray();
            foreach (var query in queries)
            {
                SlotSearch.Search(straight.Index, query);
                SlotSearch.Search(roads.Index, query);
            }

            var (byRoad, byLine) = (new List<double>(), new List<double>());
            var until = Stopwatch.GetTimestamp() + (settings.Seconds * Stopwatch.Frequency);
            for (var i = 0; Stopwatch.GetTimestamp() < until; i++)
            {
                var query = queries[i * 7 % queries.Length];
                var begin = Stopwatch.GetTimestamp();
                SlotSearch.Search(roads.Index, query);
                byRoad.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
                begin = Stopwatch.GetTimestamp();
                SlotSearch.Search(straight.Index, query);
                byLine.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            }

            report.Add(name, "straight line, p50", "µs", Median(byLine));
            report.Add(name, "along roads, p50", "µs", Median(byRoad));
            byRoad.Sort();
            report.AddAtMost(name, "along roads, p99", "µs", byRoad[(int)(byRoad.Count * 0.99)], filtered ? 1_000 : 5_000);
        }

        report.Add("search", "legs by the straight line", "", travel.LegsByStraightLine);
    }

    static RoadSpot Spot(Random random, RoadNetwork network)
    {
        while (true)
        {
            if (network.Locate(Town.Near(random)) is { } spot) return spot;
        }
    }

    static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
