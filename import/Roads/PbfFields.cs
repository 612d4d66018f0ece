using System.Text;

namespace OrleansScheduling.Import.Roads;

/// <summary>A PBF file that does not keep the rules of the format; the message names the rule.</summary>
sealed class PbfException(string rule) : Exception(rule);

/// <summary>
/// Walks through the fields of one message in the wire form of Protocol Buffers (protobuf.dev, Encoding). Nothing is believed about a
/// length before it was compared with what is left.
/// </summary>
ref struct PbfFields(ReadOnlySpan<byte> message)
{
    const int Varint = 0;
    const int Fixed64 = 1;
    const int Bytes = 2;
    const int Fixed32 = 5;

    ReadOnlySpan<byte> rest = message;
    int wire;

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <summary>Goes on to the next field; its value is to be read or skipped before the next call.</summary>
    public bool Next()
    {
        if (rest.IsEmpty) return false;
        var key = Unsigned();
        wire = (int)(key & 7);
        if (key >> 3 is 0 or > 536_870_911) throw new PbfException("A field's number is from 1 to 536,870,911.");
        Field = (int)(key >> 3);
        return true;
    }

    public ReadOnlySpan<byte> Span()
    {
        Expect(Bytes);
        var length = Unsigned();
        if (length > (ulong)rest.Length) throw new PbfException("A field is longer than what it stands in.");
        var value = rest[..(int)length];
        rest = rest[(int)length..];
        return value;
    }

    public string Text() => Encoding.UTF8.GetString(Span());

    public long Int64()
    {
        Expect(Varint);
        return unchecked((long)Unsigned());
    }

    public int Int32()
    {
        var value = Int64();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new PbfException("A number does not fit in 32 bits.");
    }

    /// <summary>Zigzag: small numbers of either sign are short.</summary>
    public long Signed()
    {
        Expect(Varint);
        return ZigZag(Unsigned());
    }

    public void Skip()
    {
        switch (wire)
        {
            case Varint: Unsigned(); break;
            case Bytes: Span(); break;
            case Fixed64: Drop(8); break;
            case Fixed32: Drop(4); break;
            default: throw new PbfException($"There is no wire type {wire}.");
        }
    }

    /// <summary>The next of a list of packed numbers.</summary>
    public ulong Unsigned()
    {
        var value = 0UL;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            if (i == 9 && rest[i] > 1) break;
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] >= 0x80) continue;
            rest = rest[(i + 1)..];
            return value;
        }

        throw new PbfException("A number has no end.");
    }

    /// <summary>The next of a list of packed zigzag numbers.</summary>
    public long NextSigned() => ZigZag(Unsigned());

    static long ZigZag(ulong value) => unchecked((long)(value >> 1) ^ -(long)(value & 1));

    void Drop(int bytes)
    {
        if (bytes > rest.Length) throw new PbfException("A field is longer than what it stands in.");
        rest = rest[bytes..];
    }

    readonly void Expect(int expected)
    {
        if (wire != expected) throw new PbfException($"Field {Field} has wire type {wire}, not {expected}.");
    }
}
