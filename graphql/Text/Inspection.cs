using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OrleansScheduling.GraphQL.Text;

/// <summary>
/// Shows a value in an error message in the manner of the reference implementation, so that both give the same message:
/// strings quoted, numbers as JavaScript prints them, long arrays and deep objects abbreviated.
/// </summary>
static class Inspection
{
    const int ArrayLengthMax = 10;
    const int DepthMax = 2;

    /// <summary>From this magnitude on, JavaScript writes a number with an exponent.</summary>
    const int IntegerDigitsMax = 21;

    const int FractionZerosMax = -6;

    /// <summary>Of a string, and of a whole value: an error of a few bytes' reason does not repeat what a caller sent at length.</summary>
    const int TextLengthMax = 1000;
    const int LengthMax = 2000;

    public static string Inspect(JsonElement value) => Cut(Format(value, 0), LengthMax);

    public static string Inspect(object? value) => Cut(Format(value, 0), LengthMax);

    static string Cut(string text, int length)
    {
        if (text.Length <= length) return text;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }

    static string Format(JsonElement value, int depth) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "undefined",
        JsonValueKind.Object => FormatObject(
            value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value)).ToList(), depth + 1, Format),
        JsonValueKind.Array => FormatArray(value.EnumerateArray().ToList(), depth + 1, Format),
        JsonValueKind.String => Quote(value.GetString()!),
        JsonValueKind.Number => Number(double.Parse(value.GetRawText(), CultureInfo.InvariantCulture)),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    static string Format(object? value, int depth) => value switch
    {
        null => "null",
        string text => Quote(text),
        bool flag => flag ? "true" : "false",
        JsonElement element => Format(element, depth),
        double number => Number(number),
        IReadOnlyDictionary<string, object?> map => FormatObject(map.ToList(), depth + 1, Format),
        IEnumerable list => FormatArray(list.Cast<object?>().ToList(), depth + 1, Format),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => $"[{value.GetType().Name}]",
    };

    static string FormatObject<T>(List<KeyValuePair<string, T>> members, int depth, Func<T, int, string> format)
    {
        if (members.Count == 0) return "{}";
        if (depth > DepthMax) return "[Object]";
        return "{ " + string.Join(", ", members.Select(member => $"{member.Key}: {format(member.Value, depth)}")) + " }";
    }

    static string FormatArray<T>(List<T> items, int depth, Func<T, int, string> format)
    {
        if (items.Count == 0) return "[]";
        if (depth > DepthMax) return "[Array]";
        var parts = items.Take(ArrayLengthMax).Select(item => format(item, depth)).ToList();
        var remaining = items.Count - parts.Count;
        if (remaining == 1) parts.Add("... 1 more item");
        else if (remaining > 1) parts.Add($"... {remaining} more items");
        return "[" + string.Join(", ", parts) + "]";
    }

    static string Quote(string text)
    {
        text = Cut(text, TextLengthMax);
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var lone = char.IsSurrogate(c) && !(char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                && !(char.IsLowSurrogate(c) && i > 0 && char.IsHighSurrogate(text[i - 1]));
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when c < ' ' || lone => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>ECMAScript, Number::toString: shortest digits that read back as the same number.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "Infinity" : "-Infinity";
        if (value == 0) return "0";
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var sign = value < 0 ? "-" : "";
        var (digits, exponent) = Decompose(shortest);
        var k = digits.Length;
        if (k <= exponent && exponent <= IntegerDigitsMax) return sign + digits + new string('0', exponent - k);
        if (exponent is > 0 and <= IntegerDigitsMax) return $"{sign}{digits[..exponent]}.{digits[exponent..]}";
        if (exponent is > FractionZerosMax and <= 0) return $"{sign}0.{new string('0', -exponent)}{digits}";
        var scale = exponent - 1;
        var scaleText = (scale < 0 ? "-" : "+") + Math.Abs(scale).ToString(CultureInfo.InvariantCulture);
        return k == 1 ? $"{sign}{digits}e{scaleText}" : $"{sign}{digits[0]}.{digits[1..]}e{scaleText}";
    }

    /// <summary>The significant digits, and where the decimal point stands counted from before the first of them.</summary>
    static (string Digits, int Exponent) Decompose(string shortest)
    {
        var e = shortest.IndexOf('E', StringComparison.Ordinal);
        var scale = e < 0 ? 0 : int.Parse(shortest.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? shortest : shortest[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? "" : mantissa[(point + 1)..];
        var all = whole + fraction;
        var leading = all.Length - all.TrimStart('0').Length;
        return (all.Trim('0'), whole.Length - leading + scale);
    }
}
