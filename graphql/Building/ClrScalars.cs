using System.Globalization;
using System.Text.Json;
using OrleansScheduling.GraphQL.Language;
using OrleansScheduling.GraphQL.Text;
using OrleansScheduling.GraphQL.Types;

namespace OrleansScheduling.GraphQL.Building;

/// <summary>Scalars for the types of the framework that the five of the specification can't carry. The names are Hot Chocolate's.</summary>
public static class ClrScalars
{
    /// <summary>RFC 3339: a day, a time to the second or finer, and the offset, which is never left to be guessed.</summary>
    static readonly string[] MomentForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    public static ScalarType Long { get; } = Number(
        "Long", "A whole number of 64 bits.", text => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    public static ScalarType Decimal { get; } = Number(
        "Decimal", "An exact decimal number, such as an amount of money.", text =>
            decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));

    public static ScalarType DateTime { get; } = Text(
        "DateTime", "A moment with its offset from UTC.", "https://scalars.graphql.org/andimarek/date-time.html",
        text => DateTimeOffset.ParseExact(text, MomentForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    public static ScalarType Date { get; } = Text(
        "Date", "A day of the calendar.", "https://scalars.graphql.org/andimarek/local-date.html",
        text => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture),
        value => ((DateOnly)value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public static ScalarType LocalTime { get; } = Text(
        "LocalTime", "A time of day, without a day and without a zone.", null,
        text => TimeOnly.ParseExact(text, ["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"], CultureInfo.InvariantCulture),
        value => ((TimeOnly)value).ToString("HH:mm:ss", CultureInfo.InvariantCulture));

    public static ScalarType Duration { get; } = Text(
        "Duration", "A length of time in ISO 8601, such as PT1H30M.", null,
        text => (object)XmlDuration(text),
        value => System.Xml.XmlConvert.ToString((TimeSpan)value));

    public static ScalarType Uuid { get; } = Text(
        "UUID", "A universally unique identifier.", "https://tools.ietf.org/html/rfc4122", text => Guid.Parse(text));

    public static ScalarType Url { get; } = Text(
        "URL", "An absolute address.", "https://tools.ietf.org/html/rfc3986",
        text => new Uri(text, UriKind.Absolute), value => ((Uri)value).OriginalString);

    public static ScalarType Json { get; } = new("JSON")
    {
        Description = "Any JSON value.",
        ParseValue = static value => value.Clone(),
        ParseLiteral = static node => JsonSerializer.SerializeToElement(UntypedValue.From(node)),
    };

    internal static IReadOnlyDictionary<Type, ScalarType> ByClrType { get; } = new Dictionary<Type, ScalarType>
    {
        [typeof(string)] = BuiltInScalars.String,
        [typeof(bool)] = BuiltInScalars.Boolean,
        [typeof(int)] = BuiltInScalars.Int,
        [typeof(short)] = BuiltInScalars.Int,
        [typeof(byte)] = BuiltInScalars.Int,
        [typeof(double)] = BuiltInScalars.Float,
        [typeof(float)] = BuiltInScalars.Float,
        [typeof(long)] = Long,
        [typeof(decimal)] = Decimal,
        [typeof(DateTimeOffset)] = DateTime,
        [typeof(DateOnly)] = Date,
        [typeof(TimeOnly)] = LocalTime,
        [typeof(TimeSpan)] = Duration,
        [typeof(Guid)] = Uuid,
        [typeof(Uri)] = Url,
        [typeof(JsonElement)] = Json,
    };

    static TimeSpan XmlDuration(string text) => System.Xml.XmlConvert.ToTimeSpan(text);

    /// <summary>A scalar that travels as a string: for ids and value types of the application too.</summary>
    public static ScalarType Text(
        string name, string description, string? specifiedBy, Func<string, object> parse, Func<object, string>? format = null)
    {
        object Parse(string text, Node? node)
        {
            try
            {
                return parse(text);
            }
            catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
            {
                throw Refuse(name, Inspection.Inspect(text), node);
            }
        }

        return new ScalarType(name)
        {
            Description = description,
            SpecifiedByUrl = specifiedBy,
            Serialize = format is null ? static value => value : value => format(value),
            ParseValue = value => value.ValueKind == JsonValueKind.String ? Parse(value.GetString()!, null)
                : throw Refuse(name, Inspection.Inspect(value), null),
            ParseLiteral = node =>
                node is StringValueNode literal ? Parse(literal.Value, node) : throw Refuse(name, Printer.Value(node), node),
        };
    }

    static ScalarType Number(string name, string description, Func<string, object> parse)
    {
        object Parse(string text, Node? node)
        {
            try
            {
                return parse(text);
            }
            catch (Exception exception) when (exception is FormatException or OverflowException)
            {
                throw Refuse(name, text, node);
            }
        }

        return new ScalarType(name)
        {
            Description = description,
            ParseValue = value => value.ValueKind == JsonValueKind.Number ? Parse(value.GetRawText(), null)
                : throw Refuse(name, Inspection.Inspect(value), null),
            ParseLiteral = node => node switch
            {
                IntValueNode integer => Parse(integer.Value, node),
                FloatValueNode real => Parse(real.Value, node),
                _ => throw Refuse(name, Printer.Value(node), node),
            },
        };
    }

    static GraphQLException Refuse(string name, string shown, Node? node)
    {
        var message = $"{name} cannot represent value: {shown}";
        return node is null
            ? new GraphQLException(message, GraphQLErrorCodes.BadUserInput)
            : new GraphQLException(GraphQLError.At(message, GraphQLErrorCodes.ValidationFailed, node));
    }
}
