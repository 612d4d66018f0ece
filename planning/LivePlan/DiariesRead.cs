using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>A visit as a diary has it today.</summary>
/// <param name="Start">Second of the day: planned, or actual when it has started.</param>
/// <param name="End">Second of the day: planned, or actual when it is completed.</param>
public sealed record ReadVisit(DayVisit Visit, int Start, int End, VisitState State);

/// <summary>One operative's day as the record has it, with everything that lies behind made into where the operative is by now.</summary>
public sealed record ReadDay
{
    public required OperativeId Operative { get; init; }

    public required bool IsLocked { get; init; }

    /// <summary>What is under way is broken off: the operative has gone.</summary>
    public required bool IsAway { get; init; }

    public required GroundPoint Point { get; init; }

    public required int Free { get; init; }

    public required int End { get; init; }

    public required ImmutableArray<Pause> Pauses { get; init; }

    public ReadVisit? Current { get; init; }

    /// <summary>What lies open, in its order.</summary>
    public required ImmutableArray<ReadVisit> Open { get; init; }

    /// <summary>Reads a day.</summary>
    /// <param name="bounds">The working day as it now is; null when the operative does not work, or not any more.</param>
    /// <param name="home">Where an operative is who has done nothing yet.</param>
    /// <param name="visits">All of the day, in the order of their starts; expired holds left out.</param>
    /// <param name="isAway">Whether the operative has reported off by now.</param>
    /// <remarks>
    /// An operative of whom nothing was heard today is taken to do what is planned, when it is planned: silence is not lateness. From the
    /// first report on the reports count, and what was not reported has not begun. Whoever has to be on the way to be in time is taken to
    /// be, until the visit is overdue.
    /// </remarks>
    public static ReadDay Of(
        OperativeId operative, DayBounds? bounds, GroundPoint home, IReadOnlyList<ReadVisit> visits, int now, ITravel travel,
        bool isLocked = false, bool isAway = false)
    {
        var isHeardOf = visits.Any(visit => visit.State is VisitState.OnTheWay or VisitState.Started or VisitState.Completed);
        bool HasBegun(ReadVisit visit) => visit.State is VisitState.Started or VisitState.Completed
            || (!isHeardOf && !isAway && visit.State == VisitState.Booked && visit.Start <= now);
        bool IsDone(ReadVisit visit) => visit.State == VisitState.Completed || (visit.State == VisitState.Booked && visit.End <= now);
        var begun = visits.Where(HasBegun).ToList();
        var done = begun.LastOrDefault(IsDone);
        var current = begun.LastOrDefault(visit => !IsDone(visit))
            ?? (isAway ? null : visits.FirstOrDefault(visit => visit.State == VisitState.OnTheWay));
        var (point, free) = done is null ? (home, bounds?.Day.Start ?? now) : (done.Visit.Point, done.End);
        var next = visits.FirstOrDefault(visit => !HasBegun(visit));
        if (current is null && !isAway && next is { State: VisitState.Booked } && IsOnTheWay(next, point, now, travel))
            current = next with { State = VisitState.OnTheWay };
        var pausesFrom = current is null ? free : Math.Max(free, current.State == VisitState.OnTheWay ? now : current.Start);
        return new ReadDay
        {
            Operative = operative,
            IsLocked = isLocked,
            IsAway = isAway,
            Point = point,
            Free = free,
            End = bounds?.Day.End ?? now,
            Pauses = [.. (done ?? current) is null ? bounds?.Day.Pauses ?? [] : bounds?.After(pausesFrom, point)?.Day.Pauses ?? []],
            Current = current,
            Behind = (done ?? current) is null ? null : (current?.Visit.Point ?? point, free),
            Open = [.. visits.Where(visit => visit.Visit.Id != current?.Visit.Id && !HasBegun(visit))],
        };
    }

