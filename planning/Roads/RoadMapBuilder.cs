using OrleansScheduling.Domain.Geography;

namespace OrleansScheduling.Planning.Roads;

/// <summary>In which directions a road may be driven.</summary>
public enum RoadDirection
{
    None = 0,
    Both = 1,
    Forward = 2,
    Backward = 3,
}

/// <summary>What became of the roads that were read.</summary>
/// <param name="IslandNodes">Junctions left out because one cannot get there and back from the rest.</param>
/// <param name="IslandSegments">Segments left out with them.</param>
public sealed record RoadMapSummary(int Ways, int Nodes, int Segments, int IslandNodes, int IslandSegments, double Kilometres);

/// <summary>
/// Puts a road map together from roads that are lists of points. Roads are cut into segments where they meet; where one merely bends
/// there is no junction.
/// </summary>
public sealed class RoadMapBuilder
{
    /// <summary>
    /// Parts of the network that one cannot drive to and back from are kept from this size on: an island with roads of its own.
    /// </summary>
    public const int LeastIslandNodes = 1_000;

    /// <summary>No segment is quicker than this: equal times would make many ways equally fast.</summary>
    const int LeastMilliseconds = 1;

    /// <summary>10,000 km: the longest segment; with the bound on steps and points nothing real comes near it.</summary>
    const double MaxDecimetres = 100_000_000;

    readonly List<int> latitude = [];
    readonly List<int> longitude = [];
    readonly List<byte> uses = [];
    readonly List<int> points = [];
    readonly List<(int First, int End, double KilometresPerHour, RoadDirection Direction)> ways = [];

    public int PointCount => latitude.Count;

    public int WayCount => ways.Count;

    /// <summary>Adds a point in ten millionths of a degree; answers its number. Roads that share it meet there.</summary>
    public int AddPoint(int latitudeUnits, int longitudeUnits)
    {
        latitude.Add(latitudeUnits);
        longitude.Add(longitudeUnits);
        uses.Add(0);
        return latitude.Count - 1;
    }

    /// <summary>Furthest that two neighbouring points of a road may lie apart, in either direction: some 20 km.</summary>
    public const double MaxStepDegrees = 0.2;

    /// <param name="line">The points that the road runs through; a repeated point is passed over.</param>
    /// <returns>False when two neighbouring points are further apart than any road runs straight; then it is not added.</returns>
    public bool AddWay(ReadOnlySpan<int> line, double kilometresPerHour, RoadDirection direction)
    {
        var first = points.Count;
        foreach (var point in line)
        {
            if (points.Count > first && points[^1] == point) continue;
            if (points.Count > first && IsFar(points[^1], point))
            {
                points.RemoveRange(first, points.Count - first);
                return false;
            }

            points.Add(point);
        }

        if (points.Count - first < 2)
        {
            points.RemoveRange(first, points.Count - first);
            return true;
        }

        for (var i = first; i < points.Count; i++)
        {
            var isEnd = i == first || i == points.Count - 1;
            uses[points[i]] = (byte)Math.Min(byte.MaxValue, uses[points[i]] + (isEnd ? 2 : 1));
        }

        ways.Add((first, points.Count, kilometresPerHour, direction));
        return true;
    }

    bool IsFar(int a, int b)
    {
        const long MaxUnits = (long)(MaxStepDegrees * RoadMap.UnitsPerDegree);
        return Math.Abs((long)latitude[a] - latitude[b]) > MaxUnits || Math.Abs((long)longitude[a] - longitude[b]) > MaxUnits;
    }

    /// <summary>The map without the parts that cannot be reached and left; null when nothing is left.</summary>
    public (RoadMap? Map, RoadMapSummary Summary) Build()
    {
        var drawing = new Drawing();
        foreach (var way in ways) Cut(way, drawing);
        var keep = MainParts.Of(drawing.NodeCount, drawing.From, drawing.To, drawing.Forward, drawing.Backward);
        var map = drawing.Map(keep, latitude, longitude);
        var summary = new RoadMapSummary(
            ways.Count, map.NodeCount, map.SegmentCount, drawing.NodeCount - map.NodeCount, drawing.From.Count - map.SegmentCount,
            map.Kilometres);
        return (map.SegmentCount == 0 ? null : map, summary);
    }

