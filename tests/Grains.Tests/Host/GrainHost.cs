using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;

namespace OrleansScheduling.Grains.Tests;

/// <summary>One node: the engine, the ledger and the grains over a test's database, on a clock that the test moves. Which
/// engine runs, only <see cref="EngineHost"/> knows.</summary>
public sealed class GrainHost : IAsyncDisposable
{
    /// <summary>How long a test waits for a signal: far longer than anything takes. Running out is missing evidence, and fails the
    /// test.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// A node that has just looked and not yet begun to wait misses a step of the clock: it gets another. Fewer than the seconds after
    /// which a call is given up.
    /// </summary>
    const int MaxWaits = 28;

    /// <summary>
    /// Twice as long after every fourth step, from half a second to eight: on a busy machine the clock must not run away from those who
    /// work by it.
    /// </summary>
    static TimeSpan PauseAfter(int waits) => TimeSpan.FromMilliseconds(500 << Math.Min(waits / 4, 4));

    readonly EngineHost host;

    GrainHost(EngineHost host, FakeTimeProvider clock) => (this.host, Clock) = (host, clock);

    public FakeTimeProvider Clock { get; }

    public IGrainFactory Grains => host.Grains;

    public ILedger Ledger => host.Services.GetRequiredService<ILedger>();

    public IFeed Feed => host.Services.GetRequiredService<IFeed>();

    public IRegistryStore Registry => host.Services.GetRequiredService<IRegistryStore>();

    public AvailabilityService Availability => host.Services.GetRequiredService<AvailabilityService>();

    public HoldExpiry Expiry => host.Services.GetRequiredService<HoldExpiry>();

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    /// <summary>Starts a node; the world is there, and every diary is loaded.</summary>
    public static async Task<GrainHost> StartAsync(
        LedgerOptions options, FakeTimeProvider clock, RegistryBatch? world = null, FaultyLedger? faults = null, IDuties? duties = null)
    {
        var host = await EngineHost.StartAsync(builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Services.AddLedger(options);
            // The server goes by its own clock, and these tests by theirs: who has a duty is said, and not found out.
            builder.Services.AddSingleton(duties ?? new EveryDuty());
            if (faults is not null)
                builder.Services.AddSingleton(provider => faults.Over(provider.GetRequiredService<LedgerDatabase>().Ledger));
            if (world is not null) builder.Services.AddHostedService(provider =>
                new WorldMaker(provider.GetRequiredService<IRegistryStore>(), world));
        }, builder => builder.Services.AddScheduling(new ConfigurationBuilder().Build()));
        var node = new GrainHost(host, clock);
        await node.Availability.Ready.WaitAsync(Patience);
        return node;
    }

    public IJobGrain Job(JobId id) => Grains.GetGrain<IJobGrain>(id.ToString());

    public IContractGrain Contract(ContractId id) => Grains.GetGrain<IContractGrain>(id.ToString());

    public IPlanGrain Plan(OrganisationId contractor) => Grains.GetGrain<IPlanGrain>(contractor.ToString());

    public IOperativeDiaryGrain Diary(OperativeId id) => Grains.GetGrain<IOperativeDiaryGrain>(id.ToString());

    /// <summary>
    /// Returns when this node has followed the feed to its present end. Where the database cannot wake another process, a wait of the feed
    /// ends by the
    /// clock, so the clock is moved on by a second as often as the node waits again.
    /// </summary>
    public async Task CatchUpAsync()
    {
        var head = await Feed.HeadAsync(CancellationToken.None);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(FeedEntry entry)
        {
            if (entry.Position >= head) reached.TrySetResult();
        }

        Availability.Followed += Look;
        try
        {
            for (var waits = 0; waits < MaxWaits && Availability.Position < head; waits++)
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                await Task.WhenAny(reached.Task, reached.Task.WaitAsync(PauseAfter(waits)));
            }

            Assert.True(Availability.Position >= head, $"The node followed the feed to {Availability.Position}, not to {head}.");
        }
        finally
        {
            Availability.Followed -= Look;
        }
    }

    /// <summary>
    /// Waits for work that waits for another node's commits: where the database cannot wake this process, the feed looks again after a
    /// second of the
    /// clock, which has to move on for it.
    /// </summary>
    public static async Task<T> WithPassingTimeAsync<T>(FakeTimeProvider clock, Task<T> work)
    {
        for (var waits = 0; waits < MaxWaits && !work.IsCompleted; waits++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(work, work.WaitAsync(PauseAfter(waits)));
        }

        Assert.True(work.IsCompleted, "The work did not end while time passed.");
        return await work;
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    sealed class WorldMaker(IRegistryStore registry, RegistryBatch world) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => registry.UpsertAsync(world, cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
