using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OrleansScheduling.Bench.Faults;

/// <summary>Who holds the duties, by the database's own word.</summary>
sealed class DutyWatch(string connection) : IAsyncDisposable
{
    /// <summary>Locks of duties (not of the lists of who is ready), and the process that a session says it is of.</summary>
    const string Holders = """
        SELECT a.application_name, count(*)::int FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.classid::bigint BETWEEN 1330839553 AND 1330839567
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        GROUP BY 1
        """;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Longer than a node takes to start beside busy ones: what has not settled by then will not.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    readonly NpgsqlDataSource source = NpgsqlDataSource.Create(connection + ";Application Name=watch;Pooling=false");

    /// <returns>Duties by the id of the process that has them.</returns>
    public async Task<Dictionary<int, int>> LookAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Holders);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<int, int>();
        while (await row.ReadAsync(cancellationToken))
        {
            var words = row.GetString(0).Split(' ', '@');
            if (words.Length > 1 && int.TryParse(words[1], CultureInfo.InvariantCulture, out var process)) found[process] = row.GetInt32(1);
        }

        return found;
    }

    /// <summary>Waits until all duties are held, none of them by certain processes, and each of the others has some.</summary>
    /// <param name="holders">So many have some at least.</param>
    /// <returns>Seconds since the moment given; as long as was waited when they are not.</returns>
    public async Task<double> SettledAsync(
        long since, int duties, int holders, CancellationToken cancellationToken, params int[] without)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Longest)
        {
            try
            {
                var found = await LookAsync(cancellationToken);
                if (!without.Any(found.ContainsKey) && found.Values.Sum() == duties && found.Count >= holders)
                    return Stopwatch.GetElapsedTime(since).TotalSeconds;
            }
            catch (NpgsqlException)
            {
                // It is away; nobody has anything.
            }

            await Task.Delay(Look, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
