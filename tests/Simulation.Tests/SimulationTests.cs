using OrleansScheduling.Testing.Simulation;
using Xunit.Abstractions;

namespace OrleansScheduling.Simulation.Tests;

public sealed class SimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void Try()
    {
        var from = int.Parse(Environment.GetEnvironmentVariable("SIM_FROM") ?? "1");
        var count = int.Parse(Environment.GetEnvironmentVariable("SIM_COUNT") ?? "10");
        var told = Environment.GetEnvironmentVariable("SIM_TRACE") == "1";
        var defect = Enum.Parse<Defect>(Environment.GetEnvironmentVariable("SIM_DEFECT") ?? "None");
        var bad = 0;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var cpu = System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime;
        for (var seed = from; seed < from + count; seed++)
        {
            var outcome = World.Simulation.Run(seed, defect, told);
            if (told) File.WriteAllLines($"/tmp/sim-{seed}.txt", outcome.Trace);
            if (count < 30) output.WriteLine($"{seed}: {outcome.TraceHash:x} {outcome.Steps} {outcome.Counts}");
            if (outcome.Violations.Count > 0)
            {
                if (bad++ < 12) output.WriteLine($"{seed}: {outcome.Steps} {outcome.Counts}\n   {string.Join("\n   ", outcome.Violations.Take(4))}");
            }
        }
        output.WriteLine($"{bad} bad of {count} in {watch.Elapsed} cpu {System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime - cpu}");
        Assert.Fail("look");
    }
}
