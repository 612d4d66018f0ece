using System.Data;
using Npgsql;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>A connection with the one statement that it carries, and the arrays that the statement is written from.</summary>
sealed class CommitLine(NpgsqlDataSource source)
{
    NpgsqlConnection? connection;
    NpgsqlCommand? command;

    public CommitArrays Arrays { get; } = new();

    public bool IsBroken => connection is { FullState: not ConnectionState.Open };

    /// <summary>Writes what is in the arrays.</summary>
    /// <returns>Where the first entry stands in the feed, less one.</returns>
    public async Task<long> WriteAsync(CancellationToken stop)
    {
        if (command is null)
        {
            connection = await source.OpenConnectionAsync(stop);
            command = Arrays.CreateCommand(connection);
            await command.PrepareAsync(stop);
        }

        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    public async Task DropAsync()
    {
        if (command is not null)
        {
            command.Parameters.Clear();
            await command.DisposeAsync();
        }

        if (connection is not null) await connection.DisposeAsync();
        command = null;
        connection = null;
    }
}
