namespace OrleansScheduling.Api.Hosting;

/// <summary>What one process accepts from strangers, each with its reason.</summary>
static class HostLimits
{
    /// <summary>The largest form is a description of 1,000 characters and twelve codes.</summary>
    public const long MaxRequestBodyBytes = 64 * 1024;

    public const int MaxFormFields = 64;

    /// <summary>Our own cookies are under 2 KB; the rest is what browsers and proxies add.</summary>
    public const int MaxRequestHeadersBytes = 16 * 1024;

    public const int MaxRequestHeaders = 64;

    /// <summary>A request line: the longest of ours names twelve SOR codes.</summary>
    public const int MaxRequestLineBytes = 4 * 1024;

    public const long MaxConnections = 2000;

    /// <summary>Live connections, about 100 KB each when busy.</summary>
    public const long MaxLiveConnections = 2000;

    /// <summary>
    /// A body or an answer that goes slower for longer than <see cref="SlowGrace"/> ends its connection. The slowest mobile lines carry ten
    /// times as much; the largest form takes two minutes at most.
    /// </summary>
    public const double MinBytesPerSecond = 500;

    public static readonly TimeSpan SlowGrace = TimeSpan.FromSeconds(5);

    /// <summary>From a connection's first byte to the end of a request's headers.</summary>
    public static readonly TimeSpan HeadersTime = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may wait for its next request: as long as somebody reads a page, and no longer.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(90);

    /// <summary>
    /// Callers that are counted apart; more share a count with somebody whom chance chooses, so that counting takes a bounded space however
    /// many addresses a stranger has. A count takes about half a kilobyte.
    /// </summary>
    public const int CountedCallers = 8192;

    /// <summary>One person who looks something up twenty times a minute uses a fraction; a script is stopped.</summary>
    public const int SearchesPerMinute = 1200;

    public const int ClaimsPerMinute = 300;

    /// <summary>A portal's server or a reporting tool may ask a hundred times a second.</summary>
    public const int GraphQLPerMinute = 6000;

    /// <summary>A page opens one connection; where WebSockets can't be had, every message is a request of its own.</summary>
    public const int LiveRequestsPerMinute = 600;

    /// <summary>A page makes a handful of calls; sixteen may be open.</summary>
    public const int LiveCallsPerMinute = 300;

    /// <summary>How long running requests get to finish when the process is asked to stop.</summary>
    public static readonly TimeSpan StopTime = TimeSpan.FromSeconds(10);
}
