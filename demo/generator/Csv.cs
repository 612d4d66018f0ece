using System.Globalization;
using System.Text;

namespace OrleansScheduling.DemoGenerator;

/// <summary>One file being written: RFC 4180 with line feeds, quotes only where they are needed.</summary>
sealed class Csv
{
    readonly StringBuilder _text = new();

    public Csv(params string[] header) => Row([.. header]);

    public void Row(params object?[] fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0) _text.Append(',');
            var field = Convert.ToString(fields[i], CultureInfo.InvariantCulture) ?? "";
            if (field.AsSpan().IndexOfAny(",\"\n\r") < 0) _text.Append(field);
            else _text.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }

        _text.Append('\n');
    }

    public override string ToString() => _text.ToString();
}
