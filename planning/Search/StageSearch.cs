using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Planning.Search;

/// <summary>Who can start a need at one time, each at the least price, the cheapest first.</summary>
internal sealed record CommonStart(IReadOnlyList<PlannedVisit> People)
{
    /// <summary>Whether whoever can start at the other time can start at this one too, and for no more.</summary>
    public bool IsAsGoodAs(CommonStart other)
    {
        foreach (var theirs in other.People)
        {
            var met = false;
            foreach (var ours in People)
                met |= ours.Operative == theirs.Operative && ours.Insertion.AddedMetres <= theirs.Insertion.AddedMetres;
            if (!met) return false;
        }

        return true;
    }
}

/// <summary>One need of a stage and the times at which enough people for it can start together.</summary>
internal sealed record NeedChoice(VisitNeed Need, IReadOnlyList<CommonStart> Starts)
{
    /// <summary>Everybody who can be one of the crew at some time.</summary>
    public IReadOnlyList<OperativeId> People { get; } =
        [.. Starts.SelectMany(start => start.People).Select(visit => visit.Operative).Distinct()];

    /// <param name="options">Every place in every candidate's day.</param>
    /// <param name="together">
    /// How many people all needs of the stage take. So many are kept at each start: whoever is dearer can be exchanged for one of them, as
    /// the other needs cannot take them all.
    /// </param>
    public static NeedChoice Of(VisitNeed need, IReadOnlyList<PlannedVisit> options, int together)
    {
        PlannedVisit[] byPrice = [.. options.OrderBy(option => option.Insertion.AddedMetres)];
        // One person starts whenever the day allows it; only several have to agree.
        if (need.Crew == 1) return new NeedChoice(need, byPrice.Length == 0 ? [] : [new CommonStart(Cheapest(byPrice, null, together))]);
        var isAlone = together == need.Crew;
        var starts = new List<CommonStart>();
        // People who can start together at all can do so when the last of them is free.
        foreach (var start in options.Select(option => option.Insertion.From).Distinct().Order())
        {
            var people = Cheapest(byPrice, start, together);
            if (people.Count < need.Crew) continue;
            var common = new CommonStart(people.ConvertAll(option => Fixed(option, start)));
            // Nobody else asks for a second-best start when the need is alone.
            if (!isAlone)
            {
                if (starts.Exists(kept => kept.IsAsGoodAs(common))) continue;
                starts.RemoveAll(common.IsAsGoodAs);
            }

            starts.Add(common);
        }

        return new NeedChoice(need, starts);
    }

    /// <summary>The cheapest who can start at a time, or at any.</summary>
    static List<PlannedVisit> Cheapest(PlannedVisit[] byPrice, int? start, int most)
    {
        var people = new List<PlannedVisit>(most);
        foreach (var option in byPrice)
        {
            if (people.Count == most) break;
            if (start is { } at && (option.Insertion.From > at || option.Insertion.To < at)) continue;
            if (!people.Exists(known => known.Operative == option.Operative)) people.Add(option);
        }

        return people;
    }

    static PlannedVisit Fixed(PlannedVisit visit, int start) => visit with
    {
        StartFixed = true,
        Request = visit.Request with { Earliest = start, Latest = start },
        Insertion = visit.Insertion with { From = start, To = start },
    };
}

/// <summary>
/// Chooses the people for all needs of one stage: each crew starts together, nobody is sent twice, and the whole adds the least road
/// metres.
/// Crews are tried from the cheapest on, so that the first answer is the one of choosing need by need; a choice that leaves too few people
/// for
/// the later needs, or cannot become cheaper than what is found, is taken back.
/// </summary>
/// <remarks>
/// For needs of one person each, a plan that exists is found at once, whatever the bound: no choice is made that leaves the others
/// unstaffed.
/// The bound is for crews that have to agree on a time, and for how long a cheaper plan is looked for.
/// </remarks>
internal sealed class StageSearch(IReadOnlyList<NeedChoice> needs)
{
    /// <summary>
    /// Most crews that are tried in one window. When the cheapest crews want nobody twice, as they nearly always do, it takes as many as
    /// there are
    /// needs; two needs for two of twelve people each, at ten different times, are 660. One crew costs tens of microseconds, and a search
    /// asks
    /// for dozens of windows while a customer is on the telephone.
    /// </summary>
    public const int MaxCrewsTried = 2_000;

