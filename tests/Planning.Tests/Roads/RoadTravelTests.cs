using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Planning.Roads;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Tests.Roads;

/// <summary>Distances and times that can be checked by hand, and when the straight line stands in.</summary>
public sealed class RoadTravelTests
{
    // On the sphere of mean radius, 0.01 degrees of latitude are 6,371,008.8 × π ÷ 18,000 = 1,111.95 m.
    const double HundredthOfDegree = 1_111.95;
    static readonly SpeedProfile Steady = new([.. Enumerable.Repeat(36.0, 24)]);

    [Fact]
    public void A_kilometre_and_a_bit_at_36_kilometres_an_hour_takes_111_seconds()
    {
        var travel = Travel(Steady, (36, RoadDirection.Both, [(51.50, 0), (51.51, 0)]));
        var (from, to) = (Point(51.50, 0), Point(51.51, 0));
        var way = travel.FastestByDay(from, to)!.Value;
        Assert.Equal(HundredthOfDegree, way.Metres, tolerance: 0.2);
        Assert.Equal(HundredthOfDegree / 10, way.Seconds, tolerance: 0.05);
        // The profile's speed is the road's: its metres are the road's metres.
        Assert.Equal(HundredthOfDegree, travel.RoadMetres(from, to), tolerance: 0.5);
        Assert.Equal(0, travel.RoadMetres(from, from));
        // It is rounded up to a whole second when a quarter is over.
        Assert.Equal(36_000 + 111, Steady.Arrive(36_000, travel.RoadMetres(from, to)));
    }

    [Fact]
    public void A_road_that_is_twice_as_fast_counts_half_its_length()
    {
        var travel = Travel(Steady, (72, RoadDirection.Both, [(51.50, 0), (51.51, 0)]));
        Assert.Equal(HundredthOfDegree / 2, travel.RoadMetres(Point(51.50, 0), Point(51.51, 0)), tolerance: 0.5);
    }

    [Fact]
    public void The_rush_hour_slows_every_road_by_the_same_share()
    {
        var profile = SpeedProfile.UrbanDefault;
        var travel = Travel(profile, (30, RoadDirection.Both, [(51.50, 0), (51.51, 0)]));
        var metres = travel.RoadMetres(Point(51.50, 0), Point(51.51, 0));
        var byDay = HundredthOfDegree / (30 / 3.6);
        // 25.8 km/h from 08:00 to 18:00 on average: (1 × 22 + 6 × 28 + 3 × 22) ÷ 10.
        Assert.Equal(25.6, profile.DaytimeMetresPerSecond * 3.6, tolerance: 0.01);
        Assert.Equal(byDay * 25.6 / 22, profile.Arrive(8 * 3600, metres) - (8 * 3600), tolerance: 1);
        Assert.Equal(byDay * 25.6 / 28, profile.Arrive(11 * 3600, metres) - (11 * 3600), tolerance: 1);
        Assert.Equal(byDay * 25.6 / 36, profile.Arrive(22 * 3600, metres) - (22 * 3600), tolerance: 1);
    }

    [Fact]
    public void The_long_way_round_is_taken_when_it_is_faster()
    {
        var travel = Travel(
            Steady,
            (10, RoadDirection.Both, [(51.50, 0), (51.51, 0)]),
            (90, RoadDirection.Both, [(51.50, 0), (51.505, 0.01), (51.51, 0)]));
        var way = travel.FastestByDay(Point(51.50, 0), Point(51.51, 0))!.Value;
        var leg = Place.DistanceMetres(new Place(51.50, 0), new Place(51.505, 0.01));
        Assert.Equal(2 * leg, way.Metres, tolerance: 1);
        Assert.Equal(2 * leg / 25, way.Seconds, tolerance: 0.1);
    }

