namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// A road network as it lies on the ground: junctions, and the segments of road between them, in flat arrays. Coordinates are ten
/// millionths of a degree, the resolution of OpenStreetMap (1 cm); times are milliseconds on a working day.
/// </summary>
public sealed class RoadMap
{
    /// <summary>In place of a time, for a direction in which a segment may not be driven.</summary>
    public const int Closed = RoadTime.Unreachable;

    /// <summary>Units of a coordinate in a degree.</summary>
    public const double UnitsPerDegree = 1e7;

    /// <summary>Most junctions: as many as Great Britain's streets have twice over.</summary>
    public const int MaxNodes = 8_000_000;

    /// <summary>Most segments.</summary>
    public const int MaxSegments = 12_000_000;

    /// <summary>Most bends of all segments together.</summary>
    public const int MaxShapePoints = 60_000_000;

    internal RoadMap(
        int[] latitude, int[] longitude, int[] from, int[] to, int[] forwardMilliseconds, int[] backwardMilliseconds, int[] decimetres,
        int[] shapeStart, int[] shapeLatitude, int[] shapeLongitude)
    {
        Latitude = latitude;
        Longitude = longitude;
        From = from;
        To = to;
        ForwardMilliseconds = forwardMilliseconds;
        BackwardMilliseconds = backwardMilliseconds;
        Decimetres = decimetres;
        ShapeStart = shapeStart;
        ShapeLatitude = shapeLatitude;
        ShapeLongitude = shapeLongitude;
    }

    public int NodeCount => Latitude.Length;

    public int SegmentCount => From.Length;

    internal int[] Latitude { get; }

    internal int[] Longitude { get; }

    /// <summary>For each segment the junctions that it joins; they differ.</summary>
    internal int[] From { get; }

    internal int[] To { get; }

    internal int[] ForwardMilliseconds { get; }

    internal int[] BackwardMilliseconds { get; }

    internal int[] Decimetres { get; }

    /// <summary>
    /// Where each segment's bends begin in the shape arrays, with one entry more than segments; its ends are not among them.
    /// </summary>
    internal int[] ShapeStart { get; }

    internal int[] ShapeLatitude { get; }

    internal int[] ShapeLongitude { get; }

    /// <summary>Length of all segments, each counted once, in kilometres.</summary>
    public double Kilometres => Decimetres.Sum(length => (long)length) / 10_000.0;

    /// <summary>Calls for each direction in which a segment may be driven.</summary>
    internal void ForEachArc(Action<int, int, long> arc)
    {
        for (var segment = 0; segment < SegmentCount; segment++)
        {
            if (ForwardMilliseconds[segment] < Closed)
                arc(From[segment], To[segment], RoadTime.Of(ForwardMilliseconds[segment], Decimetres[segment]));
            if (BackwardMilliseconds[segment] < Closed)
                arc(To[segment], From[segment], RoadTime.Of(BackwardMilliseconds[segment], Decimetres[segment]));
        }
    }
}

/// <summary>
/// Time and length of a way in one number, time in the upper half: numbers add up and compare as "fastest, and of equally fast ones the
/// shortest". Whole numbers make every way of reckoning a sum give the same result to the last bit.
/// </summary>
public static class RoadTime
{
    /// <summary>From this time on, nearly six days, a place counts as out of reach. Three of them still add up in 32 bits.</summary>
    public const int Unreachable = 500_000_000;

    /// <summary>No way at all. Two of them still add up.</summary>
    public const long Never = (long)Unreachable << 32;

    public static long Of(int milliseconds, int decimetres) => ((long)milliseconds << 32) | (uint)decimetres;

    public static int Milliseconds(long time) => (int)(time >> 32);

    public static int Decimetres(long time) => (int)(time & 0x7FFF_FFFF);
}
