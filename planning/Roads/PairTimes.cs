namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// Times between pairs of places that were worked out before, in a table of fixed size where a new pair takes an old one's place. Any
/// number
/// of threads may use it.
/// </summary>
sealed class PairTimes
{
    /// <summary>16 MiB: the legs of 500 operatives' diaries for fourteen days many times over.</summary>
    const int Entries = 1 << 20;

    /// <summary>More than there are threads to wait for each other.</summary>
    const int Locks = 64;

    readonly (long Key, int Milliseconds)[] table = new (long, int)[Entries];
    readonly Lock[] locks = [.. Enumerable.Range(0, Locks).Select(_ => new Lock())];

    public bool TryGet(int from, int to, out int milliseconds)
    {
        var (key, at) = PlaceOf(from, to);
        lock (locks[at % Locks])
        {
            milliseconds = table[at].Milliseconds;
            return table[at].Key == key;
        }
    }

    public void Keep(int from, int to, int milliseconds)
    {
        var (key, at) = PlaceOf(from, to);
        lock (locks[at % Locks]) table[at] = (key, milliseconds);
    }

    /// <summary>No pair has the key 0, which marks an empty entry: numbers are counted from 1 in it.</summary>
    static (long Key, int At) PlaceOf(int from, int to)
    {
        var key = ((long)(from + 1) << 32) | (uint)(to + 1);
        // Fibonacci hashing: 2^64 over the golden ratio (Knuth, The Art of Computer Programming 3, 6.4).
        return (key, (int)(unchecked((ulong)key * 0x9E3779B97F4A7C15) >> 44));
    }
}
