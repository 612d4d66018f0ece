using System.Text;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Import.Roads;
using OrleansScheduling.Planning.Roads;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.Import.Tests.Roads;

/// <summary>Road files of both forms: what is read from them, what is refused, and that nothing is changed by a refusal.</summary>
public sealed class RoadFileTests(ITestOutputHelper output)
{
    static readonly (long Id, double Latitude, double Longitude)[] Nodes =
        [(11, 51.50, -0.10), (7, 51.51, -0.10), (300, 51.51, -0.08), (4_000_000_000, 51.50, -0.08), (12, 51.505, -0.09)];

    static readonly (long Id, (string Key, string Value)[] Tags, long[] Nodes)[] Ways =
    [
        (1, [("highway", "residential"), ("name", "North Road")], [11, 7]),
        (2, [("highway", "primary"), ("maxspeed", "20 mph")], [7, 300, 4_000_000_000]),
        (3, [("highway", "residential"), ("oneway", "yes")], [4_000_000_000, 12, 11]),
        (4, [("highway", "footway")], [7, 12]),
        (5, [("highway", "service"), ("access", "no")], [300, 12]),
        (6, [("waterway", "river")], [11, 300]),
    ];

    [Fact]
    public void A_road_file_of_either_form_gives_the_same_network()
    {
        var json = Read("roads.geojson", Encoding.UTF8.GetBytes(GeoJson()));
        foreach (var pbf in new[] { Pbf(dense: true, zipped: true, 100), Pbf(dense: false, zipped: false, 100), Pbf(true, true, 1000) })
        {
            var read = Read("roads.osm.pbf", pbf);
            Assert.Equal(json.Report.Summary, read.Report.Summary);
            Assert.Equal(Lengths(json.Network), Lengths(read.Network));
        }

        Assert.Equal((3, 3), (json.Report.Summary!.Ways, json.Report.Skipped));
        // Points where a road merely bends are no junctions.
        Assert.Equal((3, 3), (json.Report.Summary.Nodes, json.Report.Summary.Segments));
    }

    [Fact]
    public void Times_follow_from_class_limit_and_direction()
    {
        var travel = new RoadTravel(Read("roads.osm.pbf", Pbf(true, true, 100)).Network!, StraightLineTravel.Default);
        // 0.01 degrees of latitude are 1,111.95 m: at a residential 25 km/h 160.1 s.
        Assert.Equal(1_111.95 * 3.6 / 25, travel.FastestByDay(At(0), At(1))!.Value.Seconds, tolerance: 0.05);
        // 20 mph are 32.2 km/h, below a primary road's 36.
        var east = Place.DistanceMetres(new Place(51.51, -0.10), new Place(51.51, -0.08));
        Assert.Equal((east + 1_111.95) * 3.6 / (20 * 1.609344), travel.FastestByDay(At(1), At(3))!.Value.Seconds, tolerance: 0.1);
        // Against the one-way street the way leads round over the main road.
        var straight = travel.FastestByDay(At(3), At(0))!.Value.Metres;
        Assert.Equal(2 * Place.DistanceMetres(new Place(51.50, -0.10), new Place(51.505, -0.09)), straight, tolerance: 1);
        Assert.Equal((2 * 1_111.95) + east, travel.FastestByDay(At(0), At(3))!.Value.Metres, tolerance: 1);

        static GroundPoint At(int node) => GroundPoint.Of(new Place(Nodes[node].Latitude, Nodes[node].Longitude));
    }

