using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.GraphQL.Types;

/// <summary>A property read: needs nothing but the source, so no context is made for it.</summary>
public delegate object? PropertyResolver(object? source);

public delegate object? SyncResolver(ResolverContext context);

public delegate ValueTask<object?> AsyncResolver(ResolverContext context);

/// <summary>Opens the stream of events of a subscription field.</summary>
public delegate ValueTask<IAsyncEnumerable<object?>> Subscriber(ResolverContext context);

/// <summary>How a field gets its value; exactly one of the three is set.</summary>
public sealed class FieldResolver
{
    public FieldResolver(PropertyResolver property) => Property = property;

    public FieldResolver(SyncResolver sync) => Sync = sync;

    public FieldResolver(AsyncResolver async) => Async = async;

    public PropertyResolver? Property { get; }

    public SyncResolver? Sync { get; }

    public AsyncResolver? Async { get; }
}
