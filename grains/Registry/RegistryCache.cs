using System.Collections.Concurrent;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Registry;

/// <summary>The registry as this process sees it, loaded at start and again after every change that the feed tells of.</summary>
public sealed class RegistryCache(IRegistryStore store)
{
    /// <summary>Most properties that are kept; past it the cache starts afresh. A property is about 300 bytes.</summary>
    public const int MaxProperties = 50_000;

    readonly ConcurrentDictionary<PropertyId, Property> properties = new();
    RegistryView? view;

    /// <exception cref="InvalidOperationException">Nothing has been loaded yet.</exception>
    public RegistryView Current => view ?? throw new InvalidOperationException("The registry has not been loaded yet.");

    public bool IsLoaded => view is not null;

    public async Task<RegistryView> ReloadAsync(CancellationToken cancellationToken)
    {
        var loaded = new RegistryView(await store.LoadAsync(cancellationToken));
        properties.Clear();
        view = loaded;
        return loaded;
    }

    public async ValueTask<Property?> FindPropertyAsync(PropertyId id, CancellationToken cancellationToken)
    {
        if (properties.TryGetValue(id, out var known)) return known;
        var found = await store.FindPropertyAsync(id, cancellationToken);
        if (found is null) return null;
        if (properties.Count >= MaxProperties) properties.Clear();
        properties[id] = found;
        return found;
    }
}
