using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Booking;

/// <summary>Processor time of this process and of a PostgreSQL cluster on this machine, over wall-clock time.</summary>
sealed class Usage
{
    /// <summary>Units of <c>/proc/PID/stat</c>: USER_HZ, 100 on every Linux that .NET runs on (proc(5)).</summary>
    const double TicksPerSecond = 100;

    readonly int? postmaster;
    readonly Dictionary<int, double> serverFrom = [];
    TimeSpan clientFrom;
    long started;

    Usage(int? postmaster) => this.postmaster = postmaster;

    public static async Task<Usage> StartAsync(PrivatePostgreSql? cluster, CancellationToken cancellationToken)
    {
        var usage = new Usage(cluster is null ? null : await PostmasterAsync(cluster, cancellationToken));
        usage.Restart();
        return usage;
    }

    /// <summary>The parent of every backend; null where processes cannot be looked at.</summary>
    public static async Task<int?> PostmasterAsync(PrivatePostgreSql cluster, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) return null;
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString("postgres"));
        await using var command = source.CreateCommand("SELECT pg_backend_pid()");
        return Stat((int)(await command.ExecuteScalarAsync(cancellationToken))!)?.Parent;
    }

    /// <summary>Processor time of a process and of those that it started, those that have ended included. Linux only.</summary>
    public static double SecondsOf(int process)
    {
        var own = Stat(process);
        var sum = own is { } found ? found.Seconds + found.EndedSeconds : 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && Stat(id) is { } stat
                && stat.Parent == process) sum += stat.Seconds;
        }

        return sum;
    }

    public void Restart()
    {
        serverFrom.Clear();
        foreach (var (id, seconds) in Server()) serverFrom.Add(id, seconds);
        clientFrom = Client;
        started = Stopwatch.GetTimestamp();
    }

    public Measured Stop(LoopResult loop)
    {
        var wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var server = Server().Sum(process => process.Seconds - serverFrom.GetValueOrDefault(process.Id));
        return new Measured(loop, (Client - clientFrom).TotalSeconds / wall, server / wall);
    }

    static TimeSpan Client
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.TotalProcessorTime;
        }
    }

    List<(int Id, double Seconds)> Server()
    {
        var found = new List<(int, double)>();
        if (postmaster is null) return found;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) || Stat(id) is not { } stat) continue;
            if (stat.Parent == postmaster) found.Add((id, stat.Seconds));
            // Backends that have ended are reckoned to the postmaster.
            if (id == postmaster) found.Add((id, stat.Seconds + stat.EndedSeconds));
        }

        return found;
    }

    static (int Parent, double Seconds, double EndedSeconds)? Stat(int id)
    {
        try
        {
            // Fields after the name in brackets: state, parent, …; user and system time are the 12th and 13th of them, then those of
            // children that have ended.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            double Seconds(int field) => long.Parse(fields[field], CultureInfo.InvariantCulture) / TicksPerSecond;
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), Seconds(11) + Seconds(12), Seconds(13) + Seconds(14));
        }
        catch (IOException)
        {
            // It has ended since it was listed.
            return null;
        }
    }
}
