using System.CommandLine;
using OrleansScheduling.Check;
using OrleansScheduling.Grains.Availability;

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
        var builder = CommandHost.Builder(settings);
        await using var app = builder.Build();
        var database = CommandHost.Ledger(app);
        var travel = OperatorFault.Setting(() => TravelFiles.Options(builder.Configuration).Travel());
        await database.OpenExistingAsync(cancellationToken);
        var report = await LedgerCheck.RunAsync(database, travel, app.Services.GetRequiredService<TimeProvider>(), cancellationToken);
        await output.WriteLineAsync(report.ToString());
        return report.Succeeded ? 0 : Breached;
    }
}
