using NodaTime;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Testing;
using OrleansScheduling.Testing.Simulation;

namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>What became of one seed.</summary>
/// <param name="Violations">Empty when everything held.</param>
sealed record SimulationOutcome(
    int Seed, ulong TraceHash, long Steps, IReadOnlyList<string> Violations, IReadOnlyList<string> Trace, SimulationCounts Counts);

/// <summary>What happened, so that it can be seen that something did.</summary>
sealed record SimulationCounts(int Receipts, int Refusals, int Unknown, int Entries, int Crashes, int Readings, int Undecided);

/// <summary>
/// Three processes, one database and a few callers, under the faults of a seed; then everything heals and drains, and what must hold is
/// looked at.
/// </summary>
sealed class Simulation
{
    const int Processes = 3;
    const int MaxSteps = 400_000;
    const int OfferKeyBytes = OfferTokens.KeyBytes;

    static readonly TimeSpan LongestWork = TimeSpan.FromMinutes(10);

    /// <summary>Holds run out in a minute, clocks are an hour wrong at most, and whoever waits gives up in seconds.</summary>
    static readonly TimeSpan LongestDraining = TimeSpan.FromMinutes(10);

    /// <summary>A standstill, a slow way and another one after it: later nothing of what went wrong is under way any more.</summary>
    static readonly TimeSpan LongestUnderWay = TimeSpan.FromSeconds(30);

    static readonly DateTimeOffset[] Starts =
    [
        new(2025, 6, 2, 7, 0, 0, TimeSpan.Zero),
        // The nights on which the clocks change, and the days after them.
        new(2025, 3, 30, 0, 59, 45, TimeSpan.Zero),
        new(2025, 10, 26, 0, 59, 45, TimeSpan.Zero),
        new(2025, 10, 25, 8, 0, 0, TimeSpan.Zero),
    ];

    readonly int seed;
    readonly SimulatedWorld world;
    readonly Faults faults;
    readonly SimulatedRecord record;
    readonly SimulatedProcess desk;
    readonly SimulatedNode[] nodes = new SimulatedNode[Processes];
    readonly List<SimulatedNode> past = [];
    readonly Office office;
    readonly Callers callers;
    readonly Town town;
    readonly Load load;
    long healedAt;
    int crashes;
    int lives;

    Simulation(int seed, Defect defect, bool isTold)
    {
        this.seed = seed;
        var start = Starts[seed % 8 < 5 ? 0 : (seed % 8) - 4];
        world = new SimulatedWorld(seed, start, isTold);
        load = seed % 3 == 0 ? Load.Rush : Load.Usual;
        town = new Town(load.Operatives, Properties: 12, HorizonDays: 3) { MorningQuota = 6, HoldMinutes = 1 };
        faults = new Faults(world);
        record = new SimulatedRecord(defect, seed) { Appended = entry => Appended(entry.Position) };
        record.WriteState("offer-key", "current", new byte[OfferKeyBytes], null);
        record.Upsert(town.Batch(), Instant.FromDateTimeOffset(start));
        desk = new SimulatedProcess(world, 0, "desk");
        office = new Office(world, faults, desk, () => nodes);
        callers = new Callers(world, office, town, load, Instant.FromDateTimeOffset(start).InZone(Town.Zone).Date);
        for (var i = 0; i < Processes; i++) Start(i);
    }

    /// <summary>Runs one seed on a thread of its own, to its end.</summary>
    public static SimulationOutcome Run(int seed, Defect defect = Defect.None, bool isTold = false)
    {
        SimulationOutcome? outcome = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                outcome = new Simulation(seed, defect, isTold).Run();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        return outcome ?? throw new InvalidOperationException($"The simulation of seed {seed} broke.", failure);
    }

    void Appended(long position)
    {
        world?.Mix(position);
        if (world is { IsTold: true }) world.Tell($"database: entry {position}: {record.Entries[^1].Entry.Event.Kind}");
        foreach (var node in nodes) node?.Link.Notify();
    }

    void Start(int at)
    {
        lives++;
        nodes[at] = new SimulatedNode(world, record, faults, new SimulatedProcess(world, lives, $"process {at + 1}.{lives}"));
        nodes[at].Start();
    }

