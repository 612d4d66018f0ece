using System.CommandLine;
using System.Globalization;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Import.Roads;
using OrleansScheduling.Import.Roads.Osrm;

namespace OrleansScheduling.Api.Commands;

/// <summary>
/// <c>travel-table DIR --osrm URL [--out FILE]</c>: asks an OSRM server for the times between all places of an import directory.
/// </summary>
static class TravelTableCommand
{
    /// <summary>Nothing was written; why not has been printed.</summary>
    public const int Refused = 1;

    public static Command Create()
    {
        var directory = new Argument<DirectoryInfo>("DIR") { Description = "A directory with properties.csv and operatives.csv." };
        var server = new Option<Uri>("--osrm")
        {
            Description = "The OSRM server's address, such as http://localhost:5000/.",
            Required = true,
        };
        var saveAs = new Option<FileInfo?>("--out") { Description = "Where the table is saved; by default roads.bin beside the ledger." };
        var command = new Command(
            "travel-table", "Asks an OSRM server for driving times between all places, and saves them for the scheduler's next start.")
        {
            directory,
            server,
            saveAs,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = parsed.GetRequiredValue(server);
            using var http = new HttpClient
            {
                BaseAddress = new Uri(address.ToString().TrimEnd('/') + "/"),
                // Each request has its own patience.
                Timeout = Timeout.InfiniteTimeSpan,
            };
            var path = parsed.GetValue(saveAs)?.FullName
                ?? TravelFiles.DefaultPath(CommandHost.Builder([.. parsed.UnmatchedTokens]).Configuration);
            return await RunAsync(
                parsed.GetRequiredValue(directory), new OsrmTable(http, TimeProvider.System), path, Console.Out, cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(
        DirectoryInfo directory, OsrmTable osrm, string path, TextWriter output, CancellationToken cancellationToken)
    {
        var (places, errors) = ImportedPlaces.Read(directory.FullName);
        foreach (var error in errors) await output.WriteLineAsync(error.ToString());
        if (errors.Count > 0) return Refused;
        var answer = await osrm.ReadAsync(places, new ConsoleProgress(output), cancellationToken);
        if (answer.Table is null)
        {
            await output.WriteLineAsync($"No table was made, nothing was changed: {answer.Fault}");
            return Refused;
        }

        RoadImport.Save(answer.Table.Write, path);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{places.Count:N0} places, {answer.Legs:N0} legs in {answer.Requests:N0} requests, {answer.Retries:N0} of them repeated."));
        if (answer.Missing > 0)
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{answer.Missing:N0} legs were not given and go by the straight line."));
        await output.WriteLineAsync(RoadsCommand.Saved(path));
        return 0;
    }

    /// <summary>A line for each tenth.</summary>
    sealed class ConsoleProgress(TextWriter output) : IProgress<(long Done, long Of)>
    {
        long last;

        public void Report((long Done, long Of) value)
        {
            var part = value.Done * 10 / value.Of;
            if (part == last) return;
            last = part;
            output.WriteLine($"asking: {part * 10} %");
        }
    }
}
