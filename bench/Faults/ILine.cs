namespace OrleansScheduling.Bench.Faults;

/// <summary>What lies between one node and the database, and can be cut.</summary>
interface ILine : IAsyncDisposable
{
    /// <param name="to">The direction to the database.</param>
    /// <param name="from">The direction from it.</param>
    Task CutAsync(bool to, bool from);

    Task HealAsync();

    /// <summary>Where the database sees these nodes; null: it sees what stands between, which lives on when they die.</summary>
    string? NodeAddress { get; }

    /// <summary>A node whose connections to the database take this way.</summary>
    NodeProcess NewNode(string name, FaultCluster cluster);
}
