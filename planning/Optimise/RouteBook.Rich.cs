using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>A node's times with so many pauses taken before leaving it.</summary>
internal struct NodeState
{
    /// <summary>Earliest time of leaving with so many pauses taken, the last perhaps here.</summary>
    public int Ready;

    /// <summary>Latest arrival with so many pauses taken before, from which the rest of the day can be kept.</summary>
    public int Latest;

    /// <summary>What lateness weighs up to here on the way to that earliest time.</summary>
    public double Late;
}

/// <summary>
/// Times and places of routes with pauses that float, and with lateness that is priced. Both times are kept for every count of pauses
/// taken, as in
/// <see cref="Diaries.RouteTimes"/>; an insertion is checked in O(1), and where lateness is priced what comes after it is walked through.
/// </summary>
internal sealed unsafe partial class RouteBook<TClock>
{
    readonly bool isRich;
    readonly Pause[][] pauses;

    int StatesOf(int route) => pauses[route].Length + 1;

    NodeState* StateAt(int route, int node) => current.States.Pointer + (((route * stride) + node) * problem.States);

    void RefreshRich(int route, int forwardFrom, int backwardFrom)
    {
        unchecked
        {
            var states = StatesOf(route);
            var end = count[route] + 1;
            var at = route * stride;
            if (forwardFrom == 1) BeginDay(route, StateAt(route, 0));
            for (var i = forwardFrom; i <= end; i++)
            {
                var way = fromLegs[(places[at + i - 1] * width) + places[at + i]].Way;
                Step(route, StateAt(route, i - 1), way, i == end ? -1 : visits[at + i], StateAt(route, i));
                ready[at + i] = Soonest(route, StateAt(route, i));
            }

            ready[at] = Soonest(route, StateAt(route, 0));

            var last = StateAt(route, end);
            last[states - 1].Latest = problem.EndOf[route];
            for (var taken = states - 2; taken >= 0; taken--)
                last[taken].Latest = LatestBefore(pauses[route][taken], last[taken + 1].Latest);
            latest[at + end] = Last(route, last);
            for (var i = backwardFrom; i >= 0; i--)
            {
                StepBack(route, i);
                latest[at + i] = Last(route, StateAt(route, i));
            }
        }
    }

    /// <summary>The earliest time of leaving a node, whatever pauses were taken.</summary>
    int Soonest(int route, NodeState* state)
    {
        var soonest = state[0].Ready;
        for (var taken = 1; taken < StatesOf(route); taken++) soonest = Math.Min(soonest, state[taken].Ready);
        return soonest;
    }

    /// <summary>The latest arrival at a node, whatever pauses were taken.</summary>
    int Last(int route, NodeState* state)
    {
        var last = state[0].Latest;
        for (var taken = 1; taken < StatesOf(route); taken++) last = Math.Max(last, state[taken].Latest);
        return last;
    }

    void BeginDay(int route, NodeState* state)
    {
        for (var taken = 0; taken < StatesOf(route); taken++) state[taken].Ready = Times.Never;
        state[0].Ready = problem.StartOf[route];
        state[0].Late = 0;
        TakePauses(route, state);
    }

    /// <summary>Goes from a node to the next one.</summary>
    /// <param name="visit">The visit there; -1: the end place.</param>
    /// <returns>Whether it can be reached in time at all.</returns>
    bool Step(int route, NodeState* from, int way, int visit, NodeState* to)
    {
        unchecked
        {
            var states = StatesOf(route);
            var any = false;
            for (var taken = 0; taken < states; taken++)
            {
                to[taken].Ready = Times.Never;
                if (from[taken].Ready == Times.Never) continue;
                if (visit < 0)
                {
                    to[taken].Ready = clock.Arrive(from[taken].Ready, way);
                    to[taken].Late = from[taken].Late;
                    any = true;
                    continue;
                }

                var started = problem.StartedAt(visit);
                if (started >= 0 && taken > 0) continue;
                var start = started >= 0 ? started : Math.Max(clock.Arrive(from[taken].Ready, way), earliestOf[visit]);
                if (start > latestOf[visit]) continue;
                var end = start + SecondsIn(route)[visit];
                to[taken].Ready = started >= 0 ? Math.Max(end, problem.Problem.Days[route].FreeFrom) : end;
                to[taken].Late = from[taken].Late + problem.LatenessWeight(visit, start, end);
                any = true;
            }

            TakePauses(route, to);
            return any;
        }
    }

