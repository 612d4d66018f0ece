using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Import.Roads;

/// <summary>
/// Reads roads from an OpenStreetMap PBF extract in two passes: the roads and the numbers of their points, then those points' coordinates.
/// Roads meet where they share a point.
/// </summary>
sealed class PbfRoads(RoadDraft draft, IProgress<RoadImportProgress>? progress)
{
    // Field numbers of osmformat.proto.
    const int StringTable = 1, Group = 2, Granularity = 17, LatitudeOffset = 19, LongitudeOffset = 20;
    const int PlainNodes = 1, DenseNodes = 2, Ways = 3;

    /// <summary>Coordinates are nanodegrees × granularity; ours are a hundred of them.</summary>
    const long NanodegreesPerUnit = 100;

    readonly List<long> references = [];
    readonly List<(int First, int End, long Id, RoadUse Use)> ways = [];
    readonly Dictionary<string, string> tags = new(StringComparer.Ordinal);
    long[] wanted = [];
    int[] pointOf = [];

    public void Read(Stream file, CancellationToken cancellationToken)
    {
        var blocks = new PbfBlocks(file);
        try
        {
            Pass(blocks, file.Length, 0, ReadWays, cancellationToken);
            if (draft.ErrorCount > 0) return;
            wanted = [.. references.Distinct().Order()];
            pointOf = new int[wanted.Length];
            Array.Fill(pointOf, -1);
            Pass(blocks, file.Length, file.Length, ReadNodes, cancellationToken);
            if (draft.ErrorCount == 0) AddWays();
        }
        catch (PbfException broken)
        {
            draft.Refuse($"the block at byte {blocks.Position:N0}", "", "", broken.Message);
        }
    }

    delegate void BlockReader(ReadOnlySpan<byte> block);

    void Pass(PbfBlocks blocks, long length, long before, BlockReader read, CancellationToken cancellationToken)
    {
        foreach (var block in blocks.Data())
        {
            cancellationToken.ThrowIfCancellationRequested();
            read(block);
            if (draft.ErrorCount > 0) return;
            progress?.Report(new RoadImportProgress(RoadImportStep.Reading, before + blocks.Position, 2 * length));
        }
    }

    void ReadWays(ReadOnlySpan<byte> block)
    {
        var strings = Strings(block);
        var fields = new PbfFields(block);
        while (fields.Next())
        {
            if (fields.Field != Group)
            {
                fields.Skip();
                continue;
            }

            var group = new PbfFields(fields.Span());
            while (group.Next())
            {
                if (group.Field == Ways) ReadWay(group.Span(), strings);
                else group.Skip();
            }
        }
    }

    static List<string> Strings(ReadOnlySpan<byte> block)
    {
        var strings = new List<string>();
        var fields = new PbfFields(block);
        while (fields.Next())
        {
            if (fields.Field != StringTable)
            {
                fields.Skip();
                continue;
            }

            var table = new PbfFields(fields.Span());
            while (table.Next())
            {
                if (table.Field == 1) strings.Add(table.Text());
                else table.Skip();
            }
        }

        return strings;
    }

