using System.Collections.Concurrent;
using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Desk;

/// <summary>
/// How often each repair is booked under each contract, so that lists start with what is asked for most: counted from the jobs in the
/// diaries around the start, and from then on as they are booked.
/// </summary>
sealed partial class RepairUse(
    ILedger ledger, AvailabilityService availability, Live.LiveFeed live, TimeProvider time, ILogger<RepairUse> log) : BackgroundService
{
    /// <summary>Jobs that are looked at when the process starts; more would not change the order.</summary>
    const int MaxJobsAtStart = 3000;

    /// <summary>Past it nothing is counted: the order would not change, and a sum over contracts stays a number.</summary>
    const int MaxCount = 1_000_000;

    /// <summary>Bookings that may wait to be counted; missing one does no harm.</summary>
    const int QueueLength = 1000;

    /// <summary>After each job that was read from the database: ten a second are all of a quiet day and a sample of a busy one.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly ConcurrentDictionary<(ContractId, SorCode), int> uses = [];

    /// <summary>Counted over the contracts given: how often others report something is theirs to know.</summary>
    public int Of(IEnumerable<Contract> contracts, SorCode code) =>
        contracts.Sum(contract => uses.GetValueOrDefault((contract.Id, code)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var booked = System.Threading.Channels.Channel.CreateBounded<JobId>(QueueLength);
        void Note(FeedEntry entry)
        {
            if (entry.Event is { Kind: EventKind.BookingConfirmed or EventKind.BookingMade, Job: { } job }) booked.Writer.TryWrite(job);
        }

        live.Published += Note;
        try
        {
            await availability.Ready.WaitAsync(stoppingToken);
            await CountDiariesAsync(stoppingToken);
            await foreach (var job in booked.Reader.ReadAllAsync(stoppingToken))
            {
                await CountAsync(job, stoppingToken);
                await Task.Delay(Pause, stoppingToken);
            }
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            // Lists keep the order that they have.
            LogStopped(failure);
        }
        finally
        {
            live.Published -= Note;
        }
    }

    async Task CountDiariesAsync(CancellationToken cancellationToken)
    {
        var from = Instant.FromDateTimeOffset(time.GetUtcNow()).InUtc().Date.PlusDays(-14);
        var jobs = new HashSet<JobId>();
        await foreach (var diary in ledger.LoadAllDiariesAsync(from, cancellationToken))
        {
            foreach (var visit in diary.Visits)
            {
                if (jobs.Count < MaxJobsAtStart) jobs.Add(visit.Id.Job);
            }
        }

        foreach (var job in jobs) await CountAsync(job, cancellationToken);
    }

    async Task CountAsync(JobId id, CancellationToken cancellationToken)
    {
        if (await ledger.LoadJobAsync(id, cancellationToken) is not { } job) return;
        foreach (var line in job.Lines)
            uses.AddOrUpdate((job.Contract, line), 1, static (_, count) => count == MaxCount ? count : count + 1);
    }
}
