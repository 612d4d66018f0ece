using System.Diagnostics;

namespace OrleansScheduling.Bench.Faults;

/// <summary>
/// Memory and latency by the minute, and how steeply they rise: a straight line through the minutes after the first three, in which code is
/// still compiled, caches fill, and the first grains reach the age at which idle ones are ended.
/// </summary>
sealed class SoakCase(FaultCluster cluster, Report report, CancellationToken cancellationToken)
{
    const string Name = "soak";

    /// <summary>What a line may rise in ten minutes, as a part of where it begins: below it the machine's own moods decide.</summary>
    const double FlatShare = 0.10;

    const double SlopeMinutes = 10;

    const int WarmMinutes = 3;

    const double BytesPerMegabyte = 1024 * 1024;

    public async Task RunAsync(BookingLoad load, int minutes)
    {
        var memory = new List<double>();
        for (var minute = 1; minute <= minutes; minute++)
        {
            var left = TimeSpan.FromMinutes(minute) - Stopwatch.GetElapsedTime(load.Begun);
            if (left > TimeSpan.Zero) await Task.Delay(left, cancellationToken);
            memory.Add(cluster.All.Sum(node => node.ResidentBytes) / BytesPerMegabyte);
        }

        await load.EndAsync();
        var p99 = Enumerable.Range(0, minutes).Select(minute => Percentile99(load, minute)).ToList();
        for (var minute = 0; minute < minutes; minute++)
        {
            report.Add(Name, $"memory of all nodes, minute {minute + 1}", "MB", memory[minute]);
            report.Add(Name, $"latency p99, minute {minute + 1}", "ms", p99[minute]);
        }

        AddSlope("memory", "MB", memory);
        AddSlope("latency p99", "ms", p99);
        report.Add(Name, "bookings acknowledged", "", load.Acknowledged.Count);
        report.Add(Name, "bookings given back", "", load.Cancelled);
        await load.AddAnswersAsync(report, Name, cluster.Connection, cancellationToken);
        (await Proof.OfAsync(cluster.Connection, load.Acknowledged, cancellationToken)).AddTo(report, Name);
    }

    static double Percentile99(BookingLoad load, int minute)
    {
        var times = load.Acknowledged
            .Where(one => (int)Stopwatch.GetElapsedTime(load.Begun, one.At).TotalMinutes == minute)
            .Select(one => one.Milliseconds).Order().ToArray();
        return times.Length == 0 ? double.NaN : times[(int)(times.Length * 0.99)];
    }

    void AddSlope(string what, string unit, List<double> byMinute)
    {
        var counted = byMinute.Skip(WarmMinutes).ToList();
        // A line needs two points, and says something from some more on.
        if (counted.Count < 3) return;
        var (middle, mean) = ((counted.Count - 1) / 2.0, counted.Average());
        var slope = counted.Select((value, minute) => (minute - middle) * (value - mean)).Sum()
            / counted.Select((_, minute) => (minute - middle) * (minute - middle)).Sum();
        var first = mean - (slope * middle);
        report.Add(Name, $"{what}: slope", $"{unit}/min", slope);
        report.AddAtMost(
            Name, $"{what}: rise in {SlopeMinutes:0} minutes, over where it begins", "", slope * SlopeMinutes / first, FlatShare);
    }
}
