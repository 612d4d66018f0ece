namespace OrleansScheduling.GraphQL.Language;

/// <summary>Block strings (specification, "Block Strings"): common indentation is no part of the value.</summary>
public static class BlockString
{
    /// <summary>A value longer than this reads better on lines of its own.</summary>
    const int SingleLineLengthMax = 70;

    internal static string Dedent(List<string> lines)
    {
        var commonIndent = int.MaxValue;
        var first = -1;
        var last = -1;
        for (var i = 0; i < lines.Count; i++)
        {
            var indent = LeadingWhitespace(lines[i]);
            if (indent == lines[i].Length) continue;
            if (first < 0) first = i;
            last = i;
            if (i != 0 && indent < commonIndent) commonIndent = indent;
        }

        if (first < 0) return "";
        for (var i = 1; i < lines.Count; i++) lines[i] = commonIndent < lines[i].Length ? lines[i][commonIndent..] : "";
        return string.Join('\n', lines.Skip(first).Take(last + 1 - first));
    }

    static int LeadingWhitespace(string line)
    {
        var i = 0;
        while (i < line.Length && line[i] is (' ' or '\t')) i++;
        return i;
    }

    /// <summary>Whether parsing the printed block string would give the very same value.</summary>
    public static bool CanPrint(string value)
    {
        if (value.Length == 0) return true;
        bool emptyLine = true, indented = false, commonIndent = true, seenLine = false;
        foreach (var c in value)
        {
            switch (c)
            {
                case <= '\u0008' or '\u000B' or '\u000C' or '\u000E' or '\u000F' or '\r':
                    return false;
                case '\n':
                    if (emptyLine && !seenLine) return false;
                    seenLine = true;
                    emptyLine = true;
                    indented = false;
                    break;
                case '\t' or ' ':
                    indented |= emptyLine;
                    break;
                default:
                    commonIndent &= indented;
                    emptyLine = false;
                    break;
            }
        }

        return !emptyLine && !(commonIndent && seenLine);
    }

    public static string Print(string value)
    {
        var escaped = value.Replace("\"\"\"", "\\\"\"\"", StringComparison.Ordinal);
        var lines = escaped.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r');
        var single = lines.Length == 1;
        var leadingNewLine = lines.Length > 1 && lines.Skip(1).All(line => line.Length == 0 || line[0] is ' ' or '\t');
        var trailingTripleQuotes = escaped.EndsWith("\\\"\"\"", StringComparison.Ordinal);
        var trailingNewLine = (value.EndsWith('"') && !trailingTripleQuotes) || value.EndsWith('\\');
        var several = !single || value.Length > SingleLineLengthMax || trailingNewLine || leadingNewLine || trailingTripleQuotes;
        var startsIndented = single && value.Length > 0 && value[0] is (' ' or '\t');
        var open = (several && !startsIndented) || leadingNewLine ? "\n" : "";
        var close = several || trailingNewLine ? "\n" : "";
        return $"\"\"\"{open}{escaped}{close}\"\"\"";
    }
}