    [Theory]
    [InlineData("""{"type":"FeatureCollection"}""", "the file, type: A road file is a GeoJSON FeatureCollection with a list of features.")]
    [InlineData("""[1,2]""", "the file, type: A road file is a GeoJSON FeatureCollection with a list of features.")]
    [InlineData("""{"features":[{"type":"Feature" """, "line 1, byte 31: This is not JSON")]
    [InlineData("""{"features":[7]}""", "after feature 0, features: A feature is an object.")]
    [InlineData("""{"features":[]}""", "the file: There is no road in it that a van could use.")]
    [InlineData("""{"features":[{"properties":{"highway":"primary"},"geometry":{"type":"LineString","coordinates":[[0,91],[0,1]]}}]}""", "feature 1, latitude '91': A latitude is a number from -90 to 90.")]
    [InlineData("""{"features":[{"properties":{"highway":"primary"},"geometry":{"type":"LineString","coordinates":[["0",1],[0,1]]}}]}""", "feature 1, longitude '0': A longitude is a number from -180 to 180.")]
    [InlineData("""{"features":[{"properties":{"highway":"primary"},"geometry":{"type":"LineString","coordinates":[[0,1]]}}]}""", "feature 1, coordinates: A line has 2 to 20,000 points; this one has 1.")]
    [InlineData("""{"features":[{"properties":{"highway":"primary"},"geometry":{"coordinates":{},"type":"LineString"}}]}""", "feature 1, coordinates: A line has a list of points.")]
    [InlineData("""{"features":[{"properties":{"highway":"primary"},"geometry":{"type":"LineString","coordinates":[[0,1,"x"],[0,2]]}}]}""", "feature 1, coordinates: A point is a list of numbers: longitude, latitude.")]
    public void A_bad_GeoJSON_file_is_refused_with_place_field_value_and_rule(string text, string error)
    {
        var report = Refused("roads.geojson", Encoding.UTF8.GetBytes(text));
        Assert.StartsWith(error, report.Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_no_known_ending_or_none_at_all_is_refused()
    {
        Assert.Contains(".geojson, .json or .pbf", Refused("roads.xml", [1]).Errors[0].Rule, StringComparison.Ordinal);
        var (network, report) = RoadImport.Read(Path.Combine(Scene.Write(), "none.pbf"), RoadSpeeds.Default, null, default);
        Assert.Null(network);
        Assert.Equal("There is no such file.", report.Errors.Single().Rule);
    }

    [Fact]
    public void A_bad_PBF_file_is_refused_with_place_and_rule()
    {
        Expect(new PbfFile().Header("OsmSchema-V0.6", "HistoricalInformation").Bytes, "understands 'HistoricalInformation'");
        Expect(Encoding.UTF8.GetBytes("<osm version='0.6'/>"), "it is no PBF");
        Expect([], "The file is empty.");
        Expect(new PbfFile().Block("OSMData", [], zipped: false).Bytes, "does not begin with an OSMHeader");
        Expect(new PbfFile().Header().Nodes([(11, 95, 0)], dense: true).Ways([Ways[0]]).Bytes, "A latitude is from -90 to 90");
        Expect(new PbfFile().Header().Block("OSMData", [0x0A, 0x7F, 1], zipped: true).Bytes, "A field is longer than what it stands in.");
        Expect(Pbf(true, true, 100)[..^5], "The file ends in the middle of a block.");
        var limit = new long[RoadLimits.MaxPointsOfWay + 1];
        Expect(new PbfFile().Header().Ways([(8, [("highway", "primary")], limit)]).Bytes, "way 8, refs: A way has at most 2,000 points");

        static void Expect(byte[] file, string error) =>
            Assert.Contains(error, Refused("roads.osm.pbf", file).Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_damaged_in_a_file_is_told_and_never_thrown()
    {
        var seed = TestSeed.Take(output.WriteLine);
        var random = new Random(seed);
        (string Name, byte[] Bytes)[] files =
        [
            ("roads.pbf", Pbf(true, true, 100)), ("roads.pbf", Pbf(false, false, 100)),
            ("roads.geojson", Encoding.UTF8.GetBytes(GeoJson())),
        ];
        var refused = 0;
        for (var i = 0; i < 600; i++)
        {
            var (name, good) = files[i % files.Length];
            var bytes = good.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            var (network, report) = Read(name, bytes);
            Assert.Equal(network is null, report.ErrorCount > 0);
            if (network is null) refused++;
        }

        output.WriteLine($"{refused} of 600 were refused");
        Assert.True(refused > 200);
    }

    [Fact]
    public void A_speed_limit_that_cannot_be_read_is_a_notice_and_not_an_error()
    {
        var (network, report) = Read("roads.pbf", new PbfFile().Header().Nodes(Nodes, dense: true)
            .Ways([(1, [("highway", "primary"), ("maxspeed", "30 knots")], [11, 7])]).Bytes);
        Assert.NotNull(network);
        Assert.Equal("way 1, maxspeed '30 knots': A speed limit is a number of km/h, or of miles an hour with mph behind it.",
            report.Notices.Single().ToString());
    }

    [Fact]
    public void A_road_that_leaves_the_extract_keeps_the_part_within()
    {
        var (network, report) = Read("roads.pbf", new PbfFile().Header().Nodes(Nodes, dense: true)
            .Ways([(1, [("highway", "primary")], [11, 7, 999, 300, 4_000_000_000])]).Bytes);
        Assert.NotNull(network);
        Assert.Equal((2, 2), (report.Summary!.Ways, report.Summary.Nodes));
    }

    [Fact]
    public void A_refused_file_leaves_the_saved_network_as_it_was()
    {
        var directory = Scene.WriteBytes(("good.pbf", Pbf(true, true, 100)), ("bad.pbf", Pbf(true, true, 100)[..40]));
        var saved = Path.Combine(directory, "roads.bin");
        Assert.True(RoadImport.Run(Path.Combine(directory, "good.pbf"), saved, RoadSpeeds.Default, null, default).Succeeded);
        var before = File.ReadAllBytes(saved);
        Assert.False(RoadImport.Run(Path.Combine(directory, "bad.pbf"), saved, RoadSpeeds.Default, null, default).Succeeded);
        Assert.Equal(before, File.ReadAllBytes(saved));
        Assert.Equal(3, Directory.GetFiles(directory).Length);
    }

    [Fact]
    public void A_saved_network_is_the_same_when_it_is_read_and_a_damaged_one_is_refused()
    {
        var network = Read("roads.pbf", Pbf(true, true, 100)).Network!;
        using var stream = new MemoryStream();
        RoadNetworkFile.Write(network, stream);
        var bytes = stream.ToArray();
        Assert.Equal(Lengths(network), Lengths(RoadNetworkFile.Read(new MemoryStream(bytes))));
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 1;
            Assert.Throws<InvalidDataException>(() => RoadNetworkFile.Read(new MemoryStream(damaged)));
        }

        Assert.Throws<InvalidDataException>(() => RoadNetworkFile.Read(new MemoryStream(bytes[..^1])));
        Assert.Throws<InvalidDataException>(() => RoadNetworkFile.Read(new MemoryStream([])));
    }

    static List<(double, double)> Lengths(RoadNetwork? network)
    {
        var travel = new RoadTravel(network!, StraightLineTravel.Default);
        var points = Nodes.Select(node => GroundPoint.Of(new Place(node.Latitude, node.Longitude))).ToList();
        return [.. points.SelectMany(from => points.Select(to => travel.FastestByDay(from, to)!.Value))];
    }

    static RoadImportReport Refused(string name, byte[] bytes)
    {
        var (network, report) = Read(name, bytes);
        Assert.Null(network);
        Assert.False(report.Succeeded);
        return report;
    }

    static (RoadNetwork? Network, RoadImportReport Report) Read(string name, byte[] bytes) =>
        RoadImport.Read(Path.Combine(Scene.WriteBytes((name, bytes)), name), RoadSpeeds.Default, null, default);

    static byte[] Pbf(bool dense, bool zipped, int granularity) => new PbfFile()
        .Header("OsmSchema-V0.6", "DenseNodes").Nodes(Nodes, dense, zipped, granularity).Ways(Ways, zipped).Bytes;

    static string GeoJson()
    {
        var places = Nodes.ToDictionary(node => node.Id);
        return "{\"type\":\"FeatureCollection\",\"generator\":{\"x\":[1]},\"features\":[" + string.Join(",", Ways.Select(way =>
            "{\"type\":\"Feature\",\"properties\":{" + string.Join(",", way.Tags.Select(tag => $"\"{tag.Key}\":\"{tag.Value}\""))
            + ",\"layer\":0,\"tags\":{\"a\":[]}},\"geometry\":{\"coordinates\":["
            + string.Join(",", way.Nodes.Select(node => FormattableString.Invariant($"[{places[node].Longitude},{places[node].Latitude}]")))
            + "],\"type\":\"LineString\"}}")) + "]}";
    }
}
