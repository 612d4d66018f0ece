using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.GraphQL;

/// <summary>
/// 2,000 people at their boards: each watches one operative's diary by a WebSocket of its own, and each diary gets a booking every second,
/// from another process on the same database. What is measured is the time from a booking's beginning to its event at a subscriber.
/// </summary>
static class Subscribers
{
    const int Count = 2000;
    public const int Diaries = 200;
    const double P99TargetMilliseconds = 250;

    /// <summary>Changes that each subscriber gets before it counts.</summary>
    const int UncountedChanges = 3;

    const int Openers = 32;

    /// <summary>For whoever is late at the end: a change that has not come by then is lost.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    const string Query = """
        subscription ($operatives: [ID!]) {
          diaryChanged(operatives: $operatives) {
            sequence at event resync diaries { version days visits { starts ends state } removed }
          }
        }
        """;

    /// <param name="operatives">Ids of the operatives with the numbers after <see cref="FilledTown.BusyOperatives"/>.</param>
    public static async Task RunAsync(
        ServerProcess server, string connection, IReadOnlyList<string> operatives, BenchSettings settings, Report report,
        CancellationToken cancellationToken)
    {
        await using var node = await SchedulingNode.StartAsync(
            new LedgerOptions { ConnectionString = connection }, FilledTown.Town.HorizonDays, cancellationToken: cancellationToken);
        var changes = UncountedChanges + settings.Seconds;
        var begun = new long[Diaries][];
        for (var diary = 0; diary < Diaries; diary++) begun[diary] = new long[changes];
        var subscribers = new Subscriber[Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = Openers, CancellationToken = cancellationToken },
            async (number, stop) =>
            {
                var diary = number % Diaries;
                subscribers[number] = await Subscriber.OpenAsync(server, operatives[diary], begun[diary], stop);
            });
        var before = server.ProcessorSeconds;
        var started = Stopwatch.GetTimestamp();
        var reading = subscribers.Select(one => one.ReadAsync(UncountedChanges, cancellationToken)).ToList();
        await WriteAsync(node, begun, cancellationToken);
        var wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var all = (await Task.WhenAll(reading).WaitAsync(Patience, cancellationToken)).SelectMany(times => times).Order().ToArray();
        foreach (var one in subscribers) one.Dispose();
        if (all.Length != Count * settings.Seconds) throw new InvalidOperationException($"{all.Length} changes came.");
        var name = $"{Count} subscribers, a change each a second";
        report.Add(name, "changes delivered", "1/s", Count * changes / wall);
        report.Add(name, "processor, server", "cores", (server.ProcessorSeconds - before) / wall);
        report.Add(name, "latency p50", "ms", all[all.Length / 2]);
        report.AddAtMost(name, "latency p99", "ms", all[all.Length * 99 / 100], P99TargetMilliseconds);
    }

    /// <summary>Each diary its booking a second, evenly spread over it.</summary>
    static async Task WriteAsync(SchedulingNode node, long[][] begun, CancellationToken cancellationToken)
    {
        var under = new List<Task>();
        var start = Stopwatch.GetTimestamp();
        for (var change = 0; change < begun[0].Length; change++)
        {
            for (var diary = 0; diary < Diaries; diary++)
            {
                var due = TimeSpan.FromSeconds(change + ((double)diary / Diaries));
                var left = due - Stopwatch.GetElapsedTime(start);
                if (left > TimeSpan.Zero) await Task.Delay(left, cancellationToken);
                begun[diary][change] = Stopwatch.GetTimestamp();
                under.Add(FilledTown.BookAsync(
                    node.Grains, FilledTown.BusyOperatives + 1 + diary, FilledTown.FirstDay.AddDays(change % FilledTown.FullDays),
                    change / FilledTown.FullDays % 2 == 0 ? Town.Am : Town.Pm, Town.Valve, FilledTown.FirstFreeNumber + under.Count));
            }
        }

        await Task.WhenAll(under);
    }

    sealed class Subscriber : IDisposable
    {
        readonly ClientWebSocket socket = new();
        readonly byte[] buffer = new byte[16 * 1024];
        long[] begun = [];

        public static async Task<Subscriber> OpenAsync(
            ServerProcess server, string operative, long[] begun, CancellationToken cancellationToken)
        {
            var subscriber = new Subscriber { begun = begun };
            var socket = subscriber.socket;
            socket.Options.AddSubProtocol("graphql-transport-ws");
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}/graphql"), cancellationToken);
            await SendAsync(new { type = "connection_init", payload = new { Authorization = $"Bearer {server.Key}" } });
            await subscriber.ReceiveAsync(cancellationToken);
            await SendAsync(new
            {
                id = "1",
                type = "subscribe",
                payload = new { query = Query, variables = new { operatives = new[] { operative } } },
            });
            // The first event tells where the feed is.
            if ((await subscriber.ReceiveAsync(cancellationToken)).IndexOf("\"next\"", StringComparison.Ordinal) < 0)
                throw new InvalidOperationException("A subscription was refused.");
            return subscriber;

            Task SendAsync(object message) => socket.SendAsync(
                JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, cancellationToken);
        }

        /// <returns>Milliseconds from each counted booking's beginning to its event.</returns>
        public async Task<List<double>> ReadAsync(int uncounted, CancellationToken cancellationToken)
        {
            var times = new List<double>(begun.Length);
            for (var change = 0; change < begun.Length;)
            {
                var text = await ReceiveAsync(cancellationToken);
                var now = Stopwatch.GetTimestamp();
                // A mark of how far the feed has come is no change.
                if (text.Contains("\"event\":null", StringComparison.Ordinal)) continue;
                if (!text.Contains("BOOKING_MADE", StringComparison.Ordinal))
                    throw new InvalidOperationException($"Not the change that was made: {text}");
                if (change >= uncounted) times.Add(Stopwatch.GetElapsedTime(begun[change], now).TotalMilliseconds);
                change++;
            }

            return times;
        }

        async Task<string> ReceiveAsync(CancellationToken cancellationToken)
        {
            var have = 0;
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(have), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                    throw new InvalidOperationException($"The server has closed a subscriber: {socket.CloseStatusDescription}");
                have += received.Count;
                if (received.EndOfMessage) return Encoding.UTF8.GetString(buffer, 0, have);
            }
        }

        public void Dispose() => socket.Dispose();
    }
}
