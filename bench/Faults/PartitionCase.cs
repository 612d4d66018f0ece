using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace OrleansScheduling.Bench.Faults;

/// <summary>
/// Half of four nodes, whose line to the database is cut: in both directions, in one, in the other, and on and off. They are asked all the
/// while: they have to say within five seconds that they cannot, hang nobody, and go on by themselves when the line is whole.
/// </summary>
/// <param name="Name">Of the case: it depends on what cuts the line.</param>
sealed class PartitionCase(
    string Name, ILine line, FaultCluster cluster, double perSecond, int seed, Report report, CancellationToken cancellationToken)
{
    const double RefusalSeconds = 5;

    /// <summary>Whoever comes back with all connections soon after has to find room at the database.</summary>
    const double ForgottenSeconds = 30;

    /// <summary>Times that the line goes off and comes back, a second later each time.</summary>
    const int Flaps = 6;

    const string WhileCut = "while cut off";

    /// <summary>Asked of a node at the same moment while it is cut off, so that some wait for others.</summary>
    const int Together = 4;

    /// <summary>Long enough that the server gives up the silent session and others take over.</summary>
    static readonly TimeSpan CutFor = TimeSpan.FromSeconds(12);

    /// <summary>Off for less than anybody waits for an answer; and for longer, and than the server keeps a silent session.</summary>
    static readonly TimeSpan[] OffFor = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)];
    static readonly TimeSpan OnFor = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    /// <summary>Longer than a node may take to book again; beyond it the case tells so.</summary>
    static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);

    readonly CutReaders readers = new(cluster);
    readonly ConcurrentQueue<(string Key, string Offer, Attempt Attempt, long Begun, double Seconds, string While)> asked = new();

    readonly List<(string How, long At)> cuts = [];

    /// <summary>What is done to the line at the moment; empty: nothing.</summary>
    volatile string now = "";
    int number;

    public async Task RunAsync(BookingLoad load)
    {
        List<NodeProcess> whole = [.. cluster.All.Where(node => node.IsUp)];
        await using var one = line.NewNode("node 4", cluster);
        await using var other = line.NewNode("node 5", cluster);
        NodeProcess[] half = [one, other];
        foreach (var node in half)
        {
            node.Published = cluster.Program;
            await node.StartAsync(cancellationToken);
        }

        await UntilAllBookAsync(half);
        await readers.BeginAsync(half, report, Name);
        var histories = new DiaryHistories(cluster, seed);
        await histories.BeginAsync(cancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = histories.ReadAsync([.. whole, .. half], ending.Token);
        var sessions = new SessionWatch(cluster.Connection);
        var counting = sessions.RunAsync(ending.Token);
        foreach (var (how, to, from) in new[] { ("both ways", true, true), ("to the database", true, false), ("from it", false, true) })
            await CutAsync(half, whole.Count, how, to, from);
        foreach (var off in OffFor) await FlapAsync(half, off);
        await load.EndAsync();
        await ending.CancelAsync();
        await reading;
        await counting;
        foreach (var times in asked.Where(one => one.While.Length > 0).GroupBy(one => one.While))
        {
            report.Add(Name, $"asked {times.Key}", "", times.Count());
            report.Add(Name, $"{times.Key}: booked", "", times.Count(one => one.Attempt.End == AttemptEnd.Booked));
            report.AddAtMost(Name, $"{times.Key}: answered with nothing clear", "",
                times.Count(one => one.Attempt.End is AttemptEnd.NoAnswer or AttemptEnd.Unclear), 0);
            var slowest = times.MaxBy(one => one.Seconds);
            report.AddAtMost(Name, $"{times.Key}: longest until answered or refused", "s", slowest.Seconds, RefusalSeconds);
            await Console.Error.WriteLineAsync(
                $"{Name}, {times.Key}, longest, asked {When(slowest.Begun)}: {slowest.Attempt.End} {slowest.Attempt.Text}");
        }

        await readers.AddToAsync(report, Name, WhileCut, RefusalSeconds, When);
        readers.Dispose();
        var sent = new List<Acknowledged>();
        var calls = load.Acknowledged.ToDictionary(
            one => Proof.KeyOf(one.Key), one => (one.At - (long)(one.Milliseconds * Stopwatch.Frequency / 1000), one.At));
        foreach (var (key, offer, attempt, begun, seconds, _) in asked)
        {
            if (attempt.Job is not null) calls[Proof.KeyOf(key)] = (begun, begun + (long)(seconds * Stopwatch.Frequency));
            // What came of it is asked of a node that was never cut off.
            var again = await cluster.Calls.BookAsync(whole[0], key, offer, cancellationToken);
            if (attempt.Job is { } told) sent.Add(new Acknowledged(key, offer, told, 0, 0));
            if (again.Job is { } job) sent.Add(new Acknowledged(key, offer, job, 0, 0));
        }

        report.Add(Name, "bookings acknowledged by the others", "", load.Acknowledged.Count);
        await load.AddAnswersAsync(report, Name, cluster.Connection, cancellationToken);
        report.Add(Name, "bookings a second", "1/s", perSecond);
        report.Add(Name, "sessions at the database, all nodes, most", "", sessions.Most);
        report.Add(Name, "sessions at the database, all nodes, in the end", "", sessions.Last);
        await histories.AddToAsync(report, Name, calls, cancellationToken);
        (await Proof.OfAsync(cluster.Connection, load.Acknowledged.Concat(sent), cancellationToken)).AddTo(report, Name);
        if (line.NodeAddress is { } address) await DieAsync(half, address, sessions);
    }

    /// <summary>They die while they are cut off: nobody tells the database that their sessions have ended.</summary>
    async Task DieAsync(NodeProcess[] half, string address, SessionWatch sessions)
    {
        await line.CutAsync(to: true, from: true);
        await Task.WhenAll(half.Select(node => node.KillAsync()));
        var (left, seconds) = await sessions.UntilGoneAsync(address, Recovery, cancellationToken);
        report.Add(Name, "nodes killed while cut off: sessions they leave at the database", "", left);
        report.AddAtMost(Name, "nodes killed while cut off: their sessions are gone after", "s", seconds, ForgottenSeconds);
        await line.HealAsync();
    }

    async Task CutAsync(NodeProcess[] half, int others, string how, bool to, bool from)
    {
        // They have their share again: there is something to be taken over.
        await cluster.Watch.SettledAsync(
            Stopwatch.GetTimestamp(), FaultCluster.Duties, others + half.Length, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        now = WhileCut;
        cuts.Add((how, started));
        await line.CutAsync(to, from);
        var asking = AskAsync(half, () => Stopwatch.GetElapsedTime(started) < CutFor - TimeSpan.FromSeconds(RefusalSeconds + 1));
        report.AddAtMost(
            Name, $"cut {how}: duties with others after", "s",
            await cluster.Watch.SettledAsync(
                started, FaultCluster.Duties, others, cancellationToken, [.. half.Select(node => node.Id)]),
            RefusalSeconds);
        var left = CutFor - Stopwatch.GetElapsedTime(started);
        if (left > TimeSpan.Zero) await Task.Delay(left, cancellationToken);
        now = "";
        await asking;
        await line.HealAsync();
        report.AddAtMost(Name, $"cut {how}: both book again after", "s", await UntilAllBookAsync(half), RefusalSeconds);
    }

    string When(long asked)
    {
        var (how, at) = cuts.LastOrDefault(cut => cut.At <= asked);
        return string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(at, asked).TotalSeconds:F1} s after the cut {how}");
    }

    /// <summary>Off and on; what is asked comes at any moment of it.</summary>
    async Task FlapAsync(NodeProcess[] half, TimeSpan off)
    {
        var flapping = now = string.Create(
            CultureInfo.InvariantCulture, $"while the line is off {off.TotalSeconds} s and on {OnFor.TotalSeconds} s, {Flaps} times");
        var asking = AskAsync(half, () => now == flapping);
        for (var flap = 0; flap < Flaps; flap++)
        {
            await line.CutAsync(to: true, from: true);
            await Task.Delay(off, cancellationToken);
            await line.HealAsync();
            await Task.Delay(OnFor, cancellationToken);
        }

        now = "";
        report.AddAtMost(Name, $"{flapping}: both book again after", "s", await UntilAllBookAsync(half), RefusalSeconds);
        await asking;
    }

    /// <summary>No moment waits for the answers of the one before.</summary>
    async Task AskAsync(NodeProcess[] half, Func<bool> goesOn)
    {
        var under = new List<Task>();
        while (goesOn())
        {
            foreach (var node in half)
            {
                under.AddRange(Enumerable.Range(0, Together).Select(_ => AskOnceAsync(node)));
                under.Add(readers.LookAsync(node, now));
            }

            await Task.Delay(Between, cancellationToken);
        }

        await Task.WhenAll(under);
    }

    async Task<Attempt> AskOnceAsync(NodeProcess node)
    {
        var (key, offer) = (string.Create(
            CultureInfo.InvariantCulture, $"{Name}-{seed}-{Environment.ProcessId}-{Interlocked.Increment(ref number)}"),
            cluster.Calls.NextOffer());
        var (begun, during) = (Stopwatch.GetTimestamp(), now);
        var attempt = await cluster.Calls.BookAsync(node, key, offer, cancellationToken);
        asked.Enqueue((key, offer, attempt, begun, Stopwatch.GetElapsedTime(begun).TotalSeconds, during));
        return attempt;
    }

    async Task<double> UntilAllBookAsync(NodeProcess[] half) => (await Task.WhenAll(half.Select(UntilItBooksAsync))).Max();

    async Task<double> UntilItBooksAsync(NodeProcess node)
    {
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < Recovery)
        {
            var asking = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            var attempt = await AskOnceAsync(node);
            if (attempt.End == AttemptEnd.Booked) break;
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{Name}, {node.Name} has its line again, asked after {asking:0.0} s, answered after "
                + $"{Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s: {attempt.End} {attempt.Text}"));
            await Task.Delay(Between, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
