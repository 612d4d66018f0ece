using System.Collections.Immutable;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>What an operative is doing: on the way to a visit, or at it.</summary>
/// <param name="Start">When work started, or is expected to.</param>
/// <param name="End">When it is expected to end.</param>
/// <param name="Origin">Where the operative set off.</param>
public sealed record CurrentWork(VisitId Visit, GroundPoint Point, int Start, int End, bool HasStarted, GroundPoint Origin)
{
    /// <summary>Whether the operative is at the door: when that was in time, the promise is kept.</summary>
    public bool HasArrived { get; init; }

    public int Seconds => End - Start;
}

/// <summary>One operative's day from now on. What is done lies behind; immutable.</summary>
public sealed record OperativeLine
{
    /// <summary>Where the operative is, or last was when nothing was being done.</summary>
    public required GroundPoint Point { get; init; }

    /// <summary>Since when, or from when on, the operative is free there.</summary>
    public required int Free { get; init; }

    /// <summary>When the operative is back at the end place: the shift's end, an absence, or agreed overtime.</summary>
    public required int End { get; init; }

    /// <summary>Breaks and pieces of absence still to be taken.</summary>
    public required ImmutableArray<Pause> Pauses { get; init; }

    /// <summary>What is under way; nobody takes it away.</summary>
    public CurrentWork? Current { get; init; }

    /// <summary>Further visits in order, each with its expected start: as early as it can be.</summary>
    public ImmutableArray<Stop> Stops { get; init; } = [];

    /// <summary>How many pauses are taken before setting off to each of the stops.</summary>
    public ImmutableArray<int> PausesBefore { get; init; } = [];

    /// <summary>Latest second of being free from which all stops can be kept.</summary>
    public int FreeBy { get; init; } = RouteTimes.Never;

    /// <summary>Whether a planner runs this day: nothing is added to it or taken away.</summary>
    public bool IsLocked { get; init; }

    /// <summary>Where the next way begins.</summary>
    internal GroundPoint ReadyPoint => Current?.Point ?? Point;

    /// <summary>When the next way can begin, as things stand at a time.</summary>
    public int ReadyAt(int now) => Current switch
    {
        null => Math.Max(Free, now),
        { HasStarted: true } work => work.End >= now ? work.End : now + (DayRules.OverdueMinutes * 60),
        var work => work.End + Math.Max(0, now - work.Start),
    };

    internal bool IsKept(int now) => Stops.IsEmpty || ReadyAt(now) <= FreeBy;

    internal int IndexOf(VisitId visit)
    {
        for (var i = 0; i < Stops.Length; i++)
        {
            if (Stops[i].Visit == visit) return i;
        }

        return -1;
    }

    /// <summary>What lies open, as a route; null when there is no time left.</summary>
    internal DiaryDay? Open(DayTeam team, int member, int now)
    {
        var from = ReadyAt(now);
        if (from >= End) return null;
        var bounds = new DayBounds(new WorkingDay(from, End, PausesFrom(from).AsTaken), ReadyPoint, team.Members[member].Bounds.EndPoint);
        return new DiaryDay(bounds, Stops, team.Travel);
    }

    /// <summary>
    /// The pauses as they can still be taken by somebody who is free from a time. A break whose time has passed is taken at once; of a
    /// piece of
    /// absence only what is left of it; what ends after the day is not taken.
    /// </summary>
    (ImmutableArray<Pause> AsTaken, ImmutableArray<Pause> Kept) PausesFrom(int from)
    {
        if (Pauses.IsEmpty) return ([], []);
        var taken = ImmutableArray.CreateBuilder<Pause>(Pauses.Length);
        var kept = ImmutableArray.CreateBuilder<Pause>(Pauses.Length);
        var free = from;
        foreach (var pause in Pauses)
        {
            var isFixed = pause.Earliest == pause.LatestStart;
            var seconds = isFixed ? Math.Min(pause.Seconds, pause.Earliest + pause.Seconds - free) : pause.Seconds;
            var at = Math.Max(free, pause.Earliest);
            if (seconds <= 0 || at + seconds > End) continue;
            taken.Add(new Pause(Math.Max(from, pause.Earliest), Math.Max(pause.LatestStart, at), seconds));
            kept.Add(pause);
            free = at + seconds;
        }

        return (taken.ToImmutable(), kept.ToImmutable());
    }

    /// <summary>This line with another order of stops, each as early as it can be; null when they cannot all be kept.</summary>
    internal OperativeLine? With(DayTeam team, int member, ImmutableArray<Stop> order, int now)
    {
        if (order.IsEmpty) return this with { Stops = [], PausesBefore = [], FreeBy = RouteTimes.Never };
        if (Open(team, member, now) is not { } open) return null;
        Span<int> pauses = stackalloc int[Math.Min(order.Length, DiaryDay.MaxStops)];
        if (open.Planned(AsEarlyAsCanBe(order), 0, pauses, out var freeBy) is not { } planned) return null;
        var kept = PausesFrom(ReadyAt(now)).Kept;
        return this with { Stops = planned.Stops, PausesBefore = [.. pauses], FreeBy = freeBy, Pauses = kept };
    }

    static ImmutableArray<Stop> AsEarlyAsCanBe(ImmutableArray<Stop> order)
    {
        var early = ImmutableArray.CreateBuilder<Stop>(order.Length);
        foreach (var stop in order) early.Add(stop with { Start = stop.Earliest });
        return early.MoveToImmutable();
    }

    /// <summary>
    /// When the operative has to set off to the next stop so as to be there when it can start: no sooner, because until then the day can
    /// be changed. Null: nothing to do, or a pause comes first.
    /// </summary>
    public int? SetOffAt(DayTeam team, int now)
    {
        if (Current is not null || Stops.IsEmpty) return null;
        if (PausesBefore[0] > 0) return null;
        var metres = team.Travel.RoadMetres(Point, Stops[0].Point);
        return Math.Max(ReadyAt(now), team.Travel.Profile.LatestDeparture(Math.Max(Stops[0].Start, 0), metres));
    }

    /// <summary>When the next pause begins, if one does before anything else.</summary>
    public int? PauseAt =>
        Current is null && !Pauses.IsEmpty && (Stops.IsEmpty || PausesBefore[0] > 0) ? Math.Max(Free, Pauses[0].Earliest) : null;

    /// <summary>The line when pauses that have begun by now are had.</summary>
    internal OperativeLine Paused(int now)
    {
        var line = this;
        while (line.PauseAt is { } at && at <= now)
        {
            var pause = line.Pauses[0];
            var isFixed = pause.Earliest == pause.LatestStart;
            line = line with
            {
                Free = isFixed ? Math.Max(line.Free, pause.Earliest + pause.Seconds) : at + pause.Seconds,
                Pauses = line.Pauses.RemoveAt(0),
                PausesBefore = line.Stops.IsEmpty ? [] : line.PausesBefore.SetItem(0, line.PausesBefore[0] - 1),
            };
        }

        return line;
    }

    /// <summary>Road metres from where the operative is to the end of the day; none for one who has nothing to leave home for.</summary>
    internal float Metres(DayTeam team, int member)
    {
        if (Stops.IsEmpty && ReadyPoint == team.Members[member].Bounds.StartPoint) return 0;
        var metres = 0f;
        var point = ReadyPoint;
        foreach (var stop in Stops)
        {
            metres += team.Travel.RoadMetres(point, stop.Point);
            point = stop.Point;
        }

        return metres + team.Travel.RoadMetres(point, team.Members[member].Bounds.EndPoint);
    }
}
