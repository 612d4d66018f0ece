using System.Diagnostics;
using Npgsql;

namespace OrleansScheduling.Bench.Faults;

/// <summary>
/// 2,000 live boards, half by GraphQL and half by SignalR, while bookings go on: a node is killed, and its boards come back at the others
/// after the last sequence that they have seen.
/// </summary>
/// <param name="areTogether">Whether all boards are at the node that is killed first; otherwise each is at one of three.</param>
sealed class BoardsCase(FaultCluster cluster, int seed, bool areTogether, Report report, CancellationToken cancellationToken)
{
    string Name => areTogether ? "boards, all at one node" : "boards";

    const int Count = 2000;
    const double ConvergedSeconds = 5;

    /// <summary>Diaries that a board by SignalR shows; one by GraphQL shows one.</summary>
    const int Shown = 10;

    const int Openers = 16;
    const int CapacitySeconds = 8;

    /// <summary>Beyond it boards have not come back, and the case tells so.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly TimeSpan Steady = TimeSpan.FromSeconds(4);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    const string DiaryVersions = "SELECT operative_id, version FROM diary";

    readonly Random random = new(seed);

    /// <param name="load">Begins so many bookings a second.</param>
    /// <param name="share">Of what the cluster can do with the boards open: each booking is shown on twenty-seven of them.</param>
    /// <param name="seconds">At least; the last node that is killed is waited for.</param>
    public async Task RunAsync(Func<string, double, BookingLoad> load, double share, int seconds)
    {
        var boards = await NewBoardsAsync();
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var opened = Stopwatch.GetTimestamp();
        using var room = new SemaphoreSlim(Openers);
        var running = boards.Select(board => OpenAsync(board, room, closing.Token)).ToList();
        try
        {
            await UntilAsync(() => boards.All(board => board.CaughtUp != 0));
            report.Add(Name, "boards open after", "s", Stopwatch.GetElapsedTime(opened).TotalSeconds);
            var capacity = await cluster.CapacityAsync(CapacitySeconds, cancellationToken);
            await CatchUpAsync(boards);
            report.Add(Name, "capacity of three nodes with the boards open", "bookings/s", capacity);
            var bookings = load(Name, capacity * share);
            var (started, times, lost) = (Stopwatch.GetTimestamp(), new List<(double Back, double All)>(), 0);
            do
            {
                await Task.Delay(Steady, cancellationToken);
                var node = cluster.All.Where(node => node.IsUp).MaxBy(node => boards.Count(board => board.Node == node))!;
                var its = boards.Where(board => board.Node == node).ToList();
                lost += its.Count;
                var killed = Stopwatch.GetTimestamp();
                await node.KillAsync();
                times.Add(await ConvergeAsync(boards, its, killed));
                await node.StartAsync(cancellationToken);
            }
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds);
            await bookings.EndAsync();
            await TellAsync(boards, bookings, times, lost);
        }
        finally
        {
            await closing.CancelAsync();
            await Task.WhenAll(running);
        }

        await cluster.SettledAsync(cancellationToken);
    }

    /// <summary>First the node's boards are told that nothing is missing; then everybody has seen what there is.</summary>
    async Task<(double Back, double All)> ConvergeAsync(List<Board> boards, List<Board> its, long killed)
    {
        await UntilAsync(() => its.All(board => board.CaughtUp > killed));
        var back = its.Count == 0 ? 0 : Stopwatch.GetElapsedTime(killed, its.Max(board => board.CaughtUp)).TotalSeconds;
        await CatchUpAsync(boards);
        return (back, Stopwatch.GetElapsedTime(killed).TotalSeconds);
    }

    /// <summary>Returns when all boards have seen what there is now.</summary>
    async Task<Dictionary<int, long>> CatchUpAsync(List<Board> boards)
    {
        var head = await VersionsAsync();
        await UntilAsync(() => boards.All(board => board.HasSeen(head)));
        return head;
    }

    async Task TellAsync(List<Board> boards, BookingLoad bookings, List<(double Back, double All)> times, int lost)
    {
        var head = await CatchUpAsync(boards);
        report.Add(Name, "times a node was killed", "", times.Count);
        report.Add(Name, "boards that lost their node", "", lost);
        report.Add(Name, "its boards back, longest", "s", times.Max(one => one.Back));
        report.AddAtMost(Name, "all boards have seen all there is, longest", "s", times.Max(one => one.All), ConvergedSeconds);
        report.AddAtMost(Name, "changes missed, by the diaries' versions", "",
            boards.Sum(board => board.Missed) + boards.Count(board => !board.HasSeen(head)), 0);
        report.AddAtMost(Name, "changes shown twice", "", boards.Sum(board => board.Repeated), 0);
        report.AddAtMost(Name, "boards that had to load anew", "", boards.Sum(board => board.Resyncs), 0);
        report.Add(Name, "tries that were refused", "", boards.Sum(board => board.FailedTries));
        foreach (var group in boards.Where(board => board.FailedTries > 0).GroupBy(board => board.LastFailure)
            .OrderByDescending(group => group.Count()).Take(3))
            await Console.Error.WriteLineAsync($"{Name}: {group.Count()} boards: {group.Key}");
        report.Add(Name, "changes shown", "", boards.Sum(board => board.Changes));
        report.Add(Name, "bookings acknowledged", "", bookings.Acknowledged.Count);
        await bookings.AddAnswersAsync(report, Name, cluster.Connection, cancellationToken);
        (await Proof.OfAsync(cluster.Connection, bookings.Acknowledged, cancellationToken)).AddTo(report, Name);
    }

    async Task<List<Board>> NewBoardsAsync()
    {
        var ids = await cluster.OperativeIdsAsync(cancellationToken);
        var versions = await VersionsAsync();
        return
        [
            .. Enumerable.Range(0, Count).Select(number => number % 2 == 0
                ? NewBoard(BoardKind.GraphQL, [1 + (number / 2 % FaultCluster.Operatives)], number)
                : NewBoard(
                    BoardKind.SignalR,
                    [.. Enumerable.Range(0, Shown).Select(one => 1 + ((number / 2 * Shown) + one) % FaultCluster.Operatives)], number)),
        ];

        Board NewBoard(BoardKind kind, int[] operatives, int number) => new(
            kind, cluster.ApiKey, cluster.All, areTogether ? cluster.All[0] : null, operatives,
            [.. operatives.Select(one => kind == BoardKind.GraphQL ? ids[one] : $"{one}")], versions, random.Next());
    }

    /// <summary>Not all at once at the very beginning.</summary>
    static async Task OpenAsync(Board board, SemaphoreSlim room, CancellationToken closing)
    {
        await room.WaitAsync(CancellationToken.None);
        var running = board.RunAsync(closing);
        while (board.CaughtUp == 0 && !running.IsCompleted) await Task.WhenAny(running, Task.Delay(Look, CancellationToken.None));
        room.Release();
        await running;
    }

    async Task<Dictionary<int, long>> VersionsAsync()
    {
        await using var source = NpgsqlDataSource.Create(cluster.Connection + ";Pooling=false");
        await using var command = source.CreateCommand(DiaryVersions);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var versions = new Dictionary<int, long>();
        while (await row.ReadAsync(cancellationToken)) versions[row.GetInt32(0)] = row.GetInt64(1);
        return versions;
    }

    async Task UntilAsync(Func<bool> isSo)
    {
        var started = Stopwatch.GetTimestamp();
        while (!isSo() && Stopwatch.GetElapsedTime(started) < Patience) await Task.Delay(Look, cancellationToken);
    }
}
