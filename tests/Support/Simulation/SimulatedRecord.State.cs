using NodaTime;
using OrleansScheduling.Ledger;
using OrleansScheduling.Ledger.State;

namespace OrleansScheduling.Testing.Simulation;

/// <summary>Grain state and reminders. Names of writes are counted, so that every run has the same.</summary>
sealed partial class SimulatedRecord
{
    readonly Dictionary<(string Type, string Key), StateRow> states = [];
    readonly SortedDictionary<string, ReminderRow> reminders = new(StringComparer.Ordinal);
    long lastEtag;

    public StateRow? ReadState(string type, string key)
    {
        lock (gate) return states.GetValueOrDefault((type, key));
    }

    public long? WriteState(string type, string key, byte[] data, long? etag)
    {
        lock (gate)
        {
            if (states.GetValueOrDefault((type, key))?.Etag != etag) return null;
            states[(type, key)] = new StateRow(data, ++lastEtag);
            return lastEtag;
        }
    }

    public bool ClearState(string type, string key, long etag)
    {
        lock (gate) return states.GetValueOrDefault((type, key))?.Etag == etag && states.Remove((type, key));
    }

    public long PutReminder(string grain, string name, Instant startsAt, Duration period)
    {
        Etags.Check(grain, name);
        lock (gate)
        {
            reminders[Place(grain, name)] = new ReminderRow(grain, name, startsAt, period, ++lastEtag);
            return lastEtag;
        }
    }

    public bool RemoveReminder(string grain, string name, long etag)
    {
        lock (gate)
        {
            return reminders.TryGetValue(Place(grain, name), out var row) && row.Etag == etag && reminders.Remove(Place(grain, name));
        }
    }

    public List<ReminderRow> ReadReminders(string grain)
    {
        lock (gate) return [.. reminders.Values.Where(row => row.Grain == grain)];
    }

    public List<ReminderRow> ReadAllReminders(string afterGrain, string afterName)
    {
        lock (gate)
        {
            return
            [
                .. reminders.Where(row => string.CompareOrdinal(row.Key, Place(afterGrain, afterName)) > 0).Select(row => row.Value)
                    .Take(IStateStore.MaxReminders),
            ];
        }
    }

    /// <summary>In order of grain and name: no name has a character below the one between them.</summary>
    static string Place(string grain, string name) => $"{grain}\u0001{name}";
}
