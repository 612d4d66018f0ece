using System.Runtime.CompilerServices;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>What routes cost.</summary>
internal sealed unsafe partial class RouteBook<TClock>
{
    /// <summary>What the routes of this plan add up to; absent visits are not counted.</summary>
    public Score Total { get; private set; }

    /// <summary>Nodes of released work at the head of a route: nothing goes before or between them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FirstInsertable(int route) => released.Length == 0 ? 0 : released[route];

    /// <summary>Prices the routes changed in this move, and answers what the plan now adds up to.</summary>
    public Score Reckon()
    {
        var total = Total;
        for (var i = 0; i < touchedCount; i++)
        {
            var route = touched[i];
            var was = new Score(before.Promises[route], before.Deadlines[route], before.Price[route]);
            total = total - was + Priced(route);
        }

        return total;
    }

    /// <summary>Takes over what <see cref="Reckon"/> answered.</summary>
    public void SetTotal(Score total) => Total = total;

    /// <summary>Sums all routes anew, so that rounding does not add up over millions of moves.</summary>
    public void SumUp()
    {
        var total = default(Score);
        foreach (var route in active) total += new Score(current.Promises[route], current.Deadlines[route], price[route]);
        foreach (var route in outside)
        {
            if (count[route] == 0) total += new Score(0, 0, price[route]);
        }

        Total = total;
    }

    /// <summary>Looks for a cheaper place in a route than the one known.</summary>
    /// <param name="blink">How often the cheapest place is overlooked, as a share of 2^32.</param>
    public void Scan(int visit, int route, uint blink, Chance chance, ref Spot spot)
    {
        ref var found = ref known.Pointer[(visit * problem.Days) + route];
        if (found.Version != version[route]) Find(visit, route, -1, ref found);
        var (cost, after) = (found.Cost, found.After);
        if (cost >= spot.Cost || !HasStock(visit, route)) return;
        var offset = hasOffsets || count[route] == 0 ? Offset(visit, route) : 0;
        if (cost + offset >= spot.Cost || Closed[route]) return;
        if ((uint)(chance.Next() >> 32) < blink)
        {
            Found other = default;
            Find(visit, route, after, ref other);
            (cost, after) = (other.Cost, other.After);
            if (cost + offset >= spot.Cost) return;
        }

        spot.Cost = cost + offset;
        spot.Route = route;
        spot.After = after;
    }

    /// <summary>As <see cref="Scan"/>, for a visit whose window has been narrowed since: nothing known of it holds.</summary>
    public void ScanAnew(int visit, int route, ref Spot spot)
    {
        Found found = default;
        Find(visit, route, -1, ref found);
        if (found.Cost >= spot.Cost || Closed[route] || !HasStock(visit, route)) return;
        var cost = found.Cost + (hasOffsets || count[route] == 0 ? Offset(visit, route) : 0);
        if (cost >= spot.Cost) return;
        spot.Cost = cost;
        spot.Route = route;
        spot.After = found.After;
    }

    /// <summary>Finds the cheapest place in a route as it stands, whatever else the visit costs there.</summary>
    void Find(int visit, int route, int overlooked, ref Found found)
    {
        found.Version = version[route];
        found.Cost = float.PositiveInfinity;
        found.After = -1;
        if (count[route] == MaxInRoute || !problem.Assignments.Allows(visit, route)) return;
        if (isRich) FindRich(visit, route, overlooked, ref found);
        else FindPlain(visit, route, overlooked, ref found);
    }

    /// <summary>What a visit costs in a route wherever it goes there.</summary>
    double Offset(int visit, int route)
    {
        var day = problem.Problem.Days[route];
        var offset = (double)problem.Assignments.Price(visit, route);
        if (count[route] == 0) offset += day.PriceOfUse + legs[route * stride] - PriceOfNothing(route);
        if (problem.Problem.Prices.HourBeyondShare > 0)
        {
            var seconds = SecondsOnSite(route);
            var share = problem.Shares[route];
            var prices = problem.Problem.Prices;
            var more = SecondsIn(route)[visit];
            offset += Constraints.BeyondSharePrice(prices, seconds + more, share) - Constraints.BeyondSharePrice(prices, seconds, share);
        }

        return offset;
    }

    bool HasStock(int visit, int route)
    {
        var kinds = problem.Kinds;
        for (var kind = 0; kind < kinds; kind++)
        {
            var needed = problem.Stock.Pointer[(visit * kinds) + kind];
            if (needed > problem.StockOfDay.Pointer[(route * kinds) + kind] - stock[(route * kinds) + kind]) return false;
        }

        return true;
    }

    double SecondsOnSite(int route)
    {
        var sum = 0.0;
        foreach (var visit in VisitsOf(route)) sum += SecondsIn(route)[visit];
        return sum;
    }

    Score Priced(int route)
    {
        var (promises, deadlines, cost) = (0.0, 0.0, 0.0);
        if (count[route] == 0)
        {
            cost = PriceOfNothing(route);
        }
        else
        {
            for (var i = 0; i <= count[route]; i++) cost += legs[(route * stride) + i];
            if (hasOffsets) cost += OffsetsOf(route);
            if (problem.IsTimePriced)
            {
                (promises, deadlines, var overtime) = LatenessOf(route);
                cost += overtime;
            }
        }

        current.Promises[route] = promises;
        current.Deadlines[route] = deadlines;
        price[route] = cost;
        return new Score(promises, deadlines, cost);
    }

    /// <summary>What a day costs on which nothing is done: whoever is out comes home.</summary>
    double PriceOfNothing(int route) => problem.Problem.Days[route].IsOut ? legs[route * stride] : 0;

    double OffsetsOf(int route)
    {
        var cost = problem.Problem.Days[route].PriceOfUse;
        foreach (var visit in VisitsOf(route)) cost += problem.Assignments.Price(visit, route);
        return cost + Constraints.BeyondSharePrice(problem.Problem.Prices, SecondsOnSite(route), problem.Shares[route]);
    }
}
