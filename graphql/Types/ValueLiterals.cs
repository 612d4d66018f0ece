using System.Collections;
using System.Globalization;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Text;

namespace OrleansScheduling.GraphQL.Types;

/// <summary>Turns a coerced value back into the literal that a schema prints as default.</summary>
static class ValueLiterals
{
    public static ValueNode? From(object? value, GraphQLType type)
    {
        if (type is NonNullType nonNull) return From(value, nonNull.OfType) is var literal and not NullValueNode ? literal : null;
        if (value is null) return new NullValueNode(SourceSpan.None);
        return type switch
        {
            ListType list when value is IEnumerable items and not string => new ListValueNode(
                SourceSpan.None, [.. items.Cast<object?>().Select(item => From(item, list.OfType)).OfType<ValueNode>()]),
            ListType list => From(value, list.OfType),
            InputObjectType input => FromObject(value, input),
            EnumType enumeration => enumeration.TryGetByValue(value, out var found) ? new EnumValueNode(SourceSpan.None, found.Name) : null,
            ScalarType scalar => FromScalar(scalar.Serialize(value), scalar),
            _ => null,
        };
    }

    static ObjectValueNode? FromObject(object value, InputObjectType type)
    {
        if (value is not IReadOnlyDictionary<string, object?> map) return null;
        var fields = new List<ObjectFieldNode>();
        foreach (var field in type.Fields)
            if (map.TryGetValue(field.Name, out var member) && From(member, field.Type) is { } literal)
                fields.Add(new ObjectFieldNode(SourceSpan.None, new NameNode(SourceSpan.None, field.Name), literal));
        return new ObjectValueNode(SourceSpan.None, fields);
    }

    static ValueNode? FromScalar(object? serialized, ScalarType type)
    {
        switch (serialized)
        {
            case null:
                return null;
            case bool flag:
                return new BooleanValueNode(SourceSpan.None, flag);
            case string text when ReferenceEquals(type, BuiltInScalars.ID) && IsInteger(text):
                return new IntValueNode(SourceSpan.None, text);
            case string text:
                return new StringValueNode(SourceSpan.None, text, false);
            case double or float or decimal or int or long or short or byte:
                var number = Inspection.Number(Convert.ToDouble(serialized, CultureInfo.InvariantCulture));
                return IsInteger(number) ? new IntValueNode(SourceSpan.None, number) : new FloatValueNode(SourceSpan.None, number);
            case IFormattable formattable:
                return new StringValueNode(SourceSpan.None, formattable.ToString(null, CultureInfo.InvariantCulture), false);
            default:
                return Untyped(serialized);
        }
    }

    internal static ValueNode? Untyped(object value) => value switch
    {
        IReadOnlyDictionary<string, object?> map => new ObjectValueNode(
            SourceSpan.None,
            [
                .. map.Select(member => new ObjectFieldNode(
                    SourceSpan.None,
                    new NameNode(SourceSpan.None, member.Key),
                    member.Value is null ? new NullValueNode(SourceSpan.None) : Untyped(member.Value)
                        ?? new NullValueNode(SourceSpan.None))),
            ]),
        IEnumerable list and not string => new ListValueNode(
            SourceSpan.None, [.. list.Cast<object?>()
                .Select(item => item is null ? new NullValueNode(SourceSpan.None) : Untyped(item)).OfType<ValueNode>()]),
        _ => FromScalar(value, BuiltInScalars.String),
    };

    static bool IsInteger(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9') && (digits.Length == 1 || digits[0] != '0');
    }
}
