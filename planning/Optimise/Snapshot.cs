namespace OrleansScheduling.Planning.Optimise;

/// <summary>All routes of a plan: as it stands, as it was before a move, or the best.</summary>
internal sealed class Snapshot
{
    readonly int stride;
    readonly int kinds;
    readonly int states;

    public Snapshot(CompiledProblem problem, int stride, bool isRich)
    {
        this.stride = stride;
        kinds = problem.Kinds;
        states = isRich ? problem.States : 0;
        Places = new Flat<int>(problem.Days * stride);
        Ready = new Flat<int>(problem.Days * stride);
        Latest = new Flat<int>(problem.Days * stride);
        Legs = new Flat<float>(problem.Days * stride);
        Visits = new Flat<int>(problem.Days * stride);
        States = new Flat<NodeState>(problem.Days * stride * states);
        Count = new int[problem.Days];
        Version = new long[problem.Days];
        Price = new double[problem.Days];
        Deadlines = new double[problem.Days];
        Promises = new double[problem.Days];
        Stock = new int[problem.Days * kinds];
    }

    /// <summary>By node: the visit there; nothing at the start and end places.</summary>
    public Flat<int> Visits { get; }

    public Flat<int> Places { get; }

    /// <summary>Earliest time of leaving a node; at the end place unused.</summary>
    public Flat<int> Ready { get; }

    /// <summary>Latest arrival at a node from which the rest of the day can be kept; at the start place unused.</summary>
    public Flat<int> Latest { get; }

    /// <summary>Cost of the way to the next node.</summary>
    public Flat<float> Legs { get; }

    /// <summary>For each node its times by count of pauses taken; nothing where there are no pauses and lateness costs nothing.</summary>
    public Flat<NodeState> States { get; }

    public int[] Count { get; }

    /// <summary>A number that each state of a route has for itself.</summary>
    public long[] Version { get; }

    /// <summary>Each route's cost.</summary>
    public double[] Price { get; }

    /// <summary>Each route's minutes after deadlines, by priority.</summary>
    public double[] Deadlines { get; }

    /// <summary>Each route's minutes after promises.</summary>
    public double[] Promises { get; }

    public int[] Stock { get; }

    public void CopyTo(Snapshot other, int route)
    {
        var from = route * stride;
        var length = Count[route] + 2;
        Visits.Span.Slice(from, length).CopyTo(other.Visits.Span[from..]);
        Places.Span.Slice(from, length).CopyTo(other.Places.Span[from..]);
        Ready.Span.Slice(from, length).CopyTo(other.Ready.Span[from..]);
        Latest.Span.Slice(from, length).CopyTo(other.Latest.Span[from..]);
        Legs.Span.Slice(from, length).CopyTo(other.Legs.Span[from..]);
        if (states > 0) States.Span.Slice(from * states, length * states).CopyTo(other.States.Span[(from * states)..]);
        other.Count[route] = Count[route];
        other.Version[route] = Version[route];
        other.Price[route] = Price[route];
        other.Deadlines[route] = Deadlines[route];
        other.Promises[route] = Promises[route];
        if (kinds > 0) Stock.AsSpan(route * kinds, kinds).CopyTo(other.Stock.AsSpan(route * kinds));
    }
}
