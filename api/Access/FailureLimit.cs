using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace OrleansScheduling.Api.Access;

/// <summary>Counts tokens and keys that were not good, by address, so that trying costs time. Good ones count for nothing.</summary>
public sealed class FailureLimit : IDisposable
{
    readonly PartitionedRateLimiter<string> failures;

    public FailureLimit(AccessOptions options)
    {
        failures = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(
            address, _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = options.FailuresPerMinute,
                Window = TimeSpan.FromMinutes(1),
                QueueLimit = 0,
            }), StringComparer.Ordinal);
    }

    /// <summary>Whether an address has sent so many that nothing of it is looked at for now.</summary>
    public bool IsReached(string address)
    {
        using var lease = failures.AttemptAcquire(address, 0);
        return !lease.IsAcquired;
    }

    public void Count(string address) => failures.AttemptAcquire(address).Dispose();

    /// <summary>The address that requests are counted by: of IPv6 the network of one line, which has more addresses than can be
    /// counted.</summary>
    public static string AddressOf(HttpContext context)
    {
        const int LineBytes = 8;
        if (context.Connection.RemoteIpAddress is not { } address) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, LineBytes, bytes.Length - LineBytes);
        return new IPAddress(bytes).ToString();
    }

    public void Dispose() => failures.Dispose();
}
