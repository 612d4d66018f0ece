namespace OrleansScheduling.GraphQL.Language;

/// <summary>The text of one document. Positions are offsets in UTF-16 code units, as in the reference implementation.</summary>
public sealed class Source(string body, string name = "GraphQL request")
{
    int[]? lineStarts;

    public string Body { get; } = body;

    public string Name { get; } = name;

    /// <summary>Line and column, both counted from 1.</summary>
    public SourceLocation LocationOf(int position)
    {
        // Only errors ask, so the index is made for the first of them; two threads would make the same one.
        var starts = lineStarts ??= FindLineStarts();
        var line = Array.BinarySearch(starts, position);
        if (line < 0) line = ~line - 1;
        return new SourceLocation(line + 1, position - starts[line] + 1);
    }

    int[] FindLineStarts()
    {
        var starts = new List<int> { 0 };
        for (var i = 0; i < Body.Length; i++)
        {
            if (Body[i] is not ('\n' or '\r')) continue;
            if (Body[i] == '\r' && i + 1 < Body.Length && Body[i + 1] == '\n') i++;
            starts.Add(i + 1);
        }

        return [.. starts];
    }
}

public readonly record struct SourceLocation(int Line, int Column);
