using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>Where a visit of a diary stands when a day's plan is made from it.</summary>
/// <param name="Operative">Who has it; null: nobody, it is work that was put off.</param>
/// <param name="Start">Planned start, in seconds of the day; the order of a day follows from it.</param>
/// <param name="StartedAt">When work started, for what is under way.</param>
public sealed record DayVisitPlace(DayVisit Visit, OperativeId? Operative, int Start, int? StartedAt = null);

/// <summary>Today: who does what from now on, what cannot be kept, and what is not planned. Immutable.</summary>
public sealed class DayPlan
{
    internal DayPlan(
        DayTeam team,
        DayRules rules,
        int now,
        long version,
        ImmutableArray<OperativeLine> lines,
        ImmutableDictionary<VisitId, DayVisit> visits,
        ImmutableDictionary<VisitId, int> lineOf,
        ImmutableSortedSet<VisitId> loose,
        ImmutableSortedDictionary<VisitId, DayFlag> flags)
    {
        Team = team;
        Rules = rules;
        Now = now;
        Version = version;
        Lines = lines;
        Visits = visits;
        LineOf = lineOf;
        Loose = loose;
        Flags = flags;
    }

    /// <summary>Visits in a fixed order, so that everything that is decided one by one is decided alike each time.</summary>
    internal static readonly Comparer<VisitId> InOrder = Comparer<VisitId>.Create(
        (a, b) => a.Job.CompareTo(b.Job) is var job and not 0 ? job : a.Number.CompareTo(b.Number));

    public DayTeam Team { get; }

    public DayRules Rules { get; }

    /// <summary>Second of the day up to which everything is known.</summary>
    public int Now { get; }

    /// <summary>Counts the events that were taken in.</summary>
    public long Version { get; }

    /// <summary>A line for each member of the team.</summary>
    public ImmutableArray<OperativeLine> Lines { get; }

    /// <summary>All visits that are open or under way, and those that nobody has.</summary>
    public ImmutableDictionary<VisitId, DayVisit> Visits { get; }

    /// <summary>Whose line a visit is in; visits that nobody has are not in it.</summary>
    public ImmutableDictionary<VisitId, int> LineOf { get; }

    /// <summary>Promises that cannot be kept as things stand.</summary>
    public ImmutableSortedDictionary<VisitId, DayFlag> Flags { get; }

    /// <summary>Visits that nobody has, in a fixed order.</summary>
    public IEnumerable<DayVisit> Unplaced => Loose.Select(visit => Visits[visit]);

    internal ImmutableSortedSet<VisitId> Loose { get; }

    /// <summary>The same plan under other rules: overnight, when nobody has seen it, churn costs nothing.</summary>
    public DayPlan Under(DayRules rules) => new(Team, rules, Now, Version, Lines, Visits, LineOf, Loose, Flags);

    /// <summary>The same plan when the working days of its people have changed; their lines are read anew after it.</summary>
    /// <exception cref="ArgumentException">Other people, or another order of them.</exception>
    public DayPlan Of(DayTeam team)
    {
        if (!team.Members.Select(member => member.Id).SequenceEqual(Team.Members.Select(member => member.Id)))
            throw new ArgumentException("The team is another one.", nameof(team));
        return new DayPlan(team, Rules, Now, Version, Lines, Visits, LineOf, Loose, Flags);
    }

    /// <summary>The same day with other lines of the same visits.</summary>
    internal DayPlan WithLines(IEnumerable<(int Member, OperativeLine Line)> changed)
    {
        var (lines, lineOf) = (Lines.ToBuilder(), LineOf.ToBuilder());
        foreach (var (member, line) in changed)
        {
            lines[member] = line;
            foreach (var stop in line.Stops) lineOf[stop.Visit] = member;
        }

        return new DayPlan(Team, Rules, Now, Version, lines.MoveToImmutable(), Visits, lineOf.ToImmutable(), Loose, Flags);
    }

    public OperativeLine LineOfOperative(OperativeId operative) => Lines[Team.IndexOf(operative)];

    /// <summary>Road metres from now to everybody's end of the day.</summary>
    public double Metres
    {
        get
        {
            var metres = 0.0;
            for (var member = 0; member < Lines.Length; member++)
                metres += Lines[member].Metres(Team, member);
            return metres;
        }
    }

    /// <summary>
    /// Minutes that are missing to a safe margin before promises, over all promised visits: 0 when each could start
    /// <see cref="DayRules.RiskFreeMinutes"/> later than is expected.
    /// </summary>
    public double RiskMinutes => Lines.Sum(line => RiskOf(line));

    internal double RiskOf(OperativeLine line)
    {
        var risk = 0.0;
        foreach (var stop in line.Stops)
        {
            if (!Visits[stop.Visit].IsPromised || Visits[stop.Visit].IsFixed) continue;
            risk += Math.Max(0, DayRules.RiskFreeMinutes - ((Visits[stop.Visit].Latest - stop.Start) / 60.0));
        }

        return risk;
    }

    /// <summary>A day's plan from diaries. What cannot be kept is repaired and flagged at once.</summary>
    /// <param name="places">Open visits and those under way; what is done is left out.</param>
    public static DayReaction Of(DayTeam team, DayRules rules, IEnumerable<DayVisitPlace> places, Instant now)
    {
        var second = Math.Max(0, team.Clock.SecondAt(now));
        var all = places.OrderBy(place => place.Start).ThenBy(place => place.Visit.Id, InOrder).ToList();
        var empty = new DayPlan(
            team, rules, second, 0, [.. team.Members.Select((member, number) => EmptyLine(team, number, second))],
            ImmutableDictionary<VisitId, DayVisit>.Empty, ImmutableDictionary<VisitId, int>.Empty,
            ImmutableSortedSet.Create<VisitId>(InOrder), ImmutableSortedDictionary.Create<VisitId, DayFlag>(InOrder));
        var draft = new Draft(empty, second);
        foreach (var place in all) draft.Know(place.Visit);
        foreach (var line in all.Where(place => place.Operative is not null).GroupBy(place => team.IndexOf(place.Operative!.Value)))
        {
            if (line.Key < 0) throw new ArgumentException($"Operative {line.First().Operative} is not in the team.", nameof(places));
            draft.Take(line.Key, [.. line]);
        }

        return LiveDay.Finished(empty, draft, null, "The diaries do not add up.");
    }

    static OperativeLine EmptyLine(DayTeam team, int member, int now)
    {
        var bounds = team.Members[member].Bounds;
        return new OperativeLine
        {
            Point = bounds.StartPoint,
            Free = Math.Max(bounds.Day.Start, 0),
            End = bounds.Day.End,
            Pauses = [.. bounds.Day.Pauses],
        }.Paused(now);
    }
}
