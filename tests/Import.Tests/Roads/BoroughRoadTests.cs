using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Import.Roads;
using OrleansScheduling.Planning.Roads;
using OrleansScheduling.Planning.Travel;
using Xunit.Abstractions;

namespace OrleansScheduling.Import.Tests.Roads;

/// <summary>The demonstration borough's roads: they lead to every home, and its diaries can be kept along them.</summary>
public sealed class BoroughRoadTests(ITestOutputHelper output)
{
    static readonly Lazy<(RoadNetwork Network, RoadImportReport Report)> Roads = new(() =>
    {
        var (network, report) = RoadImport.Read(Path.Combine(Scene.DemoDirectory, "roads.geojson"), RoadSpeeds.Default, null, default);
        return (network ?? throw new InvalidOperationException(report.Render()), report);
    });

    [Fact]
    public void The_roads_are_one_network_with_hardly_anything_left_out()
    {
        var summary = Roads.Value.Report.Summary!;
        output.WriteLine(Roads.Value.Report.Render());
        Assert.True(summary.Ways > 1_200 && summary.Kilometres > 200);
        Assert.Equal(0, Roads.Value.Report.NoticeCount);
        Assert.InRange(summary.IslandSegments, 0, summary.Segments / 50);
    }

    [Fact]
    public async Task Every_home_is_near_a_road_and_roads_are_longer_than_the_straight_line_but_not_by_much()
    {
        var scene = new Scene();
        await scene.RunAsync(scene.Copy(Scene.DemoDirectory, "organisations.csv", "contracts.csv", "properties.csv"));
        var homes = scene.Registry.Properties.Select(property => property.Place).Distinct().ToList();
        Assert.True(homes.Count > 3_000);
        Assert.All(homes, home => Assert.True(
            Roads.Value.Network.Locate(home) is { } spot && RoadTime.Decimetres(spot.Access) < 1_200, $"{home} is far from any road"));

        var travel = new RoadTravel(Roads.Value.Network, StraightLineTravel.Default);
        var random = new Random(8);
        var (ratios, speeds) = (new List<double>(), new List<double>());
        for (var i = 0; i < 500; i++)
        {
            var (from, to) = (homes[random.Next(homes.Count)], homes[random.Next(homes.Count)]);
            if (Place.DistanceMetres(from, to) < 500) continue;
            var way = travel.FastestByDay(GroundPoint.Of(from), GroundPoint.Of(to))!.Value;
            Assert.True(way.Metres >= Place.DistanceMetres(from, to) * 0.99);
            ratios.Add(way.Metres / Place.DistanceMetres(from, to));
            speeds.Add(way.Metres / way.Seconds * 3.6);
        }

        output.WriteLine($"road over straight line {ratios.Average():F2}, {speeds.Average():F1} km/h");
        Assert.InRange(ratios.Average(), 1.2, 1.7);
        Assert.InRange(speeds.Average(), 22, 36);
    }

    [Fact]
    public async Task The_borough_imports_along_its_roads()
    {
        var scene = new Scene();
        var travel = new RoadTravel(Roads.Value.Network, StraightLineTravel.Default);
        var report = await new Importer(scene.Registry, scene.Ledger).RunAsync(
            Scene.DemoDirectory, new ImportOptions(scene.Now) { Travel = travel }, null, default);
        Assert.True(report.Succeeded, ReportText.Render(report));
        Assert.True(scene.Ledger.Jobs.Count > 4_000);
        Assert.Equal(0, travel.LegsByStraightLine);
    }
}
