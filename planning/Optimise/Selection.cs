namespace OrleansScheduling.Planning.Optimise;

/// <summary>Partial sorting.</summary>
internal static class Selection
{
    /// <summary>Brings the smallest so many to the front, in order, with what belongs to them; equal ones by what belongs to
    /// them.</summary>
    public static void Smallest(Span<float> keys, Span<int> items, int count)
    {
        // Quickselect (Hoare, 1961) with the middle as pivot: what is equal is ordered only within the front.
        var (low, high) = (0, keys.Length - 1);
        while (low < high && count < keys.Length)
        {
            var pivot = keys[(low + high) / 2];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (keys[i] < pivot) i++;
                while (keys[j] > pivot) j--;
                if (i > j) break;
                (keys[i], keys[j]) = (keys[j], keys[i]);
                (items[i], items[j]) = (items[j], items[i]);
                i++;
                j--;
            }

            if (count - 1 <= j) high = j;
            else if (count - 1 >= i) low = i;
            else break;
        }

        keys[..count].Sort(items[..count]);
    }
}
