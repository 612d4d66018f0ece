using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>What is true for a whole request; resolvers of one request share it, at times from several threads.</summary>
public sealed class RequestContext(
    Schema schema, GraphQLOptions options, IServiceProvider services, ClaimsPrincipal? user, CancellationToken cancellationToken)
{
    readonly Lock gate = new();
    List<GraphQLError>? errors;
    Dictionary<Type, object>? loaders;

    public Schema Schema { get; } = schema;

    public GraphQLOptions Options { get; } = options;

    public IServiceProvider Services { get; } = services;

    public ClaimsPrincipal? User { get; } = user;

    /// <summary>Cancelled when the client has gone or the request's time is up.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    public CoercedVariables Variables { get; internal set; } = [];

    internal BatchScheduler Batches { get; } = new();

    internal IReadOnlyList<GraphQLError> Errors => errors ?? (IReadOnlyList<GraphQLError>)[];

    internal void Add(GraphQLError error)
    {
        lock (gate) (errors ??= []).Add(error);
    }

    /// <summary>The request's own instance of a data loader, made on first use with the request's services; each field at the root of a
    /// mutation has instances of its own.</summary>
    public T DataLoader<T>()
        where T : class, IDataLoader => (T)DataLoader(typeof(T));

    /// <summary>What was loaded before a mutation is not what is there after it.</summary>
    internal void ForgetLoaded()
    {
        lock (gate) loaders = null;
    }

    internal object DataLoader(Type type)
    {
        lock (gate)
        {
            loaders ??= [];
            if (loaders.TryGetValue(type, out var existing)) return existing;
            var loader = (IDataLoader)ActivatorUtilities.CreateInstance(Services, type);
            loader.Attach(this);
            return loaders[type] = loader;
        }
    }
}

/// <summary>What one call of a resolver may know.</summary>
public sealed class ResolverContext
{
    readonly PathStep step;

    internal ResolverContext(
        RequestContext request, FieldPlan field, ObjectType parentType, object? source, object?[] arguments, PathStep step)
    {
        Request = request;
        Plan = field;
        ParentType = parentType;
        Source = source;
        Arguments = arguments;
        this.step = step;
    }

    public RequestContext Request { get; }

    public Schema Schema => Request.Schema;

    public ObjectType ParentType { get; }

    public FieldDefinition Field => Plan.Definition;

    /// <summary>The value of the object that the field is read from.</summary>
    public object? Source { get; }

    /// <summary>In the order of the field's definition; null where nothing was given and there is no default.</summary>
    public IReadOnlyList<object?> Arguments { get; }

    public CancellationToken CancellationToken => Request.CancellationToken;

    public IReadOnlyList<object> Path => step.ToList();

    internal FieldPlan Plan { get; }

    public T Service<T>()
        where T : notnull => Request.Services.GetRequiredService<T>();

    public T DataLoader<T>()
        where T : class, IDataLoader => Request.DataLoader<T>();

    public object? Argument(string name)
    {
        for (var i = 0; i < Field.Arguments.Count; i++)
            if (Field.Arguments[i].Name == name) return Arguments[i];
        throw new ArgumentException($"Field {ParentType.Name}.{Field.Name} has no argument {name}.", nameof(name));
    }

    /// <summary>Whether the client asks for a field directly below this one; lets a resolver leave out work that nobody wants.</summary>
    public bool IsSelected(string fieldName) => Plan.Selections?.Mentions(fieldName) ?? false;
}
