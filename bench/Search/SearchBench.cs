using System.Diagnostics;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Bench.Search;

/// <summary>Slot search in process: how long, while bookings land; whether it is right; how far from a bare scan; and what the diaries
/// weigh.</summary>
static class SearchBench
{
    const int Operatives = 500;
    const int Days = 14;
    const int BookingsPerSecond = 200;
    const int CheckedQueries = 20;
    const int ApplyRounds = 20_000;
    const int LargeOperatives = 10_000;
    const int LargeDays = 28;

    // Code is compiled in its final form by then.
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(BenchSettings settings, Report report, CancellationToken cancellationToken)
    {
        var town = new Town(Operatives, Days, Operatives);
        Check(town);
        foreach (var filtered in new[] { false, true }) await SearchesAsync(town, filtered, settings, report, cancellationToken);
        Check(town);
        Apply(town, report);
        Memory(report);
    }

    static async Task SearchesAsync(Town town, bool filtered, BenchSettings settings, Report report, CancellationToken cancellationToken)
    {
        var name = filtered ? "one trade, one patch" : "all 500 could do it";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = Task.Run(() => Book(town, stop.Token), cancellationToken);
        var queries = Enumerable.Range(0, 64).Select(i => town.Query(new Random(i), filtered)).ToArray();
        var flat = new FlatScan(town, Days);
        var best = new float[2 * Days];
        Times(WarmUp, i => SlotSearch.Search(town.Index, queries[i % queries.Length]));
        // Both are measured by turns, so that whatever else runs on the machine slows both.
        var (searches, scans) = (new List<double>(), new List<double>());
        for (var second = 0; second < settings.Seconds; second++)
        {
            searches.AddRange(Times(TimeSpan.FromSeconds(0.8), i => SlotSearch.Search(town.Index, queries[i % queries.Length])));
            scans.AddRange(Times(TimeSpan.FromSeconds(0.2), i => flat.Scan(queries[i % queries.Length].Point, 3600, best)));
        }

        await stop.CancelAsync();
        var bookings = await writing;
        var (p50, p99, flat50) = (At(searches, 0.5), At(searches, 0.99), At(scans, 0.5));
        report.Add(name, "searches", "", searches.Count);
        report.Add(name, "changes meanwhile", "a second", bookings / (settings.Seconds + WarmUp.TotalSeconds));
        report.Add(name, "p50", "µs", p50);
        report.AddAtMost(name, "p99", "µs", p99, 1000);
        if (filtered) return;
        report.Add(name, $"flat scan of {flat.Gaps} gaps, p50", "µs", flat50);
        report.AddAtMost(name, "p50 over the flat scan's", "times", p50 / flat50, 10);
    }

    /// <returns>How many changes landed.</returns>
    static int Book(Town town, CancellationToken stop)
    {
        var random = new Random(1);
        var (start, changes) = (Stopwatch.GetTimestamp(), 0);
        while (!stop.IsCancellationRequested)
        {
            var due = Stopwatch.GetElapsedTime(start).TotalSeconds * BookingsPerSecond;
            for (; changes < due; changes += 2) town.Rebook(random);
            stop.WaitHandle.WaitOne(2);
        }

        return changes;
    }

    static List<double> Times(TimeSpan span, Action<int> call)
    {
        var times = new List<double>();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(start) < span; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            call(i);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
        }

        return times;
    }

    static double At(List<double> times, double share)
    {
        times.Sort();
        return times[(int)(times.Count * share)];
    }

    /// <summary>Each window's answer is that of inserting into every diary in turn.</summary>
    static void Check(Town town)
    {
        for (var i = 0; i < CheckedQueries; i++)
        {
            var query = town.Query(new Random(1000 + i), filtered: i % 2 == 1);
            var need = query.Requirement.Needs[0];
            foreach (var answer in SlotSearch.Search(town.Index, query))
            {
                var (count, metres) = (0, float.PositiveInfinity);
                foreach (var operative in town.Operatives)
                {
                    if (!operative.HasTrade(need.Trade) || !operative.Covers(query.Patch)) continue;
                    var request = StopRequest.For(
                        query.Point, operative.SecondsFor(need.StandardMinutes), answer.Window.Promise,
                            town.Index.ClockOf(answer.Window.Day), query.Now);
                    if (town.Index.Day(operative.Id, answer.Window.Day)?.BestInsertion(request) is not { } insertion) continue;
                    count++;
                    metres = MathF.Min(metres, insertion.AddedMetres);
                }

                if (answer.Operatives != count || (count > 0 && answer.AddedMetres != MathF.Max(0, metres)))
                    throw new InvalidOperationException(
                        $"{answer.Window.Day} {answer.Window.Window.Code}: "
                        + $"{answer.Operatives} at {answer.AddedMetres}, not {count} at {metres}.");
            }
        }
    }

    static void Apply(Town town, Report report)
    {
        var random = new Random(2);
        var times = new List<double>(2 * ApplyRounds);
        for (var i = 0; i < ApplyRounds; i++)
        {
            var visit = town.Bookings[random.Next(town.Bookings.Count)];
            foreach (var change in (ReadOnlySpan<Domain.Jobs.DiaryChange>)[town.RemovalOf(visit), town.ReturnOf(visit)])
            {
                var begin = Stopwatch.GetTimestamp();
                town.Index.Apply(change);
                times.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            }
        }

        report.AddAtMost("one visit put or removed", "p50", "µs", At(times, 0.5), 5);
        report.Add("one visit put or removed", "p99", "µs", At(times, 0.99));
    }

    static void Memory(Report report)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var town = new Town(LargeOperatives, LargeDays, templates: 200);
        town.Bookings.Clear();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var heap = GC.GetTotalMemory(forceFullCollection: true) - before;
        using var process = Process.GetCurrentProcess();
        const string Name = "10,000 operatives, 28 days, 6 visits";
        report.AddAtMost(Name, "working set of the process", "MiB", process.WorkingSet64 / 1048576.0, 1024);
        report.Add(Name, "managed heap", "MiB", heap / 1048576.0);
        report.Add(Name, "of it the blocks that searches read", "MiB", town.Index.BlockBytes / 1048576.0);
        var query = town.Query(new Random(3), filtered: true);
        SlotSearch.Search(town.Index, query);
        report.Add(Name, "one search, one trade and patch", "µs",
            At(Times(TimeSpan.FromSeconds(1), _ => SlotSearch.Search(town.Index, query)), 0.5));
        GC.KeepAlive(town);
    }
}
