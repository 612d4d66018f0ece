using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OrleansScheduling.Planning.Travel;

/// <summary>Driving times by day between some places, row by row, as a routing service gave them.</summary>
public sealed class TravelTable
{
    /// <summary>Most places: 64 MB of times. A contractor with more needs a road network of its own.</summary>
    public const int MaxPlaces = 4_000;

    /// <summary>In place of a time that the service did not give.</summary>
    public const int Unknown = -1;

    const int HeaderBytes = 12;
    static ReadOnlySpan<byte> Mark => "ORSTABL1"u8;

    /// <exception cref="ArgumentException">Too many places, or not a time for each pair of them.</exception>
    public TravelTable(IReadOnlyList<GroundPoint> places, int[] milliseconds)
    {
        if (places.Count > MaxPlaces) throw new ArgumentException($"A table has at most {MaxPlaces:N0} places.", nameof(places));
        if (milliseconds.Length != places.Count * places.Count)
            throw new ArgumentException("A table has a time for each pair of its places.", nameof(milliseconds));
        Places = places;
        Milliseconds = milliseconds;
    }

    public IReadOnlyList<GroundPoint> Places { get; }

    internal int[] Milliseconds { get; }

    public int this[int from, int to] => Milliseconds[(from * Places.Count) + to];

    /// <summary>Whether a file begins as a saved table does.</summary>
    public static bool IsMarked(ReadOnlySpan<byte> beginning) => beginning.StartsWith(Mark);

    public void Write(Stream to)
    {
        var bytes = new byte[HeaderBytes + (12 * Places.Count) + (4 * Milliseconds.Length) + SHA256.HashSizeInBytes];
        Mark.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Places.Count);
        var rest = bytes.AsSpan(HeaderBytes);
        foreach (var place in Places)
        {
            BinaryPrimitives.WriteSingleLittleEndian(rest, place.X);
            BinaryPrimitives.WriteSingleLittleEndian(rest[4..], place.Y);
            BinaryPrimitives.WriteSingleLittleEndian(rest[8..], place.Z);
            rest = rest[12..];
        }

        foreach (var time in Milliseconds)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, time);
            rest = rest[4..];
        }

        SHA256.HashData(bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes), rest);
        to.Write(bytes);
    }

    /// <exception cref="InvalidDataException">Not such a file, or a damaged one.</exception>
    public static TravelTable Read(Stream from)
    {
        const long MaxBytes = HeaderBytes + (12L * MaxPlaces) + (4L * MaxPlaces * MaxPlaces) + SHA256.HashSizeInBytes;
        if (from.Length is < HeaderBytes + SHA256.HashSizeInBytes or > MaxBytes) throw Bad("its length is wrong");
        var bytes = new byte[from.Length];
        from.ReadExactly(bytes);
        var content = bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes);
        if (!IsMarked(content)) throw Bad("it does not begin as one");
        if (!SHA256.HashData(content).AsSpan().SequenceEqual(bytes.AsSpan(content.Length))) throw Bad("its checksum does not fit");
        long count = BinaryPrimitives.ReadInt32LittleEndian(content[8..]);
        if (count is < 0 or > MaxPlaces || content.Length != HeaderBytes + (12 * count) + (4 * count * count))
            throw Bad("its length is wrong");
        var places = new GroundPoint[count];
        for (var i = 0; i < count; i++) places[i] = PlaceAt(content[(HeaderBytes + (12 * i))..]);
        var times = MemoryMarshal.Cast<byte, int>(content[(HeaderBytes + (12 * (int)count))..]).ToArray();
        if (!BitConverter.IsLittleEndian) times = Array.ConvertAll(times, BinaryPrimitives.ReverseEndianness);
        return new TravelTable(places, times);
    }

    static GroundPoint PlaceAt(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadSingleLittleEndian(bytes), BinaryPrimitives.ReadSingleLittleEndian(bytes[4..]),
        BinaryPrimitives.ReadSingleLittleEndian(bytes[8..]));

    static InvalidDataException Bad(string why) => new($"This is no travel table that can be used: {why}.");
}

/// <summary>
/// Travel by a table of driving times. A leg that the table does not have, because a place came later or the service knew no way, is
/// measured by the straight line.
/// </summary>
public sealed class TableTravel : ITravel
{
    readonly TravelTable table;
    readonly StraightLineTravel straight;
    readonly FrozenDictionary<GroundPoint, int> numbers;
    readonly float metresPerMillisecond;

    public TableTravel(TravelTable table, StraightLineTravel fallback)
    {
        this.table = table;
        straight = fallback;
        numbers = Enumerable.Range(0, table.Places.Count).DistinctBy(i => table.Places[i]).ToFrozenDictionary(i => table.Places[i]);
        metresPerMillisecond = fallback.Profile.DaytimeMetresPerSecond / 1000f;
    }

    public SpeedProfile Profile => straight.Profile;

    public bool IsSymmetric => false;

    public int PlaceCount => table.Places.Count;

    public TravelBasis BasisAt(GroundPoint point) => numbers.ContainsKey(point) ? TravelBasis.Table : TravelBasis.StraightLine;

    public float RoadMetres(GroundPoint from, GroundPoint to)
    {
        if (from == to) return 0;
        return numbers.TryGetValue(from, out var a) && numbers.TryGetValue(to, out var b) && table[a, b] is >= 0 and var time
            ? time * metresPerMillisecond
            : straight.RoadMetres(from, to);
    }

    public void RoadMetresFrom(GroundPoint from, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> metres)
    {
        for (var i = 0; i < x.Length; i++) metres[i] = RoadMetres(from, new GroundPoint(x[i], y[i], z[i]));
    }

    public void RoadMetresTo(GroundPoint to, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> metres)
    {
        for (var i = 0; i < x.Length; i++) metres[i] = RoadMetres(new GroundPoint(x[i], y[i], z[i]), to);
    }
}
