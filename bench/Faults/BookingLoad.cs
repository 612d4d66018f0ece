using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace OrleansScheduling.Bench.Faults;

/// <summary>What somebody was told: this booking stands.</summary>
/// <param name="At">When it was acknowledged, on the machine's own clock.</param>
/// <param name="Milliseconds">From the moment when it was due, retries included.</param>
sealed record Acknowledged(string Key, string Offer, string Job, long At, double Milliseconds);

/// <summary>
/// So many bookings a second, each begun when it is due whatever became of the others, and sent again with its key, to the next node, until
/// it has an answer.
/// </summary>
sealed class BookingLoad
{
    /// <summary>Bookings under way at once; more wait, and their waiting counts.</summary>
    const int Callers = 96;

    /// <summary>Bookings that may wait: half a minute of silence at a few hundred a second.</summary>
    const int MaxWaiting = 20_000;

    /// <summary>How long a booking is tried for. Without an answer by then it has failed.</summary>
    static readonly TimeSpan TriedFor = TimeSpan.FromSeconds(60);

    /// <summary>A node that gave no answer is left alone so long, as a proxy in front of it would.</summary>
    static readonly TimeSpan Avoided = TimeSpan.FromSeconds(1);

    static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    readonly BookingCalls calls;
    readonly IReadOnlyList<NodeProcess> nodes;
    readonly string name;
    readonly long[] avoidUntil;
    readonly ConcurrentQueue<Acknowledged> acknowledged = new();
    readonly ConcurrentQueue<string> unclear = new();
    readonly ConcurrentQueue<string> refusals = new();
    readonly int? standing;
    readonly ConcurrentQueue<string> jobs = new();
    readonly Channel<long> due = Channel.CreateBounded<long>(MaxWaiting);
    readonly Task running;
    int number;
    int attempts;
    int failed;
    int cancelled;
    int overdue;
    volatile bool isEnding;

