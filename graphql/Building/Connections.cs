using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.GraphQL.Building;

/// <summary>
/// The page that a client asks for. A resolver with a parameter of this type gets the four arguments of a Relay connection; the size is
/// within the server's bounds already.
/// </summary>
/// <param name="Size">Most items of the page.</param>
/// <param name="After">The page has only items that come after this cursor's.</param>
/// <param name="Before">The page has only items that come before this cursor's; both may be given, whichever end is counted from.</param>
/// <param name="Backward">Of the items between the cursors the last are wanted, not the first.</param>
public sealed record PageArguments(int Size, string? After, string? Before, bool Backward)
{
    internal static PageArguments From(int? first, string? after, int? last, string? before, GraphQLOptions options)
    {
        if (first is not null && last is not null)
            throw new GraphQLException("Give `first` or `last`, not both.", GraphQLErrorCodes.BadUserInput);
        var size = first ?? last ?? options.PageSizeDefault;
        if (size < 0) throw new GraphQLException("A page can't have a negative size.", GraphQLErrorCodes.BadUserInput);
        if (size > options.PageSizeMax)
            throw new GraphQLException(
                $"A page has at most {options.PageSizeMax} items; {size} were asked for.", GraphQLErrorCodes.PageSizeExceeded);
        return new PageArguments(size, after, before, last is not null);
    }
}

/// <summary>One page of a list.</summary>
public sealed class Connection<T>
    where T : notnull
{
    /// <summary>Counting looks at every row of the list, where a page looks at its own.</summary>
    const int CountCost = 20;

    readonly Func<CancellationToken, Task<int>>? count;

    /// <param name="edges">The items of this page with their cursors.</param>
    /// <param name="pageInfo">Where the page stands in the list.</param>
    /// <param name="count">Counts the whole list; called only when the client asks for it.</param>
    public Connection(IReadOnlyList<Edge<T>> edges, PageInfo pageInfo, Func<CancellationToken, Task<int>>? count = null)
    {
        Edges = edges;
        PageInfo = pageInfo;
        this.count = count;
    }

    /// <summary>Where the page stands in the list.</summary>
    public PageInfo PageInfo { get; }

    /// <summary>The items with their cursors.</summary>
    public IReadOnlyList<Edge<T>> Edges { get; }

    /// <summary>The items without their cursors.</summary>
    public IEnumerable<T> Nodes => Edges.Select(edge => edge.Node);

    /// <summary>How many items the whole list has.</summary>
    [Cost(CountCost)]
    public Task<int> GetTotalCountAsync(CancellationToken cancellationToken) =>
        count?.Invoke(cancellationToken) ?? throw new GraphQLException("This list isn't counted.", GraphQLErrorCodes.BadUserInput);
}

/// <summary>An item of a list with the cursor that finds it again.</summary>
public sealed class Edge<T>
    where T : notnull
{
    readonly Func<string>? make;
    string? cursor;

    public Edge(string cursor, T node) => (this.cursor, Node) = (cursor, node);

    /// <param name="cursor">Called only when the client asks for it.</param>
    /// <param name="node">The item.</param>
    public Edge(Func<string> cursor, T node) => (make, Node) = (cursor, node);

    public string Cursor => cursor ??= make!();

    public T Node { get; }
}

/// <summary>Where a page stands in its list.</summary>
public sealed class PageInfo
{
    readonly Func<string?> start;
    readonly Func<string?> end;

    public PageInfo(bool hasNextPage, bool hasPreviousPage, string? startCursor, string? endCursor)
        : this(hasNextPage, hasPreviousPage, () => startCursor, () => endCursor)
    {
    }

    /// <param name="hasNextPage">Whether there are items after this page.</param>
    /// <param name="hasPreviousPage">Whether there are items before this page.</param>
    /// <param name="startCursor">Called only when the client asks for it.</param>
    /// <param name="endCursor">Likewise.</param>
    public PageInfo(bool hasNextPage, bool hasPreviousPage, Func<string?> startCursor, Func<string?> endCursor) =>
        (HasNextPage, HasPreviousPage, start, end) = (hasNextPage, hasPreviousPage, startCursor, endCursor);

    /// <summary>Whether there are items after this page.</summary>
    public bool HasNextPage { get; }

    /// <summary>Whether there are items before this page.</summary>
    public bool HasPreviousPage { get; }

    /// <summary>The cursor of the first item.</summary>
    public string? StartCursor => start();

    /// <summary>The cursor of the last item.</summary>
    public string? EndCursor => end();
}