    static bool IsOnTheWay(ReadVisit next, GroundPoint from, int now, ITravel travel) =>
        now <= next.Start + (DayRules.OverdueMinutes * DayRules.MinuteSeconds) && next.Start >= 0
        && travel.Profile.LatestDeparture(next.Start, travel.RoadMetres(from, next.Visit.Point)) <= now;

    /// <summary>Whether another reading says the same.</summary>
    public bool Says(ReadDay other) =>
        Current == other.Current && (Point, Free, End) == (other.Point, other.Free, other.End)
        && (IsLocked, IsAway) == (other.IsLocked, other.IsAway) && Pauses.SequenceEqual(other.Pauses) && Open.SequenceEqual(other.Open);

    /// <summary>Where the operative is and from when on free, when something has begun: for whoever times the rest of the day.</summary>
    public (GroundPoint Point, int Free)? Behind { get; private init; }

    /// <summary>What is under way of this day, if anything is.</summary>
    public VisitId? UnderWay => Current?.Visit.Id;
}

/// <summary>
/// Diaries were read again: what they say is how it is, and takes the place of what the plan thought of these days. What it upsets is put
/// right like after any other event.
/// </summary>
/// <param name="Gone">Visits that are in nobody's diary of today any more, or are done.</param>
/// <param name="Because">What happened, for whoever reads a flag.</param>
public sealed record DiariesRead(Instant At, IReadOnlyList<ReadDay> Days, IReadOnlyList<VisitId> Gone, string Because) : DayEvent(At)
{
    internal EventRefusal Take(Draft draft)
    {
        foreach (var day in Days)
        {
            if (draft.Team.IndexOf(day.Operative) < 0) return EventRefusal.UnknownOperative;
        }

        foreach (var visit in Gone)
        {
            TakeOut(draft, visit, -1);
            draft.Forget(visit);
        }

        var read = Days.SelectMany(day => day.Open.Append(day.Current)).OfType<ReadVisit>().ToDictionary(one => one.Visit.Id);
        foreach (var day in Days)
        {
            var member = draft.Team.IndexOf(day.Operative);
            // What the plan had here and the record has in a day that was not read looks for its place again.
            foreach (var stop in draft[member].Stops)
            {
                if (!read.ContainsKey(stop.Visit) && draft.Visits.TryGetValue(stop.Visit, out var strayed)) draft.Waiting.Add(strayed);
            }
        }

        foreach (var day in Days) Replace(draft, draft.Team.IndexOf(day.Operative), day);
        return EventRefusal.None;
    }

    static void Replace(Draft draft, int member, ReadDay day)
    {
        foreach (var visit in day.Open.Append(day.Current).OfType<ReadVisit>())
        {
            TakeOut(draft, visit.Visit.Id, member);
            draft.Know(visit.Visit);
        }

        CurrentWork? current = null;
        if (day.Current is { } work)
        {
            var hasStarted = work.State != VisitState.OnTheWay;
            if (day.IsAway && hasStarted) draft.BrokenOff.Add(work.Visit.Id);
            else current = new CurrentWork(work.Visit.Id, work.Visit.Point, work.Start, work.End, hasStarted, day.Point);
        }

        var order = day.Open.Select(visit => draft.Team.StopOf(member, visit.Visit) with { Start = visit.Start });
        var line = new OperativeLine
        {
            Point = day.Point,
            Free = day.Free,
            End = day.End,
            Pauses = day.Pauses,
            Current = current,
            IsLocked = day.IsLocked,
        }.Paused(draft.Now);
        draft[member] = line with { Stops = [.. order], FreeBy = RouteTimes.TooLate };
    }

    static void TakeOut(Draft draft, VisitId visit, int except)
    {
        var member = draft.Find(visit);
        if (member < 0 || member == except) return;
        var line = draft[member];
        draft[member] = line.Current?.Visit == visit
            ? line with { Current = null }
            : line with { Stops = line.Stops.RemoveAt(line.IndexOf(visit)), FreeBy = RouteTimes.TooLate };
    }
}
