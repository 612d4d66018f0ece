using OrleansScheduling.Domain.Geography;

namespace OrleansScheduling.Planning.Travel;

/// <summary>
/// A place in metres, along three axes through the Earth's centre, from a point in the middle of Great Britain. Distances need no
/// trigonometry and hold everywhere; single precision tells 6 cm apart within 1,000 km of that point and half a metre anywhere else.
/// </summary>
public readonly record struct GroundPoint(float X, float Y, float Z)
{
    const double OriginLatitude = 54.0;
    const double OriginLongitude = -2.0;
    static readonly (double X, double Y, double Z) Origin = FromCentre(OriginLatitude, OriginLongitude);

    public static GroundPoint Of(Place place)
    {
        var (x, y, z) = FromCentre(place.LatitudeDegrees, place.LongitudeDegrees);
        return new GroundPoint((float)(x - Origin.X), (float)(y - Origin.Y), (float)(z - Origin.Z));
    }

    /// <summary>The place as coordinates again; to some centimetres, see above.</summary>
    public Place ToPlace()
    {
        var (x, y, z) = (X + Origin.X, Y + Origin.Y, Z + Origin.Z);
        return new Place(
            double.RadiansToDegrees(Math.Atan2(z, Math.Sqrt((x * x) + (y * y)))), double.RadiansToDegrees(Math.Atan2(y, x)));
    }

    static (double X, double Y, double Z) FromCentre(double latitudeDegrees, double longitudeDegrees)
    {
        var latitude = double.DegreesToRadians(latitudeDegrees);
        var longitude = double.DegreesToRadians(longitudeDegrees);
        return (
            Place.EarthRadiusMetres * Math.Cos(latitude) * Math.Cos(longitude),
            Place.EarthRadiusMetres * Math.Cos(latitude) * Math.Sin(longitude),
            Place.EarthRadiusMetres * Math.Sin(latitude));
    }
}
