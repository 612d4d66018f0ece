using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansScheduling.Embedded;

/// <summary>
/// Keeps states in this process, for tests and for what may be lost. Each is kept as JSON text, so that a change which was not
/// written is not
/// seen by anybody. It holds as many records as there are grains with a written state; clearing one gives its room back.
/// </summary>
internal sealed class MemoryGrainStorage : IGrainStorage
{
    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };

    private readonly ConcurrentDictionary<(string StateName, GrainId GrainId), Entry> _entries = new();
    private long _lastVersion;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_entries.TryGetValue((stateName, grainId), out var entry))
        {
            grainState.State = JsonSerializer.Deserialize<T>(entry.Text, Json);
            grainState.ETag = entry.Etag;
            grainState.RecordExists = true;
        }
        else
        {
            grainState.State = default;
            grainState.ETag = null;
            grainState.RecordExists = false;
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        var version = Interlocked.Increment(ref _lastVersion).ToString(CultureInfo.InvariantCulture);
        var written = new Entry(JsonSerializer.SerializeToUtf8Bytes(grainState.State, Json), version);
        var done = _entries.TryGetValue(key, out var stored)
            ? stored.Etag == grainState.ETag && _entries.TryUpdate(key, written, stored)
            : grainState.ETag is null && _entries.TryAdd(key, written);
        if (!done)
            throw Stale(stateName, grainId, stored?.Etag, grainState.ETag);
        grainState.ETag = version;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        if (_entries.TryGetValue(key, out var stored))
        {
            if (stored.Etag != grainState.ETag || !_entries.TryRemove(new KeyValuePair<(string, GrainId), Entry>(key, stored)))
                throw Stale(stateName, grainId, stored.Etag, grainState.ETag);
        }
        else if (grainState.ETag is not null)
            throw Stale(stateName, grainId, null, grainState.ETag);

        grainState.State = default;
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private static InconsistentStateException Stale(string stateName, GrainId grainId, string? stored, string? current) => new(
        $"The state \"{stateName}\" of {grainId} has version {stored ?? "none"}; the grain has read version {current ?? "none"}.",
        stored,
        current);

    private sealed record Entry(byte[] Text, string Etag);
}
