namespace OrleansScheduling.GraphQL.Language;

/// <summary>The text of one document. Positions are offsets in UTF-16 code units, as in the reference implementation.</summary>
public sealed class Source(string body, string name = "GraphQL request")
{
    public string Body { get; } = body;

    public string Name { get; } = name;

    /// <summary>Line and column, both counted from 1. Counted afresh for each call, because only errors ask.</summary>
    public SourceLocation LocationOf(int position)
    {
        var line = 1;
        var lineStart = 0;
        for (var i = 0; i < Body.Length && i < position; i++)
        {
            var c = Body[i];
            if (c is not ('\n' or '\r')) continue;
            if (c == '\r' && i + 1 < Body.Length && Body[i + 1] == '\n') i++;
            line++;
            lineStart = i + 1;
        }

        return new SourceLocation(line, position - lineStart + 1);
    }
}

public readonly record struct SourceLocation(int Line, int Column);
