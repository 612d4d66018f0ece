using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Import;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Commands;

/// <summary><c>import DIR [--dry-run]</c>: reads a directory of CSV files into the ledger that the settings name.</summary>
static class ImportCommand
{
    /// <summary>Some of the files were refused; what was wrong has been printed.</summary>
    public const int Refused = 1;

    public static Command Create()
    {
        var directory = new Argument<DirectoryInfo>("DIR") { Description = "The directory with the CSV files." }.AcceptExistingOnly();
        var dryRun = new Option<bool>("--dry-run") { Description = "Check everything and write nothing." };
        var command = new Command("import", "Imports organisations, contracts, properties, operatives, rates and jobs from CSV files.")
        {
            directory,
            dryRun,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(directory), parsed.GetValue(dryRun), [.. parsed.UnmatchedTokens], Console.Out, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        DirectoryInfo directory, bool dryRun, string[] settings, TextWriter output, CancellationToken cancellationToken)
    {
        var builder = CommandHost.Builder(settings);
        await using var app = builder.Build();
        var database = CommandHost.Ledger(app);
        if (dryRun && !await ExistsAsync(database, cancellationToken))
            return await WithNothingAsync(scratch => RunAsync(directory, dryRun, scratch, output, cancellationToken), settings, output);
        if (!dryRun) await database.StartAsync(cancellationToken);
        var time = app.Services.GetRequiredService<TimeProvider>();
        var importer = new Importer(database.Registry, database.Ledger);
        var travel = OperatorFault.Setting(() => TravelFiles.Options(builder.Configuration).Travel());
        var options = new ImportOptions(Instant.FromDateTimeOffset(time.GetUtcNow()), dryRun) { Travel = travel };
        var report = await importer.RunAsync(directory.FullName, options, new ConsoleProgress(output), cancellationToken);
        await output.WriteAsync(ReportText.Render(report));
        return report.Succeeded ? 0 : Refused;
    }

    static async Task<bool> ExistsAsync(LedgerDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            await database.OpenExistingAsync(cancellationToken);
            return true;
        }
        catch (NoLedgerException)
        {
            return false;
        }
    }

    /// <summary>
    /// A dry run before there is a ledger is tried on an empty one, which is thrown away; where the ledger will be stays empty.
    /// </summary>
    static async Task<int> WithNothingAsync(Func<string[], Task<int>> run, string[] settings, TextWriter output)
    {
        await output.WriteLineAsync("There is no ledger yet: the files are checked as if it were empty.");
        var scratch = Directory.CreateTempSubdirectory("dry-run-");
        try
        {
            var options = new LedgerOptions { Directory = scratch.FullName };
            await using (await LedgerDatabase.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None))
            {
                return await run([.. settings, $"--Ledger:Directory={scratch.FullName}", "--ConnectionStrings:Ledger="]);
            }
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>One line a step, written where it happens, so that the lines stand in their order.</summary>
    sealed class ConsoleProgress(TextWriter output) : IProgress<ImportProgress>
    {
        /// <summary>Rows between two lines about one file.</summary>
        const int RowsALine = 5000;

        (string File, ImportStep Step, int Lines) last;

        public void Report(ImportProgress value)
        {
            var next = (value.File, value.Step, value.Rows / RowsALine);
            if (value.Step == ImportStep.Finished || next == last) return;
            last = next;
            var rows = value.Rows > 0 ? string.Create(CultureInfo.InvariantCulture, $", {value.Rows:N0} rows") : "";
            output.WriteLine($"{value.File}: {(value.Step == ImportStep.Reading ? "reading" : "writing")}{rows}");
        }
    }
}
