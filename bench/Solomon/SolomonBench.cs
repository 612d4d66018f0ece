using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using OrleansScheduling.Planning.Optimise;

namespace OrleansScheduling.Bench.Solomon;

/// <summary>Plans public instances of vehicle routing with time windows on one thread, and tells how far from the best known plans
/// are.</summary>
static class SolomonBench
{
    /// <summary>Seconds of search for which a target is set, and the mean gap by distance in per cent; the figures to be beaten are
    /// VROOM's and PyVRP's on the same machine.</summary>
    static readonly (double Seconds, double GapPercent)[] Targets = [(1, 2.3), (3, 1.3), (5, 0.75), (10, 0.22)];

    /// <summary>Vehicles of Solomon's 56 instances together, after so many seconds each with fewest vehicles first.</summary>
    const double TargetSeconds = 10;
    const double TargetVehicles = 410;
    const int AllInstances = 56;

    /// <summary>Unmeasured search before the first one, in which the compiler finishes.</summary>
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static Command Command()
    {
        var directory = new Option<DirectoryInfo>("--dir")
        {
            Description = "Instances (*.txt) and, if there are any, best known values (*bks.csv).",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "Solomon", "instances")),
        };
        var seconds = new Option<double[]>("--seconds")
        {
            Description = "Seconds of search for each instance and seed; several may be given.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. Targets.Select(target => target.Seconds)],
        };
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double[]>().Any(value => value is not (>= 0.1 and <= 3600)))
                result.AddError("--seconds is between 0.1 and 3600.");
        });
        var seeds = new Option<int>("--seeds") { Description = "Runs of each instance, 1 to 100.", DefaultValueFactory = _ => 5 };
        seeds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 100) result.AddError("--seeds is between 1 and 100.");
        });
        var objective = new Option<string>("--objective")
        {
            Description = "distance, vehicles (fewest first), or both.",
            DefaultValueFactory = _ => "both",
        };
        objective.AcceptOnlyFromAmong("distance", "vehicles", "both");
        var only = new Option<string[]>("--only")
        {
            Description = "Names of the only instances to be run.",
            AllowMultipleArgumentsPerToken = true,
        };
        var json = new Option<FileInfo?>("--json") { Description = "A file for the results, a JSON object a line." };
        var command = new Command("solomon", "Distance and vehicles on public instances of routing with time windows, one thread.")
        {
            directory, seconds, seeds, objective, only, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = new Report("solomon");
            var set = SolomonSet.Read(parsed.GetValue(directory)!, parsed.GetValue(only) ?? []);
            var asked = parsed.GetValue(objective);
            Warm(set);
            foreach (var time in parsed.GetValue(seconds)!)
            {
                if (asked != "vehicles") Distance(set, time, parsed.GetValue(seeds), report, cancellationToken);
                if (asked != "distance") Vehicles(set, time, parsed.GetValue(seeds), report, cancellationToken);
            }

            report.WriteTable(Console.Out);
            if (parsed.GetValue(json) is { } file) await report.WriteJsonAsync(file, cancellationToken);
            return report.AllMet ? 0 : 1;
        });
        return command;
    }

    static void Distance(SolomonSet set, double seconds, int seeds, Report report, CancellationToken cancellationToken)
    {
        var runs = Runs(set, PlanGoal.LeastCost, seconds, seeds, cancellationToken);
        var name = Name("distance", seconds);
        foreach (var run in runs.Where(run => run.Best is not null).GroupBy(run => run.Instance.Name))
            report.Add($"{name}, {run.Key}", "gap to the best known", "%", run.Average(one => one.GapPercent));
        var known = runs.Where(run => run.Best is not null).ToList();
        foreach (var group in known.GroupBy(run => run.Group).Where(group => group.Select(run => run.Instance.Name).Distinct().Count() > 1))
            report.Add($"{name}, {group.Key}", "mean gap", "%", group.Average(run => run.GapPercent));
        AddProcessorShare(name, runs, report);
        report.Add(name, "mean distance", "", runs.Average(run => run.Distance));
        if (known.Count == 0) return;
        var gap = known.Average(run => run.GapPercent);
        var target = Targets.FirstOrDefault(target => target.Seconds == seconds);
        if (set.IsSolomons && target.Seconds > 0) report.AddAtMost(name, $"mean gap, {seeds} seeds", "%", gap, target.GapPercent);
        else report.Add(name, $"mean gap, {seeds} seeds", "%", gap);
    }

    static void Vehicles(SolomonSet set, double seconds, int seeds, Report report, CancellationToken cancellationToken)
    {
        var runs = Runs(set, PlanGoal.FewestDays, seconds, seeds, cancellationToken);
        var name = Name("fewest vehicles", seconds);
        foreach (var run in runs.Where(run => run.Best is not null && run.Vehicles > run.Best.Vehicles).GroupBy(run => run.Instance.Name))
        {
            var above = run.Sum(one => one.Vehicles - one.Best!.Vehicles) / (double)seeds;
            report.Add($"{name}, {run.Key}", "above the best known, mean", "", above);
        }

        AddProcessorShare(name, runs, report);
        report.Add(name, "mean distance", "", runs.Average(run => run.Distance));
        if (runs.All(run => run.Best is not null))
            report.Add(name, "best known, in all", "", runs.Sum(run => run.Best!.Vehicles) / (double)seeds);
        var vehicles = runs.Sum(run => run.Vehicles) / (double)seeds;
        if (set.IsSolomons && seconds == TargetSeconds) report.AddAtMost(name, "vehicles in all", "", vehicles, TargetVehicles);
        else report.Add(name, "vehicles in all", "", vehicles);
    }

    /// <param name="Distance">Not a number when customers were left out; then every mean with it is none either.</param>
    sealed record Run(
        SolomonInstance Instance, double Distance, int Vehicles, long Moves, TimeSpan Elapsed, TimeSpan Processor, BestKnown? Best)
    {
        public double GapPercent => 100 * ((Distance / Best!.Distance) - 1);

        /// <summary>C1, R2, RC1, ...: the letters and the first digit of the name.</summary>
        public string Group => string.Concat(Instance.Name.TakeWhile(char.IsLetter).Concat(Instance.Name.SkipWhile(char.IsLetter).Take(1)));
    }

    /// <summary>A search that waits for a processor finds less: below some 95 % the machine was not quiet.</summary>
    static void AddProcessorShare(string name, IReadOnlyCollection<Run> runs, Report report)
    {
        var seconds = runs.Sum(run => run.Elapsed.TotalSeconds);
        report.Add(name, "moves a second", "", runs.Sum(run => (double)run.Moves) / seconds);
        report.Add(name, "processor time of the run", "%", 100 * runs.Sum(run => run.Processor.TotalSeconds) / seconds);
    }

    static List<Run> Runs(SolomonSet set, PlanGoal goal, double seconds, int seeds, CancellationToken cancellationToken)
    {
        var runs = new List<Run>();
        foreach (var instance in set.Instances)
        {
            // What is made ready once counts against the time of every run.
            var start = Stopwatch.GetTimestamp();
            var problem = instance.ToProblem();
            var left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(start);
            for (var seed = 1; seed <= seeds; seed++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                runs.Add(RunOne(set, instance, problem, goal, new SearchLimits(left, Seed: (ulong)seed)));
            }
        }

        return runs;
    }

    static Run RunOne(SolomonSet set, SolomonInstance instance, PlanProblem problem, PlanGoal goal, SearchLimits limits)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var found = Optimiser.Improve(problem, goal, limits);
        process.Refresh();
        var processor = process.TotalProcessorTime - before;
        return new Run(
            instance,
            found.Plan.LeftOut.Count == 0 ? instance.DistanceOf(found.Plan) : double.NaN,
            found.Plan.LeftOut.Count == 0 ? found.Plan.DaysUsed : instance.Places.Count,
            found.Moves,
            found.Elapsed,
            processor,
            set.Best.GetValueOrDefault(instance.Name));
    }

    static void Warm(SolomonSet set) =>
        Optimiser.Improve(set.Instances[0].ToProblem(), PlanGoal.LeastCost, new SearchLimits(WarmUp));

    static string Name(string objective, double seconds) => string.Create(CultureInfo.InvariantCulture, $"{objective}, {seconds} s");

    /// <summary>A directory of instances.</summary>
    /// <param name="IsSolomons">Whether it is Solomon's whole set, for which targets are set.</param>
    sealed record SolomonSet(IReadOnlyList<SolomonInstance> Instances, IReadOnlyDictionary<string, BestKnown> Best, bool IsSolomons)
    {
        public static SolomonSet Read(DirectoryInfo directory, IReadOnlyCollection<string> only)
        {
            var names = only.ToHashSet(StringComparer.OrdinalIgnoreCase);
            var instances = directory.GetFiles("*.txt", SearchOption.TopDirectoryOnly)
                .Where(file => names.Count == 0 || names.Contains(Path.GetFileNameWithoutExtension(file.Name)))
                .OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(SolomonInstance.Read)
                .ToList();
            if (instances.Count == 0) throw new InvalidDataException($"{directory.FullName} has no instances.");
            var best = BestKnown.Read(directory);
            var isSolomons = instances.Count == AllInstances && instances.All(instance => best.ContainsKey(instance.Name));
            return new SolomonSet(instances, best, isSolomons);
        }
    }
}
