namespace OrleansScheduling.Planning.Optimise;

/// <summary>
/// Takes strings of neighbouring visits out of routes that lie close together, so that each has room in the same area (slack induction
/// by string
/// removals: Christiaens and Vanden Berghe, Transportation Science 54, 2020, section 5.2).
/// </summary>
internal sealed class Ruin<TClock>(CompiledProblem problem, RouteBook<TClock> book, Chance chance)
    where TClock : struct, ILegClock
{
    /// <summary>Visits taken out by one move, on average; the paper's value.</summary>
    const double MeanRemoved = 10;

    /// <summary>Longest string; the paper's value.</summary>
    const double MaxString = 10;

    /// <summary>Share of strings that leave a piece in the middle standing; the paper's value.</summary>
    const double SplitShare = 0.5;

    /// <summary>How likely the piece that stays is one visit longer; the paper's value.</summary>
    const double LongerShare = 0.01;

    readonly int[] ruined = new int[problem.Days];
    int moves;

    /// <summary>Takes visits out and adds them to the absent.</summary>
    public void Run(Absent absent)
    {
        moves = moves == int.MaxValue ? 1 : moves + 1;
        if (book.Active.Count == 0) return;
        var mean = (double)(problem.Visits - absent.Count) / book.Active.Count;
        var longest = Math.Min(MaxString, mean);
        var most = (4 * MeanRemoved / (1 + longest)) - 1;
        var strings = (int)(1 + (chance.Unit() * most));
        var seed = chance.Below(problem.Visits);
        for (var i = -1; i < problem.NearCount && strings > 0; i++)
        {
            var visit = i < 0 ? seed : problem.Near[(seed * problem.NearCount) + i];
            var route = book.RouteOf(visit);
            if (route < 0 || ruined[route] == moves) continue;
            var first = book.FirstInsertable(route) + 1;
            var at = book.VisitsOf(route).IndexOf(visit) + 1;
            if (at < first) continue;
            ruined[route] = moves;
            strings--;
            TakeString(route, at, first, longest, absent);
        }

        absent.TakeLinked(book);
    }

    void TakeString(int route, int at, int first, double longest, Absent absent)
    {
        var free = book.CountOf(route) - first + 1;
        var length = (int)(1 + (chance.Unit() * Math.Min(free, longest)));
        var kept = 0;
        if (length > 1 && length < free && chance.Unit() < SplitShare)
        {
            kept = 1;
            while (length + kept < free && chance.Unit() < LongerShare) kept++;
        }

        var whole = length + kept;
        var from = Math.Max(first, at - whole + 1);
        var to = Math.Min(at, book.CountOf(route) - whole + 1);
        var start = from + chance.Below(to - from + 1);
        // The piece that stays lies inside, so that both ends go.
        var head = kept == 0 ? length : 1 + chance.Below(length - 1);
        Take(route, start, head, absent);
        if (kept > 0) Take(route, start + kept, length - head, absent);
    }

    void Take(int route, int first, int number, Absent absent)
    {
        for (var i = first; i < first + number; i++) absent.Add(book.NodeAt(route, i));
        book.Remove(route, first, number);
    }
}
