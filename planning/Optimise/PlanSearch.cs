using System.Diagnostics;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>One search: ruin, recreate, and accept by simulated annealing, with the temperature following the share of the limit that is
/// used up.</summary>
internal sealed class PlanSearch<TClock>
    where TClock : struct, ILegClock
{
    /// <summary>First and last temperature, in mean costs of a way between neighbours. Measured: see decision 8.</summary>
    const double Hot = 2;
    const double Cold = 0.03;

    /// <summary>Share of the limit that may go into using fewer days, where that is the goal.</summary>
    const double ShareForFewerDays = 0.6;

    /// <summary>Share of the limit in which it is sought above all to place every promised visit. Later what cannot be placed is chosen
    /// by what
    /// the rest costs.</summary>
    const double ShareForLeftOut = 0.5;

    /// <summary>Temperature while days are emptied, in mean costs of a way between neighbours.</summary>
    const double WarmWhileEmptying = 1;

    readonly CompiledProblem problem;
    readonly SearchBudget budget;
    readonly Action<SearchProgress>? report;
    readonly PlanGoal goal;
    readonly Chance chance;
    readonly RouteBook<TClock> book;
    readonly Absent absent;
    readonly Ruin<TClock> ruin;
    readonly Recreate<TClock> recreate;
    Score score;
    int bestDays;
    bool isPlacing;

    public PlanSearch(
        CompiledProblem problem, TClock clock, PlanGoal goal, ulong seed, SearchBudget budget, Action<SearchProgress>? report)
    {
        this.problem = problem;
        this.goal = goal;
        this.budget = budget;
        this.report = report;
        chance = new Chance(seed);
        book = new RouteBook<TClock>(problem, clock);
        absent = new Absent(problem);
        ruin = new Ruin<TClock>(problem, book, chance);
        recreate = new Recreate<TClock>(problem, book, chance);
    }

    public Score Best { get; private set; }

    /// <param name="from">Where to start; null: from nothing.</param>
    public Plan Run(Plan? from)
    {
        Begin(from);
        if (goal == PlanGoal.FewestDays) EmptyDays();
        if (problem.Visits > 1) Anneal(budget.Share, 1);
        RestoreBest();
        return PlanOf.Book(problem, book, absent);
    }

    void Begin(Plan? from)
    {
        book.BeginMove();
        PutReleased();
        if (from is not null) Take(from);
        for (var visit = 0; visit < problem.Visits; visit++)
        {
            if (book.RouteOf(visit) < 0) absent.Add(visit);
        }

        recreate.Run(absent, withBlinks: false);
        book.SetTotal(book.Reckon());
        book.Keep();
        SaveBest();
        CheckPlan();
    }

    void PutReleased()
    {
        var released = Enumerable.Range(0, problem.Visits)
            .Where(visit => problem.Problem.Visits[visit].ReleaseOrder is not null)
            .OrderBy(visit => problem.Problem.Visits[visit].ReleaseOrder);
        foreach (var visit in released)
        {
            var route = problem.Problem.Visits[visit].PinnedTo!.Value;
            book.Insert(visit, route, book.CountOf(route));
        }
    }

    /// <summary>Takes over a plan, apart from what breaks a rule now and jobs of several visits, which are planned anew.</summary>
    void Take(Plan from)
    {
        for (var day = 0; day < Math.Min(problem.Days, from.Days.Count); day++)
        {
            foreach (var visit in from.VisitsOn(day))
            {
                if (visit >= problem.Visits || book.RouteOf(visit) >= 0 || absent.LinkOf(visit) >= 0) continue;
                book.InsertLast(visit, day);
            }
        }
    }

    /// <summary>Anneals from one share of the limit to another.</summary>
    void Anneal(double from, double to)
    {
        var temperature = 0.0;
        var hot = Math.Max(Cold, Hot * budget.Heat);
        budget.Read();
        while (budget.Share < to)
        {
            if (temperature == 0 || budget.Count())
            {
                isPlacing = budget.Share < ShareForLeftOut;
                temperature = problem.MeanLegCost * hot * Math.Pow(Cold / hot, Math.Clamp((budget.Share - from) / (to - from), 0, 1));
                if (budget.IsReportDue) report?.Invoke(new SearchProgress(budget.Moves, Math.Min(1, budget.Share), Best));
            }

            Move(temperature);
        }
    }

    void Move(double temperature)
    {
        book.BeginMove();
        absent.BeginMove();
        ruin.Run(absent);
        recreate.Run(absent, withBlinks: true);
        var total = book.Reckon();
        var moved = Whole(total);
        var isAccepted = Accepts(moved, temperature);
        if (moved.Promises > 0) absent.CountAbsences();
        if (!isAccepted)
        {
            book.Rollback();
            absent.Rollback();
            return;
        }

        book.SetTotal(total);
        book.Keep();
        score = moved;
        CheckPlan();
        if (IsBest(moved)) SaveBest();
    }

    /// <summary>
    /// With promised visits left out, those are what counts: fewer of them, or such as were left out less often, because what is often
    /// left out
    /// is hard to place (Christiaens and Vanden Berghe, section 5.4). Otherwise, and later, simulated annealing, a level weighing far
    /// more than
    /// those below it.
    /// </summary>
    bool Accepts(Score moved, double temperature)
    {
        if (isPlacing && (moved.Promises >= Score.LeftOutMinutes || score.Promises >= Score.LeftOutMinutes))
        {
            if (moved.Promises <= score.Promises - Score.LeftOutMinutes) return true;
            var (now, was) = (absent.Absences(), absent.AbsencesBefore());
            if (now != was) return now < was;
        }

        var worse = moved.Cost - score.Cost;
        if (moved.Promises != score.Promises || moved.Deadlines != score.Deadlines)
        {
            worse += ((moved.Promises - score.Promises) * problem.PromiseWeight)
                + ((moved.Deadlines - score.Deadlines) * problem.DeadlineWeight);
        }

        return worse < 0 || worse < -temperature * Math.Log(chance.Unit());
    }

    bool IsBest(Score moved)
    {
        if (goal != PlanGoal.FewestDays || moved.Promises != Best.Promises || book.Active.Count == bestDays) return moved < Best;
        return book.Active.Count < bestDays;
    }

    void SaveBest()
    {
        book.SumUp();
        Best = score = Whole(book.Total);
        bestDays = book.Active.Count;
        book.SaveBest();
        absent.SaveBest();
    }

    void RestoreBest()
    {
        book.RestoreBest();
        absent.RestoreBest();
        book.SumUp();
        score = Whole(book.Total);
    }

    Score Whole(Score routes)
    {
        if (absent.Count == 0) return routes;
        var (promises, cost) = absent.Price();
        return new Score(routes.Promises + promises, routes.Deadlines, routes.Cost + cost);
    }

    /// <summary>Closes one day after the other and searches until all its work has found another, as long as the share lasts.</summary>
    void EmptyDays()
    {
        var least = LeastDays();
        isPlacing = true;
        while (book.Active.Count > least && budget.Share < ShareForFewerDays && !absent.HasPromised)
        {
            if (!CloseOne()) break;
            while (budget.Share < ShareForFewerDays && absent.HasPromised)
            {
                Move(problem.MeanLegCost * WarmWhileEmptying);
                if (budget.Count() && budget.IsReportDue) report?.Invoke(new SearchProgress(budget.Moves, budget.Share, Best));
            }
        }

        RestoreBest();
        for (var route = 0; route < problem.Days; route++) book.Closed[route] = book.CountOf(route) == 0;
    }

    /// <summary>Closes the day whose work was left out least often; days with released work stay.</summary>
    /// <returns>Whether there was one.</returns>
    bool CloseOne()
    {
        var (route, least) = (-1, long.MaxValue);
        foreach (var active in book.Active)
        {
            var absences = absent.AbsencesOf(book.VisitsOf(active));
            if (book.FirstInsertable(active) == 0 && absences < least) (route, least) = (active, absences);
        }

        for (var empty = 0; empty < problem.Days; empty++) book.Closed[empty] |= book.CountOf(empty) == 0;
        if (route < 0) return false;
        book.BeginMove();
        absent.BeginMove();
        foreach (var visit in book.VisitsOf(route)) absent.Add(visit);
        book.Remove(route, 1, book.CountOf(route));
        absent.TakeLinked(book);
        book.Closed[route] = true;
        book.SetTotal(book.Reckon());
        book.Keep();
        score = Whole(book.Total);
        return true;
    }

    /// <summary>No fewer days carry all the stock that is needed.</summary>
    int LeastDays()
    {
        var least = 1;
        for (var kind = 0; kind < problem.Kinds; kind++)
        {
            var needed = 0L;
            for (var visit = 0; visit < problem.Visits; visit++) needed += problem.Stock[(visit * problem.Kinds) + kind];
            var days = 0;
            var carried = Enumerable.Range(0, problem.Days).Select(day => problem.StockOfDay[(day * problem.Kinds) + kind]);
            foreach (var stock in carried.OrderDescending())
            {
                if (needed <= 0) break;
                needed -= stock;
                days++;
            }

            least = Math.Max(least, days);
        }

        return least;
    }

    /// <summary>Debug builds judge the whole plan anew after every accepted move.</summary>
    [Conditional("DEBUG")]
    void CheckPlan()
    {
        var judged = PlanCheck.Judge(problem.Problem, PlanOf.Book(problem, book, absent));
        if (judged.Score.CompareTo(score) != 0) throw new InvalidOperationException($"Reckoned {score}, judged {judged.Score}.");
        // Released work may already break what it breaks.
        if (!judged.IsFeasible && !problem.HasReleased) throw new InvalidOperationException(judged.Broken[0].Text);
    }
}
