namespace OrleansScheduling.Ledger;

/// <summary>Kinds of work that is done once for all processes. Their numbers stand in lock keys: none is used for another.</summary>
public enum DutyKind
{
    None = 0,

    /// <summary>Freeing holds whose time has run out; it has one duty, number 0.</summary>
    HoldExpiry = 1,

    /// <summary>Carrying out and improving the day's plans; a duty a contractor.</summary>
    LivePlans = 2,
}

/// <summary>One piece of background work that one process does for all.</summary>
/// <param name="Number">From 0 up to <see cref="MaxNumbers"/>.</param>
public readonly record struct Duty(DutyKind Kind, int Number)
{
    /// <summary>
    /// Most duties of one kind. Each is an entry in the database server's lock table, which has room for 64 locks a connection, 6,400 as it
    /// is shipped.
    /// </summary>
    public const int MaxNumbers = 2_000;

    /// <summary>The duty of whatever has this id; beyond <see cref="MaxNumbers"/> ids several share one.</summary>
    public static Duty Of(DutyKind kind, int id) => new(kind, id % MaxNumbers);
}

/// <summary>
/// Which background work this process does. Among the processes of one database each duty has one holder at most, and moves to another when
/// its holder dies, stops or is cut off. That saves work and no more: whoever holds a duty may lose it at any moment, so what is done
/// for it must be right when two do it.
/// </summary>
public interface IDuties
{
    /// <summary>
    /// Says which duties of a kind this process is ready for, in place of what it said before. Those of a kind are dealt out evenly among
    /// all processes that are ready for them; none: this process gives back what it has.
    /// </summary>
    void Apply(DutyKind kind, IReadOnlyCollection<int> numbers);

    /// <summary>Whether this process has a duty now. Asks nobody.</summary>
    bool Holds(Duty duty);

    /// <summary>Completes when this process has a duty.</summary>
    Task WaitAsync(Duty duty, CancellationToken cancellationToken);

    /// <summary>Raised when this process has got a duty; handlers return at once.</summary>
    event Action<Duty>? Taken;
}

/// <summary>All work is this process's: there is no other.</summary>
public sealed class EveryDuty : IDuties
{
    /// <inheritdoc/>
    /// <remarks>Nothing changes hands: nobody is ever told.</remarks>
    public event Action<Duty>? Taken
    {
        add { }
        remove { }
    }

    public void Apply(DutyKind kind, IReadOnlyCollection<int> numbers)
    {
        // Whatever it is ready for, it has.
    }

    public bool Holds(Duty duty) => true;

    public Task WaitAsync(Duty duty, CancellationToken cancellationToken) => Task.CompletedTask;
}
