using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Grains.Tests;

/// <summary>An empty database of one test's own; several hosts may stand on it.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    public abstract LedgerOptions Options { get; }

    public abstract ValueTask DisposeAsync();
}

sealed class SqliteTestDatabase : TestDatabase
{
    readonly string directory = Directory.CreateTempSubdirectory("osl-grains-").FullName;

    public override LedgerOptions Options => new() { Directory = directory };

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}

sealed class PostgreSqlTestDatabase(string connectionString) : TestDatabase
{
    public override LedgerOptions Options => new() { ConnectionString = connectionString };

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The tests that share one private PostgreSQL cluster.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<ClusterFixture>
{
    public const string Name = "PostgreSQL cluster";
}
