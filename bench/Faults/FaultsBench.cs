using System.CommandLine;

namespace OrleansScheduling.Bench.Faults;

/// <summary>
/// Three real processes on a real PostgreSQL, booked in over HTTP, while something is done to them: killed, stopped, cut off, restarted.
/// </summary>
static class FaultsBench
{
    static readonly string[] Names = ["kill", "stop", "database", "retry", "rolling", "partition", "network", "boards"];

    /// <summary>A cluster that is booked in at half of what it can do has room for what happens to it.</summary>
    const double Share = 0.5;

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
        var json = new Option<FileInfo?>("--json") { Description = "A file for the results, a JSON object a line." };
        var command = new Command("faults", "Three processes on one PostgreSQL: killed, stopped, cut off and restarted while booked in.")
        {
            cases, seconds, seed, rate, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = new Report("faults");
            await RunAsync(
                parsed.GetValue(cases)!, parsed.GetValue(seconds), parsed.GetValue(seed), parsed.GetValue(rate), report, cancellationToken);
            report.WriteTable(Console.Out);
            if (parsed.GetValue(json) is { } file) await report.WriteJsonAsync(file, cancellationToken);
            return report.AllMet ? 0 : 1;
        });
        return command;
    }

    static async Task RunAsync(
        IReadOnlyList<string> cases, int seconds, int seed, double rate, Report report, CancellationToken cancellationToken)
    {
        const int LongestStop = 30;
        NetworkLine? network = null;
        if (cases.Contains("network"))
        {
            (network, var reason) = await NetworkLine.TryOpenAsync();
            if (network is null) await Console.Error.WriteLineAsync($"network: left out, because {reason}");
        }

        await using var line = network;
        await using var cluster = await FaultCluster.StartAsync(network is not null, cancellationToken);
        if (rate == 0)
        {
            var capacity = await cluster.CapacityAsync(Math.Min(seconds, 10), cancellationToken);
            report.Add("load", "capacity of three nodes", "bookings/s", capacity);
            rate = capacity * Share;
        }

        report.Add("load", "bookings begun", "1/s", rate);
        var faults = new FaultCases(cluster, rate, seed, report, cancellationToken);
        foreach (var name in cases)
        {
            if (name == "network" && network is null) continue;
            await Console.Error.WriteLineAsync($"{name}…");
            await (name switch
            {
                "kill" => faults.KillAsync(seconds),
                "stop" => faults.StopAsync(Math.Min(seconds, LongestStop)),
                "database" => faults.DatabaseAsync(seconds),
                "retry" => faults.RetryAsync(seconds),
                "rolling" => faults.RollingAsync(),
                "network" => faults.NetworkAsync(network!),
                "boards" => faults.BoardsAsync(seconds),
                _ => faults.PartitionAsync(),
            });
        }
    }
}
