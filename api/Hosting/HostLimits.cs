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

    /// <summary>A call centre often has one address: this is for two hundred handlers, and still stops a script.</summary>
    public const int SearchesPerMinute = 1200;

    public const int ClaimsPerMinute = 300;

    /// <summary>How long running requests get to finish when the process is asked to stop.</summary>
    public static readonly TimeSpan StopTime = TimeSpan.FromSeconds(10);
}
