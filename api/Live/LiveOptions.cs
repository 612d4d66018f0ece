namespace OrleansScheduling.Api.Live;

/// <summary>Bounds of the live connections: section <c>Live</c>.</summary>
public sealed record LiveOptions
{
    /// <summary>
    /// Entries that may wait for one subscriber; at some 500 bytes each, half a megabyte. One more and it is told to resynchronise.
    /// </summary>
    public int QueueLength { get; init; } = 1000;

    /// <summary>Entries that a subscriber may be behind when it comes; one that is further behind is told to resynchronise.</summary>
    public int CatchUpEntries { get; init; } = 10_000;

    /// <summary>
    /// Last entries that are kept for subscribers who come back, so that a thousand at once do not each ask the database: most of a minute
    /// at a hundred a second, and a few megabytes.
    /// </summary>
    public int RecentEntries { get; init; } = 4096;

    /// <summary>Subscriptions of one connection, open searches included.</summary>
    public int SubscriptionsPerConnection { get; init; } = 16;

    /// <summary>Operatives or patches that one subscription names.</summary>
    public int NamesPerSubscription { get; init; } = 200;

    /// <summary>Different searches that are kept up to date in this process; each evaluation costs about a millisecond.</summary>
    public int OpenSearches { get; init; } = 500;

    /// <summary>Least time between two evaluations of one search.</summary>
    public int SearchIntervalMilliseconds { get; init; } = 300;

    /// <summary>How often a search is evaluated although no diary changed: windows also close by the clock.</summary>
    public int SearchRefreshSeconds { get; init; } = 60;

    /// <summary>
    /// How long a search that nobody looks at any more is still followed, so that one who comes again gets what changed since.
    /// </summary>
    public int SearchLingerSeconds { get; init; } = 60;

    /// <summary>
    /// Subscribers of whom nothing matched are told the feed's position this often, so that their cursor does not grow old.
    /// </summary>
    public int MarkSeconds { get; init; } = 15;
}
