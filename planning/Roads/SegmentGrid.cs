using OrleansScheduling.Domain.Geography;

namespace OrleansScheduling.Planning.Roads;

/// <summary>Finds the segment nearest to a place: pieces of road by squares of the map.</summary>
internal sealed class SegmentGrid
{
    /// <summary>
    /// Furthest that a place may lie from the nearest road: a farm at the end of its own track. Beyond it, it is off the map.
    /// </summary>
    public const double MaxMetres = 1_000;

    /// <summary>Most squares: 32 MiB of starts. A map that would need more has larger squares.</summary>
    const int MaxCells = 8_000_000;

    /// <summary>Side of a square where the map is not too large for it, in metres: about a block of houses.</summary>
    const double LeastCellMetres = 250;

    const double MetresPerUnit = Place.EarthRadiusMetres * Math.PI / 180 / RoadMap.UnitsPerDegree;

    readonly RoadMap map;
    readonly int south;
    readonly int west;
    readonly double cellMetres;
    readonly int cellHeight;
    readonly int cellWidth;
    readonly int rows;
    readonly int columns;
    readonly int[] starts;
    readonly (int Segment, int Piece)[] pieces;

    public SegmentGrid(RoadMap map)
    {
        this.map = map;
        var (minLatitude, maxLatitude) = Range(map.Latitude, map.ShapeLatitude);
        var (minLongitude, maxLongitude) = Range(map.Longitude, map.ShapeLongitude);
        (south, west) = (minLatitude, minLongitude);
        // Squares are as wide as where the map is furthest from the equator, where a degree is shortest: no square is narrower.
        var narrowest = Narrowing(Math.Max(Math.Abs((long)minLatitude), Math.Abs((long)maxLatitude)));
        var (height, width) = (((long)maxLatitude - minLatitude) * MetresPerUnit, ((long)maxLongitude - minLongitude) * MetresPerUnit);
        cellMetres = Math.Max(LeastCellMetres, Math.Sqrt(height * width * narrowest / MaxCells) * 1.01);
        cellMetres = Math.Max(cellMetres, Math.Max(height, width) * 2 / MaxCells);
        cellHeight = (int)Math.Ceiling(cellMetres / MetresPerUnit);
        cellWidth = (int)Math.Min(int.MaxValue, Math.Ceiling(cellMetres / (MetresPerUnit * narrowest)));
        rows = (int)(((long)maxLatitude - south) / cellHeight) + 1;
        columns = (int)(((long)maxLongitude - west) / cellWidth) + 1;
        starts = new int[(rows * columns) + 1];
        ForEachEntry((cell, _, _) => starts[cell + 1]++);
        for (var cell = 0; cell < rows * columns; cell++) starts[cell + 1] += starts[cell];
        pieces = new (int, int)[starts[^1]];
        var next = starts[..(rows * columns)];
        ForEachEntry((cell, segment, piece) => pieces[next[cell]++] = (segment, piece));
    }

    /// <summary>
    /// The nearest segment, the share of it that lies before the nearest point, and the metres to it; null when all are too far.
    /// </summary>
    public (int Segment, double Share, double Metres)? Nearest(Place place)
    {
        var latitude = (long)Math.Round(place.LatitudeDegrees * RoadMap.UnitsPerDegree);
        var longitude = (long)Math.Round(place.LongitudeDegrees * RoadMap.UnitsPerDegree);
        var (row, column) = (Floor(latitude - south, cellHeight), Floor(longitude - west, cellWidth));
        var here = new Flat(latitude, longitude, Narrowing(latitude));
        var best = (Segment: -1, Piece: -1, Square: MaxMetres * MaxMetres);
        for (var ring = 0; ring * cellMetres <= MaxMetres + cellMetres; ring++)
        {
            // What lies beyond this ring is at least as far as the rings within it are wide.
            var passed = Math.Max(0, ring - 1) * cellMetres;
            if (best.Square <= passed * passed) break;
            for (var r = row - ring; r <= row + ring; r++)
            {
                var step = r == row - ring || r == row + ring || ring == 0 ? 1 : 2 * ring;
                for (var c = column - ring; c <= column + ring; c += step)
                {
                    if (r >= 0 && r < rows && c >= 0 && c < columns) Look((int)((r * columns) + c), here, ref best);
                }
            }
        }

        return best.Segment < 0 ? null : (best.Segment, ShareBefore(best.Segment, best.Piece, here), Math.Sqrt(best.Square));
    }

