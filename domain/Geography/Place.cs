namespace OrleansScheduling.Domain.Geography;

/// <summary>A point on the ground, in degrees of WGS 84.</summary>
public readonly record struct Place
{
    /// <summary>Mean radius of the Earth (IUGG, R1), in metres.</summary>
    public const double EarthRadiusMetres = 6_371_008.8;

    /// <exception cref="ArgumentOutOfRangeException">Latitude outside ±90 or longitude outside ±180 degrees.</exception>
    public Place(double latitudeDegrees, double longitudeDegrees)
    {
        if (!(latitudeDegrees is >= -90 and <= 90))
            throw new ArgumentOutOfRangeException(nameof(latitudeDegrees), latitudeDegrees, "A latitude is between -90 and 90 degrees.");
        if (!(longitudeDegrees is >= -180 and <= 180))
            throw new ArgumentOutOfRangeException(nameof(longitudeDegrees), longitudeDegrees,
                "A longitude is between -180 and 180 degrees.");
        LatitudeDegrees = latitudeDegrees;
        LongitudeDegrees = longitudeDegrees;
    }

    public double LatitudeDegrees { get; }

    public double LongitudeDegrees { get; }

    /// <summary>Great-circle distance by the haversine formula, in metres.</summary>
    public static double DistanceMetres(Place a, Place b)
    {
        var latitudeA = double.DegreesToRadians(a.LatitudeDegrees);
        var latitudeB = double.DegreesToRadians(b.LatitudeDegrees);
        var halfLatitude = Math.Sin((latitudeB - latitudeA) / 2);
        var halfLongitude = Math.Sin(double.DegreesToRadians(b.LongitudeDegrees - a.LongitudeDegrees) / 2);
        var square = (halfLatitude * halfLatitude) + (Math.Cos(latitudeA) * Math.Cos(latitudeB) * halfLongitude * halfLongitude);
        return 2 * EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(square)));
    }
}
