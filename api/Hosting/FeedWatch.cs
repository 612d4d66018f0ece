using System.Diagnostics.Metrics;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Hosting;

/// <summary>Measures how far the change feed is behind, and tells the log when that begins and ends to be felt.</summary>
sealed partial class FeedWatch : BackgroundService
{
    /// <summary>Of the meter.</summary>
    public const string Name = "OrleansScheduling.Ledger";

    /// <summary>How often it looks: one short query, and often enough for the alarm to come while it matters.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly IFeed feed;
    readonly TimeProvider time;
    readonly ILogger<FeedWatch> log;
    readonly Meter meter;
    readonly Gauge<double> lag;
    bool alarmed;

    public FeedWatch(IFeed feed, IMeterFactory meters, TimeProvider time, ILogger<FeedWatch> log)
    {
        (this.feed, this.time, this.log) = (feed, time, log);
        meter = meters.Create(Name);
        lag = meter.CreateGauge<double>("ledger.feed.lag", "s",
            "How long the oldest committed entry that readers may not see yet has waited.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Readiness tells that the database does not answer.
                LogLookFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = await feed.LagAsync(cancellationToken);
        lag.Record(now.Behind.TotalSeconds);
        if (now.IsAlarming && !alarmed) LogBehind((long)now.Behind.TotalSeconds, now.Reason, now.Holder);
        else if (alarmed && !now.IsAlarming) LogCaughtUp();
        alarmed = now.IsAlarming;
    }

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }
}
