using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Grains.Plans;

/// <summary>Changes of diaries that stand or fall together.</summary>
/// <param name="IsForecast">Whether a visit in it is to be expected outside its promise: it is told, not planned.</param>
internal sealed record Rearrangement(IReadOnlyList<DiaryChange> Changes, IReadOnlyList<VisitMove> Moves, bool IsForecast);

/// <summary>
/// What has to be recorded for the diaries to be as the plan has them: who does what in which order, and starts that can be kept. The plan
/// was made of the diaries in the book, so each change names the version after theirs.
/// </summary>
internal sealed class Rearranging(
    DayPlan plan, DayBook book, IReadOnlyDictionary<OperativeId, ReadDay> read, AvailabilityIndex index)
{
    /// <summary>
    /// Starts that are expected so many seconds later than they are recorded are recorded anew. Less is noise, and each is a message to
    /// a customer.
    /// </summary>
    const int WorthTelling = 5 * 60;

    /// <summary>A promise that is late anyway goes to somebody else when that saves so many seconds.</summary>
    const int WorthMoving = 5 * 60;

    readonly List<VisitId>[] wanted = [.. plan.Lines.Select(line => line.Stops.Select(stop => stop.Visit).ToList())];
    readonly HashSet<VisitId> loose = [];
    readonly Dictionary<VisitId, (Visit Visit, int Member, ReadVisit Read)> recorded = [];

    /// <summary>Groups of changes; those that exchange no visits with each other are apart.</summary>
    public IReadOnlyList<Rearrangement> All()
    {
        for (var member = 0; member < plan.Lines.Length; member++)
        {
            var (id, day) = (plan.Team.Members[member].Id, read[plan.Team.Members[member].Id]);
            foreach (var open in day.Open)
            {
                if (book.Find(id)?.Find(book.Clock.Day, open.Visit.Id) is { } visit) recorded[open.Visit.Id] = (visit, member, open);
            }
        }

        foreach (var order in wanted) order.RemoveAll(visit => !recorded.ContainsKey(visit));
        Leave();
        var changed = Enumerable.Range(0, plan.Lines.Length).Where(IsChanged).ToHashSet();
        var groups = new List<Rearrangement>();
        foreach (var group in Groups(changed))
        {
            if (group.Count <= Changeset.MaxDiaries && Of(group) is { Changes.Count: > 0 } together) groups.Add(together);
        }

        return groups;
    }

    /// <summary>What nobody has in the plan, and what is late without being any better elsewhere, stays where it is recorded.</summary>
    void Leave()
    {
        for (var member = 0; member < wanted.Length; member++)
            wanted[member].RemoveAll(visit => IsNoBetter(visit, member));
        var placed = wanted.SelectMany(order => order).ToHashSet();
        foreach (var (visit, (_, member, _)) in recorded.OrderBy(one => one.Value.Read.Start))
        {
            if (placed.Contains(visit)) continue;
            loose.Add(visit);
            wanted[member].Add(visit);
        }
    }

    bool IsNoBetter(VisitId visit, int member)
    {
        var (_, from, was) = recorded[visit];
        var stop = StopOf(member, visit);
        if (from == member || stop.Latest == plan.Visits[visit].Latest) return false;
        var day = read[plan.Team.Members[from].Id];
        return !day.IsAway && stop.Start + WorthMoving > was.Start;
    }

    Stop StopOf(int member, VisitId visit) => plan.Lines[member].Stops.First(stop => stop.Visit == visit);

    bool IsChanged(int member)
    {
        var day = read[plan.Team.Members[member].Id];
        var open = day.Open.Where(one => recorded.ContainsKey(one.Visit.Id)).ToList();
        if (!wanted[member].SequenceEqual(open.Select(one => one.Visit.Id)))
        {
            // Those that were left behind may stand anywhere, as long as the others keep their order.
            var kept = wanted[member].Where(visit => !loose.Contains(visit));
            var were = open.Select(one => one.Visit.Id).Where(visit => !loose.Contains(visit));
            if (!kept.SequenceEqual(were) || Collides(member)) return true;
        }

        return plan.Lines[member].Stops.Any(stop => recorded.TryGetValue(stop.Visit, out var was) && was.Member == member
            && !loose.Contains(stop.Visit) && stop.Start > was.Read.Start + WorthTelling);
    }

    /// <summary>Whether something that nobody has any more stands in the way of what is kept.</summary>
    bool Collides(int member) => wanted[member].Where(loose.Contains).Select(visit => recorded[visit].Read)
        .Any(left => plan.Lines[member].Stops.Any(stop => stop.Visit != left.Visit.Id && recorded.ContainsKey(stop.Visit)
            && stop.Start < left.End && left.Start < stop.End));

    /// <summary>Members that exchange visits, together.</summary>
    List<List<int>> Groups(HashSet<int> changed)
    {
        var root = Enumerable.Range(0, wanted.Length).ToArray();
        int Root(int member)
        {
            while (root[member] != member) member = root[member];
            return member;
        }

        foreach (var member in changed)
        {
            foreach (var visit in wanted[member])
            {
                var (a, b) = (Root(member), Root(recorded[visit].Member));
                root[Math.Max(a, b)] = Math.Min(a, b);
            }
        }

        return [.. changed.GroupBy(Root).OrderBy(group => group.Key).Select(group => group.Order().ToList())];
    }

    Rearrangement Of(List<int> group)
    {
        var (changes, moves, isForecast) = (new List<DiaryChange>(), new List<VisitMove>(), false);
        foreach (var member in group)
        {
            var id = plan.Team.Members[member].Id;
            var put = new List<Visit>();
            foreach (var (visit, start) in Starts(member))
            {
                var (was, from, _) = recorded[visit];
                var at = book.Clock.InstantAt(start);
                if (from == member && at == was.Start) continue;
                var anew = plan.Team.Members[member].Operative.SecondsFor(plan.Visits[visit].StandardMinutes);
                var length = from == member ? was.End - was.Start : Duration.FromSeconds(anew);
                var isLeft = was.State == VisitState.OnTheWay && from != member;
                var now = was with { Operative = id, Start = at, End = at + length, State = isLeft ? VisitState.Booked : was.State };
                put.Add(now);
                isForecast |= now.IsLate;
                if (was.State != VisitState.Held) moves.Add(new VisitMove(visit, was.Operative, was.Start, id, at));
            }

            var removed = recorded.Where(one => one.Value.Member == member && !wanted[member].Contains(one.Key)).Select(one => one.Key);
            var change = new DiaryChange(id, book.Find(id)!.Version + 1, put, [.. removed]);
            if (change.Put.Count + change.Removed.Count > 0) changes.Add(change);
        }

        return new Rearrangement(changes, moves, isForecast);
    }

    /// <summary>
    /// Starts of a day's open visits in the plan's order, each as near as can be after the one that it has; what was left behind keeps its
    /// own, or comes after the others when it is in their way.
    /// </summary>
    IEnumerable<(VisitId Visit, int Start)> Starts(int member)
    {
        var (id, line) = (plan.Team.Members[member].Id, plan.Lines[member]);
        var kept = wanted[member].Where(visit => !loose.Contains(visit)).ToList();
        ImmutableArray<Stop> stops = [.. kept.Select(visit => OnItsDay(member, visit))];
        Stop? last = read[id].Behind is { } behind
            ? LastOf(behind.Point, line.Current is null ? behind.Free : line.ReadyAt(plan.Now)) : null;
        // A commit takes its time: nothing is planned for a second that may have passed by then.
        var starts = DayUnderWay.Starts(index.BoundsOf(id, book.Clock.Day), last, stops, plan.Now + 1, index.Travel);
        var (free, point) = last is { } begun ? (begun.End, begun.Point) : (0, plan.Team.Members[member].Bounds.StartPoint);
        for (var i = 0; i < stops.Length; i++)
        {
            var start = i < starts.Count ? starts[i] : stops[i].Start;
            yield return (stops[i].Visit, start);
            (free, point) = (start + stops[i].Seconds, stops[i].Point);
        }

        foreach (var visit in wanted[member].Where(loose.Contains))
        {
            var (was, there) = (recorded[visit].Read, index.Travel.RoadMetres(point, plan.Visits[visit].Point));
            var start = was.Start >= free || kept.Count == 0 ? was.Start : index.Travel.Profile.Arrive(Math.Max(0, free), there);
            yield return (visit, start);
            (free, point) = (Math.Max(free, start + was.End - was.Start), plan.Visits[visit].Point);
        }
    }

    static Stop LastOf(Planning.Travel.GroundPoint point, int free) => new(default, point, 0, free, free, free, IsBegun: true);

    Stop OnItsDay(int member, VisitId visit)
    {
        var (planned, (_, from, was)) = (StopOf(member, visit), recorded[visit]);
        return from == member ? planned with { Start = was.Start, Seconds = was.End - was.Start } : planned;
    }
}