    readonly HashSet<OperativeId> taken = [];
    readonly Dictionary<OperativeId, int> placeOf = [];
    readonly HashSet<OperativeId> asked = [];
    readonly PlannedVisit[][] chosen = new PlannedVisit[needs.Count][];
    IReadOnlyList<PlannedVisit>? best;
    float bestMetres = float.PositiveInfinity;
    float leastMetres;
    int tried;

    /// <summary>The cheapest choice for all needs, in their order; null when there is none, or none was found within the bound.</summary>
    public IReadOnlyList<PlannedVisit>? Cheapest()
    {
        leastMetres = LeastFrom(0, 0);
        if (HasPeopleFrom(0)) ChooseFrom(0, 0);
        return best;
    }

    bool IsDone => tried >= MaxCrewsTried || bestMetres <= leastMetres;

    void ChooseFrom(int at, float metres)
    {
        if (at == needs.Count)
        {
            (best, bestMetres) = ([.. chosen.SelectMany(crew => crew)], metres);
            return;
        }

        var starts = needs[at].Starts
            .Select(start => (Start: start, Metres: LeastAt(start, needs[at].Need.Crew)))
            .Where(choice => choice.Metres < float.PositiveInfinity)
            .OrderBy(choice => choice.Metres);
        foreach (var (start, least) in starts)
        {
            if (metres + least >= bestMetres) return;
            foreach (var crew in Crews([.. start.People.Where(IsFree)], needs[at].Need.Crew))
            {
                if (IsDone) return;
                tried++;
                Try(at, crew, metres);
            }
        }
    }

    void Try(int at, PlannedVisit[] crew, float metres)
    {
        // Added up crew by crew, as the least price is: the sums are rounded alike and can be compared.
        var crewMetres = 0f;
        foreach (var visit in crew)
        {
            crewMetres += visit.Insertion.AddedMetres;
            taken.Add(visit.Operative);
        }

        chosen[at] = crew;
        metres += crewMetres;
        if (LeastFrom(at + 1, metres) < bestMetres && HasPeopleFrom(at + 1)) ChooseFrom(at + 1, metres);
        foreach (var visit in crew) taken.Remove(visit.Operative);
    }

    /// <summary>Whether everybody left could be shared out over the needs from one on, if times did not matter: a matching by augmenting
    /// paths.</summary>
    bool HasPeopleFrom(int at)
    {
        placeOf.Clear();
        for (; at < needs.Count; at++)
        {
            for (var place = 0; place < needs[at].Need.Crew; place++)
            {
                asked.Clear();
                if (!Staff(at)) return false;
            }
        }

        return true;
    }

    /// <summary>Finds one more person for a need; somebody promised to another need is let go when that need finds somebody else.</summary>
    bool Staff(int at)
    {
        foreach (var person in needs[at].People)
        {
            if (taken.Contains(person) || !asked.Add(person)) continue;
            if (placeOf.TryGetValue(person, out var other) && !Staff(other)) continue;
            placeOf[person] = at;
            return true;
        }

        return false;
    }

    /// <summary>What the needs from one on add at least, on top of what is chosen; infinite when too few people are left for one of
    /// them.</summary>
    float LeastFrom(int at, float metres)
    {
        for (; at < needs.Count; at++)
        {
            var least = float.PositiveInfinity;
            foreach (var start in needs[at].Starts) least = MathF.Min(least, LeastAt(start, needs[at].Need.Crew));
            metres += least;
        }

        return metres;
    }

    float LeastAt(CommonStart start, int crew)
    {
        var metres = 0f;
        foreach (var visit in start.People)
        {
            if (!IsFree(visit)) continue;
            metres += visit.Insertion.AddedMetres;
            if (--crew == 0) return metres;
        }

        return float.PositiveInfinity;
    }

    bool IsFree(PlannedVisit visit) => !taken.Contains(visit.Operative);

    /// <summary>Every crew of a size, the cheapest first.</summary>
    static IEnumerable<PlannedVisit[]> Crews(PlannedVisit[] people, int size)
    {
        if (size > people.Length) yield break;
        var places = Enumerable.Range(0, size).ToArray();
        while (true)
        {
            yield return [.. places.Select(place => people[place])];
            var moving = size - 1;
            while (moving >= 0 && places[moving] == people.Length - size + moving) moving--;
            if (moving < 0) yield break;
            places[moving]++;
            for (var next = moving + 1; next < size; next++) places[next] = places[next - 1] + 1;
        }
    }
}
