using System.Runtime.InteropServices;

namespace OrleansScheduling.Planning.Optimise;

/// <summary>An array that never moves, for inner loops that do without bounds checks.</summary>
internal sealed unsafe class Flat<T>
    where T : unmanaged
{
    readonly T[] array;

    public Flat(int length)
    {
        array = GC.AllocateArray<T>(Math.Max(1, length), pinned: true);
        Pointer = (T*)Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
    }

    public Flat(T[] pinned)
    {
        array = pinned;
        Pointer = (T*)Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
    }

    public T* Pointer { get; }

    public int Length => array.Length;

    public ref T this[int index] => ref array[index];

    public Span<T> Span => array;
}

/// <summary>The problem as flat arrays, made once and shared by all searches on it.</summary>
internal sealed class CompiledProblem
{
    /// <summary>Nearest other visits that are kept for each visit: string removal rarely looks further than a few dozen.</summary>
    const int MaxNear = 200;

    /// <summary>Days whose start is nearest to a visit, tried when they are still empty.</summary>
    const int MaxNearDays = 12;

    readonly int[] startedAt;
    readonly Flat<int> promisedBy;
    readonly Flat<int> dueBy;
    readonly Flat<double> minuteAfterDue;

    public CompiledProblem(PlanProblem problem)
    {
        Problem = problem;
        Visits = problem.Visits.Count;
        Days = problem.Days.Count;
        Places = problem.Travel.Places;
        From = new Flat<Leg>(problem.Travel.From);
        To = new Flat<Leg>(problem.Travel.To);
        Kinds = Math.Max(
            problem.Visits.Select(visit => visit.Stock.Count).DefaultIfEmpty().Max(), problem.Days.Max(day => day.Stock.Count));
        Place = new Flat<int>(Visits);
        Earliest = new Flat<int>(Visits);
        Latest = new Flat<int>(Visits);
        Stock = new Flat<int>(Visits * Kinds);
        StockOfDay = new Flat<int>(Days * Kinds);
        FillVisits();
        Paces = [.. problem.Days.Select(day => day.PacePercent).Distinct().Order()];
        Seconds = new Flat<int>(Paces.Length * Visits);
        PaceOf = [.. problem.Days.Select(day => Array.IndexOf(Paces, day.PacePercent))];
        for (var pace = 0; pace < Paces.Length; pace++)
        {
            for (var visit = 0; visit < Visits; visit++)
                Seconds[(pace * Visits) + visit] = problem.SecondsAt(problem.Visits[visit].Seconds, Paces[pace]);
        }

        (ClassOf, Classes) = ClassesOf(problem);
        var names = problem.Days.Select(day => day.Operative).Distinct(StringComparer.Ordinal).Index()
            .ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
        OperativeOf = [.. problem.Days.Select(day => names[day.Operative])];
        Assignments = new Assignments(problem, ClassOf, Classes);
        Shares = SharesOf(problem);
        (Near, NearCount) = Neighbours();
        MeanLegCost = MeanCost();
        NearDays = DaysNear();
        IsTimePriced = problem.Visits.Any(visit => visit.DueBy is not null || visit.PromisedBy < visit.Latest)
            || problem.Visits.Any(visit => visit.ReleaseOrder is not null)
            || problem.Days.Any(day => day.OvertimeEnd > day.End && day.OvertimePricePerHour > 0);
        States = problem.Days.Max(day => day.Pauses.Count) + 1;
        HasReleased = problem.Visits.Any(visit => visit.ReleaseOrder is not null);
        Released = HasReleased ? ReleasedCounts() : [];
        startedAt = problem.Visits.Any(visit => visit.StartedAt is not null)
            ? [.. problem.Visits.Select(visit => visit.StartedAt ?? -1)] : [];
        PromiseWeight = 1000 * MeanLegCost;
        DeadlineWeight = 100 * MeanLegCost;
        StartOf = [.. problem.Days.Select(day => Math.Max(day.Start, day.FreeFrom))];
        EndOf = [.. problem.Days.Select(day => day.OvertimeEnd)];
        LeaveOutPrice = [.. problem.Visits.Select(visit => visit.LeaveOutPrice ?? double.PositiveInfinity)];
        promisedBy = new Flat<int>(Visits);
        dueBy = new Flat<int>(Visits);
        minuteAfterDue = new Flat<double>(Visits);
        for (var visit = 0; visit < Visits; visit++)
        {
            promisedBy[visit] = problem.Visits[visit].PromisedBy;
            dueBy[visit] = problem.Visits[visit].DueBy ?? int.MaxValue;
            minuteAfterDue[visit] = problem.Visits[visit].Priority * DeadlineWeight;
        }
    }