    /// <summary>Takes pauses on the spot wherever that is the earliest way to have had them.</summary>
    void TakePauses(int route, NodeState* state)
    {
        unchecked
        {
            for (var taken = 1; taken < StatesOf(route); taken++)
            {
                if (state[taken - 1].Ready == Times.Never) continue;
                var pause = pauses[route][taken - 1];
                var start = Math.Max(state[taken - 1].Ready, pause.Earliest);
                if (start > pause.LatestStart) continue;
                var end = start + pause.Seconds;
                if (end > state[taken].Ready || (end == state[taken].Ready && state[taken].Late <= state[taken - 1].Late)) continue;
                state[taken].Ready = end;
                state[taken].Late = state[taken - 1].Late;
            }
        }
    }

    void StepBack(int route, int node)
    {
        unchecked
        {
            var at = (route * stride) + node;
            var way = fromLegs[(places[at] * width) + places[at + 1]].Way;
            var here = StateAt(route, node);
            var there = StateAt(route, node + 1);
            var free = Times.TooLate;
            for (var taken = StatesOf(route) - 1; taken >= 0; taken--)
            {
                if (taken < StatesOf(route) - 1) free = LatestBefore(pauses[route][taken], free);
                free = Math.Max(free, clock.LatestDeparture(there[taken].Latest, way));
                here[taken].Latest = node == 0 ? free : LatestArrival(route, visits[at], free);
            }
        }
    }

    int LatestArrival(int route, int visit, int leave)
    {
        unchecked
        {
            var start = Math.Min(
                latestOf[visit], leave - SecondsIn(route)[visit]);
            return start >= earliestOf[visit] ? start : Times.TooLate;
        }
    }

    static int LatestBefore(Pause pause, int by)
    {
        var start = Math.Min(pause.LatestStart, by - pause.Seconds);
        return start >= pause.Earliest ? start : Times.TooLate;
    }

    /// <summary>The cheapest place in a route, what it makes late included, apart from one that is overlooked.</summary>
    void FindRich(int number, int route, int overlooked, ref Found found)
    {
        unchecked
        {
            var at = route * stride;
            var place = placeOf[number];
            var to = toLegs + (place * width);
            var from = fromLegs + (place * width);
            var states = stackalloc NodeState[WorkingDay.MaxPauses + 1];
            var late = problem.IsTimePriced && count[route] > 0 ? LateOf(route, StateAt(route, count[route] + 1)) : 0;
            var last = latestOf[number];
            var soonest = earliestOf[number] + SecondsIn(route)[number];
            for (var i = FirstInsertable(route); i <= count[route]; i++)
            {
                if (ready[at + i] > last || latest[at + i + 1] < soonest) continue;
                var there = to[places[at + i]];
                var back = from[places[at + i + 1]];
                var added = there.Cost + back.Cost - legs[at + i];
                if (added >= found.Cost || i == overlooked) continue;
                if (!Step(route, StateAt(route, i), there.Way, number, states) || !CanGoOn(route, states, back.Way, i + 1)) continue;
                if (problem.IsTimePriced) added += (float)(Walk(route, states, back.Way, i + 1) - late);
                if (added >= found.Cost) continue;
                found.Cost = added;
                found.After = i;
            }
        }
    }

    bool CanGoOn(int route, NodeState* from, int way, int node)
    {
        var next = StateAt(route, node);
        for (var taken = 0; taken < StatesOf(route); taken++)
        {
            if (from[taken].Ready != Times.Never && clock.Arrive(from[taken].Ready, way) <= next[taken].Latest) return true;
        }

        return false;
    }

    /// <summary>What lateness weighs when the rest of a route, from a node on, follows other times.</summary>
    double Walk(int route, NodeState* from, int way, int node)
    {
        unchecked
        {
            var here = stackalloc NodeState[WorkingDay.MaxPauses + 1];
            var next = stackalloc NodeState[WorkingDay.MaxPauses + 1];
            var at = route * stride;
            var end = count[route] + 1;
            Step(route, from, way, node == end ? -1 : visits[at + node], here);
            for (var i = node + 1; i <= end; i++)
            {
                var on = fromLegs[(places[at + i - 1] * width) + places[at + i]].Way;
                Step(route, here, on, i == end ? -1 : visits[at + i], next);
                var free = here;
                here = next;
                next = free;
            }

            return LateOf(route, here);
        }
    }

    /// <summary>What lateness and overtime weigh on a day that ends in these states.</summary>
    double LateOf(int route, NodeState* end)
    {
        var last = end[StatesOf(route) - 1];
        return last.Ready == Times.Never ? double.PositiveInfinity : last.Late + OvertimeCost(route, last.Ready);
    }

    double OvertimeCost(int route, int back) => Constraints.OvertimePrice(problem.Problem.Days[route], back);

