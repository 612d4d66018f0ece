using System.Globalization;
using System.Net;
using Npgsql;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Faults;

/// <summary>A ledger with the schema that another version's own program makes, and the rows of a ledger of this version.</summary>
static class PreviousVersion
{
    const string Name = "faults_before";

    /// <summary>Tables that the steps of a schema fill themselves, and that are about the schema or the server.</summary>
    static readonly string[] OfTheSchema = ["schema_version", "feed_origin", "orleansquery"];

    const string ForgetFirstStart = "TRUNCATE registry_version, grain_state, reminder";

    const string SchemaStep = "SELECT max(number) FROM schema_version";

    /// <param name="filled">The database that has the rows.</param>
    /// <param name="published">The other version's program, published into a directory.</param>
    /// <returns>The connection string of the other database.</returns>
    /// <exception cref="InvalidOperationException">The other version has no place for one of the rows.</exception>
    public static async Task<string> LedgerAsync(
        PrivatePostgreSql database, string filled, DirectoryInfo published, string directory, CancellationToken cancellationToken)
    {
        var connection = await database.CreateDatabaseAsync(Name) + FaultCluster.PoolSize;
        await using (var first = new NodeProcess("the other version", connection, directory, IPAddress.Loopback, NodeProcess.FreePort()))
        {
            first.Published = published.FullName;
            await first.StartAsync(cancellationToken);
            await first.TerminateAsync();
        }

        await database.ExecuteAsync(Name, ForgetFirstStart);
        await database.RestoreAsync(Name, await database.DumpRowsAsync(filled, OfTheSchema));
        return connection;
    }

    /// <summary>At which step the schema stands.</summary>
    public static async Task<int> StepAsync(string connection, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connection + ";Pooling=false");
        await using var command = source.CreateCommand(SchemaStep);
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
