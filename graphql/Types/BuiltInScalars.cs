using System.Globalization;
using System.Text.Json;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Text;

namespace OrleansScheduling.GraphQL.Types;

/// <summary>The five scalars of the specification.</summary>
public static class BuiltInScalars
{
    public static ScalarType Int { get; } = new("Int")
    {
        Description =
            "The `Int` scalar type represents non-fractional signed whole numeric values. Int can represent values between -(2^31) and "
                + "2^31 - 1.",
        Serialize = SerializeInt,
        ParseValue = ParseInt,
        ParseLiteral = static node => node is IntValueNode literal
            ? FitInt(double.Parse(literal.Value, CultureInfo.InvariantCulture), literal.Value, literal)
            : throw Refuse("Int cannot represent non-integer value: ", node),
    };

    public static ScalarType Float { get; } = new("Float")
    {
        Description = "The `Float` scalar type represents signed double-precision fractional values as specified by "
            + "[IEEE 754](https://en.wikipedia.org/wiki/IEEE_floating_point).",
        Serialize = SerializeFloat,
        ParseValue = static value => value.ValueKind == JsonValueKind.Number && double.IsFinite(AsDouble(value))
            ? AsDouble(value)
            : throw new GraphQLException(
                $"Float cannot represent non numeric value: {Inspection.Inspect(value)}", GraphQLErrorCodes.BadUserInput),
        ParseLiteral = static node => node switch
        {
            FloatValueNode real => Finite(real.Value, real),
            IntValueNode integer => Finite(integer.Value, integer),
            _ => throw Refuse("Float cannot represent non numeric value: ", node),
        },
    };

    public static ScalarType String { get; } = new("String")
    {
        Description = "The `String` scalar type represents textual data, represented as UTF-8 character sequences. "
            + "The String type is most often used by GraphQL to represent free-form human-readable text.",
        Serialize = SerializeString,
        ParseValue = static value => value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : throw new GraphQLException(
                $"String cannot represent a non string value: {Inspection.Inspect(value)}", GraphQLErrorCodes.BadUserInput),
        ParseLiteral = static node => node is StringValueNode text
            ? text.Value
            : throw Refuse("String cannot represent a non string value: ", node),
    };

    public static ScalarType Boolean { get; } = new("Boolean")
    {
        Description = "The `Boolean` scalar type represents `true` or `false`.",
        Serialize = static value => value switch
        {
            bool => value,
            double number when double.IsFinite(number) => number != 0,
            _ when IsInteger(value) => Convert.ToDecimal(value, CultureInfo.InvariantCulture) != 0,
            _ => throw new GraphQLException($"Boolean cannot represent a non boolean value: {Inspection.Inspect(value)}"),
        },
        ParseValue = static value => value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw new GraphQLException(
                $"Boolean cannot represent a non boolean value: {Inspection.Inspect(value)}", GraphQLErrorCodes.BadUserInput),
        ParseLiteral = static node => node is BooleanValueNode flag
            ? flag.Value
            : throw Refuse("Boolean cannot represent a non boolean value: ", node),
    };

    public static ScalarType ID { get; } = new("ID")
    {
        Description = "The `ID` scalar type represents a unique identifier, often used to refetch an object or as key for a cache. "
            + "The ID type appears in a JSON response as a String; however, it is not intended to be human-readable. "
            + "When expected as an input type, any string (such as `\"4\"`) or integer (such as `4`) input value will be accepted as an "
            + "ID.",
        Serialize = static value => value switch
        {
            string => value,
            Guid id => id.ToString(),
            double number when IsWhole(number) => Inspection.Number(number),
            _ when IsInteger(value) => Convert.ToString(value, CultureInfo.InvariantCulture),
            _ => throw new GraphQLException($"ID cannot represent value: {Inspection.Inspect(value)}"),
        },
        ParseValue = static value => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number when IsWhole(AsDouble(value)) => Inspection.Number(AsDouble(value)),
            _ => throw new GraphQLException($"ID cannot represent value: {Inspection.Inspect(value)}", GraphQLErrorCodes.BadUserInput),
        },
        ParseLiteral = static node => node switch
        {
            StringValueNode text => text.Value,
            IntValueNode integer => integer.Value,
            _ => throw Refuse("ID cannot represent a non-string and non-integer value: ", node),
        },
    };

    public static IReadOnlyList<ScalarType> All { get; } = [String, Int, Float, Boolean, ID];

    internal static double AsDouble(JsonElement value) => double.Parse(value.GetRawText(), CultureInfo.InvariantCulture);

    internal static bool IsWhole(double value) => double.IsFinite(value) && Math.Floor(value) == value;

    internal static bool IsInteger(object value) => value is int or long or short or byte or sbyte or ushort or uint or ulong;

    internal static GraphQLException Refuse(string message, ValueNode node) =>
        new(GraphQLError.At(message + Printer.Value(node), GraphQLErrorCodes.ValidationFailed, node));

    static object ParseInt(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var exact)) return exact;
        var number = value.ValueKind == JsonValueKind.Number ? AsDouble(value) : double.NaN;
        if (!IsWhole(number))
            throw new GraphQLException(
                $"Int cannot represent non-integer value: {Inspection.Inspect(value)}", GraphQLErrorCodes.BadUserInput);
        return FitInt(number, Inspection.Number(number), null);
    }

    static object FitInt(double number, string text, Node? node)
    {
        if (number is <= int.MaxValue and >= int.MinValue) return (int)number;
        var message = $"Int cannot represent non 32-bit signed integer value: {text}";
        throw node is null
            ? new GraphQLException(message, GraphQLErrorCodes.BadUserInput)
            : new GraphQLException(GraphQLError.At(message, GraphQLErrorCodes.ValidationFailed, node));
    }

    /// <summary>A number that no double holds is no Float (3.5.2), in a literal as in a variable.</summary>
    static object Finite(string text, ValueNode node)
    {
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? number : throw Refuse("Float cannot represent non numeric value: ", node);
    }

    static object? SerializeInt(object value)
    {
        if (value is int) return value;
        var number = value switch
        {
            bool flag => flag ? 1 : 0,
            string text when text.Length > 0 => FromText(text),
            double real => real,
            float real => real,
            decimal real => (double)real,
            _ when IsInteger(value) => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            _ => double.NaN,
        };
        if (!IsWhole(number)) throw new GraphQLException($"Int cannot represent non-integer value: {Inspection.Inspect(value)}");
        if (number is > int.MaxValue or < int.MinValue)
            throw new GraphQLException($"Int cannot represent non 32-bit signed integer value: {Inspection.Inspect(value)}");
        return (int)number;
    }

    static object? SerializeFloat(object value)
    {
        var number = value switch
        {
            double real => real,
            float real => real,
            bool flag => flag ? 1 : 0,
            decimal real => (double)real,
            string text when text.Length > 0 => FromText(text),
            _ when IsInteger(value) => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            _ => double.NaN,
        };
        return double.IsFinite(number) ? number
            : throw new GraphQLException($"Float cannot represent non numeric value: {Inspection.Inspect(value)}");
    }

    static object? SerializeString(object value) => value switch
    {
        string => value,
        bool flag => flag ? "true" : "false",
        double number when double.IsFinite(number) => Inspection.Number(number),
        Guid or Uri => value.ToString(),
        _ when IsInteger(value) || value is decimal => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => throw new GraphQLException($"String cannot represent value: {Inspection.Inspect(value)}"),
    };

    /// <summary>JavaScript's Number(text), as far as decimal notation goes.</summary>
    static double FromText(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0) return 0;
        return double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
    }
}
