using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansScheduling.Bench;

/// <summary>One figure.</summary>
/// <param name="Ratio">Value over peer's value, where there is a peer.</param>
/// <param name="Target">What the ratio (or, without a peer, the value) is to reach or stay below.</param>
/// <param name="Met">Null where no target is set.</param>
public sealed record BenchRow(
    string Benchmark,
    string Case,
    string Metric,
    string Unit,
    double Value,
    string? Peer = null,
    double? PeerValue = null,
    double? Ratio = null,
    double? Target = null,
    bool? Met = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchRow))]
sealed partial class BenchJson : JsonSerializerContext;

/// <summary>Collects figures, and prints them for people and for programs.</summary>
public sealed class Report(string benchmark)
{
    readonly List<BenchRow> rows = [];

    public bool AllMet => rows.All(row => row.Met != false);

    /// <summary>A figure that stands alone.</summary>
    public void Add(string name, string metric, string unit, double value) => rows.Add(new BenchRow(benchmark, name, metric, unit, value));

    /// <summary>A figure that is to be at most so much.</summary>
    public void AddAtMost(string name, string metric, string unit, double value, double target) =>
        rows.Add(new BenchRow(benchmark, name, metric, unit, value, Target: target, Met: value <= target));

    /// <summary>A figure that is to be at least so many times the peer's of the same run.</summary>
    public void AddAtLeastTimes(string name, string metric, string unit, double value, string peer, double peerValue, double target)
    {
        var ratio = value / peerValue;
        rows.Add(new BenchRow(benchmark, name, metric, unit, value, peer, peerValue, ratio, target, ratio >= target));
    }

    /// <summary>A figure that is to be at most so many times the peer's of the same run.</summary>
    public void AddAtMostTimes(string name, string metric, string unit, double value, string peer, double peerValue, double target)
    {
        var ratio = value / peerValue;
        rows.Add(new BenchRow(benchmark, name, metric, unit, value, peer, peerValue, ratio, target, ratio <= target));
    }

    public void WriteTable(TextWriter to)
    {
        string[][] cells =
        [
            ["case", "metric", "value", "unit", "peer", "peer value", "ratio", "target", "met"],
            .. rows.Select(row => new[]
            {
                row.Case, row.Metric, Text(row.Value), row.Unit, row.Peer ?? "", Text(row.PeerValue), Text(row.Ratio), Text(row.Target),
                row.Met switch { true => "yes", false => "NO", null => "" },
            }),
        ];
        var widths = Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(line => line[column].Length)).ToArray();
        foreach (var line in cells)
            to.WriteLine(string.Join("  ", line.Select((cell, column) =>
                column is 2 or 5 or 6 or 7 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
    }

    public async Task WriteJsonAsync(FileInfo file, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(file.FullName, append: false);
        foreach (var row in rows) await writer.WriteLineAsync(JsonSerializer.Serialize(row, BenchJson.Default.BenchRow).AsMemory(),
            cancellationToken);
    }

    static string Text(double? value) => value switch
    {
        null => "",
        >= 100 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
