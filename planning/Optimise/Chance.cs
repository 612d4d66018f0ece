using System.Numerics;
using System.Runtime.CompilerServices;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>Random numbers that are the same for the same seed on any machine: xoshiro256+ (Blackman and Vigna, 2018), seeded by
/// splitmix64.</summary>
internal sealed class Chance
{
    ulong a;
    ulong b;
    ulong c;
    ulong d;

    public Chance(ulong seed)
    {
        a = Split(ref seed);
        b = Split(ref seed);
        c = Split(ref seed);
        d = Split(ref seed);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        unchecked
        {
            var result = a + d;
            var shifted = b << 17;
            c ^= a;
            d ^= b;
            b ^= c;
            a ^= d;
            c ^= shifted;
            d = BitOperations.RotateLeft(d, 45);
            return result;
        }
    }

    /// <summary>From 0 to below <paramref name="below"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Below(int below) => unchecked((int)(((Next() >> 32) * (uint)below) >> 32));

    /// <summary>From 0, itself included, to below 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    static ulong Split(ref ulong state)
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
