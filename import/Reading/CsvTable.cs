using CsvHelper;
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

    /// <summary>The rows, in order; those with damaged quotes are reported and left out.</summary>
    public IEnumerable<Row> Rows()
    {
        using var reader = CsvReader.Create(_content, Options());
        if (!reader.Read())
        {
            if (Log.Count == 0) Log.RefuseFile("The file is empty; its first row names the columns.");
            yield break;
        }

        var header = Fields(reader);
        if (!ReadHeader(header)) yield break;
        while (reader.Read())
        {
            var line = checked((int)reader.LineNumber);
            if (++RowCount > ImportLimits.MaxRows)
            {
                Log.Refuse(line, "", "", $"The file has more than {ImportLimits.MaxRows} rows. Split it.");
                yield break;
            }

            if (reader.FieldCount != header.Length)
            {
                Log.Refuse(line, "", reader.GetString(0),
                    $"The row has {reader.FieldCount} fields, the header {header.Length}. A field with a comma stands in double quotes.");
            }
            else if (IsShort(reader, header, line)) yield return new Row(line, Fields(reader), _positions, Log);
        }
    }

    /// <summary>Fields stay bytes until their length is known to be bounded.</summary>
    bool IsShort(CsvReader reader, string[] header, int line)
    {
        for (var i = 0; i < reader.FieldCount; i++)
        {
            if (reader[i].Length <= ImportLimits.MaxFieldBytes) continue;
            Log.Refuse(line, header[i], "", $"The field has {reader[i].Length} bytes; at most {ImportLimits.MaxFieldBytes} are allowed.");
            return false;
        }

        return true;
    }

    static string[] Fields(CsvReader reader) => reader.Current.ToArray();

    bool ReadHeader(string[] header)
    {
        var before = Log.Count;
        for (var i = 0; i < header.Length; i++)
        {
            var name = header[i].Trim();
            if (Format.Columns.All(column => !string.Equals(column.Name, name, StringComparison.Ordinal)))
                Log.Refuse(1, name, name, $"There is no such column. Columns: "
                    + $"{string.Join(", ", Format.Columns.Select(column => column.Name))}.");
            else if (!_positions.TryAdd(name, i))
                Log.Refuse(1, name, name, "The column stands twice in the header.");
        }

        foreach (var column in Format.Columns.Where(column => column.Required && !_positions.ContainsKey(column.Name)))
            Log.Refuse(1, column.Name, "", "The column is missing from the header.");
        return Log.Count == before;
    }

    CsvReaderOptions Options() => CsvReaderOptions.Default with
    {
        Mode = CsvMode.Rfc4180,
        // Our own header check names every column that is wrong, the library's only the first.
        HasHeader = false,
        Separator = ',',
        DetectSeparatorHint = false,
        SkipEmptyLines = true,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Skip,
        FieldCountMismatch = CsvFieldCountHandling.Allow,
        OnMalformedRecord = record =>
            Log.Refuse(checked((int)record.LineNumber), "", "", record.Reason == CsvMalformedReason.UnterminatedQuote
            ? "A double quote in the row that starts here is never closed; the rest of the file is taken for that field."
            : "A double quote inside a field is written twice, and the field stands in double quotes."),
    };
}
