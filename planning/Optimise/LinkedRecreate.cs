namespace OrleansScheduling.Planning.Optimise;

/// <summary>
/// Puts visits back that depend on each other. A crew is given one start, at which each of its visits stays; a visit that others wait
/// for may
/// not become later than it is put. So no route has to know of another, and every time is open again when the job is next taken out.
/// </summary>
internal sealed class LinkedRecreate<TClock>(CompiledProblem problem, RouteBook<TClock> book, Func<int, Span<int>, int> routesFor)
    where TClock : struct, ILegClock
{
    /// <summary>Starts that are tried for a crew, for each of its members: the cheapest places' own.</summary>
    const int StartsPerMember = 8;

    readonly int[] routes = new int[problem.Days];
    readonly List<(double Cost, int Start)> starts = [];
    readonly List<Spot> spots = [];
    readonly List<Spot> bestSpots = [];

    /// <summary>Plans all visits of a link, or none.</summary>
    public bool Put(int link)
    {
        var stages = problem.Problem.Links[link].Stages;
        var free = 0;
        var cost = 0.0;
        for (var stage = 0; stage < stages.Count; stage++)
        {
            var from = stage == 0 ? 0 : free + stages[stage].GapSeconds;
            var added = stages[stage].Visits.Count == 1
                ? PutOne(stages[stage].Visits[0], from, isLast: stage == stages.Count - 1)
                : PutCrew(stages[stage].Visits, from);
            cost += added;
            if (double.IsPositiveInfinity(added) || cost >= PriceOfLeavingOut(stages))
            {
                TakeOut(stages);
                return false;
            }

            foreach (var visit in stages[stage].Visits) free = Math.Max(free, StartOf(visit) + SecondsOf(visit, book.RouteOf(visit)));
        }

        return true;
    }

    double PriceOfLeavingOut(IReadOnlyList<VisitStage> stages)
    {
        var price = 0.0;
        foreach (var stage in stages)
        {
            foreach (var visit in stage.Visits) price += problem.LeaveOutPrice[visit];
        }

        return price;
    }

    void TakeOut(IReadOnlyList<VisitStage> stages)
    {
        foreach (var stage in stages)
        {
            foreach (var visit in stage.Visits)
            {
                if (book.RouteOf(visit) >= 0) Remove(visit);
                book.Windows.Widen(visit);
            }
        }
    }

    double PutOne(int visit, int from, bool isLast)
    {
        var earliest = Math.Max(problem.Earliest[visit], from);
        if (earliest > problem.Latest[visit]) return double.PositiveInfinity;
        book.Windows.Set(visit, earliest, problem.Latest[visit]);
        var spot = Best(visit, []);
        if (spot.Route < 0) return double.PositiveInfinity;
        book.Insert(visit, spot.Route, spot.After);
        if (isLast) return spot.Cost;
        var start = StartOf(visit);
        Remove(visit);
        book.Windows.Set(visit, earliest, start);
        book.Insert(visit, spot.Route, spot.After);
        return spot.Cost;
    }

    double PutCrew(IReadOnlyList<int> crew, int from)
    {
        var (earliest, latest) = (from, int.MaxValue);
        foreach (var visit in crew)
        {
            earliest = Math.Max(earliest, problem.Earliest[visit]);
            latest = Math.Min(latest, problem.Latest[visit]);
        }

        starts.Clear();
        if (earliest <= latest)
        {
            foreach (var visit in crew) FindStarts(visit, earliest, latest);
        }

        var least = double.PositiveInfinity;
        var leastAt = 0;
        foreach (var (_, start) in starts)
        {
            var cost = CostOfCrew(crew, start);
            if (cost >= least) continue;
            (least, leastAt) = (cost, start);
            bestSpots.Clear();
            bestSpots.AddRange(spots);
        }

        if (double.IsPositiveInfinity(least)) return least;
        for (var i = 0; i < crew.Count; i++)
        {
            book.Windows.Set(crew[i], leastAt, leastAt);
            book.Insert(crew[i], bestSpots[i].Route, bestSpots[i].After);
        }

        return least;
    }

    /// <summary>The starts of a visit at its cheapest places.</summary>
    void FindStarts(int visit, int earliest, int latest)
    {
        book.Windows.Set(visit, earliest, latest);
        var first = starts.Count;
        var number = routesFor(visit, routes);
        for (var i = 0; i < number; i++)
        {
            var spot = Spot.None;
            book.ScanAnew(visit, routes[i], ref spot);
            if (spot.Route < 0) continue;
            book.Insert(visit, spot.Route, spot.After);
            starts.Add((spot.Cost, StartOf(visit)));
            Remove(visit);
        }

        starts.Sort(first, starts.Count - first, null);
        if (starts.Count - first > StartsPerMember) starts.RemoveRange(first + StartsPerMember, starts.Count - first - StartsPerMember);
    }

    /// <summary>What it costs to have a crew start together then, each member where it is cheapest apart from those before.</summary>
    double CostOfCrew(IReadOnlyList<int> crew, int start)
    {
        spots.Clear();
        var cost = 0.0;
        foreach (var visit in crew)
        {
            book.Windows.Set(visit, start, start);
            var spot = Best(visit, spots);
            if (spot.Route < 0) return double.PositiveInfinity;
            cost += spot.Cost;
            spots.Add(spot);
        }

        return cost;
    }

    Spot Best(int visit, List<Spot> taken)
    {
        var best = Spot.None;
        var number = routesFor(visit, routes);
        for (var i = 0; i < number; i++)
        {
            var isTaken = false;
            foreach (var spot in taken) isTaken |= problem.OperativeOf[spot.Route] == problem.OperativeOf[routes[i]];
            if (!isTaken) book.ScanAnew(visit, routes[i], ref best);
        }

        return best;
    }

    void Remove(int visit)
    {
        var route = book.RouteOf(visit);
        book.Remove(route, book.VisitsOf(route).IndexOf(visit) + 1, 1);
    }

    int StartOf(int visit)
    {
        var route = book.RouteOf(visit);
        Span<int> starts = stackalloc int[book.CountOf(route) + 2];
        Span<int> pausesAfter = stackalloc int[book.CountOf(route) + 2];
        book.Schedule(route, starts, pausesAfter);
        return starts[book.VisitsOf(route).IndexOf(visit) + 1];
    }

    int SecondsOf(int visit, int route) => problem.Seconds[(problem.PaceOf[route] * problem.Visits) + visit];
}
