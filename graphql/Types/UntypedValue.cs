using System.Globalization;
using System.Text.Json;
using OrleansScheduling.GraphQL.Language;

namespace OrleansScheduling.GraphQL.Types;

/// <summary>Values without a type to guide them: numbers become <see cref="double"/>, as in JSON.</summary>
public static class UntypedValue
{
    public static object? From(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object =>
            value.EnumerateObject().Aggregate(new InputObject(), (map, member) => map.With(member.Name, From(member.Value))),
        JsonValueKind.Array => value.EnumerateArray().Select(From).ToArray(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => double.Parse(value.GetRawText(), CultureInfo.InvariantCulture),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public static object? From(ValueNode node) => node switch
    {
        IntValueNode integer => double.Parse(integer.Value, CultureInfo.InvariantCulture),
        FloatValueNode real => double.Parse(real.Value, CultureInfo.InvariantCulture),
        StringValueNode text => text.Value,
        EnumValueNode value => value.Value,
        BooleanValueNode flag => flag.Value,
        ListValueNode list => list.Values.Select(From).ToArray(),
        ObjectValueNode fields => fields.Fields.Aggregate(new InputObject(), (map, field) => map.With(field.Name.Value, From(field.Value))),
        _ => null,
    };
}

/// <summary>A coerced input object: the fields that were given, and those with a default, in the order of the type.</summary>
public sealed class InputObject : Dictionary<string, object?>
{
    public InputObject()
        : base(StringComparer.Ordinal)
    {
    }

    internal InputObject With(string name, object? value)
    {
        this[name] = value;
        return this;
    }
}
