using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansScheduling.Embedded;

/// <summary>Finds the provider by its name and ties a state to an activation.</summary>
internal sealed class PersistentStateFactory : IPersistentStateFactory
{
    public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config)
    {
        var services = context.ActivationServices;
        var storage = string.IsNullOrWhiteSpace(config.StorageName)
            ? services.GetService<IGrainStorage>()
            : services.GetKeyedService<IGrainStorage>(config.StorageName);
        if (storage is null)
        {
            throw new BadProviderConfigException(string.IsNullOrWhiteSpace(config.StorageName)
                ? $"No default storage provider is registered; {context.GrainId} needs one for its state \"{config.StateName}\"."
                : $"No storage provider \"{config.StorageName}\" is registered; {context.GrainId} needs it for \"{config.StateName}\".");
        }

        var state = new PersistentState<TState>(storage, config.StateName, context.GrainId);
        if (context is Activation activation)
            activation.LoadBeforeActivation(state.ReadStateAsync);
        return state;
    }
}

internal sealed class PersistentState<TState>(IGrainStorage storage, string name, GrainId grainId) : IPersistentState<TState>
{
    private readonly GrainState<TState> _state = new(Fresh());

    public TState State
    {
        get => _state.State!;
        set => _state.State = value;
    }

    public string? Etag => _state.ETag;

    public bool RecordExists => _state.RecordExists;

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        await storage.ReadStateAsync(name, grainId, _state, cancellationToken);
        if (_state.State is null)
            _state.State = Fresh();
    }

    public Task WriteStateAsync(CancellationToken cancellationToken) => storage.WriteStateAsync(name, grainId, _state, cancellationToken);

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        await storage.ClearStateAsync(name, grainId, _state, cancellationToken);
        _state.State = Fresh();
    }

    private static TState Fresh() =>
        typeof(TState).IsValueType || typeof(TState) == typeof(string) ? default! : Activator.CreateInstance<TState>();
}

/// <summary>Makes the value of a constructor parameter that carries a <see cref="PersistentStateAttribute"/>.</summary>
internal static class PersistentStateFacet
{
    public static Func<Activation, object> For(Type grainClass, Type parameter, PersistentStateAttribute facet)
    {
        if (!parameter.IsGenericType || parameter.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new OrleansConfigurationException(
                $"{grainClass.FullName}: [PersistentState(\"{facet.StateName}\")] belongs on an IPersistentState<T>.");
        }

        var make = typeof(PersistentStateFacet).GetMethod(nameof(Make), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(parameter.GetGenericArguments());
        var typed = make.CreateDelegate<Func<Activation, IPersistentStateConfiguration, object>>();
        return activation => typed(activation, facet);
    }

    private static object Make<TState>(Activation activation, IPersistentStateConfiguration facet) =>
        activation.ActivationServices.GetRequiredService<IPersistentStateFactory>().Create<TState>(activation, facet);
}
