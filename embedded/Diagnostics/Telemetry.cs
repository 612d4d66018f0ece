using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrleansScheduling.Embedded;

/// <summary>What the engine measures and traces. Nothing is measured that nobody listens to.</summary>
internal sealed class Telemetry
{
    /// <summary>The name under which a cluster publishes its meters, so that a dashboard needs one source.</summary>
    public const string MeterName = "Microsoft.Orleans";

    public const string ActivitySourceName = "Microsoft.Orleans.Application";

    private static readonly ActivitySource Source = new(ActivitySourceName);

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Counter<long> _turns;
    private readonly Histogram<double> _duration;

    public Telemetry(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _meter = meters.Create(MeterName);
        _turns = _meter.CreateCounter<long>("orleans-embedded-turns", "{call}", "Calls that grains have finished.");
        _duration = _meter.CreateHistogram<double>("orleans-embedded-turn-duration", "ms", "From a call's start in its grain to its end.");
        Activated = _meter.CreateCounter<long>("orleans-catalog-activation-created", "{activation}");
        Deactivated = _meter.CreateCounter<long>("orleans-catalog-activation-destroyed", "{activation}", "With the reason.");
        Refused = _meter.CreateCounter<long>("orleans-embedded-calls-refused", "{call}", "Calls refused because a mailbox was full.");
        TimedOut = _meter.CreateCounter<long>("orleans-embedded-calls-timed-out", "{call}");
    }

    public Counter<long> Activated { get; }

    public Counter<long> Deactivated { get; }

    public Counter<long> Refused { get; }

    public Counter<long> TimedOut { get; }

    public bool TracesTurns => Source.HasListeners();

    public void Observe(Silo silo)
    {
        _meter.CreateObservableGauge("orleans-catalog-activations", () => silo.Directory.Count, "{activation}");
        _meter.CreateObservableGauge(
            "orleans-embedded-queue-length",
            () => silo.Directory.All.Sum(activation => (long)activation.QueueLength),
            "{call}",
            "Calls that wait.");
    }

    public void TurnBegins(GrainRequest request)
    {
        if (_duration.Enabled)
            request.BeganAt = _time.GetTimestamp();
        if (!TracesTurns || request.IsTick)
            return;
        request.Trace = Source.StartActivity(request.Method.ActivityName, ActivityKind.Server, request.Parent);
        request.Trace?.SetTag("rpc.system", "orleans");
        request.Trace?.SetTag("rpc.method", request.Name);
        request.Trace?.SetTag("orleans.grain_id", request.Target.GrainId.ToString());
    }

    public void TurnEnded(GrainRequest request)
    {
        request.Trace?.Dispose();
        _turns.Add(1);
        if (request.BeganAt != 0)
            _duration.Record(_time.GetElapsedTime(request.BeganAt).TotalMilliseconds);
    }
}
