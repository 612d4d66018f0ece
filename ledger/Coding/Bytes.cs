using System.Buffers.Binary;
using System.Text;
using NodaTime;

namespace OrleansScheduling.Ledger.Coding;

/// <summary>Writes a payload into a buffer that its thread keeps. Not for use across awaits.</summary>
ref struct ByteWriter(Instant origin)
{
    [ThreadStatic]
    static byte[]? buffer;

    byte[] bytes = buffer ??= new byte[4096];
    int length;

    public readonly byte[] ToArray() => bytes.AsSpan(0, length).ToArray();

    public void Byte(byte value)
    {
        Room(1);
        bytes[length++] = value;
    }

    /// <summary>Seven bits a byte, low bits first, small negative numbers as short as small positive ones.</summary>
    public void Integer(long value)
    {
        Room(10);
        var rest = unchecked((ulong)((value << 1) ^ (value >> 63)));
        while (rest >= 0x80)
        {
            bytes[length++] = (byte)((rest & 0x7F) | 0x80);
            rest >>= 7;
        }

        bytes[length++] = (byte)rest;
    }

    public void Text(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        Integer(count);
        Room(count);
        length += Encoding.UTF8.GetBytes(text, bytes.AsSpan(length));
    }

    public void Double(double value)
    {
        Room(8);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(length), value);
        length += 8;
    }

    public void Day(LocalDate day) => Integer(Period.DaysBetween(ByteReader.FirstDay, day));

    public void Instant(Instant instant) => Seconds(instant - origin);

    public void AbsoluteInstant(Instant instant) => Seconds(instant - NodaConstants.UnixEpoch);

    void Seconds(Duration duration)
    {
        // Days and NanosecondOfDay count towards the past from a negative duration; whole seconds plus a rest that is never negative is
        // simpler.
        var seconds = (duration.Days * (long)NodaConstants.SecondsPerDay) + (duration.NanosecondOfDay / NodaConstants.NanosecondsPerSecond);
        var rest = (int)(duration.NanosecondOfDay % NodaConstants.NanosecondsPerSecond);
        if (rest < 0)
        {
            seconds--;
            rest += (int)NodaConstants.NanosecondsPerSecond;
        }

        Integer((seconds << 1) | (rest == 0 ? 0L : 1L));
        if (rest != 0) Integer(rest);
    }

    void Room(int count)
    {
        if (length + count <= bytes.Length) return;
        Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + count));
        buffer = bytes;
    }
}

/// <summary>Reads what <see cref="ByteWriter"/> wrote.</summary>
ref struct ByteReader(ReadOnlySpan<byte> payload)
{
    public static readonly LocalDate FirstDay = new(2024, 1, 1);

    ReadOnlySpan<byte> rest = payload;

    /// <summary>What instants are counted from.</summary>
    public Instant Origin { get; set; }

    public byte Byte()
    {
        var value = Take(1)[0];
        return value;
    }

    public long Integer()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Byte();
            value |= unchecked((ulong)(next & 0x7F) << shift);
            if (next < 0x80) return unchecked((long)(value >> 1) ^ -(long)(value & 1));
        }

        throw new InvalidDataException("A number in a feed entry does not end.");
    }

    public int Int32() => checked((int)Integer());

    public int Count(int max)
    {
        var count = Integer();
        return count >= 0 && count <= max && count <= rest.Length
            ? (int)count
            : throw new InvalidDataException($"A feed entry says that it has {count} elements.");
    }

    public string Text() => Encoding.UTF8.GetString(Take(Count(int.MaxValue)));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public LocalDate Day() => FirstDay.PlusDays(Int32());

    public Instant Instant() => Origin + Seconds();

    public Instant AbsoluteInstant() => NodaConstants.UnixEpoch + Seconds();

    Duration Seconds()
    {
        var seconds = Integer();
        var whole = Duration.FromSeconds(seconds >> 1);
        return (seconds & 1) == 0 ? whole : whole + Duration.FromNanoseconds(Integer());
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length) throw new InvalidDataException("A feed entry ends too early.");
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
