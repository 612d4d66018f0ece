using System.Collections.Concurrent;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Tests;

/// <summary>A node has the duties that its test gives it, and none before.</summary>
sealed class GivenDuties : IDuties
{
    readonly ConcurrentDictionary<DutyKind, TaskCompletionSource> given = new();

    public event Action<Duty>? Taken;

    public void Give(DutyKind kind)
    {
        Of(kind).TrySetResult();
        Taken?.Invoke(new Duty(kind, 0));
    }

    public void TakeAway(DutyKind kind) => given.TryRemove(kind, out _);

    public void Apply(DutyKind kind, IReadOnlyCollection<int> numbers)
    {
        // The test decides.
    }

    public bool Holds(Duty duty) => Of(duty.Kind).Task.IsCompleted;

    public Task WaitAsync(Duty duty, CancellationToken cancellationToken) => Of(duty.Kind).Task.WaitAsync(cancellationToken);

    TaskCompletionSource Of(DutyKind kind) =>
        given.GetOrAdd(kind, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
