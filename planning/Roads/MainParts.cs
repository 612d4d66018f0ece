namespace OrleansScheduling.Planning.Roads;

/// <summary>
/// Which junctions belong to parts of the network in which one can drive from anywhere to anywhere: strongly connected components, by
/// Tarjan's algorithm (Depth-first search and linear graph algorithms, SIAM Journal on Computing 1, 1972) without recursion.
/// </summary>
static class MainParts
{
    /// <returns>
    /// For each node whether it lies in the largest part or in one of at least <see cref="RoadMapBuilder.LeastIslandNodes"/>.
    /// </returns>
    public static bool[] Of(int nodes, List<int> from, List<int> to, List<int> forward, List<int> backward)
    {
        var (starts, heads) = Arcs(nodes, from, to, forward, backward);
        var (part, sizes) = Parts(nodes, starts, heads);
        var largest = sizes.Count == 0 ? -1 : sizes.IndexOf(sizes.Max());
        return [.. part.Select(number => number == largest || sizes[number] >= RoadMapBuilder.LeastIslandNodes)];
    }

    static (int[] Starts, int[] Heads) Arcs(int nodes, List<int> from, List<int> to, List<int> forward, List<int> backward)
    {
        var starts = new int[nodes + 1];
        for (var i = 0; i < from.Count; i++)
        {
            if (forward[i] < RoadMap.Closed) starts[from[i] + 1]++;
            if (backward[i] < RoadMap.Closed) starts[to[i] + 1]++;
        }

        for (var node = 0; node < nodes; node++) starts[node + 1] += starts[node];
        var heads = new int[starts[nodes]];
        var next = starts[..nodes];
        for (var i = 0; i < from.Count; i++)
        {
            if (forward[i] < RoadMap.Closed) heads[next[from[i]]++] = to[i];
            if (backward[i] < RoadMap.Closed) heads[next[to[i]]++] = from[i];
        }

        return (starts, heads);
    }

    static (int[] Part, List<int> Sizes) Parts(int nodes, int[] starts, int[] heads)
    {
        const int Unseen = -1;
        var part = new int[nodes];
        var order = new int[nodes];
        var low = new int[nodes];
        var next = starts[..nodes];
        Array.Fill(part, Unseen);
        Array.Fill(order, Unseen);
        var sizes = new List<int>();
        var (path, open) = (new Stack<int>(), new Stack<int>());
        var seen = 0;
        for (var root = 0; root < nodes; root++)
        {
            if (order[root] != Unseen) continue;
            Enter(root);
            while (path.TryPeek(out var node))
            {
                if (next[node] < starts[node + 1])
                {
                    var head = heads[next[node]++];
                    if (order[head] == Unseen) Enter(head);
                    else if (part[head] == Unseen) low[node] = Math.Min(low[node], order[head]);
                    continue;
                }

                path.Pop();
                if (path.TryPeek(out var parent)) low[parent] = Math.Min(low[parent], low[node]);
                if (low[node] == order[node]) Close(node);
            }
        }

        return (part, sizes);

        void Enter(int node)
        {
            order[node] = low[node] = seen++;
            path.Push(node);
            open.Push(node);
        }

        void Close(int root)
        {
            var size = 0;
            int node;
            do
            {
                node = open.Pop();
                part[node] = sizes.Count;
                size++;
            }
            while (node != root);
            sizes.Add(size);
        }
    }
}