    void Cut((int First, int End, double KilometresPerHour, RoadDirection Direction) way, Drawing drawing)
    {
        var start = way.First;
        for (var i = way.First + 1; i < way.End; i++)
        {
            if (uses[points[i]] < 2 && i < way.End - 1) continue;
            // A loop is cut in the middle: a segment joins two different junctions.
            if (points[start] == points[i])
            {
                var middle = start + ((i - start) / 2);
                Add(start, middle, way.KilometresPerHour, way.Direction, drawing);
                start = middle;
            }

            Add(start, i, way.KilometresPerHour, way.Direction, drawing);
            start = i;
        }
    }

    void Add(int first, int last, double kilometresPerHour, RoadDirection direction, Drawing drawing)
    {
        var metres = 0.0;
        for (var i = first; i < last; i++) metres += Metres(points[i], points[i + 1]);
        var time = (int)Math.Clamp(Math.Round(metres * 3_600 / kilometresPerHour), LeastMilliseconds, RoadMap.Closed - 1);
        var forward = direction == RoadDirection.Backward ? RoadMap.Closed : time;
        var backward = direction == RoadDirection.Forward ? RoadMap.Closed : time;
        drawing.Add(points, first, last, forward, backward, (int)Math.Min(Math.Round(metres * 10), MaxDecimetres));
    }

    double Metres(int a, int b) => Place.DistanceMetres(PlaceOf(a), PlaceOf(b));

    Place PlaceOf(int point) => new(latitude[point] / RoadMap.UnitsPerDegree, longitude[point] / RoadMap.UnitsPerDegree);

    /// <summary>Segments as they come, with junctions numbered as they are met.</summary>
    sealed class Drawing
    {
        readonly Dictionary<int, int> nodeOfPoint = [];
        readonly List<int> pointOfNode = [];
        readonly List<int> shapeStart = [0];
        readonly List<int> shape = [];
        readonly List<int> decimetres = [];

        public List<int> From { get; } = [];

        public List<int> To { get; } = [];

        public List<int> Forward { get; } = [];

        public List<int> Backward { get; } = [];

        public int NodeCount => pointOfNode.Count;

        public void Add(List<int> points, int first, int last, int forward, int backward, int length)
        {
            From.Add(NodeOf(points[first]));
            To.Add(NodeOf(points[last]));
            Forward.Add(forward);
            Backward.Add(backward);
            decimetres.Add(length);
            for (var i = first + 1; i < last; i++) shape.Add(points[i]);
            shapeStart.Add(shape.Count);
        }

        int NodeOf(int point)
        {
            if (nodeOfPoint.TryGetValue(point, out var node)) return node;
            pointOfNode.Add(point);
            nodeOfPoint.Add(point, pointOfNode.Count - 1);
            return pointOfNode.Count - 1;
        }

        public RoadMap Map(bool[] keep, List<int> latitude, List<int> longitude)
        {
            var number = new int[NodeCount];
            var kept = new List<int>();
            for (var node = 0; node < NodeCount; node++)
            {
                if (!keep[node]) continue;
                number[node] = kept.Count;
                kept.Add(pointOfNode[node]);
            }

            var segments = Enumerable.Range(0, From.Count).Where(segment => keep[From[segment]] && keep[To[segment]]).ToArray();
            var starts = new int[segments.Length + 1];
            for (var i = 0; i < segments.Length; i++) starts[i + 1] = starts[i] + shapeStart[segments[i] + 1] - shapeStart[segments[i]];
            var bends = new int[starts[^1]];
            for (var i = 0; i < segments.Length; i++) shape.CopyTo(shapeStart[segments[i]], bends, starts[i], starts[i + 1] - starts[i]);
            return new RoadMap(
                [.. kept.Select(point => latitude[point])], [.. kept.Select(point => longitude[point])],
                [.. segments.Select(segment => number[From[segment]])], [.. segments.Select(segment => number[To[segment]])],
                [.. segments.Select(segment => Forward[segment])], [.. segments.Select(segment => Backward[segment])],
                [.. segments.Select(segment => decimetres[segment])],
                starts, [.. bends.Select(point => latitude[point])], [.. bends.Select(point => longitude[point])]);
        }
    }
}
