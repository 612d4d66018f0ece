using System.Collections.Immutable;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.LivePlan;

namespace OrleansScheduling.Testing.LiveDays;

/// <summary>
/// Judges what the engine does with promises, event by event, from what is in the plans and nothing of how they were made: each day is
/// driven through forwards, once in the order that it had before the event, as if nobody did anything about it, and once as it
/// is afterwards.
/// </summary>
public sealed class DayJudge
{
    readonly HashSet<VisitId> broken = [];

    /// <summary>Promises that would have been kept if the engine had left everything alone, and were not after what it did.</summary>
    public IReadOnlyCollection<VisitId> BrokenByEngine => broken;

    /// <summary>Everything else that is wrong: hard rules broken, promises late without a flag.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>After an event of the world: facts change, and the engine answers.</summary>
    public void Watch(DayPlan before, DayPlan after, DayEvent happened)
    {
        var safe = new HashSet<VisitId>();
        for (var member = 0; member < before.Lines.Length; member++)
        {
            var (was, now) = (before.Lines[member], after.Lines[member]);
            if (ReferenceEquals(was, now)) continue;
            // The facts as they are after the event, the order as it was before.
            var order = was.Stops.Where(stop => after.Visits.ContainsKey(stop.Visit) && now.Current?.Visit != stop.Visit);
            if (was.Current is { HasStarted: false } way && now.Current?.Visit != way.Visit && after.Visits.ContainsKey(way.Visit))
                order = order.Prepend(was.Stops.FirstOrDefault() with { Visit = way.Visit, Point = way.Point, Seconds = way.Seconds });
            safe.UnionWith(Kept(after, member, order));
            CheckLine(after, member);
        }

        // A planner's word, or the customer's, is not the engine's doing.
        if (happened is WindowAgreed or VisitReassigned) return;
        foreach (var visit in safe)
        {
            if (after.Flags.ContainsKey(visit) || !after.LineOf.ContainsKey(visit)) Break(after, visit, happened);
        }
    }

    /// <summary>What is planned and not flagged is kept, and may be done by whoever has it.</summary>
    public void CheckLine(DayPlan plan, int member)
    {
        var line = plan.Lines[member];
        var kept = Kept(plan, member, line.Stops);
        var operative = plan.Team.Members[member].Operative;
        foreach (var stop in line.Stops)
        {
            var visit = plan.Visits[stop.Visit];
            if (!kept.Contains(stop.Visit) && visit.IsPromised && !plan.Flags.ContainsKey(stop.Visit))
                Faults.Add($"{plan.Team.Clock.TimeAt(plan.Now)}: {stop.Visit} is late and not flagged.");
            var may = operative.HasTrade(visit.Trade) && operative.HasSkills(visit.Skills, plan.Team.Clock.Day)
                && operative.IsClearedFor(visit.Contract, plan.Team.Clock.Day) && operative.Covers(visit.Patch);
            if (!may) Faults.Add($"{operative.Name} may not do {stop.Visit}.");
            if (stop.Seconds != operative.SecondsFor(visit.StandardMinutes)) Faults.Add($"{stop.Visit} has a wrong length.");
        }
    }

    /// <summary>Every visit is in one day at the most, and every promise that nobody has is flagged.</summary>
    public void CheckWhole(DayPlan plan)
    {
        var seen = new HashSet<VisitId>();
        for (var member = 0; member < plan.Lines.Length; member++)
        {
            CheckLine(plan, member);
            foreach (var visit in plan.Lines[member].Stops.Select(stop => stop.Visit).Concat(Current(plan.Lines[member])))
            {
                if (!seen.Add(visit)) Faults.Add($"{visit} is in two days.");
                if (plan.LineOf.GetValueOrDefault(visit, -1) != member) Faults.Add($"{visit} is in a day that does not know it.");
            }
        }

        foreach (var visit in plan.Visits.Values.Where(visit => !seen.Contains(visit.Id)))
        {
            if (visit.IsPromised && !plan.Flags.ContainsKey(visit.Id)) Faults.Add($"{visit.Id} has been lost.");
            if (plan.LineOf.ContainsKey(visit.Id)) Faults.Add($"{visit.Id} is in no day.");
        }
    }

