using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>
/// Starts and stops the host of grains with the program. A stop refuses new calls, lets those under way finish, then ends every
/// activation.
/// </summary>
internal sealed class SiloService(
    Silo silo,
    ReminderService reminders,
    IOptions<SiloMessagingOptions> messaging,
    IOptions<GrainCollectionOptions> collection,
    IOptions<EmbeddedSiloOptions> bounds) : IHostedService, IAsyncDisposable
{
    /// <summary>A caller whose time is up hears it at most so much later.</summary>
    private static readonly TimeSpan ExpiryPeriodMax = TimeSpan.FromSeconds(2);

    /// <summary>Below this, looking for expired calls would cost more than it gives.</summary>
    private static readonly TimeSpan ExpiryPeriodMin = TimeSpan.FromMilliseconds(10);

    /// <summary>The part of the response timeout by which an answer "too late" may itself be late.</summary>
    private const int ExpiryShare = 15;

    private ITimer? _expiry;
    private ITimer? _collector;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Validate();
        silo.Open();
        var share = messaging.Value.ResponseTimeout / ExpiryShare;
        var period = share > ExpiryPeriodMax ? ExpiryPeriodMax : share < ExpiryPeriodMin ? ExpiryPeriodMin : share;
        _expiry = silo.Time.CreateTimer(static silo => ((Silo)silo!).ExpireRequests(), silo, period, period);
        var quantum = collection.Value.CollectionQuantum;
        _collector = silo.Time.CreateTimer(static silo => ((Silo)silo!).Directory.CollectIdle(), silo, quantum, quantum);
        await reminders.StartAsync(cancellationToken);
        silo.Log.Started(silo.Classes.Count);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (silo.Phase is SiloPhase.None or SiloPhase.Stopped)
            return;
        silo.Log.Stopping(silo.Directory.Count);
        await reminders.StopAsync();
        silo.Phase = SiloPhase.Stopping;
        try
        {
            await FinishCalls(cancellationToken).WaitAsync(bounds.Value.DrainTimeout, silo.Time, cancellationToken);
            await EndActivations().WaitAsync(collection.Value.DeactivationTimeout, silo.Time, cancellationToken);
            silo.Log.Stopped();
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            silo.Log.StoppedEarly(silo.Directory.Count, bounds.Value.DrainTimeout);
            foreach (var activation in silo.Directory.All)
                activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The host stops."), CancellationToken.None);
        }

        silo.Phase = SiloPhase.Stopped;
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        silo.Phase = silo.Phase == SiloPhase.None ? SiloPhase.None : SiloPhase.Stopped;
        if (_expiry is not null)
            await _expiry.DisposeAsync();
        if (_collector is not null)
            await _collector.DisposeAsync();
    }

    /// <summary>Calls beget calls: waits until a whole round finds nobody at work.</summary>
    private async Task FinishCalls(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var busy = silo.Directory.All.Select(activation => activation.WhenIdle()).Where(idle => !idle.IsCompleted).ToArray();
            if (busy.Length == 0)
                return;
            await Task.WhenAll(busy);
        }
    }

    /// <summary>What grains call while they end may activate others: goes on until nobody is left.</summary>
    private async Task EndActivations()
    {
        while (!silo.Directory.IsEmpty)
        {
            var ending = silo.Directory.All.ToArray();
            foreach (var activation in ending)
                activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The host stops."));
            await Task.WhenAll(ending.Select(activation => activation.Deactivated));
        }
    }

    private void Validate()
    {
        var idle = collection.Value;
        if (idle.CollectionQuantum <= TimeSpan.Zero || idle.CollectionAge <= idle.CollectionQuantum)
            throw new OrleansConfigurationException(
                $"CollectionAge ({idle.CollectionAge}) must be greater than CollectionQuantum ({idle.CollectionQuantum}).");
        if (messaging.Value.ResponseTimeout <= TimeSpan.Zero)
            throw new OrleansConfigurationException($"ResponseTimeout ({messaging.Value.ResponseTimeout}) must be greater than zero.");
        if (bounds.Value.MaxActivations <= 0)
            throw new OrleansConfigurationException($"MaxActivations ({bounds.Value.MaxActivations}) must be greater than zero.");
    }
}
