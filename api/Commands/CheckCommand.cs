using System.CommandLine;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Check;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Commands;

/// <summary><c>check</c>: reads the whole ledger that the settings name and proves its invariants. It changes nothing.</summary>
static class CheckCommand
{
    /// <summary>Something that may never be was found; the report names it.</summary>
    public const int Breached = 1;

    public static Command Create()
    {
        var command = new Command(
            "check", "Reads the whole ledger and proves that no promise is broken. Changes nothing; may run beside live work.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync([.. parsed.UnmatchedTokens], Console.Out, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(string[] settings, TextWriter output, CancellationToken cancellationToken)
    {
        var builder = DeskHost.SettingsBuilder(settings);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddLedger(builder.Configuration);
        await using var app = builder.Build();
        var database = app.Services.GetRequiredService<LedgerDatabase>();
        await database.StartAsync(cancellationToken);
        var travel = TravelFiles.Options(builder.Configuration).Travel();
        var report = await LedgerCheck.RunAsync(database, travel, cancellationToken);
        await output.WriteLineAsync(report.ToString());
        return report.Succeeded ? 0 : Breached;
    }
}
