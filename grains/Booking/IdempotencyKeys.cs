using System.Security.Cryptography;
using System.Text;

namespace OrleansScheduling.Grains.Booking;

/// <summary>How a caller's idempotency key is kept: 128 bits over the organisation and the key.</summary>
public static class IdempotencyKeys
{
    public static Guid Of(int organisation, string key) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{organisation}\n{key}")).AsSpan(0, 16));
}
