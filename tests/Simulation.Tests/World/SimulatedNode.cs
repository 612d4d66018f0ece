using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using Orleans;
using Orleans.Hosting;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Embedded;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing.Simulation;

namespace OrleansScheduling.Simulation.Tests.World;

/// <summary>
/// One life of a process with grains, as the host of the real thing puts it together: the engine, the scheduler's services, the index that
/// follows the feed, and the expiry of holds; over a simulated database, on a simulated thread pool and clock.
/// </summary>
sealed class SimulatedNode
{
    /// <summary>How long after a failure, or an empty look, a process tries again.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    static readonly IConfiguration NoSettings = new ConfigurationBuilder().Build();

    readonly SimulatedWorld world;
    readonly ServiceProvider services;

    public SimulatedNode(SimulatedWorld world, SimulatedRecord record, Faults faults, SimulatedProcess process)
    {
        (this.world, Process) = (world, process);
        Link = new SimulatedLink(world, process, record, faults);
        Database = new SimulatedDatabase(record, Link, new LedgerOptions { MaxBatch = 4 });
        var all = new ServiceCollection();
        all.AddSingleton<TimeProvider>(process.Clock);
        all.AddSingleton<ITurnThreads>(process);
        all.AddSingleton<LedgerDatabase>(Database);
        all.AddSingleton(Database.Ledger);
        all.AddSingleton(Database.Feed);
        all.AddSingleton(Database.Registry);
        all.AddSingleton(Database.State);
        all.AddSingleton(Database.Duties);
        // No turn is cut short by the machine's clock.
        all.AddOrleans(silo => silo.Configure<EmbeddedSiloOptions>(bounds => bounds.TurnQuantum = TimeSpan.FromDays(1)));
        all.AddScheduling(NoSettings);
        services = all.BuildServiceProvider();
    }

    public SimulatedProcess Process { get; }

    public SimulatedLink Link { get; }

    public SimulatedDatabase Database { get; }

    /// <summary>Answers callers.</summary>
    public bool IsServing { get; private set; }

    /// <summary>Positions of the entries that the index has followed, as it was told of them.</summary>
    public List<long> Followed { get; } = [];

    public AvailabilityService Availability => services.GetRequiredService<AvailabilityService>();

    IGrainFactory Grains => services.GetRequiredService<IGrainFactory>();

    public IJobGrain Job(JobId job) => Grains.GetGrain<IJobGrain>(job.ToString());

    public IContractGrain Contract(ContractId contract) => Grains.GetGrain<IContractGrain>(contract.ToString());

    public IPlanGrain Plan(OrganisationId contractor) => Grains.GetGrain<IPlanGrain>(contractor.ToString());

    public IOperativeDiaryGrain Diary(OperativeId operative) => Grains.GetGrain<IOperativeDiaryGrain>(operative.ToString());

    public void Start()
    {
        Process.Run(StartAsync);
    }

    async Task StartAsync()
    {
        Availability.MachineTime = Process.Clock;
        Availability.Followed += entry => Followed.Add(entry.Position);
        foreach (var hosted in services.GetServices<IHostedService>().Where(hosted => hosted is not BackgroundService))
        {
            while (!await TryAsync(() => hosted.StartAsync(CancellationToken.None))) await Process.Clock.PassAsync(Pause);
        }

        Process.Run(() => Availability.RunAsync(CancellationToken.None));
        await Availability.Ready;
        IsServing = true;
        world.Tell($"{Process.Name} serves");
        await ExpireAsync();
    }

    /// <summary>As the service does that looks for expired holds.</summary>
    async Task ExpireAsync()
    {
        var expiry = services.GetRequiredService<HoldExpiry>();
        while (true)
        {
            await Process.Clock.PassAsync(Pause);
            await TryAsync(() => expiry.FreeExpiredAsync(CancellationToken.None));
        }
    }

    static async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (LedgerUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Everything that the process had in memory is gone.</summary>
    public void Crash()
    {
        IsServing = false;
        Process.Crash();
        Release();
    }

    /// <summary>Gives back what the machine has lent: nothing of the process runs any more.</summary>
    public void Release() => _ = services.DisposeAsync();

    /// <summary>The diary days as the index shows them, from a day on.</summary>
    public IEnumerable<(OperativeId Operative, long Version, string Days)> Shown(
        IEnumerable<OperativeId> operatives, LocalDate from, int days) =>
        operatives.Select(operative => Availability.IndexOf(operative) is { } index
            ? (operative, index.VersionOf(operative), IndexedDays.Of(index, operative, from, days)) : (operative, -1, ""));
}
