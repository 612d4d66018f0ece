using System.Diagnostics;
using System.Globalization;

namespace OrleansScheduling.Bench.Faults;

/// <summary>What happens to the cluster while it is booked in, and what callers notice of it.</summary>
sealed class FaultCases(FaultCluster cluster, double perSecond, int seed, Report report, CancellationToken cancellationToken)
{
    /// <summary>Between two deaths.</summary>
    static readonly TimeSpan KillEvery = TimeSpan.FromSeconds(5);

    /// <summary>How long the service may take to go on by itself.</summary>
    const double RecoverySeconds = 5;

    /// <summary>Before and after what happens: the load is steady.</summary>
    static readonly TimeSpan Steady = TimeSpan.FromSeconds(3);

    readonly Random random = new(seed);

    BookingLoad Load(string name) => Load(name, perSecond);

    BookingLoad Load(string name, double rate, int? standing = null) =>
        new(
            cluster.Calls, [.. cluster.All.Where(node => node.IsUp)],
            string.Create(CultureInfo.InvariantCulture, $"{name}-{seed}-{Guid.NewGuid():N}"), rate, standing);

    async Task EndAsync(string name, BookingLoad load)
    {
        await load.EndAsync();
        report.Add(name, "bookings acknowledged", "", load.Acknowledged.Count);
        report.Add(name, "attempts sent again", "", load.Retries);
        await load.AddAnswersAsync(report, name, cluster.Connection, cancellationToken);
        report.Add(name, "latency p50", "ms", load.Percentile(0.50));
        report.Add(name, "latency p99", "ms", load.Percentile(0.99));
        report.Add(name, "longest time without a booking", "s", load.LongestGapSeconds());
        (await Proof.OfAsync(cluster.Connection, load.Acknowledged, cancellationToken)).AddTo(report, name);
    }

    Task Pause(TimeSpan time) => Task.Delay(time, cancellationToken);

    /// <summary>A random node is killed every five seconds, as long as another is up, and started again at once.</summary>
    public async Task KillAsync(int seconds)
    {
        const string Name = "kill";
        await cluster.SettledAsync(cancellationToken);
        var load = Load(Name);
        await Pause(Steady);
        var (started, kills, starting) = (Stopwatch.GetTimestamp(), 0, new List<Task<double>>());
        var (times, moved) = (new List<double>(), new List<double>());
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
        {
            var up = cluster.All.Where(node => node.IsUp).ToList();
            if (up.Count > 1)
            {
                var node = up[random.Next(up.Count)];
                var id = node.Id;
                var killed = Stopwatch.GetTimestamp();
                await node.KillAsync();
                kills++;
                starting.Add(node.StartAsync(cancellationToken));
                moved.Add(await cluster.Watch.SettledAsync(killed, FaultCluster.Duties, 1, cancellationToken, id));
                var left = KillEvery - Stopwatch.GetElapsedTime(killed);
                if (left > TimeSpan.Zero) await Pause(left);
                continue;
            }

            await Pause(KillEvery);
        }

        foreach (var one in starting) times.Add(await one);
        await Pause(Steady);
        report.Add(Name, "nodes killed", "", kills);
        report.Add(Name, "start to ready, mean", "s", times.Average());
        report.Add(Name, "duties with others after, mean", "s", moved.Average());
        report.AddAtMost(Name, "duties with others after, longest", "s", moved.Max(), RecoverySeconds);
        await EndAsync(Name, load);
        await cluster.SettledAsync(cancellationToken);
    }