    public PlanProblem Problem { get; }

    public int Visits { get; }

    public int Days { get; }

    public int Places { get; }

    /// <summary>Kinds of van stock.</summary>
    public int Kinds { get; }

    /// <summary>Most pauses of any day, and one.</summary>
    public int States { get; }

    /// <summary>Whether anything costs more the later it is done.</summary>
    public bool IsTimePriced { get; }

    public bool HasReleased { get; }

    /// <summary>By day: how many visits were released to it. Empty where none was.</summary>
    public int[] Released { get; }

    /// <summary>What a minute after a promise weighs while searching: so much that no saving of a plan's usual size makes up for
    /// it.</summary>
    public double PromiseWeight { get; }

    /// <summary>What a minute after a deadline weighs while searching, times its priority.</summary>
    public double DeadlineWeight { get; }

    /// <summary>When work began, or -1.</summary>
    public int StartedAt(int visit) => startedAt.Length == 0 ? -1 : startedAt[visit];

    /// <summary>What lateness of one visit weighs while searching.</summary>
    public double LatenessWeight(int visit, int start, int end)
    {
        if (!IsTimePriced) return 0;
        var weight = 0.0;
        if (start > promisedBy[visit]) weight = (start - promisedBy[visit]) / 60.0 * PromiseWeight;
        if (end > dueBy[visit]) weight += (end - dueBy[visit]) / 60.0 * minuteAfterDue[visit];
        return weight;
    }

    /// <summary>By day: when the operative is free to set off.</summary>
    public int[] StartOf { get; }

    /// <summary>By day: when the operative is back at the latest.</summary>
    public int[] EndOf { get; }

    /// <summary>By visit: what leaving it out costs; infinite for a promised one.</summary>
    public double[] LeaveOutPrice { get; }

    public Flat<Leg> From { get; }

    public Flat<Leg> To { get; }

    public Flat<int> Place { get; }

    public Flat<int> Earliest { get; }

    public Flat<int> Latest { get; }

    /// <summary>On-site seconds: a row of visits for each pace.</summary>
    public Flat<int> Seconds { get; }

    public int[] Paces { get; }

    public int[] PaceOf { get; }

    public Flat<int> Stock { get; }

    public Flat<int> StockOfDay { get; }

    /// <summary>Days that differ in nothing have one class: of those still empty only one need be tried.</summary>
    public int[] ClassOf { get; }

    public int Classes { get; }

    /// <summary>By day: a number for its operative.</summary>
    public int[] OperativeOf { get; }

    public Assignments Assignments { get; }

    /// <summary>What a way between two neighbours costs on average: the measure by which the search sets its temperatures.</summary>
    public double MeanLegCost { get; }

    /// <summary>Each day's fair share of all work on site, in seconds.</summary>
    public double[] Shares { get; }

    /// <summary>For each visit the nearest others, nearest first.</summary>
    public Flat<int> Near { get; }

    public int NearCount { get; }

    /// <summary>For each visit the days that start nearest to it and may take it.</summary>
    public int[][] NearDays { get; }

    void FillVisits()
    {
        for (var i = 0; i < Visits; i++)
        {
            var visit = Problem.Visits[i];
            Place[i] = visit.Place;
            Earliest[i] = Math.Max(visit.StartedAt ?? visit.Earliest, visit.StartedAt is null ? visit.MaterialsReady : int.MinValue);
            // What was released is done even when it is late; by how much is counted against the promise.
            Latest[i] = visit.StartedAt ?? (visit.ReleaseOrder is null ? visit.Latest : PlanProblem.MaxTime);
            for (var kind = 0; kind < visit.Stock.Count; kind++) Stock[(i * Kinds) + kind] = visit.Stock[kind];
        }

        for (var day = 0; day < Days; day++)
        {
            var stock = Problem.Days[day].Stock;
            for (var kind = 0; kind < Kinds; kind++) StockOfDay[(day * Kinds) + kind] = kind < stock.Count ? stock[kind] : int.MaxValue;
        }
    }

