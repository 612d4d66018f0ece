using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Runtime;

namespace OrleansScheduling.Embedded;

/// <summary>A grain class: its name in grain ids, how its calls interleave, how its objects are made and when they are given up.</summary>
internal sealed class GrainClass
{
    private const string Suffix = "grain";

    /// <summary>Compiled once for all hosts of this process: tests start hundreds.</summary>
    private static readonly ConcurrentDictionary<Type, Maker> Makers = new();

    private readonly ConcurrentDictionary<MethodInfo, MethodInfo> _implementations = new();
    private readonly Maker _maker;

    public GrainClass(Type type, GrainCollectionOptions collection)
    {
        Type = type;
        GrainType = GrainType.Create(NameOf(type));
        Reentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        MaxWorkers = type.GetCustomAttribute<StatelessWorkerAttribute>(inherit: true)?.MaxLocalWorkers ?? 0;
        FiltersItself = typeof(IIncomingGrainCallFilter).IsAssignableFrom(type);
        CollectionAge = AgeOf(type, collection);
        _maker = Makers.GetOrAdd(type, Maker.Of);
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public bool Reentrant { get; }

    /// <summary>Zero unless the class is a stateless worker.</summary>
    public int MaxWorkers { get; }

    public bool FiltersItself { get; }

    /// <summary>Null if it is never collected for being idle.</summary>
    public TimeSpan? CollectionAge { get; }

    public object Create(Activation activation, IServiceProvider services)
    {
        var arguments = _maker.Facets.Length == 0 ? [] : Array.ConvertAll(_maker.Facets, facet => facet(activation));
        return _maker.Make(services, arguments);
    }

    /// <param name="Facets">What an activation gives to the constructor itself: its persistent states.</param>
    private sealed record Maker(ObjectFactory Make, Func<Activation, object>[] Facets)
    {
        public static Maker Of(Type type)
        {
            var facets = ConstructorOf(type).GetParameters()
                .Select(parameter => (parameter.ParameterType, Facet: parameter.GetCustomAttribute<PersistentStateAttribute>()))
                .Where(parameter => parameter.Facet is not null)
                .ToArray();
            return new(
                ActivatorUtilities.CreateFactory(type, [.. facets.Select(facet => facet.ParameterType)]),
                [.. facets.Select(facet => PersistentStateFacet.For(type, facet.ParameterType, facet.Facet!))]);
        }
    }

    /// <summary>The class's own method behind a method of its interface.</summary>
    public MethodInfo Implementation(GrainMethod method) => _implementations.GetOrAdd(
        method.Method,
        static (wanted, type) =>
        {
            var map = type.GetInterfaceMap(wanted.DeclaringType!);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, wanted)];
        },
        Type);

    private static string NameOf(Type type)
    {
        if (type.GetCustomAttribute<GrainTypeAttribute>() is { } named)
            return named.Name;
        var name = type.Name.ToLowerInvariant();
        return name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }

    private static TimeSpan? AgeOf(Type type, GrainCollectionOptions collection)
    {
        if (type.IsDefined(typeof(KeepAliveAttribute), inherit: true))
            return null;
        if (collection.ClassSpecificCollectionAge.TryGetValue(type.FullName!, out var configured))
            return configured;
        return type.GetCustomAttribute<CollectionAgeLimitAttribute>(inherit: true) switch
        {
            { AlwaysActive: true } => null,
            { } limit => limit.AgeLimit,
            null => collection.CollectionAge,
        };
    }

    private static ConstructorInfo ConstructorOf(Type type)
    {
        var constructors = type.GetConstructors();
        return constructors.FirstOrDefault(constructor => constructor.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? constructors.MaxBy(constructor => constructor.GetParameters().Length)
            ?? throw new OrleansConfigurationException($"The grain class {type.FullName} has no public constructor.");
    }
}
