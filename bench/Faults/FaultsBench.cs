using System.CommandLine;

namespace OrleansScheduling.Bench.Faults;

/// <summary>
/// Three real processes on a real PostgreSQL, booked in over HTTP, while something is done to them: killed, stopped, cut off, restarted.
/// </summary>
static class FaultsBench
{
    static readonly string[] Names =
        ["kill", "stop", "database", "retry", "rolling", "partition", "network", "boards", "mixed", "soak", "fsync", "disk"];

    /// <summary>A cluster that is booked in at half of what it can do has room for what happens to it.</summary>
    const double Share = 0.5;

    /// <summary>A soak is to be warm.</summary>
    const double SoakShare = 0.8;

    public static Command Command()
    {
        var cases = new Option<string[]>("--cases")
        {
            Description = $"Which: {string.Join(", ", Names)}.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => Names,
            CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(','))],
        };
        cases.Validators.Add(result =>
        {
            foreach (var name in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (!Names.Contains(name)) result.AddError($"There is no case {name}; there are {string.Join(", ", Names)}.");
            }
        });
        var seconds = new Option<int>("--seconds")
        {
            Description = "How long nodes are killed (ten minutes), the database and requests; a node is stopped for at most 30 s.",
            DefaultValueFactory = _ => 600,
        };
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 5 or > 7200) result.AddError("--seconds is between 5 and 7200.");
        });
        var seed = new Option<int>("--seed") { Description = "Which nodes, and when.", DefaultValueFactory = _ => 1 };
        var rate = new Option<double>("--rate")
        {
            Description = "Bookings a second; left out: half of what is measured first.",
            DefaultValueFactory = _ => 0,
        };
        var minutes = new Option<int>("--minutes") { Description = "How long the soak lasts.", DefaultValueFactory = _ => 10 };
        minutes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 600) result.AddError("--minutes is between 1 and 600.");
        });
        var previous = new Option<DirectoryInfo?>("--previous")
        {
            Description = "A version before this one, as dotnet publish made it, for the case mixed; without it that case is left out.",
        };
        var program = new Option<DirectoryInfo?>("--program")
        {
            Description = "The program that the nodes run, as dotnet publish made it; without it the one built beside this one.",
        };
        var json = new Option<FileInfo?>("--json") { Description = "A file for the results, a JSON object a line." };
        var command = new Command("faults", "Three processes on one PostgreSQL: killed, stopped, cut off and restarted while booked in.")
        {
            cases, seconds, seed, rate, minutes, previous, program, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = new Report("faults");
            var leftOut = new List<string>();
            var settings = new Settings(
                parsed.GetValue(cases)!, parsed.GetValue(seconds), parsed.GetValue(seed), parsed.GetValue(rate), parsed.GetValue(minutes),
                parsed.GetValue(previous), parsed.GetValue(program), leftOut);
            await RunAsync(settings, report, parsed.GetValue(json), cancellationToken);
            // What was asked for by name and not done is not met.
            return report.AllMet && (leftOut.Count == 0 || parsed.GetResult(cases) is null or { Implicit: true }) ? 0 : 1;
        });
        return command;
    }

    /// <param name="Seconds">How long a case lasts that has no length of its own.</param>
    /// <param name="Rate">Bookings a second; 0: half of what is measured first.</param>
    /// <param name="Minutes">Of the soak.</param>
    /// <param name="Previous">Another version's program, published; null: none is there to be mixed with.</param>
    /// <param name="Program">What the nodes run, published; null: what is built beside this program.</param>
    /// <param name="LeftOut">Cases that could not be run here.</param>
    sealed record Settings(
        IReadOnlyList<string> Cases, int Seconds, int Seed, double Rate, int Minutes, DirectoryInfo? Previous, DirectoryInfo? Program,
        List<string> LeftOut)
    {
        public Task LeaveOutAsync(string name, string? reason)
        {
            LeftOut.Add(name);
            return Console.Error.WriteLineAsync($"{name}: left out, because {reason}");
        }
    }

    /// <summary>A case that breaks off ends all, and takes nothing from what was found before.</summary>
    static async Task RunAsync(Settings settings, Report report, FileInfo? json, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(settings, report, cancellationToken);
        }
        finally
        {
            report.WriteTable(Console.Out);
            if (json is not null) await report.WriteJsonAsync(json, CancellationToken.None);
        }
    }

    static async Task RunAsync(Settings settings, Report report, CancellationToken cancellationToken)
    {
        var (network, noNetwork) = settings.Cases.Contains("network") ? await NetworkLine.TryOpenAsync() : (null, "it was not asked for");
        await using var line = network;
        var rate = settings.Rate;
        var together = settings.Cases.Where(name => name is not ("disk" or "mixed")).ToList();
        if (together.Count > 0)
        {
            await using var cluster = await FaultCluster.StartAsync(
                network is not null, disk: null, settings.Program, previous: null, cancellationToken);
            rate = await RateAsync(cluster, settings, report, cancellationToken);
            var faults = new FaultCases(cluster, rate, settings.Seed, report, cancellationToken);
            foreach (var name in together)
            {
                var reason = name switch
                {
                    "network" when network is null => noNetwork,
                    "fsync" => FailingFlush.Hindrance(),
                    _ => null,
                };
                if (reason is not null)
                {
                    await settings.LeaveOutAsync(name, reason);
                    continue;
                }

                await Console.Error.WriteLineAsync($"{name}…");
                await faults.RunAsync(name, cases => RunAsync(name, cases, network, rate, settings));
            }
        }

        if (settings.Cases.Contains("mixed")) await RunMixedAsync(rate, settings, report, cancellationToken);
        if (settings.Cases.Contains("disk")) await RunOnDiskAsync(rate, settings, report, cancellationToken);
    }

    static async Task<double> RateAsync(FaultCluster cluster, Settings settings, Report report, CancellationToken cancellationToken)
    {
        var rate = settings.Rate;
        if (rate == 0)
        {
            var capacity = await cluster.CapacityAsync(Math.Min(settings.Seconds, 10), cancellationToken);
            report.Add("load", "capacity of three nodes", "bookings/s", capacity);
            rate = capacity * Share;
        }

        report.Add("load", "bookings begun", "1/s", rate);
        return rate;
    }

    static Task RunAsync(string name, FaultCases faults, NetworkLine? network, double rate, Settings settings)
    {
        const int LongestStop = 30;
        return name switch
        {
            "kill" => faults.KillAsync(settings.Seconds),
            "stop" => faults.StopAsync(Math.Min(settings.Seconds, LongestStop)),
            "database" => faults.DatabaseAsync(settings.Seconds),
            "retry" => faults.RetryAsync(settings.Seconds),
            "rolling" => faults.RollingAsync(),
            "partition" => faults.PartitionAsync(),
            "network" => faults.NetworkAsync(network!),
            "boards" => faults.BoardsAsync(Share, settings.Seconds),
            "fsync" => faults.FlushAsync(settings.Seconds),
            "soak" => faults.SoakAsync(rate / Share * SoakShare, settings.Minutes),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such case."),
        };
    }

    /// <summary>In a cluster of its own, whose schema the other version has made.</summary>
    static async Task RunMixedAsync(double rate, Settings settings, Report report, CancellationToken cancellationToken)
    {
        if (settings.Previous is not { } previous)
        {
            await settings.LeaveOutAsync("mixed", "--previous does not say where another version's program is");
            return;
        }

        await using var cluster = await FaultCluster.StartAsync(
            isOnNetwork: false, disk: null, settings.Program, previous, cancellationToken);
        if (rate == 0) rate = await RateAsync(cluster, settings, report, cancellationToken);
        await Console.Error.WriteLineAsync("mixed…");
        await new FaultCases(cluster, rate, settings.Seed, report, cancellationToken)
            .RunAsync("mixed", cases => cases.MixedAsync(previous));
    }

    /// <summary>In a cluster of its own, whose database lies on a small disk.</summary>
    static async Task RunOnDiskAsync(double rate, Settings settings, Report report, CancellationToken cancellationToken)
    {
        const int Megabytes = 600;
        const int LongestFull = 30;
        var (opened, reason) = await DatabaseDisk.TryOpenAsync(Megabytes);
        await using var disk = opened;
        if (disk is null)
        {
            await settings.LeaveOutAsync("disk", reason);
            return;
        }

        await using var cluster = await FaultCluster.StartAsync(
            isOnNetwork: false, disk, settings.Program, previous: null, cancellationToken);
        if (rate == 0) rate = await RateAsync(cluster, settings, report, cancellationToken);
        await Console.Error.WriteLineAsync("disk…");
        await new FaultCases(cluster, rate, settings.Seed, report, cancellationToken)
            .RunAsync("disk", cases => cases.DiskAsync(disk, Math.Min(settings.Seconds, LongestFull)));
    }
}
