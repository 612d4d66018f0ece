using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace OrleansScheduling.Import.Tests.Roads;

/// <summary>
/// Writes small PBF extracts by the public description of the format (osmformat.proto, fileformat.proto), for tests of the reader; nothing
/// of the reader is used.
/// </summary>
sealed class PbfFile
{
    readonly MemoryStream file = new();

    public byte[] Bytes => file.ToArray();

    public PbfFile Header(params string[] features)
    {
        var block = new Message();
        foreach (var feature in features) block.Bytes(4, Encoding.UTF8.GetBytes(feature));
        return Block("OSMHeader", block.ToArray(), zipped: false);
    }

    /// <summary>Nodes packed densely, or one by one.</summary>
    public PbfFile Nodes(
        IReadOnlyList<(long Id, double Latitude, double Longitude)> nodes, bool dense, bool zipped = true, int granularity = 100)
    {
        var group = new Message();
        long Units(double degrees) => (long)Math.Round(degrees * 1e9 / granularity);
        if (dense)
        {
            var message = new Message();
            message.Bytes(1, Packed(Deltas(nodes.Select(node => node.Id))));
            message.Bytes(8, Packed(Deltas(nodes.Select(node => Units(node.Latitude)))));
            message.Bytes(9, Packed(Deltas(nodes.Select(node => Units(node.Longitude)))));
            group.Bytes(2, message.ToArray());
        }
        else
        {
            foreach (var (id, latitude, longitude) in nodes)
            {
                var node = new Message().Number(1, ZigZag(id)).Number(8, ZigZag(Units(latitude))).Number(9, ZigZag(Units(longitude)));
                group.Bytes(1, node.ToArray());
            }

        }

        var block = new Message().Bytes(1, []).Bytes(2, group.ToArray());
        if (granularity != 100) block.Number(17, (ulong)granularity);
        return Block("OSMData", block.ToArray(), zipped);
    }

    public PbfFile Ways(IReadOnlyList<(long Id, (string Key, string Value)[] Tags, long[] Nodes)> ways, bool zipped = true)
    {
        var strings = new List<string> { "" };
        ulong IndexOf(string text)
        {
            if (!strings.Contains(text)) strings.Add(text);
            return (ulong)strings.IndexOf(text);
        }

        var group = new Message();
        foreach (var (id, tags, nodes) in ways)
        {
            group.Bytes(3, new Message()
                .Number(1, (ulong)id)
                .Bytes(2, Packed(tags.Select(tag => IndexOf(tag.Key))))
                .Bytes(3, Packed(tags.Select(tag => IndexOf(tag.Value))))
                .Bytes(8, Packed(Deltas(nodes))).ToArray());
        }

        var table = new Message();
        foreach (var text in strings) table.Bytes(1, Encoding.UTF8.GetBytes(text));
        return Block("OSMData", new Message().Bytes(1, table.ToArray()).Bytes(2, group.ToArray()).ToArray(), zipped);
    }

    public PbfFile Block(string type, byte[] content, bool zipped)
    {
        var blob = new Message();
        if (zipped)
        {
            using var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(content);
            blob.Number(2, (ulong)content.Length).Bytes(3, packed.ToArray());
        }
        else blob.Bytes(1, content);
        var header = new Message().Bytes(1, Encoding.UTF8.GetBytes(type)).Number(3, (ulong)blob.ToArray().Length).ToArray();
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, header.Length);
        file.Write(length);
        file.Write(header);
        file.Write(blob.ToArray());
        return this;
    }

    static IEnumerable<ulong> Deltas(IEnumerable<long> values)
    {
        var last = 0L;
        foreach (var value in values)
        {
            yield return ZigZag(value - last);
            last = value;
        }
    }

    static ulong ZigZag(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    static byte[] Packed(IEnumerable<ulong> values)
    {
        var bytes = new List<byte>();
        foreach (var value in values) Message.Varint(bytes, value);
        return [.. bytes];
    }

    sealed class Message
    {
        readonly List<byte> bytes = [];

        public Message Number(int field, ulong value)
        {
            Varint(bytes, (ulong)field << 3);
            Varint(bytes, value);
            return this;
        }

        public Message Bytes(int field, byte[] value)
        {
            Varint(bytes, ((ulong)field << 3) | 2);
            Varint(bytes, (ulong)value.Length);
            bytes.AddRange(value);
            return this;
        }

        public byte[] ToArray() => [.. bytes];

        public static void Varint(List<byte> to, ulong value)
        {
            for (; value >= 0x80; value >>= 7) to.Add(unchecked((byte)(value | 0x80)));
            to.Add((byte)value);
        }
    }
}
