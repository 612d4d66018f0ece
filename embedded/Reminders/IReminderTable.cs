using Orleans.Runtime;

namespace Orleans;

/// <summary>Where reminders are written down.</summary>
public interface IReminderTable
{
    Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    Task<ReminderTableData> ReadRows(GrainId grainId);

    /// <summary>
    /// Those whose <see cref="GrainId.GetUniformHashCode"/> is in <c>(begin, end]</c> on the ring of 32-bit numbers: through zero if
    /// begin is
    /// not below end, and all of them if both are equal.
    /// </summary>
    Task<ReminderTableData> ReadRows(uint begin, uint end);

    Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName);

    /// <summary>Writes a row, over the one of the same grain and name if there is one, and gives its new ETag.</summary>
    Task<string?> UpsertRow(ReminderEntry entry);

    /// <summary>False if there is no row with this ETag.</summary>
    Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag);
}

[GenerateSerializer]
public sealed class ReminderTableData
{
    public ReminderTableData() => Reminders = [];

    public ReminderTableData(ReminderEntry entry) => Reminders = [entry];

    public ReminderTableData(IEnumerable<ReminderEntry> list) => Reminders = [.. list];

    [Id(0)]
    public IList<ReminderEntry> Reminders { get; private set; }
}

/// <summary>A row. <see cref="StartAt"/> is UTC.</summary>
[GenerateSerializer]
public sealed class ReminderEntry
{
    [Id(0)]
    public GrainId GrainId { get; set; }

    [Id(1)]
    public string ReminderName { get; set; } = null!;

    [Id(2)]
    public DateTime StartAt { get; set; }

    [Id(3)]
    public TimeSpan Period { get; set; }

    [Id(4)]
    public string? ETag { get; set; }

    public override string ToString() => $"<GrainId={GrainId} ReminderName={ReminderName} Period={Period}>";
}
