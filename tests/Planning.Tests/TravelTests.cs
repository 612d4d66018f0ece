using System.Runtime.Intrinsics;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Tests;

public sealed class TravelTests
{
    static readonly SpeedProfile Profile = SpeedProfile.UrbanDefault;

    // Great-circle distances on the sphere of mean radius, from the cities' coordinates by an independent calculator (spherical law of
    // cosines).
    [Theory]
    [InlineData(51.5074, -0.1278, 53.4808, -2.2426, 262.1)]
    [InlineData(55.9533, -3.1883, 55.8642, -4.2518, 67.0)]
    [InlineData(51.4545, -2.5879, 51.4816, -3.1791, 41.1)]
    [InlineData(51.5074, -0.1278, 48.8566, 2.3522, 343.6)]
    public void Known_distances_are_met(double latitudeA, double longitudeA, double latitudeB, double longitudeB, double kilometres)
    {
        var (a, b) = (new Place(latitudeA, longitudeA), new Place(latitudeB, longitudeB));
        var cosines = 6371.0088 * Math.Acos(
            (Math.Sin(double.DegreesToRadians(latitudeA)) * Math.Sin(double.DegreesToRadians(latitudeB)))
            + (Math.Cos(double.DegreesToRadians(latitudeA)) * Math.Cos(double.DegreesToRadians(latitudeB))
                * Math.Cos(double.DegreesToRadians(longitudeB - longitudeA))));
        Assert.Equal(kilometres, cosines, tolerance: 0.5);
        Assert.Equal(1, Place.DistanceMetres(a, b) / 1000 / cosines, tolerance: 0.001);
        var road = new StraightLineTravel(1, Profile).RoadMetres(GroundPoint.Of(a), GroundPoint.Of(b)) / 1000;
        Assert.Equal(1, road / cosines, tolerance: 0.001);
    }

    [Fact]
    public void Lengths_of_many_equal_lengths_of_one_to_the_bit()
    {
        var random = new Random(5);
        var points = Enumerable.Range(0, 1003).Select(_ => Routes.Point(random, 200_000)).ToArray();
        var from = Routes.Point(random);
        var metres = new float[points.Length];
        StraightLineTravel.Default.RoadMetresFrom(
            from, points.Select(p => p.X).ToArray(), points.Select(p => p.Y).ToArray(), points.Select(p => p.Z).ToArray(), metres);
        for (var i = 0; i < points.Length; i++)
        {
            Assert.Equal(StraightLineTravel.Default.RoadMetres(from, points[i]), metres[i]);
            Assert.Equal(StraightLineTravel.Default.RoadMetres(points[i], from), metres[i]);
        }
    }

    [Fact]
    public void A_journey_of_no_length_takes_no_time_at_any_second()
    {
        for (var second = 0; second <= SpeedProfile.MaxSecond; second++) Assert.Equal(second, Profile.Arrive(second, 0));
    }

    [Fact]
    public void Leaving_later_never_means_arriving_earlier()
    {
        foreach (var metres in new[] { 1f, 250, 5_000, 31_000, 200_000 })
        {
            var last = 0;
            for (var second = 0; second <= SpeedProfile.MaxSecond; second++)
            {
                var arrival = Profile.Arrive(second, metres);
                Assert.True(arrival >= last && arrival >= second, $"{metres} m at {second}");
                last = arrival;
            }
        }
    }

    [Fact]
    public void The_latest_departure_is_the_exact_inverse_of_arrival()
    {
        var random = new Random(11);
        for (var i = 0; i < 100_000; i++)
        {
            var (by, metres) = (random.Next(SpeedProfile.MaxSecond), (float)(random.NextDouble() * (i % 2 == 0 ? 20_000 : 300_000)));
            var leave = Profile.LatestDeparture(by, metres);
            if (leave >= 0) Assert.True(Profile.Arrive(leave, metres) <= by, $"{by} {metres}");
            else Assert.Equal(-1, leave);
            Assert.True(Profile.Arrive(leave + 1, metres) > by, $"{by} {metres}");
        }
    }

    // 22 km/h from 07:00 to 09:00, 28 until 15:00. 11 km from 08:45: 5.5 km in the quarter hour and the rest at 28 km/h, 11 m 47.1 s; less
    // than a quarter second over is dropped.
    [Theory]
    [InlineData(10, 0, 14_000, 10, 30, 0)]
    [InlineData(8, 45, 11_000, 9, 11, 47)]
    [InlineData(6, 50, 6_000 + 11_000, 7, 30, 0)]
    [InlineData(14, 30, 14_000 + 22_000, 16, 0, 0)]
    public void A_journey_goes_on_at_the_new_speed_when_the_hour_changes(int hour, int minute, float metres, int atHour, int atMinute,
        int atSecond) =>
        Assert.Equal((atHour * 3600) + (atMinute * 60) + atSecond, Profile.Arrive((hour * 3600) + (minute * 60), metres));

    [Fact]
    public void A_vector_of_journeys_arrives_as_each_does_alone()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var dayStart = random.Next(0, 24 * 3600);
            var (first, end) = Profile.PiecesOf(dayStart, dayStart + (12 * 3600));
            var departs = Enumerable.Range(0, 16).Select(_ => dayStart + random.Next(0, 6 * 3600)).ToArray();
            var metres = Enumerable.Range(0, 16).Select(_ => (float)(random.NextDouble() * 40_000)).ToArray();
            var odometer = Profile.Odometer(Vector512.Create(departs.Select(depart => (float)depart).ToArray()), first, end);
            var arrivals = Profile.ArrivalAt(odometer + Vector512.Create(metres), first, end);
            for (var lane = 0; lane < 16; lane++)
            {
                Assert.Equal(Profile.Odometer((float)departs[lane]), odometer[lane]);
                Assert.Equal(Profile.Arrive(departs[lane], metres[lane]), (int)arrivals[lane]);
            }
        }
    }

    [Fact]
    public void A_profile_and_a_road_factor_are_checked()
    {
        Assert.Throws<ArgumentException>(() => new SpeedProfile([30]));
        Assert.Throws<ArgumentException>(() => new SpeedProfile([.. Enumerable.Repeat(0.5, 24)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StraightLineTravel(0.9, Profile));
    }
}
