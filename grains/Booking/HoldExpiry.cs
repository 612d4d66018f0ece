using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using Orleans;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Booking;

/// <summary>
/// Frees holds whose time has run out. Every process looks; the job's fence lets only one of them free a hold.
/// </summary>
public sealed partial class HoldExpiry(ILedger ledger, IGrainFactory grains, TimeProvider time, ILogger<HoldExpiry> log) : BackgroundService
{
    /// <summary>How long a slot may stay blocked after its hold has expired.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Most holds that one look frees; the rest waits for the next.</summary>
    public const int MaxPerLook = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
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
    }

    /// <summary>Frees what has expired by now.</summary>
    /// <returns>How many holds were looked at.</returns>
    public async Task<int> FreeExpiredAsync(CancellationToken cancellationToken)
    {
        var expired = await ledger.FindExpiredHoldsAsync(Instant.FromDateTimeOffset(time.GetUtcNow()), MaxPerLook, cancellationToken);
        foreach (var job in expired) await grains.GetGrain<IJobGrain>(job.ToString()).ExpireHold();
        return expired.Count;
    }

    [LoggerMessage(2101, LogLevel.Warning, "Looking for expired holds failed; trying again.")]
    partial void LogLookFailed(Exception failure);
}
