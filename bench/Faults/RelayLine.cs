using System.Net;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Faults;

/// <summary>A relay that holds back what is under way, and closes new connections.</summary>
sealed class RelayLine(FaultCluster cluster) : ILine
{
    readonly Relay relay = new(cluster.Database.Port);

    public Task CutAsync(bool to, bool from)
    {
        relay.Cut(to, from);
        return Task.CompletedTask;
    }

    public Task HealAsync()
    {
        relay.Heal();
        return Task.CompletedTask;
    }

    public string? NodeAddress => null;

    public NodeProcess NewNode(string name, FaultCluster cluster) => new(
        name, cluster.Connection.Replace($"Port={cluster.Database.Port}", $"Port={relay.Port}", StringComparison.Ordinal),
        cluster.Directory, IPAddress.Loopback, NodeProcess.FreePort());

    public ValueTask DisposeAsync() => relay.DisposeAsync();
}
