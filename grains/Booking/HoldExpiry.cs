using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using Orleans;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Booking;

/// <summary>
/// Frees holds whose time has run out. One process has the duty to look; should two, the job's fence lets only one of them free a hold.
/// A hold that cannot be freed is tried again ever more seldom and keeps none of the others waiting.
/// </summary>
public sealed partial class HoldExpiry : BackgroundService
{
    /// <summary>How long a slot may stay blocked after its hold has expired.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Of the one process that looks.</summary>
    public static readonly Duty Duty = new(DutyKind.HoldExpiry, 0);

    /// <summary>Most holds that one look frees; the rest waits for the next.</summary>
    public const int MaxPerLook = 200;

    /// <summary>Most failing holds that are remembered; a look asks the ledger for so many more. Past it the oldest failures are tried at
    /// every look.</summary>
    const int MaxFailing = 1000;

    /// <summary>The longest pause between two tries of a hold that keeps failing.</summary>
    static readonly Duration MaxPause = Duration.FromMinutes(5);

    /// <summary>How many are freed side by side: the ledger commits them together.</summary>
    const int MaxTogether = 16;

    readonly SemaphoreSlim looking = new(1);
    readonly Dictionary<JobId, (int Failures, Instant NotBefore)> failing = [];
    readonly ILedger ledger;
    readonly IGrainFactory grains;
    readonly AvailabilityService availability;
    readonly BookingTelemetry telemetry;
    readonly IDuties duties;
    readonly TimeProvider time;
    readonly ILogger<HoldExpiry> log;

    internal HoldExpiry(
        ILedger ledger, IGrainFactory grains, AvailabilityService availability, BookingTelemetry telemetry, IDuties duties,
        TimeProvider time, ILogger<HoldExpiry> log)
    {
        (this.ledger, this.grains, this.availability, this.telemetry, this.duties, this.time, this.log) =
            (ledger, grains, availability, telemetry, duties, time, log);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await availability.Ready.WaitAsync(stoppingToken);
        duties.Apply(Duty.Kind, [Duty.Number]);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await duties.WaitAsync(Duty, stoppingToken);
                await LookAsync(stoppingToken);
            }
        }
        finally
        {
            duties.Apply(Duty.Kind, []);
        }
    }

    async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            await FreeExpiredAsync(stoppingToken);
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            LogLookFailed(failure);
        }
    }

    /// <summary>Frees what has expired by now.</summary>
    /// <returns>How many holds were tried.</returns>
    public async Task<int> FreeExpiredAsync(CancellationToken cancellationToken)
    {
        await looking.WaitAsync(cancellationToken);
        try
        {
            var now = availability.Now;
            var expired = await ledger.FindExpiredHoldsAsync(now, MaxPerLook + failing.Count, cancellationToken);
            // What is not listed any more was freed elsewhere.
            foreach (var gone in failing.Keys.Except(expired).ToList()) failing.Remove(gone);
            var due = expired.Where(job => !failing.TryGetValue(job, out var before) || now >= before.NotBefore).Take(MaxPerLook).ToList();
            foreach (var together in due.Chunk(MaxTogether)) Note(await Task.WhenAll(together.Select(FreeAsync)), now);
            return due.Count;
        }
        finally
        {
            looking.Release();
        }
    }

    async Task<(JobId Job, bool Freed)> FreeAsync(JobId job)
    {
        try
        {
            return (job, await grains.GetGrain<IJobGrain>(job.ToString()).ExpireHold());
        }
        catch (Exception failure)
        {
            LogFreeFailed(job, failure);
            return (job, false);
        }
    }

    void Note((JobId Job, bool Freed)[] outcomes, Instant now)
    {
        foreach (var (job, freed) in outcomes)
        {
            telemetry.Expired(freed);
            var failures = failing.GetValueOrDefault(job).Failures + 1;
            if (freed) failing.Remove(job);
            else if (failing.Count < MaxFailing || failures > 1) failing[job] = (failures, now + PauseAfter(failures));
        }
    }

    public override void Dispose()
    {
        looking.Dispose();
        base.Dispose();
    }

    /// <summary>Twice as long after each failure: 2 seconds, 4, 8, to the longest.</summary>
    static Duration PauseAfter(int failures) => Duration.Min(MaxPause, Duration.FromSeconds(1L << Math.Min(failures, 30)));

    [LoggerMessage(2101, LogLevel.Warning, "Looking for expired holds failed; trying again.")]
    partial void LogLookFailed(Exception failure);

    [LoggerMessage(2102, LogLevel.Warning, "The expired hold of job {Job} could not be freed; trying again later.")]
    partial void LogFreeFailed(JobId job, Exception failure);
}
