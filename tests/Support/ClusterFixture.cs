using System.Globalization;

namespace OrleansScheduling.Testing;

/// <summary>One private cluster for all tests of a collection, started at the first use; each test takes an empty database of its
/// own.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    readonly Lazy<Task<PrivatePostgreSql>> cluster = new(() => PrivatePostgreSql.StartAsync());
    int databases;

    public Task<PrivatePostgreSql> ClusterAsync() => cluster.Value;

    /// <returns>The connection string of a new, empty database.</returns>
    public async Task<string> NewDatabaseAsync()
    {
        var number = Interlocked.Increment(ref databases);
        return await (await cluster.Value).CreateDatabaseAsync("test" + number.ToString(CultureInfo.InvariantCulture));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (cluster.IsValueCreated && cluster.Value.IsCompletedSuccessfully) await (await cluster.Value).DisposeAsync();
    }
}