    /// <param name="standing">So many bookings are left to stand, and each further one gives the oldest back; null: all stand.</param>
    public BookingLoad(BookingCalls calls, IReadOnlyList<NodeProcess> nodes, string name, double perSecond, int? standing = null)
    {
        (this.calls, this.nodes, this.name, this.standing) = (calls, nodes, name, standing);
        avoidUntil = new long[nodes.Count];
        Begun = Stopwatch.GetTimestamp();
        running = Task.WhenAll(
            [Task.Run(() => DealAsync(perSecond)), .. Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller)))]);
    }

    public long Begun { get; }

    public IReadOnlyCollection<Acknowledged> Acknowledged => acknowledged;

    /// <summary>Bookings that had no answer in the end.</summary>
    public int Failed => failed;

    /// <summary>Keys of those that were told in words that the window is gone: nothing of them may be recorded.</summary>
    public IReadOnlyCollection<string> Refusals => refusals;

    /// <summary>Attempts beyond the first of each booking and each cancellation.</summary>
    public int Retries => attempts - acknowledged.Count - cancelled - refusals.Count - failed;

    /// <summary>Bookings that were given back.</summary>
    public int Cancelled => cancelled;

    /// <summary>Bookings that could not even wait.</summary>
    public int Overdue => overdue;

    public IReadOnlyCollection<string> Unclear => unclear;

    /// <summary>Begins no more, and returns when everything under way has its answer.</summary>
    public async Task EndAsync()
    {
        isEnding = true;
        await running;
    }

    /// <summary>Completes with the first acknowledgement after a moment.</summary>
    /// <returns>Seconds until then; as long as was waited when there was none.</returns>
    public async Task<double> FirstAfterAsync(long moment, CancellationToken cancellationToken)
    {
        while (Stopwatch.GetElapsedTime(moment) < DutyWatch.Longest)
        {
            foreach (var one in acknowledged.Reverse())
            {
                if (one.At < moment) break;
                var earliest = acknowledged.Where(other => other.At >= moment).Min(other => other.At);
                return Stopwatch.GetElapsedTime(moment, earliest).TotalSeconds;
            }

            await Task.Delay(Tick, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(moment).TotalSeconds;
    }

    async Task DealAsync(double perSecond)
    {
        var dealt = 0L;
        while (!isEnding)
        {
            var wanted = (long)(Stopwatch.GetElapsedTime(Begun).TotalSeconds * perSecond);
            for (; dealt < wanted; dealt++)
            {
                if (!due.Writer.TryWrite(Begun + (long)(dealt / perSecond * Stopwatch.Frequency))) overdue++;
            }

            await Task.Delay(Tick, CancellationToken.None);
        }

        due.Writer.Complete();
    }

    async Task CallAsync(int caller)
    {
        await foreach (var moment in due.Reader.ReadAllAsync())
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{name}-{Interlocked.Increment(ref number)}");
            var offer = calls.NextOffer();
            if (await TryAsync(caller, key, node => calls.BookAsync(node, key, offer, CancellationToken.None)) is not { } job) continue;
            var now = Stopwatch.GetTimestamp();
            acknowledged.Enqueue(new Acknowledged(key, offer, job, now, Stopwatch.GetElapsedTime(moment, now).TotalMilliseconds));
            if (standing is not { } most) continue;
            jobs.Enqueue(job);
            if (jobs.Count <= most || !jobs.TryDequeue(out var oldest)) continue;
            var back = $"{key}-back";
            if (await TryAsync(caller, back, node => calls.CancelAsync(node, back, oldest, CancellationToken.None)) is not null)
                Interlocked.Increment(ref cancelled);
        }
    }

    /// <summary>Asks one node after the other until there is an answer.</summary>
    /// <returns>The job's id; null: it was refused, or there was no answer in the end.</returns>
    async Task<string?> TryAsync(int caller, string key, Func<NodeProcess, Task<Attempt>> send)
    {
        var started = Stopwatch.GetTimestamp();
        for (var node = caller; ; node++)
        {
            var at = Choose(node);
            Interlocked.Increment(ref attempts);
            var attempt = await send(nodes[at]);
            if (attempt.End == AttemptEnd.Booked) return attempt.Job;
            if (attempt.End == AttemptEnd.Refused)
            {
                refusals.Enqueue(key);
                return null;
            }

            if (attempt.End == AttemptEnd.NoAnswer)
                Volatile.Write(ref avoidUntil[at], Stopwatch.GetTimestamp() + (long)(Avoided.TotalSeconds * Stopwatch.Frequency));
            if (attempt.End == AttemptEnd.Unclear) unclear.Enqueue(attempt.Text);
            if (Stopwatch.GetElapsedTime(started) > TriedFor)
            {
                Interlocked.Increment(ref failed);
                return null;
            }

            await Task.Delay(RetryPause, CancellationToken.None);
        }
    }

    /// <summary>The next node that is not to be left alone; when all are, the next one.</summary>
    int Choose(int from)
    {
        var now = Stopwatch.GetTimestamp();
        for (var step = 0; step < nodes.Count; step++)
        {
            var node = (from + step) % nodes.Count;
            if (Volatile.Read(ref avoidUntil[node]) <= now) return node;
        }

        return from % nodes.Count;
    }

    public double Percentile(double share)
    {
        var all = acknowledged.Select(one => one.Milliseconds).Order().ToArray();
        return all.Length == 0 ? double.NaN : all[(int)Math.Min(all.Length - 1, all.Length * share)];
    }

    /// <summary>The longest time in which nobody was told anything.</summary>
    public double LongestGapSeconds()
    {
        var (longest, last) = (0.0, Begun);
        foreach (var at in acknowledged.Select(one => one.At).Order())
        {
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(last, at).TotalSeconds);
            last = at;
        }

        return longest;
    }

    /// <summary>Whether each booking was answered, and so that its caller knows what became of it.</summary>
    public async Task AddAnswersAsync(Report report, string name, string connection, CancellationToken cancellationToken)
    {
        report.AddAtMost(name, "bookings without an answer in the end", "", Failed + Overdue, 0);
        report.Add(name, "told that the window is gone", "", Refusals.Count);
        var known = await Proof.KeysAsync(connection, cancellationToken);
        report.AddAtMost(name, "of them recorded all the same", "", Refusals.Count(key => known.Contains(Proof.KeyOf(key))), 0);
        report.AddAtMost(name, "answers that say nothing clear", "", Unclear.Count, 0);
        foreach (var group in Unclear.GroupBy(text => text).OrderByDescending(group => group.Count()).Take(3))
            await Console.Error.WriteLineAsync($"{name}: {group.Count()} times: {group.Key}");
    }
}
