using System.Collections.Concurrent;
using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Building;

/// <summary>Turns coerced values into what parameters and properties want. Each converter is compiled once for its CLR type.</summary>
static class InputConverters
{
    static readonly ConcurrentDictionary<Type, Func<InputObject, object>> Objects = new();
    static readonly MethodInfo OptionalOf = typeof(InputConverters)
        .GetMethod(nameof(MakeOptional), BindingFlags.NonPublic | BindingFlags.Static)!;
    static readonly MethodInfo ArrayOf = typeof(InputConverters)
        .GetMethod(nameof(MakeArray), BindingFlags.NonPublic | BindingFlags.Static)!;
    static readonly MethodInfo ListOf = typeof(InputConverters).GetMethod(nameof(MakeList), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <param name="type">The type of the parameter or property.</param>
    /// <param name="fallback">What it is when nothing was given.</param>
    public static Func<object?, object?> For(Type type, object? fallback)
    {
        if (ClrShape.Generic(type, typeof(Optional<>)) is { } optional)
        {
            var inner = Core(optional);
            var make = OptionalOf.MakeGenericMethod(optional).CreateDelegate<Func<object?, object>>();
            var unset = Activator.CreateInstance(type);
            return value => value is Unset ? unset : make(value is null ? null : inner(value));
        }

        var core = Core(type);
        return value => value is Unset ? fallback : value is null ? null : core(value);
    }

    static Func<object, object?> Core(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsEnum || plain == typeof(string) || plain == typeof(int) || plain == typeof(bool)
            || plain == typeof(double)) return Same(plain);
        if (ClrShape.ItemOf(plain) is { } item)
        {
            var each = Core(item);
            var method = plain.IsAssignableFrom(item.MakeArrayType()) ? ArrayOf : ListOf;
            var make = method.MakeGenericMethod(item).CreateDelegate<Func<object?[], Func<object, object?>, object>>();
            return value => make((object?[])value, each);
        }

        return value => value is InputObject members ? ObjectOf(plain)(members) : Same(plain)(value);
    }

    /// <summary>An <c>ID</c> arrives as a string whatever type it has in C#, and small integers as <see cref="int"/>.</summary>
    static Func<object, object?> Same(Type type) => value =>
    {
        if (type.IsInstanceOfType(value)) return value;
        try
        {
            if (type == typeof(Guid) && value is string text) return Guid.Parse(text);
            return Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or InvalidCastException)
        {
            throw new GraphQLException($"\"{value}\" isn't a valid {type.Name}.", GraphQLErrorCodes.BadUserInput);
        }
    };

    static object MakeOptional<T>(object? value) => new Optional<T>((T?)value);

    static object MakeArray<T>(object?[] items, Func<object, object?> convert)
    {
        var result = new T[items.Length];
        for (var i = 0; i < items.Length; i++) result[i] = items[i] is { } item ? (T)convert(item)! : default!;
        return result;
    }

    static object MakeList<T>(object?[] items, Func<object, object?> convert) => ((T[])MakeArray<T>(items, convert)).ToList();

    /// <summary>The values for a mutation's parameters, from the input object that the convention makes of them.</summary>
    public static object?[] Unpack(InputObject input, IReadOnlyList<InputValue> fields)
    {
        var values = new object?[fields.Count];
        for (var i = 0; i < values.Length; i++) values[i] = fields[i].Convert!(
            input.TryGetValue(fields[i].Name, out var value) ? value : Unset.Value);
        return values;
    }

    /// <summary>The constructor with the most parameters that are properties too: a record's own, or the empty one.</summary>
    public static ConstructorInfo ConstructorOf(Type type)
    {
        var names = type.GetProperties().Select(property => property.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return type.GetConstructors().Where(constructor => constructor.GetParameters().All(p => names.Contains(p.Name!)))
            .OrderByDescending(constructor => constructor.GetParameters().Length).FirstOrDefault()
            ?? throw new SchemaException([new GraphQLError($"{type} has no public constructor that an input could call.")]);
    }

    static Func<InputObject, object> ObjectOf(Type type) => Objects.GetOrAdd(type, static key => Compile(key));

    static Func<InputObject, object> Compile(Type type)
    {
        var source = Expression.Parameter(typeof(InputObject));
        var constructor = ConstructorOf(type);
        var parameters = constructor.GetParameters();
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        var create = Expression.New(constructor, parameters.Select(parameter =>
        {
            var property = properties.First(p => string.Equals(p.Name, parameter.Name, StringComparison.OrdinalIgnoreCase));
            return Read(source, Naming.Field(property), parameter.ParameterType, parameter.HasDefaultValue ? parameter.DefaultValue : null);
        }));
        var made = Expression.Variable(type);
        var steps = new List<Expression>();
        if (type.IsDefined(typeof(NullRefusedAttribute)))
        {
            var conditions = properties.Where(property => ClrShape.Generic(property.PropertyType, typeof(Optional<>)) is null)
                .Select(Naming.Field).ToArray();
            steps.Add(Expression.Call(typeof(InputConverters), nameof(RefuseNull), null, source, Expression.Constant(conditions)));
        }

        steps.Add(Expression.Assign(made, create));
        foreach (var property in properties)
        {
            if (property.SetMethod is not { IsPublic: true } || property.IsDefined(typeof(GraphQLIgnoreAttribute))
                || parameters.Any(p => string.Equals(p.Name, property.Name, StringComparison.OrdinalIgnoreCase))) continue;

            // A property that isn't given keeps what its initializer gave it.
            var name = Expression.Constant(Naming.Field(property));
            var given = Expression.Call(source, nameof(InputObject.ContainsKey), null, name);
            steps.Add(Expression.IfThen(given,
                Expression.Assign(Expression.Property(made, property), Read(source, Naming.Field(property), property.PropertyType, null))));
        }

        steps.Add(Expression.Convert(made, typeof(object)));
        return Expression.Lambda<Func<InputObject, object>>(Expression.Block([made], steps), source).Compile();
    }

    static void RefuseNull(InputObject source, string[] names)
    {
        foreach (var name in names)
        {
            if (!source.TryGetValue(name, out var value) || value is not null) continue;
            throw new GraphQLException(
                $"The condition `{name}` takes a value, and null is none: leave it out to ask for nothing.",
                GraphQLErrorCodes.BadUserInput);
        }
    }

    static MethodCallExpression Read(ParameterExpression source, string name, Type type, object? fallback)
    {
        var read = typeof(InputConverters).GetMethod(nameof(ReadMember), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type);
        return Expression.Call(read, source, Expression.Constant(name), Expression.Constant(For(type, fallback)));
    }

    static T? ReadMember<T>(InputObject source, string name, Func<object?, object?> convert) =>
        convert(source.TryGetValue(name, out var value) ? value : Unset.Value) is { } converted ? (T)converted : default;
}
