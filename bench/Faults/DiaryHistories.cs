using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansScheduling.Bench.GraphQL;
using OrleansScheduling.Check.Linearizability;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Bench.Faults;

/// <summary>
/// What callers did with each diary and saw of it, in real time: bookings with the moments of their calls, and whole diaries as nodes
/// showed them. Of the order in which the feed has entries nothing is used but what was there before the case began.
/// </summary>
sealed class DiaryHistories(FaultCluster cluster, int seed)
{
    const int Days = 62;

    /// <summary>Diaries that are looked at: of all of them each would be seen too seldom.</summary>
    const int Watched = 40;

    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    static readonly string From = FilledTown.Today.ToString("O", CultureInfo.InvariantCulture);

    const string Question = """
        query ($operative: ID!, $from: Date!, $days: Int!) {
          diary(operative: $operative, from: $from, days: $days) { days { stops { visit { job { reference } } } } }
        }
        """;

    readonly ConcurrentQueue<DiaryOperation> readings = new();
    readonly Random random = new(seed);
    long start;

    public int Readings => readings.Count;

    /// <summary>What is recorded now was there before.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await using var database = await OpenAsync(cancellationToken);
        start = await database.Feed.HeadAsync(cancellationToken);
    }

    async Task<LedgerDatabase> OpenAsync(CancellationToken cancellationToken)
    {
        var database = LedgerDatabase.Create(
            new LedgerOptions { ConnectionString = cluster.Connection }, TimeProvider.System, NullLoggerFactory.Instance);
        await database.OpenExistingAsync(cancellationToken);
        return database;
    }

    /// <summary>Looks at diaries through all nodes until it is stopped; one that cannot show a diary has nothing to say.</summary>
    public async Task ReadAsync(IReadOnlyList<NodeProcess> nodes, CancellationToken stopping)
    {
        var ids = await cluster.OperativeIdsAsync(stopping);
        // A question that is refused whatever the line does would leave nothing to be judged.
        await cluster.Calls.AskAsync(nodes[0], Question, new { operative = ids[1], from = From, days = Days }, stopping);
        var under = new List<Task>();
        try
        {
            while (true)
            {
                var operative = 1 + random.Next(Watched);
                under.Add(ReadOnceAsync(nodes[random.Next(nodes.Count)], operative, ids[operative]));
                await Task.Delay(Between, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(under);
        }
    }

    async Task ReadOnceAsync(NodeProcess node, int operative, string id)
    {
        var asked = Stopwatch.GetTimestamp();
        if (await cluster.Calls.TryAskAsync(node, Question, new { operative = id, from = From, days = Days }) is not { } answer) return;
        var answered = Stopwatch.GetTimestamp();
        var jobs = answer["diary"]!["days"]!.AsArray().SelectMany(day => day!["stops"]!.AsArray())
            .Select(stop => stop!["visit"]).OfType<JsonObject>()
            .Select(visit => visit["job"]!["reference"]!.GetValue<string>()).Distinct();
        readings.Enqueue(new DiaryOperation(
            new OperativeId(operative).ToString(), OperationKind.Read, asked, answered, OperationOutcome.Done,
            Seen: jobs.ToDictionary(job => job, job => job)));
    }

    /// <param name="calls">Of those that were told that they have booked: when they began and when they knew, by key.</param>
    public async Task AddToAsync(
        Report report, string name, IReadOnlyDictionary<Guid, (long Began, long Ended)> calls, CancellationToken cancellationToken)
    {
        var history = new List<DiaryOperation>();
        await using (var database = await OpenAsync(cancellationToken))
        await using (var snapshot = await database.OpenSnapshotAsync(cancellationToken))
        {
            var before = long.MinValue;
            await foreach (var entry in snapshot.EntriesAsync(cancellationToken))
            {
                // What was there stands one after another; what nobody was told of happened at some moment.
                var (began, ended) = entry.Entry.Position <= start ? (before, before++)
                    : entry.Key is { } key && calls.TryGetValue(key, out var call) ? call : (0, long.MaxValue);
                foreach (var diary in entry.Entry.Event.Diaries)
                {
                    history.AddRange(diary.Put.Select(visit => visit.Id.Job.ToString()).Distinct().Select(job => new DiaryOperation(
                        diary.Operative.ToString(), OperationKind.Book, began, ended, OperationOutcome.Done, job, job)));
                }
            }
        }

        // Nobody moves or cancels here: a visit that is put again was made room with, and is the same.
        history = [.. history.GroupBy(one => (one.Diary, one.Booking)).Select(same => same.First())];
        history.AddRange(readings);
        var judged = LinearizabilityCheck.Run(history);
        report.Add(name, "operations in the histories of diaries", "", history.Count);
        report.Add(name, "of them whole diaries read", "", readings.Count);
        report.AddAtMost(name, "histories that are not linearizable, or undecided", "", judged.Verdict == Verdict.Linearizable ? 0 : 1, 0);
        if (judged.Verdict != Verdict.Linearizable)
            await Console.Error.WriteLineAsync($"{name}: diary {judged.Diary} {judged.Verdict}: {judged.Reason}");
    }
}
