using System.Diagnostics;
using Npgsql;

namespace OrleansScheduling.Bench.Faults;

/// <summary>How many sessions the database has for its callers, looked at each second until the token is cancelled.</summary>
sealed class SessionWatch(string connection)
{
    static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>Of all processes together, this watch among them.</summary>
    public int Most { get; private set; }

    /// <summary>What it had when it was looked at last.</summary>
    public int Last { get; private set; }

    public async Task RunAsync(CancellationToken ending)
    {
        await using var source = Source();
        await using var sessions = await source.OpenConnectionAsync(CancellationToken.None);
        await using var count = sessions.CreateCommand();
        count.CommandText = "SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend'";
        while (!ending.IsCancellationRequested)
        {
            Last = (int)(await count.ExecuteScalarAsync(CancellationToken.None))!;
            Most = Math.Max(Most, Last);
            await Task.Delay(Between, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until the database has no session left of those who call from an address.</summary>
    /// <returns>How many it had, and seconds until it had none; as long as was waited when it still has some.</returns>
    public async Task<(int Sessions, double Seconds)> UntilGoneAsync(string address, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await using var source = Source();
        await using var sessions = await source.OpenConnectionAsync(cancellationToken);
        await using var count = sessions.CreateCommand();
        count.CommandText = "SELECT count(*)::int FROM pg_stat_activity WHERE client_addr = $1::inet";
        count.Parameters.AddWithValue(address);
        int? first = null;
        while (true)
        {
            var left = (int)(await count.ExecuteScalarAsync(cancellationToken))!;
            first ??= left;
            if (left == 0 || Stopwatch.GetElapsedTime(began) > patience) return (first.Value, Stopwatch.GetElapsedTime(began).TotalSeconds);
            await Task.Delay(Between, cancellationToken);
        }
    }

    NpgsqlDataSource Source() => NpgsqlDataSource.Create(connection + ";Application Name=sessions;Pooling=false");
}