    static IEnumerable<VisitId> Current(OperativeLine line) => line.Current is { } work ? [work.Visit] : [];

    void Break(DayPlan after, VisitId visit, DayEvent happened)
    {
        if (broken.Add(visit)) Faults.Add($"{after.Team.Clock.TimeAt(after.Now)}, {happened.GetType().Name}: {visit} was safe and is not.");
    }

    /// <summary>
    /// The promised visits of a day that are kept when it is simply driven through in an order, whoever comes first before those who come
    /// later: work begins within the promise, and the way home is made in time after it. By count of pauses taken, the earliest time of
    /// being free.
    /// </summary>
    public static IReadOnlySet<VisitId> Kept(DayPlan plan, int member, IEnumerable<Stop> order)
    {
        var line = plan.Lines[member];
        var kept = new HashSet<VisitId>();
        var home = plan.Team.Members[member].Bounds.EndPoint;
        var begin = line.Current switch
        {
            null => Math.Max(line.Free, plan.Now),
            // Whoever is overdue and says nothing is expected to need a while longer.
            { HasStarted: true } work => work.End >= plan.Now ? work.End : plan.Now + (DayRules.OverdueMinutes * 60),
            var work => Math.Max(work.Start, plan.Now) + work.Seconds,
        };
        var pauses = PausesFrom(line, begin);
        var free = new long[pauses.Count + 1];
        Array.Fill(free, long.MaxValue);
        free[0] = begin;
        var point = line.Current?.Point ?? line.Point;
        foreach (var stop in order)
        {
            var visit = plan.Visits[stop.Visit];
            var latest = visit.IsPromised ? visit.Latest : int.MaxValue;
            Rest(free, pauses);
            var metres = plan.Team.Travel.RoadMetres(point, visit.Point);
            var ends = new long[free.Length];
            var inTime = new long[free.Length];
            for (var taken = 0; taken < free.Length; taken++)
            {
                var start = free[taken] > line.End ? long.MaxValue
                    : Math.Max(plan.Team.Travel.Profile.Arrive((int)free[taken], metres), visit.Earliest);
                ends[taken] = start == long.MaxValue ? start : start + stop.Seconds;
                inTime[taken] = start <= latest ? ends[taken] : long.MaxValue;
            }

            point = visit.Point;
            var isKept = visit.IsPromised && GetsHome(plan, inTime, pauses, point, home, line.End);
            if (isKept) kept.Add(stop.Visit);
            free = isKept ? inTime : ends;
        }

        return kept;
    }

    static void Rest(long[] free, List<Pause> pauses)
    {
        for (var taken = 0; taken < pauses.Count; taken++)
        {
            if (free[taken] > pauses[taken].LatestStart) continue;
            free[taken + 1] = Math.Min(free[taken + 1], Math.Max(free[taken], pauses[taken].Earliest) + pauses[taken].Seconds);
        }
    }

    static bool GetsHome(
        DayPlan plan, long[] ends, List<Pause> pauses, Planning.Travel.GroundPoint from, Planning.Travel.GroundPoint home, int by)
    {
        var metres = plan.Team.Travel.RoadMetres(from, home);
        var free = ends.ToArray();
        Rest(free, pauses);
        var there = free.Select(time => time > by ? long.MaxValue : plan.Team.Travel.Profile.Arrive((int)time, metres)).ToArray();
        Rest(there, pauses);
        return there[^1] <= by;
    }

    /// <summary>A break that is overdue is taken at once; of a piece of absence what is left; nothing that ends after the day.</summary>
    static List<Pause> PausesFrom(OperativeLine line, int begin)
    {
        var left = new List<Pause>();
        var free = begin;
        foreach (var pause in line.Pauses)
        {
            var seconds = pause.Earliest == pause.LatestStart
                ? Math.Min(pause.Seconds, pause.Earliest + pause.Seconds - free) : pause.Seconds;
            var at = Math.Max(free, pause.Earliest);
            if (seconds <= 0 || at + seconds > line.End) continue;
            left.Add(new Pause(pause.Earliest, Math.Max(at, pause.LatestStart), seconds));
            free = at + seconds;
        }

        return left;
    }
}
