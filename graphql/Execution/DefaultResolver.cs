using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>For fields without a resolver: looks the field up in a dictionary, or reads the CLR property of that name, compiled once a
/// type.</summary>
static class DefaultResolver
{
    static readonly ConcurrentDictionary<(Type, string), Func<object, object?>?> Getters = new();
    static readonly ConcurrentDictionary<string, FieldResolver> Resolvers = new(StringComparer.Ordinal);

    /// <summary>The names are those of a schema's fields, so the cache is as large as the schemas of the process.</summary>
    public static FieldResolver For(string name) =>
        Resolvers.GetOrAdd(name, static key => new FieldResolver((PropertyResolver)(source => Read(source, key))));

    static object? Read(object? source, string name) => source switch
    {
        null => null,
        IReadOnlyDictionary<string, object?> map => Unwrap(map.GetValueOrDefault(name)),
        _ => Getters.GetOrAdd((source.GetType(), name), static key => Compile(key.Item1, key.Item2))?.Invoke(source),
    };

    /// <summary>A dictionary may hold the exception that its field is to fail with.</summary>
    static object? Unwrap(object? value) => value is GraphQLException failure ? throw failure : value;

    static Func<object, object?>? Compile(Type type, string name)
    {
        var property = type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
        if (property is null) return null;
        var source = Expression.Parameter(typeof(object));
        var read = Expression.Property(Expression.Convert(source, property.DeclaringType!), property);
        return Expression.Lambda<Func<object, object?>>(Expression.Convert(read, typeof(object)), source).Compile();
    }
}
