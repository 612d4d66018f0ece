namespace OrleansScheduling.Planning.Optimise;

/// <summary>The visits that are in no route at the moment, with what their absence counts.</summary>
internal sealed class Absent
{
    readonly CompiledProblem problem;
    readonly int[] visits;
    readonly int[] visitsBefore;
    readonly int[] visitsBest;
    readonly int[] linkOf;
    readonly int[][] links;
    readonly long[] absences;
    int countBefore;
    int countBest;

    public Absent(CompiledProblem problem)
    {
        this.problem = problem;
        visits = new int[problem.Visits];
        visitsBefore = new int[problem.Visits];
        visitsBest = new int[problem.Visits];
        absences = new long[problem.Visits];
        linkOf = new int[problem.Visits];
        Array.Fill(linkOf, -1);
        links = [.. problem.Problem.Links.Select(link => link.Stages.SelectMany(stage => stage.Visits).ToArray())];
        for (var link = 0; link < links.Length; link++)
        {
            foreach (var visit in links[link]) linkOf[visit] = link;
        }
    }

    public int Count { get; private set; }

    public Span<int> Visits => visits.AsSpan(0, Count);

    /// <summary>The number of the link that a visit belongs to, or -1.</summary>
    public int LinkOf(int visit) => linkOf[visit];

    public void Add(int visit) => visits[Count++] = visit;

    /// <summary>Adds all visits of a link.</summary>
    public void AddLink(int link)
    {
        foreach (var visit in links[link]) Add(visit);
    }

    public void Clear() => Count = 0;

    public void BeginMove()
    {
        Visits.CopyTo(visitsBefore);
        countBefore = Count;
    }

    public void Rollback()
    {
        visitsBefore.AsSpan(0, countBefore).CopyTo(visits);
        Count = countBefore;
    }

    public void SaveBest()
    {
        Visits.CopyTo(visitsBest);
        countBest = Count;
    }

    public void RestoreBest()
    {
        visitsBest.AsSpan(0, countBest).CopyTo(visits);
        Count = countBest;
    }

    /// <summary>Takes the rest of every job of which a visit was taken out, and gives all of them their own windows again.</summary>
    public void TakeLinked<TClock>(RouteBook<TClock> book)
        where TClock : struct, ILegClock
    {
        if (links.Length == 0) return;
        for (var i = 0; i < Count; i++)
        {
            if (linkOf[visits[i]] < 0) continue;
            foreach (var visit in links[linkOf[visits[i]]])
            {
                var route = book.RouteOf(visit);
                if (route < 0) continue;
                book.Remove(route, book.VisitsOf(route).IndexOf(visit) + 1, 1);
                Add(visit);
            }
        }

        foreach (var visit in Visits)
        {
            if (linkOf[visit] >= 0) book.Windows.Widen(visit);
        }
    }

    /// <summary>What the absence counts: promised visits at the level of promises, others at their price.</summary>
    public (double Promises, double Cost) Price()
    {
        var (promises, cost) = (0.0, 0.0);
        foreach (var visit in Visits)
        {
            if (double.IsPositiveInfinity(problem.LeaveOutPrice[visit])) promises += Score.LeftOutMinutes;
            else cost += problem.LeaveOutPrice[visit];
        }

        return (promises, cost);
    }

    /// <summary>Whether any promised visit is absent.</summary>
    public bool HasPromised
    {
        get
        {
            foreach (var visit in Visits)
            {
                if (double.IsPositiveInfinity(problem.LeaveOutPrice[visit])) return true;
            }

            return false;
        }
    }

    /// <summary>Counts one absence more for each promised visit that is absent.</summary>
    public void CountAbsences()
    {
        foreach (var visit in Visits) absences[visit]++;
    }

    /// <summary>How often the promised visits absent now were absent before.</summary>
    public long Absences() => AbsencesOf(Visits);

    /// <summary>The same of those that were absent when the move began.</summary>
    public long AbsencesBefore() => AbsencesOf(visitsBefore.AsSpan(0, countBefore));

    /// <summary>How often the visits of a route were absent.</summary>
    public long AbsencesOf(ReadOnlySpan<int> of)
    {
        var sum = 0L;
        foreach (var visit in of)
        {
            if (double.IsPositiveInfinity(problem.LeaveOutPrice[visit])) sum += absences[visit];
        }

        return sum;
    }
}
