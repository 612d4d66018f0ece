using System.Globalization;
using Orleans;

namespace OrleansScheduling.Bench.Cluster;

/// <summary>What a process of <see cref="ClusterBench"/> needs beside the service itself.</summary>
static class ClusterEngine
{
    const int MaxCallers = 256;

    /// <summary>Several silos on one machine: each takes a port that is free.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Cluster:Address"] = "127.0.0.1",
        ["Cluster:Port"] = "0",
    };

    /// <summary>Calls of the yardstick, each to one of so many grains.</summary>
    public static Func<int, Task> StateWritingCalls(IGrainFactory grains, int count)
    {
        var asked = Enumerable.Range(1, count)
            .Select(number => grains.GetGrain<IPerCallStateGrain>(number.ToString(CultureInfo.InvariantCulture))).ToArray();
        var randoms = Enumerable.Range(0, MaxCallers).Select(caller => new Random(caller)).ToArray();
        return caller => asked[randoms[caller].Next(asked.Length)].Book(caller);
    }
}
