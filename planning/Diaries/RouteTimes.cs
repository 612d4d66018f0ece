using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Diaries;

/// <summary>
/// Forward and backward slack of a day's route: for each node the earliest time at which the operative can be ready to leave it, and the
/// latest time of arrival from which the rest of the day can still be kept. With them an insertion is checked in O(1) a gap.
/// </summary>
/// <remarks>
/// Node 0 is the start place, nodes 1 to n the stops in their order, node n+1 the end place. A pause is taken after a stop (or at the
/// start place), on the spot, before setting off; pauses still due at the end place are taken there. Both times are kept for every count of
/// pauses taken, so that a pause floats to wherever the route leaves room (a state per pause, as in
/// dynamic programming over Savelsbergh's forward time slack, ORSA Journal on Computing 4, 1992).
/// </remarks>
internal readonly ref struct RouteTimes
{
    /// <summary>A time that is never reached.</summary>
    public const int Never = int.MaxValue / 4;

    /// <summary>A deadline that cannot be kept.</summary>
    public const int TooLate = int.MinValue / 4;

    readonly Span<int> finish;
    readonly Span<int> ready;
    readonly Span<int> latest;
    readonly int states;

    /// <summary>How many integers the buffer of a route needs.</summary>
    public static int BufferLength(int stops, int pauses) => 3 * (stops + 2) * (pauses + 1);

    /// <param name="buffer">At least <see cref="BufferLength"/> long.</param>
    public RouteTimes(DayBounds bounds, ReadOnlySpan<Stop> stops, ITravel travel, Span<int> buffer)
    {
        states = bounds.Day.Pauses.Count + 1;
        var cells = (stops.Length + 2) * states;
        finish = buffer[..cells];
        ready = buffer.Slice(cells, cells);
        latest = buffer.Slice(2 * cells, cells);
        Forward(bounds, stops, travel);
        Backward(bounds, stops, travel);
    }

    /// <summary>Earliest time at which the operative is ready to leave a node with so many pauses taken, the last perhaps there.</summary>
    public int Ready(int node, int pausesTaken) => ready[(node * states) + pausesTaken];

    /// <summary>Earliest end of work at a node with so many pauses taken before it.</summary>
    public int Finish(int node, int pausesTaken) => finish[(node * states) + pausesTaken];

    /// <summary>Latest arrival at a node, with so many pauses taken before it, from which the day can be kept.</summary>
    public int Latest(int node, int pausesTaken) => latest[(node * states) + pausesTaken];

    /// <summary>Whether the day can be kept as it stands.</summary>
    public bool IsFeasible(DayBounds bounds) => Latest(0, 0) >= bounds.Day.Start;

    void Forward(DayBounds bounds, ReadOnlySpan<Stop> stops, ITravel travel)
    {
        finish.Fill(Never);
        ready.Fill(Never);
        finish[0] = bounds.Day.Start;
        Pausing(bounds.Day.Pauses, 0);
        for (var node = 1; node <= stops.Length; node++)
        {
            ref readonly var stop = ref stops[node - 1];
            var metres = travel.RoadMetres(bounds.PointBefore(stops, node), stop.Point);
            for (var taken = 0; taken < states; taken++)
            {
                if (Ready(node - 1, taken) == Never) continue;
                var start = Math.Max(travel.Profile.Arrive(Ready(node - 1, taken), metres), stop.Earliest);
                if (start <= stop.Latest) finish[(node * states) + taken] = start + stop.Seconds;
            }

            Pausing(bounds.Day.Pauses, node);
        }
    }

    void Pausing(IReadOnlyList<Pause> pauses, int node)
    {
        for (var taken = 0; taken < states; taken++)
        {
            var earliest = Finish(node, taken);
            if (taken > 0 && Ready(node, taken - 1) != Never)
            {
                var pause = pauses[taken - 1];
                var start = Math.Max(Ready(node, taken - 1), pause.Earliest);
                if (start <= pause.LatestStart) earliest = Math.Min(earliest, start + pause.Seconds);
            }

            ready[(node * states) + taken] = earliest;
        }
    }

    void Backward(DayBounds bounds, ReadOnlySpan<Stop> stops, ITravel travel)
    {
        latest.Fill(TooLate);
        var pauses = bounds.Day.Pauses;
        var end = stops.Length + 1;
        latest[(end * states) + states - 1] = bounds.Day.End;
        for (var taken = states - 2; taken >= 0; taken--)
            latest[(end * states) + taken] = LatestBeforePause(pauses[taken], Latest(end, taken + 1));

        for (var node = stops.Length; node >= 0; node--)
        {
            var point = node == 0 ? bounds.StartPoint : stops[node - 1].Point;
            var next = node == stops.Length ? bounds.EndPoint : stops[node].Point;
            var metres = travel.RoadMetres(point, next);
            // The latest time of being free here: when nothing is paused for, or before the next pause, which others may follow.
            var free = TooLate;
            for (var taken = states - 1; taken >= 0; taken--)
            {
                if (taken < states - 1) free = LatestBeforePause(pauses[taken], free);
                free = Math.Max(free, LeaveBy(travel.Profile, Latest(node + 1, taken), metres));
                latest[(node * states) + taken] = node == 0 ? free : LatestArrival(stops[node - 1], free);
            }
        }
    }

    static int LatestArrival(in Stop stop, int leave)
    {
        var start = Math.Min(stop.Latest, leave - stop.Seconds);
        return start >= stop.Earliest ? start : TooLate;
    }

    /// <summary>Latest time of being free from which a pause can be taken that has ended by a time.</summary>
    internal static int LatestBeforePause(Pause pause, int by)
    {
        var start = Math.Min(pause.LatestStart, by - pause.Seconds);
        return start >= pause.Earliest ? start : TooLate;
    }

    internal static int LeaveBy(SpeedProfile profile, int arriveBy, float metres)
    {
        if (arriveBy < 0) return TooLate;
        var leave = profile.LatestDeparture(arriveBy, metres);
        return leave < 0 ? TooLate : leave;
    }
}

/// <summary>A working day and where it starts and ends.</summary>
public readonly record struct DayBounds(WorkingDay Day, GroundPoint StartPoint, GroundPoint EndPoint)
{
    /// <summary>
    /// What is left of the day for somebody who is free at a place from a second on; null when nothing is. A pause that can't be taken any
    /// more was taken or is lost.
    /// </summary>
    public DayBounds? After(int second, GroundPoint point)
    {
        var start = Math.Max(second, Day.Start);
        if (start >= Day.End) return null;
        var left = new List<Pause>();
        var free = start;
        foreach (var pause in Day.Pauses)
        {
            var earliest = Math.Max(pause.Earliest, start);
            if (Math.Max(free, earliest) > pause.LatestStart || Math.Max(free, earliest) + pause.Seconds > Day.End) continue;
            left.Add(pause with { Earliest = earliest });
            free = Math.Max(free, earliest) + pause.Seconds;
        }

        return new DayBounds(new WorkingDay(start, Day.End, left), point, EndPoint);
    }

    internal GroundPoint PointBefore(ReadOnlySpan<Stop> stops, int node) => node == 1 ? StartPoint : stops[node - 2].Point;
}