    [Fact]
    public void A_one_way_street_is_driven_one_way_only()
    {
        // A triangle: straight there, and back round the other two sides.
        var travel = Travel(
            Steady,
            (36, RoadDirection.Forward, [(51.50, 0), (51.51, 0)]),
            (36, RoadDirection.Both, [(51.51, 0), (51.505, 0.01)]),
            (36, RoadDirection.Both, [(51.505, 0.01), (51.50, 0)]));
        var (south, north) = (Point(51.50, 0), Point(51.51, 0));
        var round = 2 * Place.DistanceMetres(new Place(51.50, 0), new Place(51.505, 0.01));
        Assert.Equal(HundredthOfDegree, travel.RoadMetres(south, north), tolerance: 0.5);
        Assert.Equal(round, travel.RoadMetres(north, south), tolerance: 0.5);
        // Against it, between two houses in the middle: forward to its end and all the way round.
        var (first, second) = (Point(51.502, 0), Point(51.508, 0));
        Assert.Equal(0.6 * HundredthOfDegree, travel.RoadMetres(first, second), tolerance: 0.5);
        Assert.Equal((0.4 * HundredthOfDegree) + round, travel.RoadMetres(second, first), tolerance: 0.5);
        Assert.False(travel.IsSymmetric);
    }

    [Fact]
    public void The_way_from_the_house_to_the_road_takes_its_time_too()
    {
        var travel = Travel(Steady, (36, RoadDirection.Both, [(51.50, 0), (51.51, 0)]));
        // 0.0005 degrees of longitude at 51.505 degrees: 34.6 m off the road, at 10 km/h 12.5 s.
        var aside = Point(51.505, 0.0005);
        var seconds = travel.FastestByDay(Point(51.505, 0), aside)!.Value.Seconds;
        Assert.Equal(12.46, seconds, tolerance: 0.1);
    }

    [Fact]
    public void Where_no_road_is_near_the_straight_line_stands_in_and_says_so()
    {
        var travel = Travel(Steady, (36, RoadDirection.Both, [(51.50, 0), (51.51, 0)]));
        var straight = new StraightLineTravel(StraightLineTravel.DefaultRoadFactor, Steady);
        var (town, far, further) = (Point(51.505, 0), Point(51.505, 0.1), Point(51.9, 0.1));
        Assert.Equal(TravelBasis.Roads, travel.BasisAt(town));
        Assert.Equal(TravelBasis.StraightLine, travel.BasisAt(far));
        Assert.Null(travel.FastestByDay(town, far));
        Assert.Equal(0, travel.LegsByStraightLine);
        foreach (var (from, to) in new[] { (town, far), (far, town), (far, further) })
            Assert.Equal(straight.RoadMetres(from, to), travel.RoadMetres(from, to));
        Assert.Equal(3, travel.LegsByStraightLine);
    }

    [Fact]
    public void Between_two_parts_without_a_road_the_straight_line_stands_in()
    {
        var builder = RandomRoads.Grid(new Random(1), 40, new Place(51.5, -0.1), 0.001);
        RandomRoads.Grid(new Random(2), 40, new Place(51.5, 0.1), 0.001, builder);
        var travel = new RoadTravel(RandomRoads.Network(builder), StraightLineTravel.Default);
        var (here, there) = (Point(51.5, -0.1), Point(51.5, 0.1));
        Assert.Equal(TravelBasis.Roads, travel.BasisAt(here));
        Assert.Equal(TravelBasis.Roads, travel.BasisAt(there));
        Assert.Null(travel.FastestByDay(here, there));
        Assert.Equal(StraightLineTravel.Default.RoadMetres(here, there), travel.RoadMetres(here, there));
        Assert.Equal(1, travel.LegsByStraightLine);
    }

    [Fact]
    public void Parts_that_cannot_be_left_or_reached_are_not_on_the_map()
    {
        var builder = new RoadMapBuilder();
        var points = new[] { (51.50, 0.0), (51.51, 0.0), (51.52, 0.0), (51.60, 0.0), (51.61, 0.0) }
            .Select(place => builder.AddPoint(RandomRoads.Units(place.Item1), RandomRoads.Units(place.Item2))).ToArray();
        builder.AddWay([points[0], points[1]], 30, RoadDirection.Both);
        // A dead end that lets nobody out, and a road somewhere else.
        builder.AddWay([points[1], points[2]], 30, RoadDirection.Forward);
        builder.AddWay([points[3], points[4]], 30, RoadDirection.Forward);
        var (map, summary) = builder.Build();
        Assert.Equal((2, 1), (map!.NodeCount, map.SegmentCount));
        Assert.Equal((3, 3, 2), (summary.Ways, summary.IslandNodes, summary.IslandSegments));
        Assert.Equal(1.112, summary.Kilometres, tolerance: 0.001);
    }

