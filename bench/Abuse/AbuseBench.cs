using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.Bench.Abuse;

/// <summary>
/// How long it takes to refuse what is sent to make a server fall over, in process, and what is left of it in memory. The schema is the
/// API's, without resolvers: nothing in the corpus gets as far as one. The target is for processor time, since each refusal is the work
/// of one thread from its first byte to its last, and on a shared machine the clock on the wall measures the neighbours.
/// </summary>
static partial class AbuseBench
{
    const double RejectionMillisecondsMax = 5;

    /// <summary>Caches are bounded; what they may still hold of the corpus is far below it.</summary>
    const double GrowthMegabytesMax = 8;

    const double BytesInMegabyte = 1024 * 1024;

    public static async Task RunAsync(BenchSettings settings, Report report, CancellationToken cancellationToken)
    {
        var sdl = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Abuse", "schema.graphql"), cancellationToken);
        var options = new GraphQLOptions();
        var engine = new GraphQLEngine(SdlSchema.Build(sdl), options, TimeProvider.System);
        var services = new ServiceCollection().BuildServiceProvider();
        // What resolvers refuse is looked at by the tests, which have them.
        var corpus = new List<Attack>();
        foreach (var attack in AbuseCorpus.All)
        {
            if (await SendAsync(attack) is ExecutionResult { Kind: ResultKind.RequestError }) corpus.Add(attack);
        }

        foreach (var attack in corpus)
            for (var i = 0; i < 20; i++) await SendAsync(attack);
        var before = Memory();
        var times = corpus.ToDictionary(attack => attack.Name, _ => new List<(double Wall, double Processor)>());
        var end = Stopwatch.GetTimestamp() + (settings.Seconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end)
        {
            foreach (var attack in corpus)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (wall, processor) = (Stopwatch.GetTimestamp(), ProcessorMilliseconds());
                // It is over when the call returns: nothing of a refusal is awaited.
                var refusal = SendAsync(attack);
                if (!refusal.IsCompleted) throw new InvalidOperationException($"{attack.Name} went on elsewhere.");
                times[attack.Name].Add((Stopwatch.GetElapsedTime(wall).TotalMilliseconds, ProcessorMilliseconds() - processor));
            }
        }

        foreach (var (name, taken) in times) report.Add(name, "processor time, p99", "ms", At(taken.Select(one => one.Processor), 0.99));
        var all = times.Values.SelectMany(taken => taken).ToList();
        report.Add("corpus", "documents", "", corpus.Count);
        report.Add("corpus", "refusals", "", all.Count);
        report.Add("corpus", "wall clock, p99", "ms", At(all.Select(one => one.Wall), 0.99));
        report.AddAtMost(
            "corpus", "processor time, p99", "ms", At(all.Select(one => one.Processor), 0.99), RejectionMillisecondsMax);
        report.Add("corpus", "memory before", "MB", before / BytesInMegabyte);
        report.AddAtMost("corpus", "memory grown by", "MB", (Memory() - before) / BytesInMegabyte, GrowthMegabytesMax);

        ValueTask<GraphQLResult> SendAsync(Attack attack) => engine.ExecuteAsync(
            new GraphQLRequest { Query = attack.Query, Variables = VariablesOf(attack) }, services, null, cancellationToken);
    }

    static JsonElement VariablesOf(Attack attack) =>
        attack.Variables is { } text ? JsonSerializer.Deserialize<JsonElement>(text) : default;

    static long Memory() => GC.GetTotalMemory(forceFullCollection: true);

    static double At(IEnumerable<double> times, double share)
    {
        var all = times.Order().ToArray();
        return all[(int)Math.Min(all.Length - 1, all.Length * share)];
    }

    /// <summary>What this thread has used of a processor; where that can't be had, the clock on the wall.</summary>
    static double ProcessorMilliseconds()
    {
        const int ThreadProcessorTime = 3;
        if (!OperatingSystem.IsLinux() || ClockGetTime(ThreadProcessorTime, out var time) != 0)
            return Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;
        return (time.Seconds * 1000.0) + (time.Nanoseconds / 1e6);
    }

    /// <summary>As in time.h, on machines of 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);
}