    SimulationOutcome Run()
    {
        var violations = new List<string>();
        var commands = 6 + world.Draw(8);
        for (var i = 0; i < load.Desks; i++) desk.Run(() => callers.WorkAsync(commands));
        ScheduleFaults();
        if (!world.RunUntil(() => callers.Finished == load.Desks, LongestWork, MaxSteps))
            violations.Add("The callers did not come to an end.");
        Heal();
        world.RunUntil(() => world.Now - healedAt >= LongestUnderWay.Ticks, LongestDraining, MaxSteps);
        // A hold that was placed by a clock that went wrong lasts so much longer.
        world.Pass(faults.ClockJumps > 0 ? TimeSpan.FromMinutes(62) : TimeSpan.FromMinutes(2));
        if (!world.RunUntil(IsDrained, LongestDraining, MaxSteps)) violations.Add("What was under way did not come to an end.");
        var resent = false;
        desk.Run(async () =>
        {
            await ResendAsync();
            resent = true;
        });
        if (!world.RunUntil(() => resent && IsDrained(), LongestDraining, MaxSteps)) violations.Add("Commands sent again had no answer.");
        if (world.Escape is { } escape) violations.Add($"Something left the thread of the simulation: {escape}");
        var invariants = new Invariants(world, record, office, callers, nodes, past);
        violations.AddRange(invariants.Check());
        foreach (var node in nodes) node.Release();
        var counts = new SimulationCounts(
            office.Commands.Count(command => command.Receipt is not null), office.Commands.Count(command => command.IsRefused),
            office.Commands.Count(command => command.Receipt is null && !command.IsRefused), record.Entries.Count, crashes,
            callers.Readings.Count, invariants.Undecided);
        return new SimulationOutcome(seed, world.TraceHash, world.Steps, violations, world.Lines, counts);
    }

    void ScheduleFaults()
    {
        for (var i = 0; i < faults.Crashes; i++) Sometime(() => CrashAndRestart(world.Draw(Processes)));
        for (var i = 0; i < faults.Pauses; i++) Sometime(() => Pause(nodes[world.Draw(Processes)].Process));
        for (var i = 0; i < faults.FeedHeldBack; i++) Sometime(HoldFeedBack);
        for (var i = 0; i < faults.ClockJumps; i++) Sometime(() => JumpClock(nodes[world.Draw(Processes)].Process));
    }

    void Sometime(Action fault) => world.After(world.DrawTime(TimeSpan.Zero, TimeSpan.FromSeconds(8)), () =>
    {
        if (!faults.HaveHealed) fault();
    });

    void CrashAndRestart(int at)
    {
        if (nodes[at].Process.HasCrashed) return;
        world.Tell($"{nodes[at].Process.Name} crashes");
        crashes++;
        nodes[at].Crash();
        past.Add(nodes[at]);
        world.After(world.DrawTime(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(3)), () => Start(at));
    }

    void Pause(SimulatedProcess process)
    {
        if (process.HasCrashed || process.IsPaused) return;
        world.Tell($"{process.Name} stands still");
        process.Pause();
        world.After(world.DrawTime(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(12)), () =>
        {
            world.Tell($"{process.Name} goes on");
            process.Resume();
        });
    }

    void HoldFeedBack()
    {
        world.Tell("the feed is held back");
        record.HoldFeedBack();
        world.After(world.DrawTime(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(8)), () => record.ReleaseFeed());
    }

    void JumpClock(SimulatedProcess process)
    {
        process.Clock.Offset = TimeSpan.FromHours(world.Draw(2) == 0 ? 1 : -1);
        world.Tell($"{process.Name} has its clock {process.Clock.Offset} off");
    }

    void Heal()
    {
        world.Tell("everything heals");
        faults.Heal();
        healedAt = world.Now;
        record.ReleaseFeed();
        foreach (var node in nodes) node.Process.Clock.Offset = TimeSpan.Zero;
    }

    /// <summary>Every process serves and has followed the feed to its end, and no hold is left.</summary>
    bool IsDrained() => nodes.All(node => node.IsServing && !node.Process.IsPaused && node.Availability.Position == record.Head())
        && !record.HasHolds;

    /// <summary>Whatever had no answer is sent again, and what was carried out once more; nothing of it is under way any more.</summary>
    async Task ResendAsync()
    {
        foreach (var command in office.Commands) command.UnderWay = 0;
        foreach (var command in office.Commands.Where(command => command.Receipt is null && !command.IsRefused).ToList())
        {
            if ((await office.SendAsync(command))?.Receipt is not null) await office.SendAsync(command);
        }
    }
}
