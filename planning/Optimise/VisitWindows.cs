namespace OrleansScheduling.Planning.Optimise;

/// <summary>When each visit may start: as promised, or narrower where others depend on it and have been given their place.</summary>
internal sealed class VisitWindows(CompiledProblem problem)
{
    readonly List<(int Visit, int Earliest, int Latest)> undo = [];
    readonly Dictionary<int, (int Earliest, int Latest)> best = [];
    readonly Dictionary<int, (int Earliest, int Latest)> narrowed = [];

    public Flat<int> Earliest { get; } = Copy(problem.Earliest);

    public Flat<int> Latest { get; } = Copy(problem.Latest);

    public void BeginMove() => undo.Clear();

    /// <summary>Narrows a visit's window; only while it is in no route.</summary>
    public void Set(int visit, int earliest, int latest)
    {
        undo.Add((visit, Earliest[visit], Latest[visit]));
        Put(visit, earliest, latest);
    }

    /// <summary>Gives a visit its own window again.</summary>
    public void Widen(int visit) => Set(visit, problem.Earliest[visit], problem.Latest[visit]);

    public void Rollback()
    {
        for (var i = undo.Count - 1; i >= 0; i--) Put(undo[i].Visit, undo[i].Earliest, undo[i].Latest);
        undo.Clear();
    }

    public void SaveBest()
    {
        if (best.Count == 0 && narrowed.Count == 0) return;
        best.Clear();
        foreach (var (visit, window) in narrowed) best[visit] = window;
    }

    public void RestoreBest()
    {
        foreach (var visit in narrowed.Keys.ToList()) Put(visit, problem.Earliest[visit], problem.Latest[visit]);
        foreach (var (visit, window) in best) Put(visit, window.Earliest, window.Latest);
        undo.Clear();
    }

    void Put(int visit, int earliest, int latest)
    {
        Earliest[visit] = earliest;
        Latest[visit] = latest;
        if (earliest == problem.Earliest[visit] && latest == problem.Latest[visit]) narrowed.Remove(visit);
        else narrowed[visit] = (earliest, latest);
    }

    static Flat<int> Copy(Flat<int> from)
    {
        var copy = new Flat<int>(from.Length);
        from.Span.CopyTo(copy.Span);
        return copy;
    }
}
