using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>Makes references. What an interface stands for is looked up once.</summary>
internal sealed class GrainFactory(Silo silo) : IClusterClient
{
    private readonly ConcurrentDictionary<Type, (GrainType GrainType, Func<Silo, GrainId, GrainReference> Make)> _interfaces = new();

    public IServiceProvider ServiceProvider => silo.Services;

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        (TGrainInterface)Get(typeof(TGrainInterface), GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        (TGrainInterface)Get(typeof(TGrainInterface), GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        return (TGrainInterface)Get(typeof(TGrainInterface), IdSpan.Create(primaryKey), grainClassNamePrefix);
    }

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(keyExtension);
        var key = GrainIdKeyExtensions.CreateGuidKey(primaryKey, keyExtension);
        return (TGrainInterface)Get(typeof(TGrainInterface), key, grainClassNamePrefix);
    }

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(keyExtension);
        var key = GrainIdKeyExtensions.CreateIntegerKey(primaryKey, keyExtension);
        return (TGrainInterface)Get(typeof(TGrainInterface), key, grainClassNamePrefix);
    }

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) =>
        (IGrain)Get(grainInterfaceType, GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey), null);

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) =>
        (IGrain)Get(grainInterfaceType, GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey), null);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(grainPrimaryKey);
        return (IGrain)Get(grainInterfaceType, IdSpan.Create(grainPrimaryKey), null);
    }

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)MakeReference(typeof(TGrainInterface), grainId);

    /// <summary>A reference to a grain of any class, seen through the interface.</summary>
    public object MakeReference(Type grainInterface, GrainId grainId) => ProxyBuilder.FactoryFor(grainInterface)(silo, grainId);

    private object Get(Type grainInterface, IdSpan key, string? classNamePrefix)
    {
        if (classNamePrefix is not null)
            return MakeReference(grainInterface, GrainId.Create(silo.Classes.OfInterface(grainInterface, classNamePrefix).GrainType, key));
        if (!_interfaces.TryGetValue(grainInterface, out var known))
        {
            known = (silo.Classes.OfInterface(grainInterface, null).GrainType, ProxyBuilder.FactoryFor(grainInterface));
            _interfaces.TryAdd(grainInterface, known);
        }

        return known.Make(silo, GrainId.Create(known.GrainType, key));
    }
}
