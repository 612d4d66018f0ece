using System.CommandLine;
using System.Globalization;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Import.Roads;
using OrleansScheduling.Planning.Roads;

namespace OrleansScheduling.Api.Commands;

/// <summary>
/// <c>roads FILE [--out FILE] [--speed CLASS=KMH]</c>: turns OpenStreetMap data into the network that travel is reckoned along.
/// </summary>
static class RoadsCommand
{
    /// <summary>The file was refused; what is wrong has been printed, and the network that was there is as it was.</summary>
    public const int Refused = 1;

    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "Roads as .geojson or .osm.pbf." };
        var saveAs = new Option<FileInfo?>("--out") { Description = "Where the network is saved; by default roads.bin beside the ledger." };
        var speed = new Option<string[]>("--speed")
        {
            Description = "A road class and its speed by day in km/h, such as residential=24; may be given for each class.",
        };
        var command = new Command(
            "roads", "Reads a road network of OpenStreetMap and saves it for the scheduler, which uses it from its next start on.")
        {
            file,
            saveAs,
            speed,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(
            parsed.GetRequiredValue(file), parsed.GetValue(saveAs), parsed.GetValue(speed) ?? [], [.. parsed.UnmatchedTokens], Console.Out,
            cancellationToken)));
        return command;
    }

    public static int Run(
        FileInfo file, FileInfo? saveAs, string[] speeds, string[] settings, TextWriter output, CancellationToken cancellationToken)
    {
        if (SpeedsOf(speeds, output) is not { } byClass) return DeskCommand.UsageError;
        var path = saveAs?.FullName ?? TravelFiles.DefaultPath(CommandHost.Builder(settings).Configuration);
        var report = RoadImport.Run(file.FullName, path, byClass, new ConsoleProgress(output), cancellationToken);
        output.Write(report.Render());
        if (!report.Succeeded) return Refused;
        output.WriteLine(Saved(path));
        return 0;
    }

    public static string Saved(string path) =>
        $"Saved as {path}. Processes use it from their next start on; run check before, if days are planned already.";

    static RoadSpeeds? SpeedsOf(string[] entries, TextWriter output)
    {
        var speeds = RoadSpeeds.All.ToDictionary(kind => kind, kind => RoadSpeeds.Default[kind]);
        foreach (var entry in entries)
        {
            var parts = entry.Split('=');
            if (parts.Length == 2
                && Enum.TryParse<RoadClass>(parts[0].Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var kind)
                && speeds.ContainsKey(kind)
                && double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                && value is >= RoadSpeeds.Least and <= RoadSpeeds.Most)
            {
                speeds[kind] = value;
                continue;
            }

            output.WriteLine(
                $"--speed '{entry}': a class of {string.Join(", ", RoadSpeeds.All).ToLowerInvariant()}, an equals sign, and "
                + $"{RoadSpeeds.Least} to {RoadSpeeds.Most} km/h.");
            return null;
        }

        return new RoadSpeeds(speeds);
    }

    /// <summary>A line for each tenth of each step.</summary>
    sealed class ConsoleProgress(TextWriter output) : IProgress<RoadImportProgress>
    {
        const int Parts = 10;

        (RoadImportStep Step, long Part) last;

        public void Report(RoadImportProgress value)
        {
            var next = (value.Step, value.Of == 0 ? 0 : value.Done * Parts / value.Of);
            if (next == last) return;
            last = next;
            var what = value.Step switch
            {
                RoadImportStep.Reading => "reading",
                RoadImportStep.Contracting => "ordering junctions",
                _ => "writing",
            };
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {100 * value.Done / Math.Max(1, value.Of)} %"));
        }
    }
}
