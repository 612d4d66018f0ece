using System.Collections.Concurrent;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>
/// A map by text that is bounded twice: by the number of its entries and by what they weigh together. When it is full, those go first that
/// were not used for longest, as the clock algorithm sees it: an entry that was used since the hand passed it is spared once. So a reader
/// takes no lock, and documents that come once don't drive out those that come all the time.
/// </summary>
/// <param name="capacity">Most entries; 0: nothing is kept.</param>
/// <param name="weightMax">Most that all entries may weigh together.</param>
sealed class DocumentCache<T>(int capacity, long weightMax)
    where T : class
{
    /// <summary>One entry alone gets at most this share of the weight: a few large documents must not drive out all the others.</summary>
    public const int ShareOfOne = 16;

    readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    readonly Queue<string> clock = new();
    readonly Lock gate = new();
    long weight;

    sealed class Entry(T value, long weight)
    {
        public T Value { get; } = value;

        public long Weight { get; } = weight;

        public bool Used { get; set; }
    }

    public int Count => entries.Count;

    public long Weight
    {
        get
        {
            lock (gate) return weight;
        }
    }

    public T? Find(string key)
    {
        if (!entries.TryGetValue(key, out var entry)) return null;
        if (!entry.Used) entry.Used = true;
        return entry.Value;
    }

    /// <summary>What weighs more than its share isn't kept.</summary>
    public void Add(string key, T value, long itsWeight)
    {
        if (capacity == 0 || itsWeight > weightMax / ShareOfOne) return;
        lock (gate)
        {
            // Place is made first, so that the newest is not the one to go.
            if (entries.ContainsKey(key)) return;
            while (clock.Count > 0 && (entries.Count >= capacity || weight + itsWeight > weightMax)) EvictOne();
            entries[key] = new Entry(value, itsWeight);
            weight += itsWeight;
            clock.Enqueue(key);
        }
    }

    void EvictOne()
    {
        while (clock.TryDequeue(out var candidate))
        {
            var entry = entries[candidate];
            if (!entry.Used)
            {
                entries.TryRemove(candidate, out _);
                weight -= entry.Weight;
                return;
            }

            entry.Used = false;
            clock.Enqueue(candidate);
        }
    }
}
