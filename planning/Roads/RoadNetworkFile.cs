using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// A road network as a file that is read in one go: a mark, the counts, the arrays of map and hierarchy as little-endian numbers of 32
/// bits,
/// and a SHA-256 of everything before it. What is read was checked entry by entry: a damaged file is refused, never half believed.
/// </summary>
public static class RoadNetworkFile
{
    /// <summary>The file's first eight bytes; the digit is the version of the form.</summary>
    static ReadOnlySpan<byte> Mark => "ORSROAD1"u8;

    const int CountsInHeader = 5;
    const int HeaderBytes = 8 + (4 * CountsInHeader);

    /// <summary>Largest file that is read: .NET's longest array. The bounds of <see cref="RoadMap"/> keep below it.</summary>
    public const long MaxBytes = 2_000_000_000;

    /// <summary>Most arcs of a hierarchy: shortcuts are about as many as roads.</summary>
    const int MaxArcs = 60_000_000;

    public static void Write(RoadNetwork network, Stream to)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (map, up, down) = (network.Map, network.Hierarchy.Up, network.Hierarchy.Down);
        var header = new byte[HeaderBytes];
        Mark.CopyTo(header);
        int[] counts = [map.NodeCount, map.SegmentCount, map.ShapeLatitude.Length, up.Count, down.Count];
        for (var i = 0; i < counts.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8 + (4 * i)), counts[i]);
        Put(header);
        foreach (var array in Arrays(map, network.Hierarchy)) PutNumbers(array);
        to.Write(hash.GetHashAndReset());

        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            to.Write(bytes);
        }

        void PutNumbers(int[] numbers)
        {
            if (BitConverter.IsLittleEndian) Put(MemoryMarshal.AsBytes(numbers.AsSpan()));
            else Put(MemoryMarshal.AsBytes(Reversed(numbers).AsSpan()));
        }
    }

    /// <exception cref="InvalidDataException">Not such a file, or a damaged one; the message says what is wrong.</exception>
    public static RoadNetwork Read(Stream from)
    {
        if (from.Length is < HeaderBytes + 32 or > MaxBytes) throw Bad($"it has {from.Length:N0} bytes");
        var bytes = new byte[from.Length];
        from.ReadExactly(bytes);
        if (!bytes.AsSpan(0, 8).SequenceEqual(Mark)) throw Bad($"it does not begin with {System.Text.Encoding.ASCII.GetString(Mark)}");
        if (!SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - 32)))
            throw Bad("its checksum does not fit: it was cut short or changed");
        var counts = new int[CountsInHeader];
        for (var i = 0; i < counts.Length; i++) counts[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8 + (4 * i)));
        int[] most = [RoadMap.MaxNodes, RoadMap.MaxSegments, RoadMap.MaxShapePoints, MaxArcs, MaxArcs];
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 0 || counts[i] > most[i]) throw Bad($"count {i + 1} is {counts[i]:N0}, at most {most[i]:N0}");
        }

        var (nodes, segments, shape, up, down) = (counts[0], counts[1], counts[2], counts[3], counts[4]);
        int[] lengths =
        [
            nodes, nodes, segments, segments, segments, segments, segments, segments + 1, shape, shape,
            nodes, nodes + 1, up, up, up, nodes + 1, down, down, down,
        ];
        if (HeaderBytes + 32 + (4 * lengths.Sum(length => (long)length)) != bytes.Length) throw Bad("its length does not fit its counts");
        var at = HeaderBytes;
        var arrays = lengths.Select(Take).ToArray();
        Check(arrays, nodes, segments, shape, up, down);
        var map = new RoadMap(
            arrays[0], arrays[1], arrays[2], arrays[3], arrays[4], arrays[5], arrays[6], arrays[7], arrays[8], arrays[9]);
        return new RoadNetwork(map, new RoadHierarchy(
            arrays[10], new RoadArcs(arrays[11], arrays[12], arrays[13], arrays[14]),
            new RoadArcs(arrays[15], arrays[16], arrays[17], arrays[18])));

        int[] Take(int length)
        {
            var numbers = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(at, 4 * length)).ToArray();
            at += 4 * length;
            return BitConverter.IsLittleEndian ? numbers : Reversed(numbers);
        }
    }

    static int[][] Arrays(RoadMap map, RoadHierarchy hierarchy) =>
    [
        map.Latitude, map.Longitude, map.From, map.To, map.ForwardMilliseconds, map.BackwardMilliseconds, map.Decimetres, map.ShapeStart,
        map.ShapeLatitude, map.ShapeLongitude, hierarchy.RankOf,
        hierarchy.Up.Starts, hierarchy.Up.Others, hierarchy.Up.Milliseconds, hierarchy.Up.Decimetres,
        hierarchy.Down.Starts, hierarchy.Down.Others, hierarchy.Down.Milliseconds, hierarchy.Down.Decimetres,
    ];

    /// <summary>A file with a right checksum may still have been made wrongly: no index in it leads outside.</summary>
    static void Check(int[][] arrays, int nodes, int segments, int shape, int up, int down)
    {
        const int QuarterTurn = 900_000_000;
        if (nodes == 0 || segments == 0) throw Bad("it has no roads");
        foreach (var (array, least, most, what) in (ReadOnlySpan<(int, int, int, string)>)
        [
            (0, -QuarterTurn, QuarterTurn, "a latitude"), (1, -2 * QuarterTurn, 2 * QuarterTurn, "a longitude"),
            (2, 0, nodes - 1, "a segment's first junction"), (3, 0, nodes - 1, "a segment's last junction"),
            (4, 0, RoadMap.Closed, "a time"), (5, 0, RoadMap.Closed, "a time"), (6, 0, int.MaxValue, "a length"),
            (8, -QuarterTurn, QuarterTurn, "a latitude"), (9, -2 * QuarterTurn, 2 * QuarterTurn, "a longitude"),
            (10, 0, nodes - 1, "a rank"), (12, 0, nodes - 1, "an arc"), (13, 0, RoadMap.Closed, "an arc's time"),
            (14, 0, int.MaxValue, "an arc's length"), (16, 0, nodes - 1, "an arc"), (17, 0, RoadMap.Closed, "an arc's time"),
            (18, 0, int.MaxValue, "an arc's length"),
        ])
        {
            foreach (var number in arrays[array])
            {
                if (number < least || number > most) throw Bad($"{what} is {number:N0}");
            }
        }

        CheckStarts(arrays[7], shape);
        CheckStarts(arrays[11], up);
        CheckStarts(arrays[15], down);
        CheckClimb(arrays[11], arrays[12]);
        CheckClimb(arrays[15], arrays[16]);
        if (arrays[10].Distinct().Count() != nodes) throw Bad("two junctions have the same rank");
    }

    static void CheckStarts(int[] starts, int end)
    {
        if (starts[0] != 0 || starts[^1] != end) throw Bad("a list does not begin or end where it should");
        for (var i = 1; i < starts.Length; i++)
        {
            if (starts[i] < starts[i - 1]) throw Bad("a list ends before it begins");
        }
    }

    /// <summary>Every arc leads to a more important junction: a search that climbs comes to an end.</summary>
    static void CheckClimb(int[] starts, int[] others)
    {
        for (var node = 0; node + 1 < starts.Length; node++)
        {
            for (var arc = starts[node]; arc < starts[node + 1]; arc++)
            {
                if (others[arc] <= node) throw Bad("an arc of the hierarchy leads down");
            }
        }
    }

    static int[] Reversed(int[] numbers) => Array.ConvertAll(numbers, BinaryPrimitives.ReverseEndianness);

    static InvalidDataException Bad(string why) => new($"This is no road network that can be used: {why}.");
}
