using System.Runtime.CompilerServices;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>The cheapest place found for a visit.</summary>
internal struct Spot
{
    public double Cost;

    /// <summary>-1: none.</summary>
    public int Route;

    /// <summary>The node after which it goes.</summary>
    public int After;

    public static Spot None => new() { Cost = double.PositiveInfinity, Route = -1 };
}

/// <summary>The cheapest place for a visit in one route, as long as the route has the same version.</summary>
internal struct Found
{
    public long Version;

    public float Cost;

    public int After;
}

/// <summary>
/// The routes of all operative-days while they are searched, as flat arrays. A change is one of a move: all changes since
/// <see cref="BeginMove"/> are kept, or taken back together.
/// </summary>
/// <remarks>
/// A route is a run of nodes: the start place, the visits and the end place. Each knows the earliest time at which the operative can
/// leave it and the latest arrival from which the rest can be
/// kept, so that putting a visit between two of them is checked in O(1): the concatenation of what is before, the visit, and what is after
/// (Savelsbergh, ORSA Journal on Computing 4, 1992).
/// </remarks>
internal sealed unsafe partial class RouteBook<TClock>
    where TClock : struct, ILegClock
{
    /// <summary>Most visits of one day where pauses float or lateness is priced; the same as in a diary and half as many again.</summary>
    const int MaxStopsRich = 64;

    /// <summary>Most visits of one day.</summary>
    const int MaxStops = 250;

    readonly CompiledProblem problem;
    readonly TClock clock;
    readonly int stride;
    readonly int width;
    readonly Leg* fromLegs;
    readonly Leg* toLegs;
    readonly int* placeOf;
    readonly int* secondsOf;
    readonly int* earliestOf;
    readonly int* latestOf;
    readonly int* visits;
    readonly int* places;
    readonly int* ready;
    readonly int* latest;
    readonly float* legs;
    readonly int[] count;
    readonly int[] routeOf;
    readonly double[] price;
    readonly int[] stock;
    readonly long[] version;
    readonly Flat<Found> known;
    long lastVersion;
    readonly Snapshot current;
    readonly Snapshot before;
    readonly Snapshot best;
    readonly int[] touched;
    readonly bool[] isTouched;
    readonly bool[] differsFromBest;
    readonly List<int> active = [];
    readonly int[] placeInActive;
    readonly int[] classOrder;
    readonly int[] placeInClass;
    readonly int[] classStart;
    readonly int[] classUsed;
    readonly int[] released;
    readonly bool hasOffsets;

    /// <summary>Days that cost something even when they are empty.</summary>
    readonly int[] outside;
    int touchedCount;

    public RouteBook(CompiledProblem problem, TClock clock)
    {
        this.problem = problem;
        this.clock = clock;
        isRich = problem.States > 1 || problem.IsTimePriced || problem.HasReleased;
        MaxInRoute = Math.Max(1, Math.Min(problem.Visits, isRich ? MaxStopsRich : MaxStops));
        // Whole vectors are read, from any visit on.
        stride = ((MaxInRoute + 2 + Lanes) / Lanes * Lanes) + Lanes;
        current = new Snapshot(problem, stride, isRich);
        before = new Snapshot(problem, stride, isRich);
        best = new Snapshot(problem, stride, isRich);
        visits = current.Visits.Pointer;
        places = current.Places.Pointer;
        ready = current.Ready.Pointer;
        latest = current.Latest.Pointer;
        legs = current.Legs.Pointer;
        (count, price, stock, version) = (current.Count, current.Price, current.Stock, current.Version);
        known = new Flat<Found>(problem.Visits * problem.Days);
        routeOf = new int[problem.Visits];
        Array.Fill(routeOf, -1);
        touched = new int[problem.Days];
        isTouched = new bool[problem.Days];
        differsFromBest = new bool[problem.Days];
        placeInActive = new int[problem.Days];
        Closed = new bool[problem.Days];
        Windows = new VisitWindows(problem);
        width = problem.Places;
        fromLegs = problem.From.Pointer;
        toLegs = problem.To.Pointer;
        placeOf = problem.Place.Pointer;
        secondsOf = problem.Seconds.Pointer;
        earliestOf = Windows.Earliest.Pointer;
        latestOf = Windows.Latest.Pointer;
        (classOrder, placeInClass, classStart) = Ordered(problem);
        classUsed = new int[problem.Classes];
        released = problem.Released;
        pauses = [.. problem.Problem.Days.Select(day => day.Pauses.ToArray())];
        hasOffsets = problem.Assignments.HasPrices || problem.Problem.Prices.HourBeyondShare > 0
            || problem.Problem.Days.Any(day => day.PriceOfUse > 0);
        outside = [.. Enumerable.Range(0, problem.Days).Where(day => problem.Problem.Days[day].IsOut)];
        for (var route = 0; route < problem.Days; route++) Clear(route);
        SumUp();
        SaveBest();
    }

    public int MaxInRoute { get; }

    /// <summary>Routes that have visits.</summary>
    public List<int> Active => active;

    /// <summary>Days that may not be used.</summary>
    public bool[] Closed { get; }

    /// <summary>When each visit may start, narrower than promised where others depend on it.</summary>
    public VisitWindows Windows { get; }

    public int RouteOf(int visit) => routeOf[visit];

    public int CountOf(int route) => count[route];

    public int NodeAt(int route, int index) => visits[(route * stride) + index];

    public ReadOnlySpan<int> VisitsOf(int route) => new(visits + (route * stride) + 1, count[route]);

    public ReadOnlySpan<int> Touched => touched.AsSpan(0, touchedCount);

    public void BeginMove()
    {
        for (var i = 0; i < touchedCount; i++) isTouched[touched[i]] = false;
        touchedCount = 0;
        Windows.BeginMove();
    }

    /// <summary>Takes back everything since <see cref="BeginMove"/>.</summary>
    public void Rollback()
    {
        Windows.Rollback();
        for (var i = 0; i < touchedCount; i++)
        {
            var route = touched[i];
            foreach (var visit in VisitsOf(route)) routeOf[visit] = -1;
        }

        for (var i = 0; i < touchedCount; i++)
        {
            var route = touched[i];
            before.CopyTo(current, route);
            foreach (var visit in VisitsOf(route)) routeOf[visit] = route;
            Enlist(route);
            isTouched[route] = false;
        }

        touchedCount = 0;
    }

    /// <summary>Notes that the routes changed in this move differ from the best plan's.</summary>
    public void Keep()
    {
        for (var i = 0; i < touchedCount; i++) differsFromBest[touched[i]] = true;
    }

    /// <summary>Makes the plan as it stands the best one.</summary>
    public void SaveBest()
    {
        for (var route = 0; route < problem.Days; route++)
        {
            if (!differsFromBest[route]) continue;
            current.CopyTo(best, route);
            differsFromBest[route] = false;
        }

        Windows.SaveBest();
    }

    /// <summary>Makes the best plan the plan as it stands.</summary>
    public void RestoreBest()
    {
        Array.Fill(routeOf, -1);
        for (var route = 0; route < problem.Days; route++)
        {
            best.CopyTo(current, route);
            differsFromBest[route] = false;
            Enlist(route);
            foreach (var visit in VisitsOf(route)) routeOf[visit] = route;
        }

        Windows.RestoreBest();
        touchedCount = 0;
        Array.Clear(isTouched);
    }

    /// <summary>Takes visits out of a route.</summary>
    /// <param name="first">Index of the first one; the start place has 0.</param>
    public void Remove(int route, int first, int number)
    {
        Touch(route);
        var at = route * stride;
        for (var i = first; i < first + number; i++)
        {
            TakeStock(route, visits[at + i], -1);
            routeOf[visits[at + i]] = -1;
        }

        Shift(at + first + number, at + first, count[route] + 2 - (first + number));
        count[route] -= number;
        legs[at + first - 1] = CostBetween(places[at + first - 1], places[at + first]);
        if (count[route] == 0) Enlist(route);
        Refresh(route, first, first - 1);
    }

    public void Insert(int visit, int route, int after)
    {
        Touch(route);
        var at = (route * stride) + after + 1;
        Shift(at, at + 1, count[route] + 1 - after);
        visits[at] = visit;
        places[at] = placeOf[visit];
        legs[at - 1] = CostBetween(places[at - 1], places[at]);
        legs[at] = CostBetween(places[at], places[at + 1]);
        routeOf[visit] = route;
        TakeStock(route, visit, 1);
        count[route]++;
        if (count[route] == 1) Enlist(route);
        Refresh(route, after + 1, after + 1);
    }

    /// <summary>Puts a visit at the end of a day, if every rule allows it.</summary>
    public void InsertLast(int visit, int route)
    {
        if (count[route] == MaxInRoute || !problem.Assignments.Allows(visit, route) || !HasStock(visit, route)) return;
        Insert(visit, route, count[route]);
        if (!IsKept(route)) Remove(route, count[route], 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    float CostBetween(int from, int to) => fromLegs[(from * width) + to].Cost;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int* SecondsIn(int route) => secondsOf + (problem.PaceOf[route] * problem.Visits);

    /// <summary>Moves nodes within the arrays.</summary>
    void Shift(int from, int to, int number)
    {
        var states = isRich ? problem.States : 0;
        new Span<int>(visits + from, number).CopyTo(new Span<int>(visits + to, number));
        new Span<int>(places + from, number).CopyTo(new Span<int>(places + to, number));
        new Span<int>(ready + from, number).CopyTo(new Span<int>(ready + to, number));
        new Span<int>(latest + from, number).CopyTo(new Span<int>(latest + to, number));
        new Span<float>(legs + from, number).CopyTo(new Span<float>(legs + to, number));
        if (states > 0) current.States.Span.Slice(from * states, number * states).CopyTo(current.States.Span[(to * states)..]);
    }

    void Touch(int route)
    {
        if (isTouched[route]) return;
        isTouched[route] = true;
        touched[touchedCount++] = route;
        current.CopyTo(before, route);
    }

    void TakeStock(int route, int visit, int sign)
    {
        var kinds = problem.Kinds;
        for (var kind = 0; kind < kinds; kind++) stock[(route * kinds) + kind] += sign * problem.Stock[(visit * kinds) + kind];
    }

    void Clear(int route)
    {
        var day = problem.Problem.Days[route];
        count[route] = 0;
        places[route * stride] = day.StartPlace;
        places[(route * stride) + 1] = day.EndPlace;
        legs[route * stride] = CostBetween(day.StartPlace, day.EndPlace);
        price[route] = PriceOfNothing(route);
        Refresh(route, 1, 0);
        differsFromBest[route] = true;
    }

    /// <summary>Puts a route among those with visits, or those without.</summary>
    void Enlist(int route)
    {
        var cls = problem.ClassOf[route];
        var isActive = placeInActive[route] > 0;
        if (count[route] > 0 == isActive) return;
        if (isActive)
        {
            var last = active[^1];
            active[placeInActive[route] - 1] = last;
            placeInActive[last] = placeInActive[route];
            active.RemoveAt(active.Count - 1);
            placeInActive[route] = 0;
            Swap(placeInClass[route], classStart[cls] + --classUsed[cls]);
        }
        else
        {
            active.Add(route);
            placeInActive[route] = active.Count;
            Swap(placeInClass[route], classStart[cls] + classUsed[cls]++);
        }
    }

    void Swap(int a, int b)
    {
        (classOrder[a], classOrder[b]) = (classOrder[b], classOrder[a]);
        placeInClass[classOrder[a]] = a;
        placeInClass[classOrder[b]] = b;
    }

    /// <summary>A day like this one that has no visits yet and may be used, or -1.</summary>
    public int EmptyLike(int route)
    {
        var cls = problem.ClassOf[route];
        for (var i = classStart[cls] + classUsed[cls]; i < classStart[cls + 1]; i++)
        {
            if (!Closed[classOrder[i]]) return classOrder[i];
        }

        return -1;
    }

    static (int[] Order, int[] PlaceIn, int[] Start) Ordered(CompiledProblem problem)
    {
        var order = Enumerable.Range(0, problem.Days).OrderBy(day => problem.ClassOf[day]).ThenBy(day => day).ToArray();
        var placeIn = new int[problem.Days];
        var start = new int[problem.Classes + 1];
        for (var i = 0; i < order.Length; i++)
        {
            placeIn[order[i]] = i;
            start[problem.ClassOf[order[i]] + 1] = i + 1;
        }

        return (order, placeIn, start);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Refresh(int route, int forwardFrom, int backwardFrom)
    {
        version[route] = ++lastVersion;
        if (isRich) RefreshRich(route, forwardFrom, backwardFrom);
        else RefreshPlain(route, forwardFrom, backwardFrom);
    }
}
