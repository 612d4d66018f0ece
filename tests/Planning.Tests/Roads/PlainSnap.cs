using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Planning.Tests.Roads;

/// <summary>The slow model of finding the nearest road: every piece of every segment, on a plane through the place.</summary>
static class PlainSnap
{
    public static double Nearest(RoadMap map, Place place)
    {
        var nearest = double.PositiveInfinity;
        for (var segment = 0; segment < map.SegmentCount; segment++)
        {
            var line = new List<(int Latitude, int Longitude)> { (map.Latitude[map.From[segment]], map.Longitude[map.From[segment]]) };
            for (var i = map.ShapeStart[segment]; i < map.ShapeStart[segment + 1]; i++)
                line.Add((map.ShapeLatitude[i], map.ShapeLongitude[i]));
            line.Add((map.Latitude[map.To[segment]], map.Longitude[map.To[segment]]));
            for (var i = 1; i < line.Count; i++)
            {
                // No point of a piece is nearer than its end less its length.
                var (a, b) = (PlaceOf(line[i - 1]), PlaceOf(line[i]));
                if (Place.DistanceMetres(place, a) - Place.DistanceMetres(a, b) > nearest) continue;
                nearest = Math.Min(nearest, Distance(place, line[i - 1], line[i]));
            }
        }

        return nearest;
    }

    static Place PlaceOf((int Latitude, int Longitude) point) =>
        new(point.Latitude / RoadMap.UnitsPerDegree, point.Longitude / RoadMap.UnitsPerDegree);

    static double Distance(Place place, (int Latitude, int Longitude) a, (int Latitude, int Longitude) b)
    {
        // The nearest point of a line is found by halving: its distance falls and then rises.
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < 50; i++)
        {
            var (first, second) = (low + ((high - low) / 3), high - ((high - low) / 3));
            if (At(first) <= At(second)) high = second;
            else low = first;
        }

        return At(low);

        double At(double share) => Place.DistanceMetres(place, new Place(
            (a.Latitude + ((b.Latitude - (double)a.Latitude) * share)) / RoadMap.UnitsPerDegree,
            (a.Longitude + ((b.Longitude - (double)a.Longitude) * share)) / RoadMap.UnitsPerDegree));
    }
}
