using System.Collections;
using System.Globalization;
using System.Text.Json;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>One object of a response: values beside the plan's fields, whose names are encoded already.</summary>
sealed class ResultObject(FieldPlan[] fields)
{
    public object?[] Values { get; } = new object?[fields.Length];

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        for (var i = 0; i < fields.Length; i++)
        {
            writer.WritePropertyName(fields[i].EncodedName);
            ResultWriter.WriteValue(writer, Values[i]);
        }

        writer.WriteEndObject();
    }
}

/// <summary>Writes what scalars serialize to; the common types go straight to UTF-8 without a string in between.</summary>
static class ResultWriter
{
    public static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case ResultObject result:
                result.WriteTo(writer);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case List<object?> list:
                writer.WriteStartArray();
                foreach (var item in list) WriteValue(writer, item);
                writer.WriteEndArray();
                break;
            default:
                WriteLessCommon(writer, value);
                break;
        }
    }

    static void WriteLessCommon(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case Guid id:
                writer.WriteStringValue(id);
                break;
            case DateTimeOffset moment:
                writer.WriteStringValue(moment);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case JsonElement element:
                element.WriteTo(writer);
                break;
            case IReadOnlyDictionary<string, object?> map:
                writer.WriteStartObject();
                foreach (var (key, member) in map)
                {
                    writer.WritePropertyName(key);
                    WriteValue(writer, member);
                }

                writer.WriteEndObject();
                break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list) WriteValue(writer, item);
                writer.WriteEndArray();
                break;
            case short or byte or sbyte or ushort or uint:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case Enum named:
                // In an error's extensions: as the schema writes it.
                writer.WriteStringValue(Naming.UpperSnake(named.ToString()));
                break;
            case float number:
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