    [Fact]
    public void A_loop_and_two_roads_between_the_same_junctions_are_driven()
    {
        var travel = Travel(
            Steady,
            (36, RoadDirection.Both, [(51.50, 0), (51.51, 0)]),
            (36, RoadDirection.Both, [(51.50, 0), (51.505, 0.002), (51.51, 0)]),
            (36, RoadDirection.Both, [(51.51, 0), (51.515, 0.01), (51.52, 0), (51.515, -0.01), (51.51, 0)]));
        var far = Point(51.52, 0);
        var side = Place.DistanceMetres(new Place(51.51, 0), new Place(51.515, 0.01))
            + Place.DistanceMetres(new Place(51.515, 0.01), new Place(51.52, 0));
        Assert.Equal(HundredthOfDegree + side, travel.RoadMetres(Point(51.50, 0), far), tolerance: 1);
        var beside = Point(51.505, 0.002);
        Assert.Equal(
            Place.DistanceMetres(new Place(51.50, 0), new Place(51.505, 0.002)), travel.RoadMetres(Point(51.50, 0), beside), tolerance: 1);
    }

    [Fact]
    public void A_matrix_has_what_each_leg_has_alone()
    {
        var random = new Random(6);
        var network = RandomRoads.Network(RandomRoads.Grid(random, 15, new Place(51.5, -0.1), 0.004));
        var travel = new RoadTravel(network, StraightLineTravel.Default);
        // The widest of them are off the map.
        var points = Enumerable.Range(0, 60)
            .Select(_ => Point(51.5 + ((random.NextDouble() - 0.5) * 0.1), -0.1 + ((random.NextDouble() - 0.5) * 0.15))).ToArray();
        points[7] = points[3];
        Assert.Contains(points, point => travel.BasisAt(point) == TravelBasis.StraightLine);
        var matrix = travel.Matrix(points);
        var alone = new RoadTravel(network, StraightLineTravel.Default);
        for (var i = 0; i < matrix.Length; i++) Assert.Equal(alone.RoadMetres(points[i / 60], points[i % 60]), matrix[i]);
    }

    [Fact]
    public void Speeds_are_checked()
    {
        Assert.Throws<ArgumentException>(() => new RoadSpeeds(new Dictionary<RoadClass, double> { [RoadClass.Primary] = 40 }));
        var speeds = RoadSpeeds.All.ToDictionary(kind => kind, kind => RoadSpeeds.Default[kind]);
        speeds[RoadClass.Service] = 2;
        Assert.Throws<ArgumentException>(() => new RoadSpeeds(speeds));
    }

    static RoadTravel Travel(
        SpeedProfile profile, params (double Speed, RoadDirection Direction, (double Latitude, double Longitude)[] Line)[] roads)
    {
        var builder = new RoadMapBuilder();
        var points = new Dictionary<(double, double), int>();
        foreach (var (speed, direction, line) in roads)
        {
            var numbers = line.Select(place =>
            {
                if (!points.TryGetValue(place, out var number))
                {
                    number = builder.AddPoint(RandomRoads.Units(place.Latitude), RandomRoads.Units(place.Longitude));
                    points.Add(place, number);
                }

                return number;
            }).ToArray();
            builder.AddWay(numbers, speed, direction);
        }

        return new RoadTravel(RandomRoads.Network(builder), new StraightLineTravel(StraightLineTravel.DefaultRoadFactor, profile));
    }

    static GroundPoint Point(double latitude, double longitude) => GroundPoint.Of(new Place(latitude, longitude));
}
