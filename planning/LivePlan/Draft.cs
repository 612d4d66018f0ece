using System.Collections.Immutable;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Planning.Diaries;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>A day's plan while an event is taken in: lines are replaced one by one, and put back when something did not work out.</summary>
internal sealed class Draft
{
    readonly DayPlan before;
    readonly OperativeLine[] lines;
    readonly SortedSet<int> changed = [];
    readonly List<VisitId> known = [];
    ImmutableArray<OperativeLine> afterFacts;

    public Draft(DayPlan before, int now)
    {
        this.before = before;
        Now = now;
        lines = [.. before.Lines];
        Visits = before.Visits;
    }

    public int Now { get; }

    public DayTeam Team => before.Team;

    public DayRules Rules => before.Rules;

    public int Members => lines.Length;

    public ImmutableDictionary<VisitId, DayVisit> Visits { get; private set; }

    /// <summary>Visits that have lost their place, or never had one, and are to be given one.</summary>
    public List<DayVisit> Waiting { get; } = [];

    public List<VisitId> PutOff { get; } = [];

    /// <summary>Visits that a planner's word keeps where they cannot be kept.</summary>
    public HashSet<VisitId> Bound { get; } = [];

    public HashSet<VisitId> BrokenOff { get; } = [];

    public IReadOnlyCollection<int> Changed => changed;

    public ImmutableSortedDictionary<VisitId, DayFlag> FlagsBefore => before.Flags;

    public OperativeLine this[int member]
    {
        get => lines[member];
        set
        {
            if (ReferenceEquals(lines[member], value)) return;
            lines[member] = value;
            changed.Add(member);
        }
    }

    public void Know(DayVisit visit)
    {
        Visits = Visits.SetItem(visit.Id, visit);
        known.Add(visit.Id);
    }

    public void Forget(VisitId visit) => Visits = Visits.Remove(visit);

    /// <summary>Whose line a visit is in, or -1.</summary>
    public int Find(VisitId visit)
    {
        if (before.LineOf.TryGetValue(visit, out var member) && Has(member, visit)) return member;
        foreach (var other in changed)
        {
            if (Has(other, visit)) return other;
        }

        return -1;
    }

    bool Has(int member, VisitId visit) => lines[member].Current?.Visit == visit || lines[member].IndexOf(visit) >= 0;

    /// <summary>Takes over somebody's day from a diary; what cannot be kept in it is found when it is restored.</summary>
    public void Take(int member, IReadOnlyList<DayVisitPlace> places)
    {
        var line = this[member];
        foreach (var place in places)
        {
            var stop = Team.StopOf(member, place.Visit) with { Start = place.Start };
            if (place.StartedAt is { } started)
            {
                var work = new CurrentWork(place.Visit.Id, stop.Point, started, started + stop.Seconds, true, line.ReadyPoint);
                line = line with { Current = work };
            }
            else
            {
                line = line with { Stops = line.Stops.Add(stop) };
            }
        }

        this[member] = line with { FreeBy = RouteTimes.TooLate };
    }

    /// <summary>Pauses that have begun are had, whoever has one.</summary>
    public void Advance()
    {
        for (var member = 0; member < lines.Length; member++)
        {
            if (lines[member].PauseAt is not { } at || at > Now) continue;
            var paused = lines[member].Paused(Now);
            this[member] = paused.With(Team, member, paused.Stops, Now) ?? paused with { FreeBy = RouteTimes.TooLate };
        }
    }

    /// <summary>From here on it is the engine that changes things.</summary>
    public void FactsAreTaken() => afterFacts = [.. lines];

    /// <summary>The plan that the draft has become.</summary>
    public DayPlan ToPlan(ImmutableSortedDictionary<VisitId, DayFlag> flags)
    {
        var lineOf = LineOf();
        return new DayPlan(Team, Rules, Now, before.Version + 1, [.. lines], Visits, lineOf, Loose(), flags);
    }

    /// <summary>Visits that nobody has.</summary>
    public ImmutableSortedSet<VisitId> Loose()
    {
        var loose = before.Loose.ToBuilder();
        foreach (var visit in known) loose.Add(visit);
        foreach (var member in changed)
        {
            foreach (var stop in before.Lines[member].Stops) loose.Add(stop.Visit);
            if (before.Lines[member].Current is { } current) loose.Add(current.Visit);
        }

        foreach (var visit in loose.Where(visit => !Visits.ContainsKey(visit) || Find(visit) >= 0).ToList()) loose.Remove(visit);
        return loose.ToImmutable();
    }

    /// <summary>The plan as it was when the facts were known and nothing had been done about them.</summary>
    public DayPlan ToPlanOfFacts() =>
        new(Team, Rules, Now, before.Version, afterFacts, Visits, before.LineOf, before.Loose, before.Flags);

    ImmutableDictionary<VisitId, int> LineOf()
    {
        var lineOf = before.LineOf.ToBuilder();
        foreach (var member in changed)
        {
            foreach (var stop in before.Lines[member].Stops) lineOf.Remove(stop.Visit);
            if (before.Lines[member].Current is { } current) lineOf.Remove(current.Visit);
        }

        foreach (var member in changed)
        {
            foreach (var stop in lines[member].Stops) lineOf[stop.Visit] = member;
            if (lines[member].Current is { } current) lineOf[current.Visit] = member;
        }

        return lineOf.ToImmutable();
    }
}
