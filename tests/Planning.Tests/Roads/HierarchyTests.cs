using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Planning.Roads;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.Planning.Tests.Roads;

/// <summary>Every way of asking the hierarchy against plain Dijkstra, on networks drawn at random.</summary>
public sealed class HierarchyTests(ITestOutputHelper output)
{
    const int Networks = 20;
    static readonly Place Centre = new(51.5, -0.1);

    [Fact]
    public void Fastest_ways_are_those_of_plain_Dijkstra()
    {
        var (pairs, unreachable) = (0, 0);
        ForNetworks((random, network, name) =>
        {
            var (plain, search) = (new PlainRoads(network), new RoadSearch(network.Hierarchy));
            for (var i = 0; i < 60; i++)
            {
                var (from, to) = (Spot(random, network), Spot(random, network));
                var expected = plain.Between(from, to);
                var time = search.Between(from, to);
                pairs++;
                if (expected is null) unreachable++;
                Assert.True(expected is { } way ? time == RoadTime.Of(way.Milliseconds, way.Decimetres) : time == RoadTime.Never,
                    $"{name}: {from} to {to}: {expected} but {RoadTime.Milliseconds(time)} ms, {RoadTime.Decimetres(time)} dm");
            }
        });
        output.WriteLine($"{pairs} pairs, {unreachable} without a way");
        Assert.True(unreachable > 0, "No pair was without a way.");
    }

    [Fact]
    public void A_table_has_what_each_pair_has_alone() => ForNetworks((random, network, name) =>
    {
        var search = new RoadSearch(network.Hierarchy);
        var from = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Spot(random, network)).ToArray();
        var to = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Spot(random, network)).ToArray();
        var table = new long[from.Length * to.Length];
        search.Table(from, to, table);
        for (var row = 0; row < from.Length; row++)
        {
            for (var column = 0; column < to.Length; column++)
                Assert.True(table[(row * to.Length) + column] == search.Between(from[row], to[column]), $"{name}: {row}, {column}");
        }
    });

    [Fact]
    public void A_sweep_over_some_places_has_what_each_pair_has_alone() => ForNetworks((random, network, name) =>
    {
        var search = new RoadSearch(network.Hierarchy);
        var spots = Enumerable.Range(0, random.Next(1, 30)).Select(_ => Spot(random, network)).ToArray();
        var selection = new RoadSelection(network.Hierarchy, spots.SelectMany(spot => new[] { spot.A, spot.B }));
        var (there, back) = (new int[selection.Count], new int[selection.Count]);
        var middle = Spot(random, network);
        selection.From(search, middle, there);
        selection.To(search, middle, back);
        foreach (var spot in spots)
        {
            // A place right at the end of its segment, so that only the junction counts.
            var (a, b) = (selection.IndexOf(spot.A), selection.IndexOf(spot.B));
            var outward = Math.Min(there[a] + RoadTime.Milliseconds(spot.ArriveA), there[b] + RoadTime.Milliseconds(spot.ArriveB));
            var homeward = Math.Min(back[a] + RoadTime.Milliseconds(spot.LeaveA), back[b] + RoadTime.Milliseconds(spot.LeaveB));
            if (spot.Segment == middle.Segment) continue;
            Assert.True(Math.Min(outward, RoadTime.Unreachable) == RoadTime.Milliseconds(search.Between(middle, spot)), name);
            Assert.True(Math.Min(homeward, RoadTime.Unreachable) == RoadTime.Milliseconds(search.Between(spot, middle)), name);
        }
    });

    [Fact]
    public void Places_are_joined_to_the_nearest_segment() => ForNetworks((random, network, name) =>
    {
        for (var i = 0; i < 40; i++)
        {
            var place = Near(random, 0.05);
            var (metres, spot) = (PlainSnap.Nearest(network.Map, place), network.Locate(place));
            if (metres > SegmentGrid.MaxMetres + 1) Assert.True(spot is null, $"{name}: {metres} m is too far");
            if (metres < SegmentGrid.MaxMetres - 1)
                Assert.True(spot is { } near && Math.Abs((RoadTime.Decimetres(near.Access) / 10.0) - metres) < 1, $"{name}: {metres} m");
        }
    });

    [Fact]
    public void The_same_map_gives_the_same_hierarchy()
    {
        var map = RandomRoads.Grid(new Random(4), 12, Centre, 0.004).Build().Map!;
        var (first, second) = (Contraction.Run(map), Contraction.Run(map));
        Assert.Equal(first.RankOf, second.RankOf);
        Assert.Equal(first.Up.Milliseconds, second.Up.Milliseconds);
        Assert.Equal(first.Down.Others, second.Down.Others);
    }

    [Fact]
    public void Many_threads_are_told_what_one_is()
    {
        var network = RandomRoads.Network(RandomRoads.Grid(new Random(9), 14, Centre, 0.004));
        var random = new Random(10);
        var points = Enumerable.Range(0, 120).Select(_ => GroundPoint.Of(Near(random, 0.03))).ToArray();
        var alone = new RoadTravel(network, StraightLineTravel.Default);
        var expected = points.Select(from => points.Select(to => alone.RoadMetres(from, to)).ToArray()).ToArray();
        var shared = new RoadTravel(network, StraightLineTravel.Default);
        Parallel.For(0, points.Length, i =>
        {
            using var star = shared.Around(points[i]);
            var numbers = points.Select(shared.NumberOf).ToArray();
            var (to, from) = (new float[points.Length], new float[points.Length]);
            star.RoadMetresTo(numbers, to);
            star.RoadMetresFrom(numbers, from);
            for (var j = 0; j < points.Length; j++)
            {
                Assert.Equal(expected[i][j], from[j]);
                Assert.Equal(expected[j][i], to[j]);
                Assert.Equal(expected[i][j], shared.RoadMetres(points[i], points[j]));
            }
        });
    }

    static RoadSpot Spot(Random random, RoadNetwork network)
    {
        for (var tries = 0; tries < 10_000; tries++)
        {
            if (network.Locate(Near(random, 0.03)) is { } spot) return spot;
        }

        throw new InvalidOperationException("No road is anywhere near.");
    }

    static Place Near(Random random, double degrees) => new(
        Centre.LatitudeDegrees + ((random.NextDouble() - 0.5) * 2 * degrees),
        Centre.LongitudeDegrees + ((random.NextDouble() - 0.5) * 3 * degrees));

    void ForNetworks(Action<Random, RoadNetwork, string> body)
    {
        var seed = TestSeed.Take(output.WriteLine);
        for (var number = 0; number < Networks; number++)
        {
            var random = new Random(unchecked(seed + number));
            // Every tenth has two parts, both large enough to be kept, with no road between them.
            var isSplit = number % 10 == 0;
            var builder = RandomRoads.Grid(random, isSplit ? 36 : random.Next(3, 16), Centre, isSplit ? 0.0015 : 0.004);
            if (isSplit) RandomRoads.Grid(random, 36, new Place(Centre.LatitudeDegrees, Centre.LongitudeDegrees + 0.075), 0.001, builder);
            body(random, RandomRoads.Network(builder), $"network seed {unchecked(seed + number)}");
        }
    }
}