    void Look(int cell, in Flat here, ref (int Segment, int Piece, double Square) best)
    {
        for (var i = starts[cell]; i < starts[cell + 1]; i++)
        {
            var (segment, piece) = pieces[i];
            var (square, _, _) = here.ToPiece(PointOf(segment, piece), PointOf(segment, piece + 1));
            // Of equally near ones the first in the map, whichever square it is met in.
            var isFirst = square == best.Square && segment < best.Segment;
            if (square < best.Square || isFirst) best = (segment, piece, square);
        }
    }

    double ShareBefore(int segment, int piece, in Flat here)
    {
        var (before, whole) = (0.0, 0.0);
        for (var i = 0; i < PiecesOf(segment); i++)
        {
            var (_, along, length) = here.ToPiece(PointOf(segment, i), PointOf(segment, i + 1));
            if (i < piece) before += length;
            else if (i == piece) before += along * length;
            whole += length;
        }

        return whole > 0 ? Math.Clamp(before / whole, 0, 1) : 0;
    }

    int PiecesOf(int segment) => map.ShapeStart[segment + 1] - map.ShapeStart[segment] + 1;

    (int Latitude, int Longitude) PointOf(int segment, int number)
    {
        if (number == 0) return (map.Latitude[map.From[segment]], map.Longitude[map.From[segment]]);
        var at = map.ShapeStart[segment] + number - 1;
        return at < map.ShapeStart[segment + 1]
            ? (map.ShapeLatitude[at], map.ShapeLongitude[at])
            : (map.Latitude[map.To[segment]], map.Longitude[map.To[segment]]);
    }

    /// <summary>Each piece in every square that it might pass through.</summary>
    void ForEachEntry(Action<int, int, int> entry)
    {
        for (var segment = 0; segment < map.SegmentCount; segment++)
        {
            for (var piece = 0; piece < PiecesOf(segment); piece++)
            {
                var (a, b) = (PointOf(segment, piece), PointOf(segment, piece + 1));
                if (a.Latitude > b.Latitude) (a, b) = (b, a);
                for (var row = Row(a.Latitude); row <= Row(b.Latitude); row++)
                {
                    // From where the piece comes into the row to where it leaves it.
                    var (first, last) = (Across(a, b, south + ((long)row * cellHeight)), Across(a, b, south + ((row + 1L) * cellHeight)));
                    for (var column = Column(Math.Min(first, last)); column <= Column(Math.Max(first, last)); column++)
                        entry((row * columns) + column, segment, piece);
                }
            }
        }
    }

    /// <summary>The longitude at which a piece crosses a latitude, or that of its end before it gets there.</summary>
    static int Across((int Latitude, int Longitude) a, (int Latitude, int Longitude) b, long latitude)
    {
        if (latitude <= a.Latitude) return a.Longitude;
        if (latitude >= b.Latitude) return b.Longitude;
        var share = (latitude - a.Latitude) / ((double)b.Latitude - a.Latitude);
        return a.Longitude + (int)Math.Round(((long)b.Longitude - a.Longitude) * share);
    }

    int Row(int latitude) => (int)(((long)latitude - south) / cellHeight);

    int Column(int longitude) => (int)(((long)longitude - west) / cellWidth);

    static long Floor(long value, int by) => value >= 0 ? value / by : -((-value + by - 1) / by);

    static double Narrowing(long latitude) => Math.Max(0.01, Math.Cos(double.DegreesToRadians(latitude / RoadMap.UnitsPerDegree)));

    static (int Least, int Most) Range(int[] first, int[] second) =>
        second.Length == 0 ? (first.Min(), first.Max()) : (Math.Min(first.Min(), second.Min()), Math.Max(first.Max(), second.Max()));

    /// <summary>The surroundings of a place as a plane, in metres; within a kilometre it errs by less than a metre.</summary>
    readonly record struct Flat(long Latitude, long Longitude, double Narrowing)
    {
        /// <summary>The square of the distance to a piece of road, how far along it the nearest point lies, and its length.</summary>
        public (double Square, double Along, double Length) ToPiece(
            (int Latitude, int Longitude) a, (int Latitude, int Longitude) b)
        {
            var (ax, ay) = ((a.Longitude - Longitude) * MetresPerUnit * Narrowing, (a.Latitude - Latitude) * MetresPerUnit);
            var (bx, by) = ((b.Longitude - Longitude) * MetresPerUnit * Narrowing, (b.Latitude - Latitude) * MetresPerUnit);
            var (dx, dy) = (bx - ax, by - ay);
            var square = (dx * dx) + (dy * dy);
            var along = square > 0 ? Math.Clamp(-((ax * dx) + (ay * dy)) / square, 0, 1) : 0;
            var (x, y) = (ax + (along * dx), ay + (along * dy));
            return ((x * x) + (y * y), along, Math.Sqrt(square));
        }
    }
}
