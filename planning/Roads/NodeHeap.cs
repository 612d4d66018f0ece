namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// A binary heap of nodes by time. A node whose time falls is put in again; whoever takes it out passes over the later one.
/// </summary>
sealed class NodeHeap
{
    long[] times = new long[64];
    int[] nodes = new int[64];

    public int Count { get; private set; }

    public long LeastTime => Count == 0 ? long.MaxValue : times[0];

    public void Clear() => Count = 0;

    public void Push(long time, int node)
    {
        if (Count == times.Length)
        {
            Array.Resize(ref times, Count * 2);
            Array.Resize(ref nodes, Count * 2);
        }

        var at = Count++;
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            if (times[parent] <= time) break;
            (times[at], nodes[at]) = (times[parent], nodes[parent]);
            at = parent;
        }

        (times[at], nodes[at]) = (time, node);
    }

    public (long Time, int Node) Pop()
    {
        var least = (times[0], nodes[0]);
        Count--;
        var (time, node) = (times[Count], nodes[Count]);
        var at = 0;
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= Count) break;
            if (child + 1 < Count && times[child + 1] < times[child]) child++;
            if (times[child] >= time) break;
            (times[at], nodes[at]) = (times[child], nodes[child]);
            at = child;
        }

        (times[at], nodes[at]) = (time, node);
        return least;
    }
}

/// <summary>Times from one place to nodes, in an array that is emptied by counting on.</summary>
sealed class NodeTimes(int nodes)
{
    readonly long[] times = new long[nodes];
    readonly int[] rounds = new int[nodes];
    int round;

    /// <summary>The time of a node in this round; <see cref="RoadTime.Never"/> when it has none.</summary>
    public long this[int node]
    {
        get => rounds[node] == round ? times[node] : RoadTime.Never;
        set => (times[node], rounds[node]) = (value, round);
    }

    public void Clear()
    {
        if (round == int.MaxValue)
        {
            Array.Clear(rounds);
            round = 0;
        }

        round++;
    }
}
