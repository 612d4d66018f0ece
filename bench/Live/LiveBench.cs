using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansScheduling.Bench.GraphQL;
using OrleansScheduling.Check;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Bench.Live;

/// <summary>
/// The day's plan at work on a ledger: 500 operatives with five visits each, whose first visits take so much longer than the rest of their
/// mornings cannot be kept by them. What is timed is from the moment at which that is told, before it is recorded, to the moment at which
/// the engine's repair comes back by the feed, after it was committed.
/// </summary>
static class LiveBench
{
    const int Operatives = 500;
    const int InTheMorning = 2;
    const int InTheAfternoon = 3;

    /// <summary>Overruns a second: a hundred a minute are more than a contractor of this size has.</summary>
    const int PerSecond = 2;

    /// <summary>Told of a first visit of half an hour, so that the next one of the morning is too late.</summary>
    const int MinutesLonger = 230;

    /// <summary>From seven o'clock, when the day is filled, to half past eight.</summary>
    static readonly TimeSpan UntilTheyStart = TimeSpan.FromMinutes(90);

    const double P99TargetMilliseconds = 100;

    /// <summary>What has not been repaired by then is not going to be.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    static readonly Asker Planner = new(Town.Contractor.Value);

    public static async Task RunAsync(BenchSettings settings, Report report, CancellationToken cancellationToken)
    {
        await using var cluster = await PrivatePostgreSql.StartAsync(new Dictionary<string, string> { ["max_wal_size"] = "4GB" });
        var options = new LedgerOptions { ConnectionString = await cluster.CreateDatabaseAsync("live") };
        var clock = new MorningClock();
        await using (var registry = await LedgerDatabase.OpenAsync(options, clock, NullLoggerFactory.Instance, cancellationToken))
            await new Town(Operatives).SettleAsync(registry.Registry, cancellationToken);
        await using var node = await SchedulingNode.StartAsync(options, 28, clock, runsPlans: true, cancellationToken: cancellationToken);
        var day = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        await FillAsync(node, day, cancellationToken);
        clock.PutForward(UntilTheyStart);
        var repairs = new Repairs();
        node.Availability.Followed += repairs.Follow;
        var overruns = Math.Min(Operatives / 2, PerSecond * settings.Seconds);
        // Once for nothing: the first look at a day makes it, and compiles what makes it.
        for (var operative = Operatives; operative > Operatives - 10; operative--)
            await OverrunAsync(node, repairs, operative, day, cancellationToken);
        await repairs.SettledAsync(Patience, cancellationToken);
        repairs.Forget();
        var (start, done) = (Stopwatch.GetTimestamp(), 0);
        for (; done < overruns; done++)
        {
            var left = TimeSpan.FromSeconds((double)done / PerSecond) - Stopwatch.GetElapsedTime(start);
            if (left > TimeSpan.Zero) await Task.Delay(left, cancellationToken);
            await OverrunAsync(node, repairs, 1 + done, day, cancellationToken);
        }

        await repairs.SettledAsync(Patience, cancellationToken);
        Tell(report, repairs, done);
        var check = await LedgerCheck.RunAsync(node.Database, StraightLineTravel.Default, clock, cancellationToken);
        if (!check.Succeeded) throw new InvalidOperationException($"The ledger is damaged:{Environment.NewLine}{check}");
    }

    static Task FillAsync(SchedulingNode node, DateOnly day, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(1, Operatives), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken },
        async (operative, _) =>
        {
            for (var visit = 0; visit < InTheMorning + InTheAfternoon; visit++)
            {
                var number = (operative * (InTheMorning + InTheAfternoon)) + visit;
                await FilledTown.BookAsync(
                    node.Grains, operative, day, visit < InTheMorning ? Town.Am : Town.Pm, Town.Tap, number);
            }
        });

    /// <summary>The first visit of a day has started, and is going to take all morning.</summary>
    static async Task OverrunAsync(
        SchedulingNode node, Repairs repairs, int operative, DateOnly day, CancellationToken cancellationToken)
    {
        var name = operative.ToString(CultureInfo.InvariantCulture);
        var diary = await node.Grains.GetGrain<IOperativeDiaryGrain>(name).Read(Planner, day, 1);
        var first = diary.Visits.MinBy(visit => visit.Start)!;
        var job = node.Grains.GetGrain<IJobGrain>(new JobId(first.Job).ToString());
        await SendAsync(VisitReportKind.Start, 0);
        repairs.Begin(new OperativeId(operative));
        await SendAsync(VisitReportKind.Extend, MinutesLonger);

        async Task SendAsync(VisitReportKind kind, int minutes)
        {
            var context = new CommandContext($"{kind} {first.Job} {first.Number}", Planner, "bench");
            var answer = await job.Report(
                new ReportVisit(context, (int)kind, first.Number, MinutesLonger: minutes), cancellationToken);
            if (answer.Receipt is null) throw new InvalidOperationException($"{kind} was refused: {answer.Refusal!.Text}");
        }
    }

    static void Tell(Report report, Repairs repairs, int overruns)
    {
        const string Name = "500 operatives, 2,500 visits";
        var times = repairs.Milliseconds.Order().ToArray();
        report.Add(Name, "overruns", "", overruns);
        report.Add(Name, "of them repaired by the engine", "", times.Length);
        report.Add(Name, "of them flagged for a planner", "", repairs.Flagged);
        report.AddAtMost(Name, "of them neither", "", overruns - times.Length - repairs.Flagged, 0);
        if (times.Length == 0) throw new InvalidOperationException("The engine has repaired nothing.");
        report.Add(Name, "told to repaired, p50", "ms", times[times.Length / 2]);
        report.AddAtMost(Name, "told to repaired, p99", "ms", times[times.Length * 99 / 100], P99TargetMilliseconds);
        report.Add(Name, "told to repaired, longest", "ms", times[^1]);
    }

    /// <summary>Overruns, and what the engine has done about each, as the feed tells it.</summary>
    sealed class Repairs
    {
        readonly ConcurrentDictionary<OperativeId, long> open = new();
        readonly ConcurrentQueue<double> times = new();
        int flagged;

        public IReadOnlyCollection<double> Milliseconds => times;

        public int Flagged => Volatile.Read(ref flagged);

        public void Begin(OperativeId operative) => open[operative] = Stopwatch.GetTimestamp();

        public void Follow(FeedEntry entry)
        {
            var now = Stopwatch.GetTimestamp();
            var happened = entry.Event;
            if (happened.Actor != BookingEvent.Engine) return;
            foreach (var operative in happened.Moves.Select(move => move.From).Distinct())
            {
                if (!open.TryRemove(operative, out var since)) continue;
                if (happened.Kind == EventKind.VisitsReassigned) times.Enqueue(Stopwatch.GetElapsedTime(since, now).TotalMilliseconds);
                else Interlocked.Increment(ref flagged);
            }
        }

        public void Forget()
        {
            times.Clear();
            flagged = 0;
        }

        /// <summary>Until each overrun has had its answer, or none comes any more.</summary>
        public async Task SettledAsync(TimeSpan patience, CancellationToken cancellationToken)
        {
            var started = Stopwatch.GetTimestamp();
            while (!open.IsEmpty && Stopwatch.GetElapsedTime(started) < patience)
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            open.Clear();
        }
    }
}
