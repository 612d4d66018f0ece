namespace OrleansScheduling.Api.Hosting;

/// <summary>Settings of this host: section <c>Desk</c>.</summary>
public sealed record DeskOptions
{
    /// <summary>Page views and searches that one caller may make in a minute.</summary>
    public int SearchesPerMinute { get; init; } = HostLimits.SearchesPerMinute;

    /// <summary>Holds, confirmations, moves and cancellations that one caller may make in a minute.</summary>
    public int ClaimsPerMinute { get; init; } = HostLimits.ClaimsPerMinute;

    /// <summary>
    /// Where the keys that sign cookies and forms are kept; empty: <c>keys</c> beside SQLite's file. Several processes share one.
    /// </summary>
    public string KeyDirectory { get; init; } = "";
}

/// <summary>Settings of the demonstration: section <c>Demo</c>.</summary>
public sealed record DemoOptions
{
    /// <summary>Whether an empty ledger is filled with the demonstration; by itself only in Development.</summary>
    public bool? Import { get; init; }

    /// <summary>The directory with its files; empty: <c>demo</c> beside the program or in a directory above it.</summary>
    public string Directory { get; init; } = "";
}
