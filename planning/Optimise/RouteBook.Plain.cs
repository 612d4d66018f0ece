using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>Times and places of routes without pauses in which no lateness is priced.</summary>
internal sealed unsafe partial class RouteBook<TClock>
{
    static readonly int Lanes = Vector256<int>.Count;

    /// <summary>Whether places are looked at eight at a time; the result is the same.</summary>
    static bool InVectors
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx2.IsSupported && typeof(TClock) == typeof(FixedClock);
    }

    /// <param name="forwardFrom">The first node whose way there has changed.</param>
    /// <param name="backwardFrom">The last node whose way on has changed.</param>
    void RefreshPlain(int route, int forwardFrom, int backwardFrom)
    {
        unchecked
        {
            var at = route * stride;
            var visit = visits + at;
            var place = places + at;
            var free = ready + at;
            var by = latest + at;
            var ways = fromLegs;
            var seconds = SecondsIn(route);
            var earliest = earliestOf;
            var last = latestOf;
            var end = count[route] + 1;
            if (forwardFrom == 1) free[0] = problem.StartOf[route];
            for (var i = forwardFrom; i < end; i++)
            {
                var number = visit[i];
                var arrival = clock.Arrive(free[i - 1], ways[(place[i - 1] * width) + place[i]].Way);
                var done = Math.Max(arrival, earliest[number]) + seconds[number];
                if (i > forwardFrom && done == free[i]) break;
                free[i] = done;
            }

            by[end] = problem.EndOf[route];
            for (var i = backwardFrom; i > 0; i--)
            {
                var number = visit[i];
                var leave = clock.LatestDeparture(by[i + 1], ways[(place[i] * width) + place[i + 1]].Way);
                var arrive = Math.Min(last[number], leave - seconds[number]);
                if (i < backwardFrom && arrive == by[i]) break;
                by[i] = arrive;
            }
        }
    }

    /// <summary>The cheapest place in a route, apart from one that is overlooked; of equal ones the first.</summary>
    void FindPlain(int number, int route, int overlooked, ref Found found)
    {
        unchecked
        {
            var place = placeOf[number] * width;
            var asked = new Asked(toLegs + place, fromLegs + place, earliestOf[number], latestOf[number], SecondsIn(route)[number]);
            if (!InVectors)
            {
                FindOneByOne(asked, route, overlooked, ref found);
                return;
            }

            FindInVectors(asked, route, overlooked, ref found);
            CheckOneByOne(asked, route, overlooked, found);
        }
    }

    /// <summary>Debug builds look at every place one by one as well.</summary>
    [Conditional("DEBUG")]
    void CheckOneByOne(in Asked asked, int route, int overlooked, Found inVectors)
    {
        var found = inVectors with { Cost = float.PositiveInfinity, After = -1 };
        FindOneByOne(asked, route, overlooked, ref found);
        if (found.Cost != inVectors.Cost || found.After != inVectors.After)
        {
            throw new InvalidOperationException(
                $"Place {inVectors.After} at {inVectors.Cost} in vectors, {found.After} at {found.Cost} one by one.");
        }
    }

    void FindOneByOne(in Asked asked, int route, int overlooked, ref Found found)
    {
        unchecked
        {
            var at = route * stride;
            var end = at + count[route];
            for (var i = at + FirstInsertable(route); i <= end && ready[i] <= asked.Latest; i++)
            {
                var there = asked.To[places[i]];
                var back = asked.From[places[i + 1]];
                var added = there.Cost + back.Cost - legs[i];
                if (added >= found.Cost || i - at == overlooked) continue;
                var arrival = clock.Arrive(ready[i], there.Way);
                if (arrival > asked.Latest) continue;
                if (clock.Arrive(Math.Max(arrival, asked.Earliest) + asked.Seconds, back.Way) > latest[i + 1]) continue;
                found.Cost = added;
                found.After = i - at;
            }
        }
    }

    void FindInVectors(in Asked asked, int route, int overlooked, ref Found found)
    {
        unchecked
        {
            var at = route * stride;
            var end = count[route];
            var earliest = Vector256.Create(asked.Earliest);
            var last = Vector256.Create(asked.Latest);
            var seconds = Vector256.Create(asked.Seconds);
            var least = Vector256.Create(float.PositiveInfinity);
            var leastAt = Vector256.Create(-1);
            var soonest = asked.Earliest + asked.Seconds;
            for (var i = FirstInsertable(route); i <= end && ready[at + i] <= asked.Latest; i += Lanes)
            {
                // Times only grow along a route: before the last of these it is too soon, so before all of them.
                if (i + Lanes <= end && latest[at + i + Lanes] < soonest) continue;
                var index = Vector256.Create(i) + Vector256<int>.Indices;
                var before = Vector256.Load(places + at + i);
                var after = Vector256.Load(places + at + i + 1);
                var arrival = Vector256.Load(ready + at + i) + Avx2.GatherVector256((int*)asked.To, before, 8);
                var back = Vector256.Max(arrival, earliest) + seconds + Avx2.GatherVector256((int*)asked.From, after, 8);
                var added = Avx2.GatherVector256((float*)asked.To + 1, before, 8) + Avx2.GatherVector256((float*)asked.From + 1, after, 8)
                    - Vector256.Load(legs + at + i);
                var fits = Vector256.LessThanOrEqual(arrival, last) & Vector256.LessThanOrEqual(back, Vector256.Load(latest + at + i + 1))
                    & Vector256.LessThanOrEqual(index, Vector256.Create(end)) & ~Vector256.Equals(index, Vector256.Create(overlooked));
                var better = fits & Vector256.LessThan(added, least).AsInt32();
                least = Vector256.ConditionalSelect(better.AsSingle(), added, least);
                leastAt = Vector256.ConditionalSelect(better, index, leastAt);
            }

            // The least of the lanes, and of those the first place.
            var half = Vector128.MinNative(least.GetLower(), least.GetUpper());
            half = Vector128.MinNative(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
            half = Vector128.MinNative(half, Vector128.Shuffle(half, Vector128.Create(1, 0, 3, 2)));
            var cost = half.ToScalar();
            if (float.IsPositiveInfinity(cost)) return;
            var isLeast = Vector256.Equals(least, Vector256.Create(cost)).AsInt32();
            var first = Vector256.ConditionalSelect(isLeast, leastAt, Vector256.Create(int.MaxValue));
            var place = Vector128.Min(first.GetLower(), first.GetUpper());
            place = Vector128.Min(place, Vector128.Shuffle(place, Vector128.Create(2, 3, 0, 1)));
            place = Vector128.Min(place, Vector128.Shuffle(place, Vector128.Create(1, 0, 3, 2)));
            found.Cost = cost;
            found.After = place.ToScalar();
        }
    }

    /// <summary>A visit as it is asked for in one route.</summary>
    readonly struct Asked(Leg* to, Leg* from, int earliest, int latest, int seconds)
    {
        public readonly Leg* To = to;
        public readonly Leg* From = from;
        public readonly int Earliest = earliest;
        public readonly int Latest = latest;
        public readonly int Seconds = seconds;
    }
}
