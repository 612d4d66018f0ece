using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

internal enum SiloPhase
{
    None,
    Running,

    /// <summary>Calls from outside of grains are refused; those between grains still go through.</summary>
    Stopping,
    Stopped,
}

/// <summary>The host of all activations of this process: what they share, and the way of a call to its grain.</summary>
internal sealed class Silo
{
    private readonly long _responseTimeoutTicks;
    private readonly TimeSpan _responseTimeout;
    private volatile SiloPhase _phase;

    public Silo(
        IServiceProvider services,
        TimeProvider time,
        ILogger<Silo> logger,
        Telemetry telemetry,
        GrainClasses classes,
        ITurnThreads threads,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<GrainCollectionOptions> collection,
        IOptions<EmbeddedSiloOptions> bounds)
    {
        Services = services;
        Time = time;
        Log = new SiloLog(logger);
        Telemetry = telemetry;
        Classes = classes;
        Threads = threads;
        Factory = new GrainFactory(this);
        Directory = new ActivationDirectory(this);
        _responseTimeout = messaging.Value.ResponseTimeout;
        _responseTimeoutTicks = Ticks(_responseTimeout);
        SoftLimit = messaging.Value.MaxEnqueuedRequestsSoftLimit;
        HardLimit = messaging.Value.MaxEnqueuedRequestsHardLimit;
        HardLimitOfWorker = messaging.Value.MaxEnqueuedRequestsHardLimit_StatelessWorker;
        ActivationTimeout = collection.Value.ActivationTimeout;
        DeactivationTimeout = collection.Value.DeactivationTimeout;
        MaxActivations = bounds.Value.MaxActivations;
        TurnQuantumMilliseconds = (long)bounds.Value.TurnQuantum.TotalMilliseconds;
        telemetry.Observe(this);
    }

    public IServiceProvider Services { get; }

    public TimeProvider Time { get; }

    public SiloLog Log { get; }

    public Telemetry Telemetry { get; }

    public GrainClasses Classes { get; }

    public ITurnThreads Threads { get; }

    public GrainFactory Factory { get; }

    public ActivationDirectory Directory { get; }

    public IIncomingGrainCallFilter[] IncomingFilters { get; private set; } = [];

    public IOutgoingGrainCallFilter[] OutgoingFilters { get; private set; } = [];

    public int SoftLimit { get; }

    public int HardLimit { get; }

    public int HardLimitOfWorker { get; }

    public TimeSpan ActivationTimeout { get; }

    public TimeSpan DeactivationTimeout { get; }

    public int MaxActivations { get; }

    public long TurnQuantumMilliseconds { get; }

    public SiloPhase Phase
    {
        get => _phase;
        set => _phase = value;
    }

    /// <summary>Timers tick only while the host serves calls.</summary>
    public bool ServesTicks => _phase == SiloPhase.Running;

    /// <summary>Begins to take calls. Filters are made only now, because they may need the grain factory, which belongs to this.</summary>
    public void Open()
    {
        IncomingFilters = [.. Services.GetServices<IIncomingGrainCallFilter>()];
        OutgoingFilters = [.. Services.GetServices<IOutgoingGrainCallFilter>()];
        _phase = SiloPhase.Running;
    }

    /// <summary>Brings a call into the mailbox of its grain. What goes wrong on the way is the call's answer, never thrown here.</summary>
    public void Send(GrainRequest request, ref Activation? last)
    {
        if (_phase != SiloPhase.Running && Refuses(request))
            return;
        var cancellation = request.Cancellation;
        if (cancellation is not null && cancellation.CallerToken.IsCancellationRequested)
        {
            request.Cancel(cancellation.CallerToken);
            return;
        }

        request.Ambient = RequestContext.Values;
        request.SentAt = Time.GetTimestamp();
        request.Deadline = Later(
            request.SentAt, request.Method.ResponseTimeout is { } own ? Ticks(own) : _responseTimeoutTicks);
        if (Telemetry.TracesTurns && Activity.Current is { } caller)
            request.Parent = caller.Context;
        try
        {
            var activation = Volatile.Read(ref last);
            if (activation is null || !activation.TryEnqueue(request))
                Volatile.Write(ref last, Directory.Place(request));
        }
        catch (Exception exception) when (exception is LimitExceededException or ArgumentException)
        {
            request.Fail(exception);
            return;
        }

        cancellation?.Listen();
    }

    /// <summary>A call that waited for an activation which has ended goes to the next one.</summary>
    public void Redirect(GrainRequest request)
    {
        if (request.IsTick || (_phase != SiloPhase.Running && Refuses(request)))
            return;
        try
        {
            Directory.Place(request);
        }
        catch (LimitExceededException exception)
        {
            request.Fail(exception);
        }
    }

    public TimeSpan ResponseTimeoutOf(GrainRequest request) => request.Method.ResponseTimeout ?? _responseTimeout;

    public void ExpireRequests()
    {
        var now = Time.GetTimestamp();
        foreach (var activation in Directory.All)
            activation.ExpireRequests(now);
    }

    /// <summary>The timestamp so long after another; at the end of time for spans that reach beyond it.</summary>
    public long After(long timestamp, TimeSpan span) => Later(timestamp, Ticks(span));

    public long Before(long timestamp, TimeSpan span)
    {
        var ticks = Ticks(span);
        return timestamp < long.MinValue + ticks ? long.MinValue : timestamp - ticks;
    }

    private static long Later(long timestamp, long ticks) => timestamp > long.MaxValue - ticks ? long.MaxValue : timestamp + ticks;

    private long Ticks(TimeSpan span)
    {
        if (span == Timeout.InfiniteTimeSpan)
            return long.MaxValue;
        var ticks = span.TotalSeconds * Time.TimestampFrequency;
        return ticks >= long.MaxValue ? long.MaxValue : (long)ticks;
    }

    private bool Refuses(GrainRequest request)
    {
        var phase = _phase;
        if (phase == SiloPhase.Running || (phase == SiloPhase.Stopping && request.Source is not null))
            return false;
        request.Fail(new SiloUnavailableException(phase == SiloPhase.None
            ? $"{request.Target.GrainId}.{request.Name} was called before the host of the grains had started."
            : $"{request.Target.GrainId}.{request.Name} was refused: the host of the grains is stopping."));
        return true;
    }
}
