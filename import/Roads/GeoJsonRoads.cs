using System.Text;
using System.Text.Json;

namespace OrleansScheduling.Import.Roads;

/// <summary>
/// Reads roads from GeoJSON (RFC 7946): a FeatureCollection whose lines have OpenStreetMap's tags as properties. Roads meet where they have
/// a point in common, to a ten millionth of a degree.
/// </summary>
sealed class GeoJsonRoads(RoadDraft draft, IProgress<RoadImportProgress>? progress)
{
    /// <summary>How deep properties may be nested.</summary>
    const int MaxDepth = 32;

    readonly Dictionary<(int Latitude, int Longitude), int> points = [];
    readonly Dictionary<string, string> tags = new(StringComparer.Ordinal);
    readonly List<List<(int Latitude, int Longitude)>> lines = [];
    readonly List<int> numbers = [];
    string? geometry;

    public void Read(ReadOnlySpan<byte> json, CancellationToken cancellationToken)
    {
        var reader = new Utf8JsonReader(
            json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json,
            new JsonReaderOptions { MaxDepth = MaxDepth });
        var feature = 0;
        try
        {
            if (!FindFeatures(ref reader))
            {
                draft.Refuse("the file", "type", "", "A road file is a GeoJSON FeatureCollection with a list of features.");
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                feature++;
                ReadFeature(ref reader, feature);
                if (draft.Builder.WayCount % RoadLimits.ProgressEveryWays != 0) continue;
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(new RoadImportProgress(RoadImportStep.Reading, reader.BytesConsumed, json.Length));
            }

            if (reader.TokenType != JsonTokenType.EndArray)
                draft.Refuse($"after feature {feature}", "features", "", "A feature is an object.");
            while (reader.Read())
            {
                // To the end: whatever is broken behind the features is broken all the same.
            }
        }
        catch (InvalidOperationException)
        {
            // What Utf8JsonReader throws for text that is not UTF-8.
            draft.Refuse($"after feature {feature}", "", "", "The text is not UTF-8.");
        }
        catch (JsonException broken)
        {
            draft.Refuse(
                $"line {(broken.LineNumber ?? 0) + 1}, byte {broken.BytePositionInLine ?? 0}", "", "",
                $"This is not JSON: {broken.Message.Split(". LineNumber")[0]}.");
        }
    }

    static bool FindFeatures(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFeatures = reader.ValueTextEquals("features"u8);
            if (!reader.Read()) return false;
            if (isFeatures) return reader.TokenType == JsonTokenType.StartArray;
            reader.Skip();
        }

        return false;
    }

    void ReadFeature(ref Utf8JsonReader reader, int feature)
    {
        tags.Clear();
        lines.Clear();
        geometry = null;
        var where = $"feature {feature:N0}";
        var errors = draft.ErrorCount;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isProperties = reader.ValueTextEquals("properties"u8);
            var isGeometry = reader.ValueTextEquals("geometry"u8);
            reader.Read();
            if (isProperties && reader.TokenType == JsonTokenType.StartObject) ReadTags(ref reader);
            else if (isGeometry && reader.TokenType == JsonTokenType.StartObject) ReadGeometry(ref reader, where);
            else reader.Skip();
        }

        if (draft.ErrorCount > errors) return;
        if (geometry is not ("LineString" or "MultiLineString") || draft.Tags.Of(tags, out var fault) is not { } use)
        {
            draft.Skipped++;
            return;
        }

        if (fault is { } wrong) draft.Notice(where, wrong);
        foreach (var line in lines) Add(line, use, where);
    }

    void Add(List<(int Latitude, int Longitude)> line, RoadUse use, string where)
    {
        if (line.Count is < 2 or > RoadLimits.MaxPointsOfLine)
        {
            draft.Refuse(where, "coordinates", "",
                $"A line has 2 to {RoadLimits.MaxPointsOfLine:N0} points; this one has {line.Count:N0}.");
            return;
        }

        if (!draft.HasRoomFor(line.Count, where)) return;
        numbers.Clear();
        foreach (var point in line)
        {
            if (!points.TryGetValue(point, out var number))
            {
                number = draft.Builder.AddPoint(point.Latitude, point.Longitude);
                points.Add(point, number);
            }

            numbers.Add(number);
        }

        draft.AddWay(numbers, use, where);
    }

    void ReadTags(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (!RoadTags.Keys.Contains(key)) reader.Skip();
            else if (reader.TokenType == JsonTokenType.String) tags[key] = reader.GetString()!;
            else if (reader.TokenType == JsonTokenType.Number) tags[key] = Encoding.UTF8.GetString(reader.ValueSpan);
            else if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
                tags[key] = reader.TokenType == JsonTokenType.True ? "yes" : "no";
            else reader.Skip();
        }
    }

    void ReadGeometry(ref Utf8JsonReader reader, string where)
    {
        // Coordinates may stand before the type: they are read when both are known.
        Utf8JsonReader list = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isCoordinates = reader.ValueTextEquals("coordinates"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String) geometry = reader.GetString();
            if (isCoordinates) list = reader;
            reader.Skip();
        }

        if (geometry is not ("LineString" or "MultiLineString")) return;
        if (list.TokenType != JsonTokenType.StartArray)
        {
            draft.Refuse(where, "coordinates", "", "A line has a list of points.");
            return;
        }

        if (geometry == "LineString") ReadLine(ref list, where);
        else
        {
            while (list.Read() && list.TokenType == JsonTokenType.StartArray) ReadLine(ref list, where);
        }
    }

    /// <summary>A list of points, from its opening bracket to its closing one.</summary>
    void ReadLine(ref Utf8JsonReader reader, string where)
    {
        var line = new List<(int, int)>();
        lines.Add(line);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            var longitude = Coordinate(ref reader, 180, "longitude", where);
            var latitude = longitude is null ? null : Coordinate(ref reader, 90, "latitude", where);
            if (longitude is null || latitude is null) return;
            line.Add((latitude.Value, longitude.Value));
            // A height may follow.
            while (reader.Read() && reader.TokenType == JsonTokenType.Number)
            {
            }

            if (reader.TokenType == JsonTokenType.EndArray) continue;
            draft.Refuse(where, "coordinates", "", "A point is a list of numbers: longitude, latitude.");
            return;
        }

        if (reader.TokenType != JsonTokenType.EndArray) draft.Refuse(where, "coordinates", "", "A line is a list of points.");
    }

    int? Coordinate(ref Utf8JsonReader reader, double most, string field, string where)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var degrees) && RoadDraft.Units(degrees, most) is { } units)
            return units;
        draft.Refuse(where, field, Encoding.UTF8.GetString(reader.ValueSpan), $"A {field} is a number from -{most} to {most}.");
        return null;
    }
}
