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

    ConcurrentDictionary<PropertyId, Property> properties = new();
    RegistryView? view;

    /// <exception cref="InvalidOperationException">Nothing has been loaded yet.</exception>
    public RegistryView Current => view ?? throw new InvalidOperationException("The registry has not been loaded yet.");

    public bool IsLoaded => view is not null;

    public async Task<RegistryView> ReloadAsync(CancellationToken cancellationToken)
    {
        var loaded = new RegistryView(await store.LoadAsync(cancellationToken));
        // A new dictionary, not a cleared one: a property that is being read just now may be the old one.
        properties = new ConcurrentDictionary<PropertyId, Property>();
        view = loaded;
        return loaded;
    }

    /// <summary>Whether the store has moved on since a view was loaded.</summary>
    public async Task<bool> IsOutdatedAsync(RegistryView loaded, CancellationToken cancellationToken) =>
        await store.VersionAsync(cancellationToken) != loaded.Version;

    public ValueTask<Property?> FindPropertyAsync(PropertyId id, CancellationToken cancellationToken)
    {
        var cache = properties;
        return cache.TryGetValue(id, out var property) ? new ValueTask<Property?>(property)
            : new(ReadPropertyAsync(cache, id, cancellationToken));
    }

    async Task<Property?> ReadPropertyAsync(ConcurrentDictionary<PropertyId, Property> cache, PropertyId id,
        CancellationToken cancellationToken)
    {
        var found = await store.FindPropertyAsync(id, cancellationToken);
        if (found is null) return null;
        if (cache.Count >= MaxProperties) cache.Clear();
        cache[id] = found;
        return found;
    }
}
