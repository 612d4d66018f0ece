using System.CommandLine;

namespace OrleansScheduling.Bench;

/// <param name="Seconds">How long each case is measured, after a warm-up.</param>
public sealed record BenchSettings(int Seconds);

/// <summary>Makes a command with the options that all benchmarks share; its exit code is 1 when a target is not met.</summary>
public static class BenchCommand
{
    public static Command Of(string name, string description, Func<BenchSettings, Report, CancellationToken, Task> run)
    {
        var seconds = new Option<int>("--seconds") { Description = "Seconds that each case is measured.", DefaultValueFactory = _ => 10 };
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 600) result.AddError("--seconds is between 1 and 600.");
        });
        var json = new Option<FileInfo?>("--json") { Description = "A file for the results, a JSON object a line." };
        var command = new Command(name, description) { seconds, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = new Report(name);
            await run(new BenchSettings(parsed.GetValue(seconds)), report, cancellationToken);
            report.WriteTable(Console.Out);
            if (parsed.GetValue(json) is { } file) await report.WriteJsonAsync(file, cancellationToken);
            return report.AllMet ? 0 : 1;
        });
        return command;
    }
}
