using System.Globalization;
using Microsoft.Extensions.Configuration;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Roads;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Availability;

/// <summary>Which lengths a process plans with: a saved network or table where there is one, the straight line otherwise.</summary>
public static class TravelFiles
{
    /// <summary>The network that is used without a setting, beside SQLite's file.</summary>
    public const string DefaultName = "roads.bin";

    /// <summary>The scheduler's settings, with the road file that stands beside the ledger where none is named.</summary>
    public static SchedulingOptions Options(IConfiguration configuration)
    {
        var options = configuration.GetSection("Scheduling").Get<SchedulingOptions>() ?? new SchedulingOptions();
        options.Validate();
        if (options.Roads.Length > 0) return options;
        var beside = DefaultPath(configuration);
        return File.Exists(beside) ? options with { Roads = beside } : options;
    }

    /// <summary>Where a network is looked for, and saved to, when no setting names it.</summary>
    public static string DefaultPath(IConfiguration configuration)
    {
        var ledger = configuration.GetSection("Ledger").Get<LedgerOptions>() ?? new LedgerOptions();
        return Path.Combine(ledger.Directory, DefaultName);
    }

    /// <exception cref="InvalidDataException">The file that the setting names is missing or damaged.</exception>
    public static ITravel Load(string path, StraightLineTravel fallback)
    {
        if (!File.Exists(path)) throw new InvalidDataException($"Scheduling:Roads names {path}, and there is no such file.");
        using var file = File.OpenRead(path);
        try
        {
            var beginning = new byte[8];
            var read = file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
            file.Position = 0;
            return TravelTable.IsMarked(beginning.AsSpan(0, read))
                ? new TableTravel(TravelTable.Read(file), fallback)
                : new RoadTravel(RoadNetworkFile.Read(file), fallback);
        }
        catch (InvalidDataException damaged)
        {
            throw new InvalidDataException($"{path}: {damaged.Message}", damaged);
        }
    }

    /// <summary>For the log and for the health report.</summary>
    public static string Describe(ITravel travel) => travel switch
    {
        RoadTravel roads => string.Create(
            CultureInfo.InvariantCulture, $"a road network of {roads.Map.Kilometres:N0} km, {roads.Map.SegmentCount:N0} segments"),
        TableTravel table => string.Create(CultureInfo.InvariantCulture, $"a table of {table.PlaceCount:N0} places"),
        _ => "the straight line × a road factor",
    };
}