    void ReadWay(ReadOnlySpan<byte> way, List<string> strings)
    {
        var id = 0L;
        ReadOnlySpan<byte> keys = [], values = [], points = [];
        var fields = new PbfFields(way);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: id = fields.Int64(); break;
                case 2: keys = fields.Span(); break;
                case 3: values = fields.Span(); break;
                case 8: points = fields.Span(); break;
                default: fields.Skip(); break;
            }
        }

        ReadTags(keys, values, strings);
        if (draft.Tags.Of(tags, out var fault) is not { } use)
        {
            draft.Skipped++;
            return;
        }

        if (fault is { } wrong) draft.Notice($"way {id}", wrong);
        var first = references.Count;
        var refs = new PbfFields(points);
        for (var node = 0L; !refs.IsAtEnd;)
        {
            node = unchecked(node + refs.NextSigned());
            references.Add(node);
        }

        var count = references.Count - first;
        if (count > RoadLimits.MaxPointsOfWay)
            draft.Refuse($"way {id}", "refs", "", $"A way has at most {RoadLimits.MaxPointsOfWay:N0} points; this one has {count:N0}.");
        else if (references.Count > RoadLimits.MaxPoints || ways.Count >= RoadLimits.MaxWays)
            draft.Refuse($"way {id}", "", "",
                $"A file has at most {RoadLimits.MaxWays:N0} roads with {RoadLimits.MaxPoints:N0} points. Take an extract of the region.");
        else ways.Add((first, references.Count, id, use));
    }

    void ReadTags(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, List<string> strings)
    {
        tags.Clear();
        var key = new PbfFields(keys);
        var value = new PbfFields(values);
        while (!key.IsAtEnd && !value.IsAtEnd)
        {
            var (k, v) = (key.Unsigned(), value.Unsigned());
            if (k >= (ulong)strings.Count || v >= (ulong)strings.Count)
                throw new PbfException("A tag is not in the block's list of strings.");
            if (RoadTags.Keys.Contains(strings[(int)k])) tags[strings[(int)k]] = strings[(int)v];
        }

        if (!key.IsAtEnd || !value.IsAtEnd) throw new PbfException("A way has as many keys as values.");
    }

    void ReadNodes(ReadOnlySpan<byte> block)
    {
        var scale = new Scale(block);
        var fields = new PbfFields(block);
        while (fields.Next())
        {
            if (fields.Field != Group)
            {
                fields.Skip();
                continue;
            }

            var group = new PbfFields(fields.Span());
            while (group.Next())
            {
                if (group.Field == DenseNodes) ReadDense(group.Span(), scale);
                else if (group.Field == PlainNodes) ReadNode(group.Span(), scale);
                else group.Skip();
            }
        }
    }

    void ReadDense(ReadOnlySpan<byte> dense, Scale scale)
    {
        ReadOnlySpan<byte> ids = [], latitudes = [], longitudes = [];
        var fields = new PbfFields(dense);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: ids = fields.Span(); break;
                case 8: latitudes = fields.Span(); break;
                case 9: longitudes = fields.Span(); break;
                default: fields.Skip(); break;
            }
        }

        var id = new PbfFields(ids);
        var latitude = new PbfFields(latitudes);
        var longitude = new PbfFields(longitudes);
        var (node, north, east) = (0L, 0L, 0L);
        while (!id.IsAtEnd)
        {
            node = unchecked(node + id.NextSigned());
            north = unchecked(north + latitude.NextSigned());
            east = unchecked(east + longitude.NextSigned());
            Place(node, north, east, scale);
        }
    }

    void ReadNode(ReadOnlySpan<byte> bytes, Scale scale)
    {
        var (node, north, east) = (0L, 0L, 0L);
        var fields = new PbfFields(bytes);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: node = fields.Signed(); break;
                case 8: north = fields.Signed(); break;
                case 9: east = fields.Signed(); break;
                default: fields.Skip(); break;
            }
        }

        Place(node, north, east, scale);
    }

    void Place(long node, long latitude, long longitude, Scale scale)
    {
        var at = Array.BinarySearch(wanted, node);
        if (at < 0) return;
        var north = RoadDraft.Units(scale.Latitude(latitude) / (double)NanodegreesPerUnit / RoadMap.UnitsPerDegree, 90);
        var east = RoadDraft.Units(scale.Longitude(longitude) / (double)NanodegreesPerUnit / RoadMap.UnitsPerDegree, 180);
        if (north is null || east is null)
            draft.Refuse($"node {node}", "lat, lon", "", "A latitude is from -90 to 90 degrees, a longitude from -180 to 180.");
        else if (pointOf[at] < 0) pointOf[at] = draft.Builder.AddPoint(north.Value, east.Value);
    }

    /// <summary>An extract may cut a road off at its border: what lies outside is left out, and the rest of the road is there.</summary>
    void AddWays()
    {
        var line = new List<int>();
        foreach (var (first, end, id, use) in ways)
        {
            line.Clear();
            for (var i = first; i < end; i++)
            {
                var point = pointOf[Array.BinarySearch(wanted, references[i])];
                if (point >= 0) line.Add(point);
                else Flush(id, use);
            }

            Flush(id, use);
        }

        void Flush(long id, RoadUse use)
        {
            if (line.Count > 1) draft.AddWay(line, use, $"way {id}");
            line.Clear();
        }
    }

    /// <summary>How a block writes coordinates.</summary>
    readonly struct Scale
    {
        readonly long granularity = 100;
        readonly long latitudeOffset;
        readonly long longitudeOffset;

        public Scale(ReadOnlySpan<byte> block)
        {
            var fields = new PbfFields(block);
            while (fields.Next())
            {
                switch (fields.Field)
                {
                    case Granularity: granularity = fields.Int32(); break;
                    case LatitudeOffset: latitudeOffset = fields.Int64(); break;
                    case LongitudeOffset: longitudeOffset = fields.Int64(); break;
                    default: fields.Skip(); break;
                }
            }
        }

        public double Latitude(long value) => latitudeOffset + ((double)granularity * value);

        public double Longitude(long value) => longitudeOffset + ((double)granularity * value);
    }
}
