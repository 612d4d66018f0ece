using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>Where each grain lives: one activation for a key, or a group of workers for a stateless one. Its size is bounded.</summary>
internal sealed class ActivationDirectory(Silo silo)
{
    /// <summary>
    /// After collection for being too many, so much of the limit is left: enough room that it doesn't start again at once.
    /// </summary>
    private const double ShareKept = 0.9;

    /// <summary>
    /// Collection runs beside the calls that make it necessary; so far it may fall behind, or find only busy grains, before new ones
    /// are refused.
    /// </summary>
    private const int RefusalFactor = 2;

    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();
    private readonly ConcurrentDictionary<GrainId, StatelessWorkers> _workers = new();
    private int _count;
    private int _shedding;

    public int Count => Volatile.Read(ref _count);

    public bool IsEmpty => Count == 0;

    public IEnumerable<Activation> All
    {
        get
        {
            foreach (var (_, activation) in _activations)
                yield return activation;
            foreach (var (_, workers) in _workers)
            {
                foreach (var activation in workers.Members())
                    yield return activation;
            }
        }
    }

    /// <summary>Brings the call to its grain and gives the activation, to be remembered; null if it must not be remembered.</summary>
    public Activation? Place(GrainRequest request)
    {
        var id = request.Target.GrainId;
        while (true)
        {
            if (_activations.TryGetValue(id, out var activation))
            {
                if (activation.TryEnqueue(request))
                    return activation;
                continue;
            }

            var grainClass = silo.Classes.OfGrainType(id.Type);
            if (grainClass.MaxWorkers > 0)
            {
                if (_workers.GetOrAdd(id, _ => new StatelessWorkers(silo, grainClass, id)).TryPlace(request))
                    return null;
                continue;
            }

            RequireRoom(id);
            var created = new Activation(silo, grainClass, id, workers: null);
            if (_activations.TryAdd(id, created))
                Counted();
        }
    }

    public void Remove(Activation activation, StatelessWorkers? workers)
    {
        if (workers is null)
            _activations.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));
        else if (workers.Remove(activation))
            _workers.TryRemove(new KeyValuePair<GrainId, StatelessWorkers>(activation.GrainId, workers));
        Interlocked.Decrement(ref _count);
    }

    public void RequireRoom(GrainId id)
    {
        var refusedAt = (long)silo.MaxActivations * RefusalFactor;
        if (Count >= refusedAt)
        {
            throw new LimitExceededException(
                $"{id} can't be activated: {Count} grains are active, the limit is {silo.MaxActivations}, and too few of them are idle.");
        }
    }

    public void Counted()
    {
        if (Interlocked.Increment(ref _count) > silo.MaxActivations && Interlocked.Exchange(ref _shedding, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static directory => directory.ShedLeastRecentlyUsed(), this, preferLocal: false);
    }

    /// <summary>Ends those that have been idle for longer than their class allows.</summary>
    public void CollectIdle()
    {
        var now = silo.Time.GetTimestamp();
        var collected = 0;
        foreach (var activation in All)
        {
            if (activation.Class.CollectionAge is not { } age)
                continue;
            if (activation.DeactivateIfIdle(
                now, silo.Before(now, age), new(DeactivationReasonCode.ActivationIdle, $"It was idle for {age} or longer.")))
                collected++;
        }

        if (collected > 0)
            silo.Log.CollectedIdle(collected);
    }

    private void ShedLeastRecentlyUsed()
    {
        try
        {
            var now = silo.Time.GetTimestamp();
            var surplus = Count - (int)(silo.MaxActivations * ShareKept);
            var idle = All
                .Select(activation => (Activation: activation, LastUsed: activation.LastUsedIfIdle(now)))
                .Where(candidate => candidate.LastUsed is not null)
                .OrderBy(candidate => candidate.LastUsed)
                .Take(surplus)
                .ToArray();
            foreach (var (activation, lastUsed) in idle)
                activation.DeactivateIfIdle(
                    now, lastUsed!.Value, new(DeactivationReasonCode.RuntimeRequested, "Too many grains are active."));
            silo.Log.ShedActivations(idle.Length, silo.MaxActivations);
        }
        finally
        {
            Volatile.Write(ref _shedding, 0);
        }
    }
}
