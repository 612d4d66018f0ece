using System.CommandLine;
using System.Text.Json;
using OrleansScheduling.Bench.Booking;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Cluster;

/// <summary>What one process of a cluster is told to do.</summary>
/// <param name="Share">Which of them it is, from 0.</param>
/// <param name="PerCallState">Not bookings, but the yardstick.</param>
sealed record MemberTask(
    string ConnectionString, int Diaries, int Share, int Shares, int Callers, int WarmUpSeconds, int Seconds, bool PerCallState);

/// <param name="Times">How long each call took, in ticks.</param>
/// <param name="Booked">Bookings answered with a receipt, those of the warm-up too.</param>
/// <param name="ProcessorSeconds">From the warm-up's beginning to the end.</param>
sealed record MemberResult(IReadOnlyList<long> Times, long Booked, double ProcessorSeconds);

/// <summary>
/// One process of a cluster, with callers of its own: it says that it is ready, waits for a line, makes its calls, and says how long they
/// took.
/// </summary>
static class ClusterMember
{
    public const string Name = "cluster-member";

    public const string Ready = "ready";

    public static Command Command()
    {
        var task = new Argument<string>("task") { Description = "What to do, as JSON." };
        var command = new Command(Name, "One process of bench cluster.") { task };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(JsonSerializer.Deserialize<MemberTask>(parsed.GetValue(task)!)!, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(MemberTask task, CancellationToken cancellationToken)
    {
        var town = new Town(task.Diaries);
        await using var node = await SchedulingNode.StartAsync(
            new LedgerOptions { ConnectionString = task.ConnectionString }, town.HorizonDays,
            settings: ClusterEngine.Settings, cancellationToken: cancellationToken);
        var bookings = new BookingCall(node.Grains, town, task.Share, task.Shares);
        Func<int, Task> call = task.PerCallState
            ? ClusterEngine.StateWritingCalls(node.Grains, task.Diaries) : caller => BookingCall.Book(bookings, caller);
        if (!task.PerCallState) await bookings.OpenDiariesAsync();
        await Console.Out.WriteLineAsync(Ready);
        if (await Console.In.ReadLineAsync(cancellationToken) is null) return 1;
        var before = Environment.CpuUsage.TotalTime;
        var times = await ClosedLoop.TimesAsync(
            task.Callers, TimeSpan.FromSeconds(task.WarmUpSeconds), TimeSpan.FromSeconds(task.Seconds), call, cancellationToken);
        var spent = Environment.CpuUsage.TotalTime - before;
        await Console.Out.WriteLineAsync(
            JsonSerializer.Serialize(new MemberResult(times, bookings.Booked, spent.TotalSeconds)));
        // The others may still be booking in diaries that live here.
        await Console.In.ReadLineAsync(cancellationToken);
        return 0;
    }
}
