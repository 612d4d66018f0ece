using Orleans;

namespace OrleansScheduling.Bench.Cluster;

/// <summary>What a process of <see cref="ClusterBench"/> needs beside the service itself; with the embedded engine nothing.</summary>
static class ClusterEngine
{
    /// <summary>Processes with this engine meet in the ledger and nowhere else.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>();

    public static Func<int, Task> StateWritingCalls(IGrainFactory grains, int count) => throw new NotSupportedException(
        $"The yardstick, {count} grains with state, needs the cluster's engine, not {grains.GetType().Name}: -p:GrainEngine=orleans.");
}