    /// <summary>A node is stopped in its tracks, and goes on later as if no time had passed.</summary>
    public async Task StopAsync(int seconds)
    {
        const string Name = "stop";
        await cluster.SettledAsync(cancellationToken);
        var load = Load(Name);
        await Pause(Steady);
        var node = cluster.All[random.Next(cluster.All.Count)];
        var others = cluster.All.Where(one => one != node).ToList();
        var (stopped, before, beside) = (Stopwatch.GetTimestamp(), 0, 0);
        node.Stop();
        try
        {
            var moved = await cluster.Watch.SettledAsync(stopped, FaultCluster.Duties, FaultCluster.Nodes - 1, cancellationToken, node.Id);
            report.AddAtMost(Name, "duties with others after", "s", moved, RecoverySeconds);
            var left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(stopped);
            if (left > TimeSpan.Zero) await Pause(left);
        }
        finally
        {
            (before, beside) = (node.Fenced, others.Sum(one => one.Fenced));
            node.Continue();
        }

        await Pause(2 * Steady);
        report.Add(Name, "commits of that node that were refused as stale in the six seconds after it went on", "", node.Fenced - before);
        report.Add(
            Name, "of each of the others in the same time, mean", "", (others.Sum(one => one.Fenced) - beside) / (double)others.Count);
        await EndAsync(Name, load);
        await cluster.SettledAsync(cancellationToken);
    }

    /// <summary>
    /// Carries out a case, and tells how many nodes ended by themselves in it: none should, but for a silo of the cluster's engine that was
    /// stopped, which the others have left out.
    /// </summary>
    public async Task RunAsync(string name, Func<FaultCases, Task> run)
    {
        const string Ended = "nodes that ended themselves, and were started again";
        var before = cluster.EndedBefore;
        await run(this);
        await cluster.SettledAsync(cancellationToken);
        var ended = cluster.EndedBefore - before;
        if (name == "stop") report.Add(name, Ended, "", ended);
        else report.AddAtMost(name, Ended, "", ended, 0);
    }