    int[] ReleasedCounts()
    {
        var counts = new int[Days];
        foreach (var visit in Problem.Visits)
        {
            if (visit.ReleaseOrder is not null) counts[visit.PinnedTo!.Value]++;
        }

        return counts;
    }

    static (int[] ClassOf, int Classes) ClassesOf(PlanProblem problem)
    {
        var days = problem.Days;
        // Where it matters who it is, nobody is like another.
        var isPersonal = problem.Visits.Any(visit => visit.PinnedTo is not null || visit.PreferredOperative is not null
            || visit.EarlierOperative is not null || visit.PlannedOperative is not null);
        if (isPersonal) return ([.. Enumerable.Range(0, days.Count)], days.Count);

        static string KeyOf(OperativeDay day) => string.Join(
            '|',
            day with { Operative = "", Pauses = [], Skills = [], HelpsOutIn = [], Stock = [] },
            string.Join(',', day.Pauses),
            string.Join(',', day.Skills),
            string.Join(',', day.HelpsOutIn),
            string.Join(',', day.Stock));

        var classes = new Dictionary<string, int>(StringComparer.Ordinal);
        var classOf = new int[days.Count];
        for (var i = 0; i < days.Count; i++)
        {
            var key = KeyOf(days[i]);
            if (!classes.TryGetValue(key, out var number)) classes[key] = number = classes.Count;
            classOf[i] = number;
        }

        return (classOf, classes.Count);
    }

    double MeanCost()
    {
        // The nearest few of each visit are what a good plan goes between.
        const int Nearest = 5;
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < Visits; i++)
        {
            for (var j = 0; j < Math.Min(NearCount, Nearest); j++)
            {
                sum += From[(Place[i] * Places) + Place[Near[(i * NearCount) + j]]].Cost;
                count++;
            }
        }

        return sum > 0 ? sum / count : 1;
    }

    static double[] SharesOf(PlanProblem problem)
    {
        var work = problem.Visits.Sum(visit => (double)visit.Seconds);
        var time = problem.Days.Sum(day => (double)(day.End - day.Start));
        return [.. problem.Days.Select(day => time > 0 ? work * (day.End - day.Start) / time : 0)];
    }

    (Flat<int> Near, int Count) Neighbours()
    {
        var count = Math.Max(0, Math.Min(Visits - 1, MaxNear));
        var near = new Flat<int>(Visits * Math.Max(1, count));
        var others = new int[Visits];
        var costs = new float[Visits];
        for (var i = 0; i < Visits && count > 0; i++)
        {
            var from = From.Span.Slice(Place[i] * Places, Places);
            var to = To.Span.Slice(Place[i] * Places, Places);
            for (var j = 0; j < Visits; j++)
            {
                others[j] = j;
                costs[j] = j == i ? float.PositiveInfinity : Math.Min(from[Place[j]].Cost, to[Place[j]].Cost);
            }

            Selection.Smallest(costs, others, count);
            others.AsSpan(0, count).CopyTo(near.Span.Slice(i * count, count));
        }

        return (near, count);
    }

    int[][] DaysNear()
    {
        var near = new int[Visits][];
        var costs = new float[Days];
        var days = new int[Days];
        // One day of each class stands for all that are like it.
        var first = Enumerable.Range(0, Days).DistinctBy(day => ClassOf[day]).ToArray();
        for (var visit = 0; visit < Visits; visit++)
        {
            var count = 0;
            foreach (var day in first)
            {
                if (!Assignments.Allows(visit, day)) continue;
                costs[count] = To[(Place[visit] * Places) + Problem.Days[day].StartPlace].Cost + Assignments.Price(visit, day);
                days[count++] = day;
            }

            var kept = Math.Min(count, MaxNearDays);
            Selection.Smallest(costs.AsSpan(0, count), days.AsSpan(0, count), kept);
            near[visit] = days[..kept];
        }

        return near;
    }
}
