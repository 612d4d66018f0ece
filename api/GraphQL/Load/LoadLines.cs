using OrleansScheduling.GraphQL;

namespace OrleansScheduling.Api.GraphQL.Load;

/// <summary>The lines of one report, made as something is added to them.</summary>
sealed class LoadLines
{
    /// <summary>A page of a spreadsheet. More is refused, not cut, since a cut total misleads.</summary>
    public const int Max = 5000;

    readonly Dictionary<LoadKey, LoadLine> lines = [];

    readonly bool isByArea;
    readonly bool isByTrade;

    public LoadLines(IReadOnlySet<LoadDimension> by)
    {
        (IsByDay, isByArea, isByTrade) = (
            by.Contains(LoadDimension.Day), by.Contains(LoadDimension.Area), by.Contains(LoadDimension.Trade));
        Wanted = by.Select(dimension => dimension.ToString()).ToHashSet(StringComparer.Ordinal);
        // One line for all is there even when it says that there is nothing.
        if (by.Count == 0) Of(null, null, null);
    }

    public bool IsByDay { get; }

    /// <summary>The names of what lines are told apart by.</summary>
    public IReadOnlySet<string> Wanted { get; }

    public IEnumerable<LoadLine> All => lines.Values;

    public IReadOnlyList<LoadLine> Sorted() =>
    [
        .. lines.Values.OrderBy(line => line.Day).ThenBy(line => line.Area, StringComparer.Ordinal)
            .ThenBy(line => line.Trade, StringComparer.Ordinal),
    ];

    /// <summary>What has no area or trade, such as work whose code the schedule does not know any more, has a line of its own.</summary>
    public LoadLine Of(DateOnly? day, string? area, string? trade)
    {
        var key = new LoadKey(IsByDay ? day : null, isByArea ? area ?? "" : null, isByTrade ? trade ?? "" : null);
        if (lines.TryGetValue(key, out var known)) return known;
        if (lines.Count == Max)
            throw new GraphQLException($"The report has more than {Max} lines. Ask for fewer days, or group by less.", "REPORT_TOO_LONG");
        var line = new LoadLine(key);
        lines.Add(key, line);
        return line;
    }
}
