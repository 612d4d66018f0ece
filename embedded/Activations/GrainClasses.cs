using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>All grain classes of the application, by their names in grain ids and by the interfaces that they implement.</summary>
internal sealed class GrainClasses
{
    private readonly FrozenDictionary<GrainType, GrainClass> _byName;

    public GrainClasses(IOptions<GrainCollectionOptions> collection)
        : this(ApplicationParts.GrainTypes(), collection.Value)
    {
    }

    private GrainClasses(IEnumerable<Type> types, GrainCollectionOptions collection)
    {
        Dictionary<GrainType, GrainClass> byName = [];
        foreach (var type in types)
        {
            var grainClass = new GrainClass(type, collection);
            if (!byName.TryAdd(grainClass.GrainType, grainClass))
            {
                throw new OrleansConfigurationException(
                    $"{type.FullName} and {byName[grainClass.GrainType].Type.FullName} have the same name in grain ids, "
                    + $"\"{grainClass.GrainType}\"; give one of them a [GrainType(\"…\")].");
            }
        }

        _byName = byName.ToFrozenDictionary();
    }

    public int Count => _byName.Count;

    public GrainClass OfGrainType(GrainType grainType) => _byName.TryGetValue(grainType, out var grainClass)
        ? grainClass
        : throw new ArgumentException($"No grain class is called \"{grainType}\".", nameof(grainType));

    /// <summary>
    /// The class that implements the interface. With several, the prefix of the class's full name decides, or the name without the
    /// interface's I.
    /// </summary>
    public GrainClass OfInterface(Type grainInterface, string? classNamePrefix)
    {
        var candidates = _byName.Values
            .Where(candidate => grainInterface.IsAssignableFrom(candidate.Type))
            .Where(candidate => classNamePrefix is null || candidate.Type.FullName!.StartsWith(classNamePrefix, StringComparison.Ordinal))
            .ToArray();
        if (candidates.Length == 1)
            return candidates[0];
        if (candidates.Length == 0)
            throw new ArgumentException($"Could not find an implementation for interface {grainInterface.FullName}");
        return candidates.FirstOrDefault(candidate => "I" + candidate.Type.Name == grainInterface.Name)
            ?? throw new ArgumentException(
                $"Unable to identify a single appropriate grain type for interface {grainInterface.FullName}. Candidates: "
                + string.Join(", ", candidates.Select(candidate => candidate.Type.FullName)));
    }
}
