using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Live;

/// <summary>
/// The last entries of the feed, kept for those who come back: when a process dies, a thousand boards ask the others for the same few
/// hundred entries at the same moment. Not for several threads at once.
/// </summary>
sealed class RecentEntries(int length)
{
    readonly FeedEntry[] ring = new FeedEntry[length];
    long added;

    /// <summary>Everything after it was added; the largest number there is as long as that is not known.</summary>
    long start = long.MaxValue;

    /// <summary>What is added from now on is all that comes after a position.</summary>
    public void Begin(long position)
    {
        if (added == 0) start = position;
    }

    /// <summary>Puts what came before to the front, the oldest first, without a gap; as much of its newest as there is room for.</summary>
    public void Precede(IReadOnlyList<FeedEntry> earlier)
    {
        var here = Enumerable.Range(0, (int)Math.Min(added, length)).Select(one => At(added - Math.Min(added, length) + one)).ToList();
        var first = here.Count > 0 ? here[0].Position : long.MaxValue;
        added = 0;
        foreach (var entry in earlier.Where(entry => entry.Position < first).Concat(here).TakeLast(length)) Add(entry);
    }

    public void Add(FeedEntry entry)
    {
        if (length > 0) ring[added++ % length] = entry;
    }

    FeedEntry At(long number) => ring[number % length];

    /// <summary>Whether what came right after a position is here.</summary>
    bool Reaches(long position) => length > 0
        && (added > 0 && At(Math.Max(0, added - length)).Position <= position || added <= length && start <= position);

    /// <returns>All that came after a position, in order; null when what came right after it is not here (any more).</returns>
    public IReadOnlyList<FeedEntry>? After(long position)
    {
        var (low, high) = (Math.Max(0, added - length), added);
        if (!Reaches(position)) return null;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (At(middle).Position <= position) low = middle + 1;
            else high = middle;
        }

        // A position that no entry has is of another past (a server that was recovered to an earlier moment): not for us to say.
        if (low > Math.Max(0, added - length) ? At(low - 1).Position != position : start != position) return null;
        var found = new FeedEntry[added - low];
        for (var i = 0; i < found.Length; i++) found[i] = At(low + i);
        return found;
    }
}
