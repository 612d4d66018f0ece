using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using OrleansScheduling.Import.Files;

namespace OrleansScheduling.Import.Reading;

/// <summary>One CSV file by RFC 4180: its header, checked against the format, and its rows one after the other.</summary>
sealed class CsvTable
{
    readonly byte[] _content;
    readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);

    CsvTable(FileFormat format, byte[] content, ErrorLog log)
    {
        Format = format;
        Log = log;
        _content = content;
    }

    public FileFormat Format { get; }

    public ErrorLog Log { get; }

    /// <summary>Rows given out so far.</summary>
    public int RowCount { get; private set; }

    public static CsvTable? Open(string path, FileFormat format, ErrorLog log)
    {
        var content = FileText.Load(path, log);
        return content is null ? null : new CsvTable(format, content, log);
    }

    /// <summary>The rows, in order. Stops early, with an error, at damage that would put later rows in doubt.</summary>
    public IEnumerable<Row> Rows()
    {
        var damage = new List<string>();
        using var reader = new StreamReader(new MemoryStream(_content, writable: false), new UTF8Encoding(false, throwOnInvalidBytes: true));
        using var parser = new CsvParser(reader, Configuration(damage));
        if (!Next(parser, damage, out var header, out _))
        {
            if (Log.Count == 0) Log.RefuseFile("The file is empty; its first row names the columns.");
            yield break;
        }

        if (!ReadHeader(header)) yield break;
        while (Next(parser, damage, out var fields, out var line))
        {
            if (++RowCount > ImportLimits.MaxRows)
            {
                Log.Refuse(line, "", "", $"The file has more than {ImportLimits.MaxRows} rows. Split it.");
                yield break;
            }

            if (fields.Length != header.Length)
            {
                Log.Refuse(line, "", fields[0], $"The row has {fields.Length} fields, the header {header.Length}. A field with a comma stands in double quotes.");
                continue;
            }

            yield return new Row(line, fields, _positions, Log);
        }
    }

    bool Next(CsvParser parser, List<string> damage, out string[] fields, out int line)
    {
        fields = [];
        line = parser.RawRow + 1;
        try
        {
            if (!parser.Read()) return false;
            fields = parser.Record ?? [];
            // RawRow counts lines up to the row's end; a row begins as many lines before as its fields contain line ends.
            line = parser.RawRow - fields.Sum(field => field.Count(character => character == '\n'));
        }
        catch (CsvHelperException)
        {
            Log.Refuse(line, "", "", $"A field has more than {ImportLimits.MaxFieldCharacters} characters. Perhaps a double quote is never closed.");
            return false;
        }

        if (damage.Count == 0) return true;
        Log.Refuse(line, "", damage[0], "A double quote inside a field is written twice, and the field stands in double quotes.");
        damage.Clear();
        return false;
    }

    bool ReadHeader(string[] header)
    {
        var before = Log.Count;
        for (var i = 0; i < header.Length; i++)
        {
            var name = header[i].Trim();
            if (Format.Columns.All(column => !string.Equals(column.Name, name, StringComparison.Ordinal)))
                Log.Refuse(1, name, name, $"There is no such column. Columns: {string.Join(", ", Format.Columns.Select(column => column.Name))}.");
            else if (!_positions.TryAdd(name, i))
                Log.Refuse(1, name, name, "The column stands twice in the header.");
        }

        foreach (var column in Format.Columns.Where(column => column.Required && !_positions.ContainsKey(column.Name)))
            Log.Refuse(1, column.Name, "", "The column is missing from the header.");
        return Log.Count == before;
    }

    static CsvConfiguration Configuration(List<string> damage) => new(CultureInfo.InvariantCulture)
    {
        Mode = CsvMode.RFC4180,
        HasHeaderRecord = false,
        DetectDelimiter = false,
        Delimiter = ",",
        IgnoreBlankLines = true,
        MaxFieldSize = ImportLimits.MaxFieldCharacters,
        TrimOptions = TrimOptions.None,
        CacheFields = false,
        BadDataFound = args => damage.Add(args.Field ?? ""),
    };
}