    /// <summary>The database is killed with all its processes, and started again a second later, as often as there is time.</summary>
    public async Task DatabaseAsync(int seconds)
    {
        const string Name = "database";
        await cluster.SettledAsync(cancellationToken);
        var load = Load(Name);
        await Pause(Steady);
        var (started, kills, longest) = (Stopwatch.GetTimestamp(), 0, 0.0);
        do
        {
            await cluster.Database.KillAsync();
            kills++;
            await Pause(TimeSpan.FromSeconds(1));
            await cluster.Database.ResumeAsync();
            longest = Math.Max(longest, await load.FirstAfterAsync(Stopwatch.GetTimestamp(), cancellationToken));
            await Pause(2 * Steady);
        }
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds);
        report.Add(Name, "times killed", "", kills);
        report.AddAtMost(Name, "first booking after the database is back, longest", "s", longest, RecoverySeconds);
        await EndAsync(Name, load);
        await cluster.SettledAsync(cancellationToken);
    }

    /// <summary>Flushes of the database's disk fail for a moment, as often as there is time; it starts again by itself.</summary>
    public async Task FlushAsync(int seconds)
    {
        const string Name = "fsync";
        await cluster.SettledAsync(cancellationToken);
        var load = Load(Name);
        await Pause(Steady);
        var (started, rounds, back, longest, unnoticed) = (Stopwatch.GetTimestamp(), 0, 0.0, 0.0, 0);
        do
        {
            var before = await cluster.Database.PanicsAsync();
            await FailingFlush.OnceAsync(cluster.Database, cancellationToken);
            rounds++;
            if (await cluster.Database.PanicsAsync() == before) unnoticed++;
            // It reads its log again, with flushes that take their time.
            back = Math.Max(back, await cluster.AnswersAfterAsync(cancellationToken));
            longest = Math.Max(longest, await load.FirstAfterAsync(Stopwatch.GetTimestamp(), cancellationToken));
            await Pause(2 * Steady);
        }
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds);
        report.Add(Name, "times that flushes failed", "", rounds);
        report.AddAtMost(Name, "of them without the database ending its sessions", "", unnoticed, 0);
        report.Add(Name, "the database answers again after its sessions ended, longest", "s", back);
        report.AddAtMost(Name, "first booking after that, longest", "s", longest, RecoverySeconds);
        await EndAsync(Name, load);
        await cluster.SettledAsync(cancellationToken);
    }

    /// <summary>Nodes are asked to end and started again, one by one.</summary>
    public async Task RollingAsync()
    {
        const string Name = "rolling";
        await cluster.SettledAsync(cancellationToken);
        var load = Load(Name);
        await Pause(Steady);
        var longest = 0.0;
        foreach (var node in cluster.All)
        {
            longest = Math.Max(longest, await node.TerminateAsync());
            await node.StartAsync(cancellationToken);
            await Pause(Steady);
        }

        report.Add(Name, "longest drain", "s", longest);
        await EndAsync(Name, load);
        await cluster.SettledAsync(cancellationToken);
    }

    /// <summary>
    /// Nodes that run another version are exchanged for this one, one by one; where both have the same schema one goes back and forth
    /// again.
    /// </summary>
    /// <param name="published">The other version's program, published into a directory.</param>
    public async Task MixedAsync(DirectoryInfo published)
    {
        const string Name = "mixed";
        await cluster.SettledAsync(cancellationToken);
        var before = await PreviousVersion.StepAsync(cluster.Connection, cancellationToken);
        var load = Load(Name);
        await Pause(Steady);
        var longest = 0.0;
        foreach (var node in cluster.All)
        {
            longest = Math.Max(longest, await ExchangeAsync(node, null));
            await Pause(Steady);
        }

        var after = await PreviousVersion.StepAsync(cluster.Connection, cancellationToken);
        if (after == before)
        {
            await ExchangeAsync(cluster.All[0], published);
            await Pause(Steady);
            await ExchangeAsync(cluster.All[0], null);
            await Pause(Steady);
        }

        report.Add(Name, "step of the schema before", "", before);
        report.Add(Name, "step of the schema after", "", after);
        report.Add(Name, "longest drain", "s", longest);
        await EndAsync(Name, load);
        await cluster.SettledAsync(cancellationToken);

        async Task<double> ExchangeAsync(NodeProcess node, DirectoryInfo? version)
        {
            var drain = await node.TerminateAsync();
            node.Published = version?.FullName ?? cluster.Program;
            await node.StartAsync(cancellationToken);
            return drain;
        }
    }

    /// <summary>
    /// Nothing happens, at four fifths of what the nodes can do: memory and latency are to stay as they are. Each booking gives an older
    /// one back, so that the town's diaries are as full in the end as in the beginning.
    /// </summary>
    /// <param name="rate">Bookings and cancellations a second.</param>
    public async Task SoakAsync(double rate, int minutes)
    {
        const int Standing = 2_000;
        await cluster.SettledAsync(cancellationToken);
        await new SoakCase(cluster, report, cancellationToken).RunAsync(Load("soak", rate / 2, Standing), minutes);
        await cluster.SettledAsync(cancellationToken);
    }

    /// <summary>The database's disk is full for so long.</summary>
    public async Task DiskAsync(DatabaseDisk disk, int seconds)
    {
        const string Name = "disk";
        await cluster.SettledAsync(cancellationToken);
        var load = Load(Name);
        await new DiskCase(cluster, disk, report, cancellationToken).RunAsync(load, seconds);
        await EndAsync(Name, load);
        await cluster.SettledAsync(cancellationToken);
    }

    /// <summary>A further node is cut off from the database, while the others are booked in.</summary>
    public async Task PartitionAsync()
    {
        await using var line = new RelayLine(cluster);
        await CutAsync("partition", line);
    }

    /// <summary>The same by a network namespace, whose lines swallow what is cut.</summary>
    public Task NetworkAsync(NetworkLine line) => CutAsync("network", line);

    async Task CutAsync(string name, ILine line)
    {
        await cluster.SettledAsync(cancellationToken);
        // Two stay on the database's side, two are on the other.
        var resting = cluster.All[^1];
        await resting.TerminateAsync();
        await new PartitionCase(name, line, cluster, perSecond, seed, report, cancellationToken).RunAsync(Load(name));
        await resting.StartAsync(cancellationToken);
        await cluster.SettledAsync(cancellationToken);
    }

    /// <summary>
    /// A node is killed, again and again, with its share of the boards; and once with all of them. Half of the load leaves the boards the
    /// other half.
    /// </summary>
    /// <param name="share">Of what the cluster can do while the boards are open.</param>
    public async Task BoardsAsync(double share, int seconds)
    {
        foreach (var (areTogether, time) in new[] { (false, seconds), (true, 0) })
        {
            await cluster.SettledAsync(cancellationToken);
            await new BoardsCase(cluster, seed, areTogether, report, cancellationToken)
                .RunAsync((name, rate) => Load(name, rate), share, time);
        }
    }

    /// <summary>
    /// A node is killed with requests in flight, again and again; whatever had no answer is sent to another node under the same key, twice.
    /// </summary>
    public async Task RetryAsync(int seconds)
    {
        const string Name = "retry";
        const int MaxAnswered = 60;
        var (started, round, unanswered, carriedOut, forgotten, silent, unclear) = (Stopwatch.GetTimestamp(), 0, 0, 0, 0, 0, 0);
        var acknowledged = new List<Acknowledged>();
        var different = 0;
        var victim = cluster.All[0];
        do
        {
            round++;
            var run = $"{Name}-{seed}-{Guid.NewGuid():N}-";
            var (sent, first) = (new List<(string Key, string Offer)>(), new List<Task<Attempt>>());
            var wanted = random.Next(1, MaxAnswered);
            // One after the other, and not all at once: then the last are at every place between their sender and the disk.
            while (first.Count(one => one.IsCompleted) < wanted)
            {
                var (key, offer) = ($"{run}{sent.Count}", cluster.Calls.NextOffer());
                sent.Add((key, offer));
                first.Add(cluster.Calls.BookAsync(victim, key, offer, cancellationToken));
                await Pause(TimeSpan.FromMilliseconds(1));
            }

            await victim.KillAsync();
            var answers = await Task.WhenAll(first);
            var starting = victim.StartAsync(cancellationToken);
            var known = await Proof.KeysAsync(cluster.Connection, cancellationToken);
            for (var i = 0; i < sent.Count; i++)
            {
                if (answers[i].End == AttemptEnd.NoAnswer)
                {
                    unanswered++;
                    if (known.Contains(Proof.KeyOf(sent[i].Key))) carriedOut++;
                }

                if (answers[i].End == AttemptEnd.Unclear) unclear++;

                var (again, once) = (await AgainAsync(sent[i], 1), await AgainAsync(sent[i], 2));
                if (again.Job != once.Job || (answers[i].Job is { } told && told != again.Job)) different++;
                if (again.Job is null && known.Contains(Proof.KeyOf(sent[i].Key))) forgotten++;
                if (again.End is not (AttemptEnd.Booked or AttemptEnd.Refused)) silent++;
                if (again.Job is { } job) acknowledged.Add(new Acknowledged(sent[i].Key, sent[i].Offer, job, 0, 0));
            }

            await starting;
        }
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds);
        report.Add(Name, "times killed", "", round);
        report.Add(Name, "requests without an answer", "", unanswered);
        report.Add(Name, "of them carried out before the crash", "", carriedOut);
        report.AddAtMost(Name, "answers that say nothing clear", "", unclear, 0);
        report.AddAtMost(Name, "keys with two answers", "", different, 0);
        report.AddAtMost(Name, "carried out, and answered otherwise when sent again", "", forgotten, 0);
        report.AddAtMost(Name, "without an answer when sent again", "", silent, 0);
        (await Proof.OfAsync(cluster.Connection, acknowledged, cancellationToken)).AddTo(report, Name);
        await cluster.SettledAsync(cancellationToken);

        async Task<Attempt> AgainAsync((string Key, string Offer) one, int node)
        {
            const int MaxTries = 50;
            for (var tries = 1; ; tries++)
            {
                var attempt = await cluster.Calls.BookAsync(cluster.All[node], one.Key, one.Offer, cancellationToken);
                if (attempt.End is AttemptEnd.Booked or AttemptEnd.Refused || tries == MaxTries) return attempt;
                await Pause(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
