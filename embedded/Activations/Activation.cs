using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

internal enum ActivationState : byte
{
    None,

    /// <summary>Made; its grain object doesn't exist yet.</summary>
    Created,

    /// <summary>The grain object is being made, its state read, <c>OnActivateAsync</c> run.</summary>
    Activating,

    /// <summary>Serves calls.</summary>
    Valid,

    /// <summary>Lets the running calls finish; those that wait will go to the next activation.</summary>
    Deactivating,

    /// <summary><c>OnDeactivateAsync</c> runs.</summary>
    Ending,

    Ended,
}

/// <summary>
/// One living grain: a mailbox, a scheduler that runs one turn at a time, and the grain object. The parts stand in files of their own:
/// turns, mailbox and life.
/// </summary>
internal sealed partial class Activation : TaskScheduler, IGrainContext, IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly StatelessWorkers? _workers;
    private ActivationState _state = ActivationState.Created;
    private AsyncServiceScope? _scope;
    private TaskCompletionSource? _deactivated;
    private GrainReference? _reference;

    public Activation(Silo silo, GrainClass grainClass, GrainId grainId, StatelessWorkers? workers)
    {
        Silo = silo;
        Class = grainClass;
        GrainId = grainId;
        _workers = workers;
        _lastUsed = silo.Time.GetTimestamp();
    }

    public Silo Silo { get; }

    public GrainClass Class { get; }

    public GrainId GrainId { get; }

    public object? GrainInstance { get; private set; }

    public bool HasFilters => Silo.IncomingFilters.Length > 0 || Class.FiltersItself;

    public GrainReference GrainReference => _reference ??= new GrainReference(Silo, GrainId);

    public IServiceProvider ActivationServices =>
        _scope?.ServiceProvider ?? throw new InvalidOperationException($"The activation of {GrainId} has ended or has not begun.");

    public Task Deactivated
    {
        get
        {
            lock (_gate)
            {
                _deactivated ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_state == ActivationState.Ended)
                    _deactivated.TrySetResult();
                return _deactivated.Task;
            }
        }
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override string ToString() => $"Activation of {GrainId}";
}
