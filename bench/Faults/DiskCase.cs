using System.Diagnostics;
using Npgsql;

namespace OrleansScheduling.Bench.Faults;

/// <summary>
/// The database's disk is full to the last byte while it is booked in, and has room again later. PostgreSQL refuses what needs room, and
/// ends itself when its log has none; then it is started again, as a service manager does, as soon as there is room.
/// </summary>
sealed class DiskCase(FaultCluster cluster, DatabaseDisk disk, Report report, CancellationToken cancellationToken)
{
    const string Name = "disk";
    const double RecoverySeconds = 5;

    static readonly TimeSpan Steady = TimeSpan.FromSeconds(3);

    public async Task RunAsync(BookingLoad load, int seconds)
    {
        await Task.Delay(Steady, cancellationToken);
        disk.Fill();
        var full = Stopwatch.GetTimestamp();
        var before = load.Acknowledged.Count;
        await UseUpLogAsync();
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
        report.Add(Name, "bookings acknowledged while it was full", "", load.Acknowledged.Count(one => one.At >= full));
        report.Add(Name, "bookings acknowledged before", "", before);
        disk.Empty();
        var isDown = !cluster.Database.IsRunning;
        report.Add(Name, "the database had ended itself", "", isDown ? 1 : 0);
        if (isDown) await cluster.Database.ResumeAsync();
        var first = await load.FirstAfterAsync(Stopwatch.GetTimestamp(), cancellationToken);
        report.AddAtMost(Name, "first booking after there is room", "s", first, RecoverySeconds);
        await Task.Delay(2 * Steady, cancellationToken);
    }

    /// <summary>Segments of its log that the server has ready are written over: room for some thousand bookings without this.</summary>
    async Task UseUpLogAsync()
    {
        const int MaxMessages = 64;
        for (var message = 0; message < MaxMessages; message++)
        {
            try
            {
                // Four megabytes a message.
                await cluster.Database.ExecuteAsync("postgres", "SELECT pg_logical_emit_message(false, 'bench', repeat('x', 4194304))");
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                return;
            }
        }
    }
}
