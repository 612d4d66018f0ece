using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Timers;

namespace OrleansScheduling.Embedded;

/// <summary>
/// Reminds grains. All rows of the table are held here with a timer each; the table is read again from time to time for rows that other
/// processes have written. Its size is that of the table.
/// </summary>
internal sealed class ReminderService(Silo silo, IOptions<ReminderOptions> options, IEnumerable<IReminderTable> tables) : IReminderRegistry
{
    private readonly IReminderTable? _table = tables.LastOrDefault();
    private readonly Lock _gate = new();
    private readonly Dictionary<(GrainId GrainId, string Name), LocalReminder> _reminders = [];

    // While the table is being read: what was registered or unregistered since, and which the reading may have missed.
    private HashSet<(GrainId GrainId, string Name)>? _changedWhileReading;
    private ITimer? _refresh;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_table is null)
            return;
        await _table.StartAsync(cancellationToken);
        await ReadTable();
        var period = options.Value.RefreshReminderListPeriod;
        _refresh = silo.Time.CreateTimer(static service => _ = ((ReminderService)service!).Refresh(), this, period, period);
    }

    public async Task StopAsync()
    {
        if (_table is null)
            return;
        if (_refresh is not null)
            await _refresh.DisposeAsync();
        lock (_gate)
        {
            foreach (var reminder in _reminders.Values)
                reminder.Dispose();
            _reminders.Clear();
        }

        await _table.StopAsync();
    }

    public async Task<IGrainReminder> RegisterOrUpdateReminder(
        GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(dueTime), dueTime, "A reminder is due now or later.");
        if (period < options.Value.MinimumReminderPeriod)
        {
            throw new ArgumentException(
                $"Cannot register reminder {reminderName} of {callingGrainId} as its period ({period}) is less than the minimum of "
                + $"{options.Value.MinimumReminderPeriod}", nameof(period));
        }

        ReminderEntry entry = new()
        {
            GrainId = callingGrainId,
            ReminderName = reminderName,
            StartAt = Now() + dueTime,
            Period = period,
        };
        entry.ETag = await Table().UpsertRow(entry);
        lock (_gate)
        {
            _changedWhileReading?.Add((callingGrainId, reminderName));
            Put_NeedsGate(entry);
        }

        return new RegisteredReminder(callingGrainId, reminderName, entry.ETag ?? "");
    }

    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        if (reminder is not RegisteredReminder registered)
            throw new ArgumentException("The reminder was not given by this engine.", nameof(reminder));
        if (!await Table().RemoveRow(callingGrainId, registered.ReminderName, registered.ETag))
            throw new ReminderException($"Could not unregister reminder {registered}: it has been changed or is gone.");
        lock (_gate)
        {
            _changedWhileReading?.Add((callingGrainId, registered.ReminderName));
            if (_reminders.Remove((callingGrainId, registered.ReminderName), out var local))
                local.Dispose();
        }
    }

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName) =>
        await Table().ReadRow(callingGrainId, reminderName) is { } row
            ? new RegisteredReminder(row.GrainId, row.ReminderName, row.ETag ?? "")
            : null;

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId)
    {
        var rows = await Table().ReadRows(callingGrainId);
        return [.. rows.Reminders.Select(row => new RegisteredReminder(row.GrainId, row.ReminderName, row.ETag ?? ""))];
    }

    private IReminderTable Table() => _table ?? throw new InvalidOperationException(
        "No reminder table is registered: the host must call UseInMemoryReminderService or add an IReminderTable.");

    private DateTime Now() => silo.Time.GetUtcNow().UtcDateTime;

    private async Task Refresh()
    {
        try
        {
            await ReadTable();
        }
        catch (Exception exception)
        {
            silo.Log.ReminderTableUnreadable(exception);
        }
    }

    private async Task ReadTable()
    {
        lock (_gate)
            _changedWhileReading = [];
        var rows = (await Table().ReadRows(0, 0)).Reminders;
        lock (_gate)
        {
            var changed = _changedWhileReading ?? [];
            _changedWhileReading = null;
            var known = rows.Select(row => (row.GrainId, row.ReminderName)).ToHashSet();
            foreach (var gone in _reminders.Keys.Where(key => !known.Contains(key) && !changed.Contains(key)).ToArray())
            {
                _reminders.Remove(gone, out var local);
                local!.Dispose();
            }

            foreach (var row in rows.Where(row => !changed.Contains((row.GrainId, row.ReminderName))))
                Put_NeedsGate(row);
        }
    }

    private void Put_NeedsGate(ReminderEntry entry)
    {
        var key = (entry.GrainId, entry.ReminderName);
        if (_reminders.TryGetValue(key, out var local))
        {
            if (local.Entry.ETag == entry.ETag)
                return;
            local.Dispose();
        }

        var fresh = new LocalReminder(silo, entry);
        _reminders[key] = fresh;
        fresh.Arm();
    }
}

internal sealed record RegisteredReminder(GrainId GrainId, string ReminderName, string ETag) : IGrainReminder;
