using System.Buffers.Binary;
using System.Security.Cryptography;
using NodaTime;

namespace OrleansScheduling.Ledger.State;

/// <summary>Names of writes. They are drawn, not counted: a row that is cleared and written anew cannot be taken for the old one.</summary>
static class Etags
{
    const long NanosecondsPerMicrosecond = 1_000;

    /// <summary>63 random bits, never 0.</summary>
    public static long Next()
    {
        Span<byte> bytes = stackalloc byte[8];
        long etag;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            etag = BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue;
        }
        while (etag == 0);
        return etag;
    }

    public static void Check(string first, string second)
    {
        if (first.Length > IStateStore.MaxNameLength || second.Length > IStateStore.MaxNameLength)
            throw new ArgumentException($"A name of stored state is longer than {IStateStore.MaxNameLength} characters.");
    }

    public static long Microseconds(Duration period) => (long)(period.TotalNanoseconds / NanosecondsPerMicrosecond);

    public static Duration Period(long microseconds) => Duration.FromNanoseconds(checked(microseconds * NanosecondsPerMicrosecond));
}
