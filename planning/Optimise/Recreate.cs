namespace OrleansScheduling.Planning.Optimise;

/// <summary>
/// Puts absent visits back, one after the other in one of several orders, each where it is cheapest, now and then overlooking a place
/// (greedy insertion with blinks: Christiaens and Vanden Berghe, section 5.3, with their orders for time windows).
/// </summary>
internal sealed class Recreate<TClock>
    where TClock : struct, ILegClock
{
    /// <summary>One place in a hundred is overlooked; the paper's value.</summary>
    const double BlinkShare = 0.01;

    /// <summary>How often each order is drawn: random, most stock, furthest, nearest, narrowest window, earliest start, latest end. The
    /// paper's weights.</summary>
    static readonly int[] Weights = [4, 4, 2, 1, 2, 2, 2];

    static readonly int AllWeights = Weights.Sum();

    /// <summary>With more days than this a visit is tried only in routes that have one of its nearest, not in all.</summary>
    const int MaxFullScan = 64;

    /// <summary>How many of its nearest are looked at then.</summary>
    const int NearScanned = 40;

    readonly CompiledProblem problem;
    readonly RouteBook<TClock> book;
    readonly Chance chance;
    readonly float[][] keys;
    readonly float[] sortKeys;
    readonly int[] waiting;
    readonly int[] scanned;
    readonly int[] routes;
    readonly LinkedRecreate<TClock> linked;
    int scans;

    public Recreate(CompiledProblem problem, RouteBook<TClock> book, Chance chance)
    {
        this.problem = problem;
        this.book = book;
        this.chance = chance;
        sortKeys = new float[problem.Visits];
        waiting = new int[problem.Visits];
        scanned = new int[problem.Days];
        routes = new int[problem.Days];
        linked = new LinkedRecreate<TClock>(problem, book, RoutesFor);
        float[] Keys(Func<int, float> keyOf) => [.. Enumerable.Range(0, problem.Visits).Select(keyOf)];
        float FromStart(int visit) => problem.NearDays[visit] is [var day, ..]
            ? problem.To[(problem.Place[visit] * problem.Places) + problem.Problem.Days[day].StartPlace].Cost : 0;
        keys =
        [
            [],
            Keys(visit => -(problem.Kinds > 0 ? problem.Stock[visit * problem.Kinds] : problem.Seconds[visit])),
            Keys(visit => -FromStart(visit)),
            Keys(FromStart),
            Keys(visit => problem.Latest[visit] - problem.Earliest[visit]),
            Keys(visit => problem.Earliest[visit]),
            Keys(visit => -problem.Latest[visit]),
        ];
    }

    /// <summary>Puts back what fits; what does not stays absent.</summary>
    public void Run(Absent absent, bool withBlinks)
    {
        var count = absent.Count;
        absent.Visits.CopyTo(waiting);
        absent.Clear();
        Sort(count);
        var blink = withBlinks ? (uint)(BlinkShare * uint.MaxValue) : 0;
        for (var i = 0; i < count; i++)
        {
            var visit = waiting[i];
            if (absent.LinkOf(visit) >= 0)
            {
                // The first of its visits brings all of them.
                if (book.RouteOf(visit) < 0 && !absent.Visits.Contains(visit) && !linked.Put(absent.LinkOf(visit)))
                    absent.AddLink(absent.LinkOf(visit));
                continue;
            }

            var spot = Best(visit, blink);
            if (spot.Route < 0) absent.Add(visit);
            else book.Insert(visit, spot.Route, spot.After);
        }
    }

    Spot Best(int visit, uint blink)
    {
        var spot = Spot.None;
        spot.Cost = problem.LeaveOutPrice[visit];
        var count = RoutesFor(visit, routes);
        for (var i = 0; i < count; i++) book.Scan(visit, routes[i], blink, chance, ref spot);
        return spot;
    }

    /// <summary>The routes in which a visit is tried: those with work, all or those of its nearest, and of the empty ones the nearest of
    /// each
    /// kind.</summary>
    int RoutesFor(int visit, Span<int> routes)
    {
        var count = 0;
        if (problem.Days <= MaxFullScan)
        {
            foreach (var route in book.Active) routes[count++] = route;
        }
        else
        {
            scans = scans == int.MaxValue ? 1 : scans + 1;
            for (var i = 0; i < Math.Min(NearScanned, problem.NearCount); i++)
            {
                var route = book.RouteOf(problem.Near[(visit * problem.NearCount) + i]);
                if (route < 0 || scanned[route] == scans) continue;
                scanned[route] = scans;
                routes[count++] = route;
            }
        }

        foreach (var day in problem.NearDays[visit])
        {
            var empty = book.EmptyLike(day);
            if (empty >= 0) routes[count++] = empty;
        }

        return count;
    }

    void Sort(int count)
    {
        var order = Order();
        var key = keys[order];
        for (var i = 0; i < count; i++) sortKeys[i] = order == 0 ? (float)chance.Unit() : key[waiting[i]];
        if (count > 32)
        {
            Array.Sort(sortKeys, waiting, 0, count);
            return;
        }

        for (var i = 1; i < count; i++)
        {
            var (value, visit) = (sortKeys[i], waiting[i]);
            var j = i - 1;
            for (; j >= 0 && sortKeys[j] > value; j--) (sortKeys[j + 1], waiting[j + 1]) = (sortKeys[j], waiting[j]);
            (sortKeys[j + 1], waiting[j + 1]) = (value, visit);
        }
    }

    int Order()
    {
        var draw = chance.Below(AllWeights);
        var order = 0;
        while (draw >= Weights[order]) draw -= Weights[order++];
        return order;
    }
}
