using NodaTime;

namespace OrleansScheduling.Ledger;

/// <param name="Etag">Names this very write; never 0.</param>
public sealed record StateRow(byte[] Data, long Etag);

/// <param name="Grain">The grain that is reminded, as its engine writes it.</param>
/// <param name="Etag">Names this very write; never 0.</param>
public sealed record ReminderRow(string Grain, string Name, Instant StartsAt, Duration Period, long Etag);

/// <summary>What a grain engine keeps between activations. Every change names the write that it follows; one that is out of date is
/// refused.</summary>
public interface IStateStore
{
    /// <summary>Longest type, key, grain or name, in characters.</summary>
    public const int MaxNameLength = 256;

    /// <summary>Most reminders that one read returns.</summary>
    public const int MaxReminders = 10_000;

    Task<StateRow?> ReadAsync(string type, string key, CancellationToken cancellationToken);

    /// <param name="etag">The write that this one follows; null when nothing is recorded yet.</param>
    /// <returns>The new etag, or null when another write came first.</returns>
    Task<long?> WriteAsync(string type, string key, byte[] data, long? etag, CancellationToken cancellationToken);

    /// <returns>False when another write came first.</returns>
    Task<bool> ClearAsync(string type, string key, long etag, CancellationToken cancellationToken);

    /// <summary>Adds a reminder, or replaces the one of that grain and name.</summary>
    /// <returns>The new etag.</returns>
    Task<long> PutReminderAsync(string grain, string name, Instant startsAt, Duration period, CancellationToken cancellationToken);

    /// <returns>False when the reminder is not there or was written anew.</returns>
    Task<bool> RemoveReminderAsync(string grain, string name, long etag, CancellationToken cancellationToken);

    Task<IReadOnlyList<ReminderRow>> ReadRemindersAsync(string grain, CancellationToken cancellationToken);

    /// <summary>Reminders of all grains in order of grain and name, at most <see cref="MaxReminders"/>, after the one given.</summary>
    Task<IReadOnlyList<ReminderRow>> ReadAllRemindersAsync(string afterGrain, string afterName, CancellationToken cancellationToken);
}
