using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansScheduling.Bench.Booking;
using OrleansScheduling.Check;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Cluster;

/// <summary>
/// Bookings a second by one, two and three processes on one PostgreSQL, all on this machine: each process has its share of the callers, and
/// each caller books in any of the diaries. With the embedded engine a diary is then at work in several processes at once, which its
/// fences keep right; with Orleans it has one home and is called there. Where the cluster's engine has been built, also a grain of it that
/// writes its state at each call. Every ledger is checked afterwards.
/// </summary>
static class ClusterBench
{
    const int Diaries = 1000;
    const int Callers = 256;
    const int FewCallers = 64;
    const int MostNodes = 3;

    /// <summary>Long enough for each process to have compiled what it runs.</summary>
    const int WarmUpSeconds = 12;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(BenchSettings settings, Report report, CancellationToken cancellationToken)
    {
        await using var cluster = await PrivatePostgreSql.StartAsync(
            new Dictionary<string, string> { ["max_wal_size"] = "4GB", ["max_connections"] = "300" });
        foreach (var engine in (string[])["embedded", "orleans"])
        {
            if (ProgramOf(engine) is not { } program)
            {
                Console.WriteLine($"The engine {engine} is left out; build it: dotnet build bench -c Release -p:GrainEngine={engine}");
                continue;
            }

            for (var nodes = 1; nodes <= MostNodes; nodes++)
                await MeasureAsync(cluster, program, $"{engine}, {nodes}", nodes, Callers, perCallState: false, settings, report,
                    cancellationToken);
            if (engine == "embedded") continue;
            foreach (var callers in (int[])[Callers, FewCallers])
                await MeasureAsync(cluster, program, $"a grain of {engine} writing its state, {callers} callers", 1, callers,
                    perCallState: true, settings, report, cancellationToken);
        }
    }

    /// <summary>This program as it was built for an engine; null: it was not.</summary>
    static string? ProgramOf(string engine)
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (built.Name, built.Parent!.Name);
        var bin = built.Parent!.Parent!.Name == "bin" ? built.Parent.Parent : built.Parent.Parent.Parent!;
        var own = engine == "embedded" ? bin.FullName : Path.Combine(bin.FullName, engine);
        var program = Path.Combine(own, configuration, framework, typeof(ClusterBench).Assembly.GetName().Name + ".dll");
        return File.Exists(program) ? program : null;
    }

    static async Task MeasureAsync(
        PrivatePostgreSql cluster, string program, string name, int nodes, int callers, bool perCallState, BenchSettings settings,
        Report report, CancellationToken cancellationToken)
    {
        var database = $"cluster_{Guid.NewGuid():N}";
        var options = new LedgerOptions { ConnectionString = await cluster.CreateDatabaseAsync(database) };
        await using (
            var registry = await LedgerDatabase.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken))
            await new Town(Diaries).SettleAsync(registry.Registry, cancellationToken);
        var usage = await Usage.StartAsync(cluster, cancellationToken);
        var results = new List<MemberResult>();
        await RunMembersAsync(
            [.. Enumerable.Range(0, nodes).Select(share => new MemberTask(
                options.ConnectionString, Diaries, share, nodes, callers / nodes, WarmUpSeconds, settings.Seconds, perCallState))],
            program, usage, results, cancellationToken);
        var loop = LoopResult.Of(results.SelectMany(result => result.Times), settings.Seconds);
        var measured = usage.Stop(loop);
        report.Add(name, perCallState ? "calls" : "bookings", "1/s", loop.PerSecond);
        report.Add(name, "latency p50", "ms", loop.P50Milliseconds);
        report.Add(name, "latency p99", "ms", loop.P99Milliseconds);
        report.Add(name, "processor, processes", "cores",
            results.Sum(result => result.ProcessorSeconds) / (WarmUpSeconds + settings.Seconds));
        report.Add(name, "processor, PostgreSQL", "cores", measured.ServerCores);
        if (perCallState) return;
        await using var checking = await LedgerDatabase.OpenAsync(
            options, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        var check = await LedgerCheck.RunAsync(checking, StraightLineTravel.Default, cancellationToken);
        if (!check.Succeeded || check.Warnings > 0)
            throw new InvalidOperationException($"The ledger is damaged:{Environment.NewLine}{check}");
        var booked = results.Sum(result => result.Booked);
        if (check.Counts.Jobs != booked)
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{booked} bookings were answered and {check.Counts.Jobs} are recorded."));
    }

    /// <summary>Starts them one after another, lets them go together, and ends them when all are done.</summary>
    static async Task RunMembersAsync(
        IReadOnlyList<MemberTask> tasks, string program, Usage usage, List<MemberResult> results, CancellationToken cancellationToken)
    {
        var members = new List<Process>();
        try
        {
            foreach (var task in tasks)
            {
                var start = new ProcessStartInfo("dotnet", [program, ClusterMember.Name, JsonSerializer.Serialize(task)])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                };
                var member = Process.Start(start)!;
                members.Add(member);
                if (await LineAsync(member, cancellationToken) != ClusterMember.Ready)
                    throw new InvalidOperationException("A process said something else than that it is ready.");
            }

            usage.Restart();
            foreach (var member in members) await member.StandardInput.WriteLineAsync("go".AsMemory(), cancellationToken);
            foreach (var member in members)
                results.Add(JsonSerializer.Deserialize<MemberResult>(await LineAsync(member, cancellationToken))!);
            foreach (var member in members) member.StandardInput.Close();
            foreach (var member in members) await member.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        finally
        {
            foreach (var member in members)
            {
                if (!member.HasExited) member.Kill();
                member.Dispose();
            }
        }
    }

    static async Task<string> LineAsync(Process member, CancellationToken cancellationToken) =>
        await member.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken)
        ?? throw new InvalidOperationException("A process has ended.");
}