    /// <summary>Minutes late by level, and the overtime, of a route as it stands.</summary>
    (double Promises, double Deadlines, double Overtime) LatenessOf(int route)
    {
        Span<int> starts = stackalloc int[count[route] + 2];
        Span<int> pausesAfter = stackalloc int[count[route] + 2];
        var back = Schedule(route, starts, pausesAfter);
        var (promises, deadlines) = (0.0, 0.0);
        for (var i = 1; i <= count[route]; i++)
        {
            var visit = visits[(route * stride) + i];
            var end = starts[i] + SecondsIn(route)[visit];
            promises += Constraints.MinutesAfterPromise(problem.Problem.Visits[visit], starts[i]);
            deadlines += Constraints.MinutesAfterDeadline(problem.Problem.Visits[visit], end);
        }

        return (promises, deadlines, OvertimeCost(route, back));
    }

    /// <summary>The times of a route as it stands.</summary>
    /// <param name="starts">By node: the start of its visit; room for all nodes.</param>
    /// <param name="pausesAfter">By node: how many pauses are taken there.</param>
    /// <returns>When the operative is back; pauses still due are taken then.</returns>
    public int Schedule(int route, Span<int> starts, Span<int> pausesAfter)
    {
        pausesAfter.Clear();
        var end = count[route] + 1;
        if (!isRich)
        {
            for (var i = 1; i < end; i++)
                starts[i] = ready[(route * stride) + i] - SecondsIn(route)[visits[(route * stride) + i]];
            var last = (route * stride) + end - 1;
            return clock.Arrive(ready[last], fromLegs[(places[last] * width) + places[last + 1]].Way);
        }

        var taken = StatesOf(route) - 1;
        var back = StateAt(route, end)[taken].Ready;
        // No way through the day: work already released overran it. Its pauses are given up.
        if (back == Times.Never) back = StateAt(route, end)[taken = 0].Ready;
        var states = stackalloc NodeState[WorkingDay.MaxPauses + 1];
        for (var i = end; i >= 0; i--)
        {
            var own = OwnState(route, i, states);
            var here = StateAt(route, i);
            while (taken > 0 && (own[taken].Ready != here[taken].Ready || own[taken].Late != here[taken].Late))
            {
                pausesAfter[i]++;
                taken--;
            }

            if (i > 0 && i < end) starts[i] = StartOf(route, i, taken);
        }

        return back;
    }

    /// <summary>Whether everything on a route is done in time.</summary>
    public bool IsKept(int route)
    {
        var end = count[route] + 1;
        if (isRich)
        {
            var back = StateAt(route, end)[StatesOf(route) - 1].Ready;
            return back <= problem.EndOf[route];
        }

        Span<int> starts = stackalloc int[end + 1];
        Span<int> pausesAfter = stackalloc int[end + 1];
        if (Schedule(route, starts, pausesAfter) > problem.EndOf[route]) return false;
        for (var i = 1; i < end; i++)
        {
            if (starts[i] > Windows.Latest[visits[(route * stride) + i]]) return false;
        }

        return true;
    }

    /// <summary>The states of a node before pauses are taken there.</summary>
    NodeState* OwnState(int route, int node, NodeState* states)
    {
        var at = (route * stride) + node;
        for (var taken = 0; taken < StatesOf(route); taken++)
        {
            states[taken].Ready = Times.Never;
            if (node == 0)
            {
                if (taken == 0) states[0] = StateAt(route, 0)[0];
                continue;
            }

            var from = StateAt(route, node - 1)[taken];
            if (from.Ready == Times.Never) continue;
            if (node == count[route] + 1)
            {
                states[taken].Ready = clock.Arrive(from.Ready, fromLegs[(places[at - 1] * width) + places[at]].Way);
                states[taken].Late = from.Late;
                continue;
            }

            var visit = visits[at];
            var start = StartOf(route, node, taken);
            if (start == Times.Never) continue;
            var end = start + SecondsIn(route)[visit];
            states[taken].Ready = problem.StartedAt(visit) >= 0 ? Math.Max(end, problem.Problem.Days[route].FreeFrom) : end;
            states[taken].Late = from.Late + problem.LatenessWeight(visit, start, end);
        }

        return states;
    }

    int StartOf(int route, int node, int taken)
    {
        var at = (route * stride) + node;
        var visit = visits[at];
        if (problem.StartedAt(visit) >= 0) return taken > 0 ? Times.Never : problem.StartedAt(visit);
        var from = StateAt(route, node - 1)[taken];
        if (from.Ready == Times.Never) return Times.Never;
        var start = Math.Max(
            clock.Arrive(from.Ready, fromLegs[(places[at - 1] * width) + places[at]].Way), Windows.Earliest[visit]);
        return start > Windows.Latest[visit] ? Times.Never : start;
    }
}
