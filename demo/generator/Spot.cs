using System.Globalization;

namespace OrleansScheduling.DemoGenerator;

/// <summary>A place in whole metres east and north of the borough's centre.</summary>
readonly record struct Spot(int East, int North)
{
    // The centre is at 51.50000 N, 0.10000 W. Metres to a degree: 6,371,009 × π ÷ 180 = 111,195; times cos 51.5°, 69,221 eastwards.
    const long CentreLatitude = 5_150_000;
    const long CentreLongitude = -10_000;
    const long MetresPerDegreeNorth = 111_195;
    const long MetresPerDegreeEast = 69_221;
    const long Scale = 100_000;

    public string Latitude => Degrees(CentreLatitude + (North * Scale / MetresPerDegreeNorth));

    public string Longitude => Degrees(CentreLongitude + (East * Scale / MetresPerDegreeEast));

    public static int Metres(Spot a, Spot b)
    {
        var (east, north) = ((long)a.East - b.East, (long)a.North - b.North);
        return (int)Root((east * east) + (north * north));
    }

    static string Degrees(long hundredThousandths)
    {
        var sign = hundredThousandths < 0 ? "-" : "";
        var size = Math.Abs(hundredThousandths);
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{size / Scale}.{size % Scale:D5}");
    }

    /// <summary>Whole square root by Newton's method.</summary>
    static long Root(long square)
    {
        if (square < 2) return square;
        var guess = square;
        while (true)
        {
            var better = (guess + (square / guess)) / 2;
            if (better >= guess) return guess;
            guess = better;
        }
    }
}
