using System.Collections.Concurrent;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>
/// A bounded map by text. When it is full, entries that were not used since the last sweep go first (the clock algorithm), so a flood of
/// documents that come once can't drive out those that come all the time.
/// </summary>
sealed class DocumentCache<T>(int capacity)
    where T : class
{
    readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    readonly Queue<string> clock = new();
    readonly Lock gate = new();

    sealed class Entry(T value)
    {
        public T Value { get; } = value;

        public bool Used { get; set; }
    }

    public int Count => entries.Count;

    public T? Find(string key)
    {
        if (!entries.TryGetValue(key, out var entry)) return null;
        if (!entry.Used) entry.Used = true;
        return entry.Value;
    }

    public void Add(string key, T value)
    {
        if (capacity == 0) return;
        lock (gate)
        {
            if (!entries.TryAdd(key, new Entry(value))) return;
            clock.Enqueue(key);
            while (entries.Count > capacity) EvictOne();
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
                return;
            }

            entry.Used = false;
            clock.Enqueue(candidate);
        }
    }
}
