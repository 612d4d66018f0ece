namespace OrleansScheduling.DemoGenerator;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014). Ours, so that the files are the
/// same on every machine and every version of the framework. Only whole numbers are used, for the same reason.
/// </summary>
sealed class Dice(ulong seed)
{
    ulong state = seed;

    ulong Next()
    {
        unchecked
        {
            var z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>A number from <paramref name="from"/> up to and including <paramref name="to"/>.</summary>
    public int Between(int from, int to) => from + (int)(Next() % (ulong)(to - from + 1));

    public bool Percent(int chance) => Between(1, 100) <= chance;

    public T Pick<T>(IReadOnlyList<T> items) => items[Between(0, items.Count - 1)];

    public T PickWeighted<T>(IReadOnlyList<T> items, Func<T, int> weight)
    {
        var left = Between(1, items.Sum(weight));
        foreach (var item in items)
        {
            left -= weight(item);
            if (left <= 0) return item;
        }

        throw new InvalidOperationException("Weights are positive.");
    }

    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Between(0, i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
