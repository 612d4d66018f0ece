using System.Buffers.Binary;
using System.IO.Compression;

namespace OrleansScheduling.Import.Roads;

/// <summary>
/// The blocks of an OpenStreetMap PBF file (wiki.openstreetmap.org, PBF Format): a length, a header that says what follows, and the block,
/// packed with zlib or plain.
/// </summary>
sealed class PbfBlocks(Stream file)
{
    /// <summary>What this program understands of a file's required features.</summary>
    static readonly string[] Understood = ["OsmSchema-V0.6", "DenseNodes"];

    /// <summary>Where the block began that is being read.</summary>
    public long Position { get; private set; }

    /// <summary>The data blocks from the beginning of the file, unpacked.</summary>
    public IEnumerable<byte[]> Data()
    {
        file.Position = 0;
        var isFirst = true;
        while (Read() is { } block)
        {
            if (isFirst && block.Type != "OSMHeader")
                throw new PbfException("The file does not begin with an OSMHeader block: it is no PBF.");
            isFirst = false;
            if (block.Type == "OSMHeader") CheckHeader(block.Bytes);
            else if (block.Type == "OSMData") yield return block.Bytes;
        }

        if (isFirst) throw new PbfException("The file is empty.");
    }

    (string Type, byte[] Bytes)? Read()
    {
        Position = file.Position;
        var size = new byte[4];
        var read = file.ReadAtLeast(size, 4, throwOnEndOfStream: false);
        if (read == 0) return null;
        if (read < 4) throw new PbfException("The file ends in the middle of a length.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(size);
        if (length is 0 or > RoadLimits.MaxBlockHeaderBytes)
        {
            throw new PbfException(
                $"A block's header has 1 to {RoadLimits.MaxBlockHeaderBytes:N0} bytes; this one says {length:N0}: it is no PBF.");
        }

        var (type, bytes) = ("", -1);
        var header = new PbfFields(Take((int)length));
        while (header.Next())
        {
            if (header.Field == 1) type = header.Text();
            else if (header.Field == 3) bytes = header.Int32();
            else header.Skip();
        }

        if (bytes is < 0 or > RoadLimits.MaxBlockBytes)
            throw new PbfException($"A block has at most {RoadLimits.MaxBlockBytes:N0} bytes; this one says {bytes:N0}.");
        return (type, Unpack(Take(bytes)));
    }

    byte[] Take(int count)
    {
        var bytes = new byte[count];
        if (file.ReadAtLeast(bytes, count, throwOnEndOfStream: false) < count)
            throw new PbfException("The file ends in the middle of a block.");
        return bytes;
    }

    static byte[] Unpack(byte[] blob)
    {
        var fields = new PbfFields(blob);
        var size = -1;
        byte[]? packed = null;
        while (fields.Next())
        {
            if (fields.Field == 1) return Bounded(fields.Span()).ToArray();
            if (fields.Field == 2) size = fields.Int32();
            else if (fields.Field == 3) packed = fields.Span().ToArray();
            else if (fields.Field is >= 4 and <= 7)
                throw new PbfException("Blocks are packed with zlib or not at all; this one is otherwise.");
            else fields.Skip();
        }

        if (packed is null) throw new PbfException("A block has no content.");
        if (size is < 0 or > RoadLimits.MaxBlockBytes)
            throw new PbfException($"A block unpacks to at most {RoadLimits.MaxBlockBytes:N0} bytes; this one says {size:N0}.");
        var bytes = new byte[size];
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
            var read = zlib.ReadAtLeast(bytes, size, throwOnEndOfStream: false);
            if (read < size || zlib.ReadByte() >= 0) throw new PbfException("A block does not unpack to the size that it says.");
        }
        catch (InvalidDataException)
        {
            throw new PbfException("A block cannot be unpacked: the file is damaged.");
        }

        return bytes;
    }

    static ReadOnlySpan<byte> Bounded(ReadOnlySpan<byte> bytes) => bytes.Length <= RoadLimits.MaxBlockBytes ? bytes
        : throw new PbfException($"A block has at most {RoadLimits.MaxBlockBytes:N0} bytes.");

    static void CheckHeader(byte[] bytes)
    {
        var fields = new PbfFields(bytes);
        while (fields.Next())
        {
            if (fields.Field != 4)
            {
                fields.Skip();
                continue;
            }

            var feature = fields.Text();
            if (!Understood.Contains(feature, StringComparer.Ordinal))
                throw new PbfException(
                    $"The file needs a reader that understands '{feature}'; this one understands {string.Join(", ", Understood)}.");
        }
    }
}
