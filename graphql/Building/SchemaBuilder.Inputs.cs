using System.Reflection;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Building;

public sealed partial class SchemaBuilder
{
    InputValue Argument(ParameterInfo parameter)
    {
        var info = nullability.Create(parameter);
        return InputValueOf(
            Naming.Argument(parameter), parameter.ParameterType, info, parameter.IsDefined(typeof(IDAttribute)), DocComments.Of(parameter),
                null,
            parameter.HasDefaultValue, parameter.HasDefaultValue ? parameter.DefaultValue : null);
    }

    InputValue InputValueOf(
        string name, Type type, NullabilityInfo? info, bool id, string? description, string? deprecation, bool hasDefault,
            object? defaultValue)
    {
        var optional = ClrShape.Generic(type, typeof(Optional<>));
        var reference = optional is not null
            ? Reference(optional, info?.GenericTypeArguments is [var inner] ? inner : null, input: true, id).NullableType
            : Reference(type, info, input: true, id);

        // A parameter that may be left out in C# may be left out in GraphQL. A default of null needs no mention.
        var mentions = hasDefault && defaultValue is not null;
        if (hasDefault && defaultValue is null) reference = reference.NullableType;
        var fallback = hasDefault ? EnumDefault(type, defaultValue) : null;
        return new InputValue(name, reference)
        {
            Description = description,
            DeprecationReason = deprecation,
            HasDefault = mentions,
            DefaultValue = mentions ? fallback : null,
            Convert = InputConverters.For(type, fallback),
            CostWeight = WeightOf(type),
        };
    }

    /// <summary>Whoever filters or sorts a list says so with an input of a type that has a price.</summary>
    static int WeightOf(Type type) =>
        (type.IsGenericType ? type.GetGenericArguments()[0] : type).GetCustomAttribute<CostAttribute>()?.Weight ?? 0;

    /// <summary>Reflection gives the default of an enum parameter as its number.</summary>
    static object? EnumDefault(Type type, object? value) =>
        value is not null && (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } enumeration ? Enum.ToObject(enumeration, value)
            : value;

    NamedType Input(Type type)
    {
        if (scalars.TryGetValue(type, out var scalar)) return Register(scalar);
        if (inputs.TryGetValue(type, out var known)) return known;
        if (type.IsEnum) return inputs[type] = outputs[type] = Register(Enumeration(type));
        if (type.IsInterface || type.IsAbstract || type.Namespace == "System")
            throw new SchemaException(
                [new GraphQLError($"{type} can't be an input; mark the parameter with [Service] if it comes from the container.")]);
        var result = new InputObjectType(Naming.Type(type, input: true))
        {
            Description = DocComments.Of(type),
            IsOneOf = type.IsDefined(typeof(OneOfAttribute)),
        };
        inputs[type] = Register(result);
        pending.Enqueue(() => result.Fields = new NamedList<InputValue>(InputFields(type)));
        return result;
    }

    IEnumerable<InputValue> InputFields(Type type)
    {
        var constructor = InputConverters.ConstructorOf(type);
        foreach (
            var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(property => property.MetadataToken))
        {
            if (property.IsDefined(typeof(GraphQLIgnoreAttribute))) continue;
            var parameter = constructor.GetParameters()
                .FirstOrDefault(p => string.Equals(p.Name, property.Name, StringComparison.OrdinalIgnoreCase));
            if (parameter is null && property.SetMethod is not { IsPublic: true }) continue;
            yield return InputValueOf(
                Naming.Field(property), property.PropertyType, nullability.Create(property),
                property.IsDefined(typeof(IDAttribute)) || parameter?.IsDefined(typeof(IDAttribute)) == true,
                DocComments.Of(property), Deprecation(property),
                parameter?.HasDefaultValue == true, parameter?.HasDefaultValue == true ? parameter.DefaultValue : null);
        }
    }
}
