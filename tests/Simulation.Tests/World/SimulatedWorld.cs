using System.Globalization;

namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>
/// Everything that happens in a simulation, on one thread: a seed decides which continuation of which process runs next, and time moves on
/// to the next timer or message when nothing is left to run. The same seed decides the same.
/// </summary>
sealed class SimulatedWorld
{
    /// <summary>FNV-1a, 64 bits: the trace in one number.</summary>
    const ulong HashBasis = 14_695_981_039_346_656_037;
    const ulong HashPrime = 1_099_511_628_211;

    readonly Random random;
    readonly DateTimeOffset start;
    readonly int thread = Environment.CurrentManagedThreadId;
    readonly List<(SimulatedProcess Process, object Work)> ready = [];
    readonly PriorityQueue<Appointment, (long Due, int Draw, long Number)> later = new();
    readonly List<string>? lines;
    TimeSpan passed;
    long appointments;

    public SimulatedWorld(int seed, DateTimeOffset start, bool isTold)
    {
        (random, this.start) = (new Random(seed), start);
        if (isTold) lines = [];
    }

    /// <summary>Ticks since the start.</summary>
    public long Now { get; private set; }

    /// <summary>The right time of day.</summary>
    public DateTimeOffset UtcNow => start.AddTicks(Now) + passed;

    /// <summary>Time passes on all clocks in which nothing happens: what runs out has run out then.</summary>
    public void Pass(TimeSpan time) => passed += time;

    public ulong TraceHash { get; private set; } = HashBasis;

    public long Steps { get; private set; }

    /// <summary>Where work came from another thread; null as long as none did.</summary>
    public string? Escape { get; private set; }

    public IReadOnlyList<string> Lines => lines ?? [];

    public bool IsTold => lines is not null;

    /// <summary>A number that the seed decides, below the bound.</summary>
    public int Draw(int below) => random.Next(below);

    /// <summary>Whether something happens that happens so often in ten thousand times.</summary>
    public bool Happens(int inTenThousand) => inTenThousand > 0 && random.Next(10_000) < inTenThousand;

    public TimeSpan DrawTime(TimeSpan least, TimeSpan most) =>
        least + TimeSpan.FromTicks((long)(random.NextDouble() * (most - least).Ticks));

    public void Mix(long value)
    {
        var hash = TraceHash;
        for (var i = 0; i < 8; i++) hash = unchecked((hash ^ (byte)(value >> (8 * i))) * HashPrime);
        TraceHash = hash;
    }

    public void Tell(string line)
    {
        lines?.Add(string.Create(
            CultureInfo.InvariantCulture, $"{Steps,7} {TimeSpan.FromTicks(Now):hh\\:mm\\:ss\\.ffffff} {line}"));
    }

    /// <summary>Something is ready to run in a process.</summary>
    public void Post(SimulatedProcess process, object work)
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            Escape ??= Environment.StackTrace;
            return;
        }

        if (process.IsPaused) process.Held.Add(work);
        else ready.Add((process, work));
    }

    /// <summary>Takes what is ready in a process out of the way, until it goes on or for good.</summary>
    public void Withdraw(SimulatedProcess process, List<object>? into)
    {
        if (into is not null) into.AddRange(ready.Where(one => one.Process == process).Select(one => one.Work));
        ready.RemoveAll(one => one.Process == process);
    }

    /// <summary>Does something after some time. What has the same time is done in an order that the seed decides.</summary>
    public Appointment After(TimeSpan delay, Action action)
    {
        var due = new Appointment(action);
        later.Enqueue(due, (Now + Math.Max(0, delay.Ticks), random.Next(), ++appointments));
        return due;
    }

    /// <summary>Runs until something has come about, or nothing is left, or it takes too long.</summary>
    /// <returns>Whether it came about.</returns>
    public bool RunUntil(Func<bool> isDone, TimeSpan atMost, long maxSteps)
    {
        var (ends, lastStep) = (Now + atMost.Ticks, Steps + maxSteps);
        while (!isDone())
        {
            if (Escape is not null || Steps > lastStep) return false;
            if (ready.Count > 0) RunOne();
            else if (!GoOn(ends)) return false;
        }

        return true;
    }

    void RunOne()
    {
        Steps++;
        var at = random.Next(ready.Count);
        var (process, work) = ready[at];
        Mix((process.Number * 1_000_003L) + (ready.Count * 1009L) + at);
        ready[at] = ready[^1];
        ready.RemoveAt(ready.Count - 1);
        process.Execute(work);
    }

    bool GoOn(long ends)
    {
        while (later.TryDequeue(out var due, out var when))
        {
            if (due.IsCancelled) continue;
            if (when.Due > ends)
            {
                later.Enqueue(due, when);
                return false;
            }

            Now = Math.Max(Now, when.Due);
            Steps++;
            Mix(Now);
            due.Action();
            return true;
        }

        return false;
    }
}

/// <summary>Something that will be done at a moment, unless it is cancelled.</summary>
sealed class Appointment(Action action)
{
    public Action Action => action;

    public bool IsCancelled { get; private set; }

    public void Cancel() => IsCancelled = true;
}
