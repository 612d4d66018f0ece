using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace OrleansScheduling.Api.Access.Tokens;

/// <summary>The public keys of one issuer.</summary>
public interface IIssuerKeys
{
    /// <summary>The keys as they are known; none when the issuer cannot be reached and was never.</summary>
    ValueTask<IReadOnlyList<SecurityKey>> CurrentAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The keys read again, because a token names one that is not known: issuers change keys. Not more often than the source allows.
    /// </summary>
    ValueTask<IReadOnlyList<SecurityKey>> ReadAgainAsync(CancellationToken cancellationToken);
}

/// <summary>
/// The keys that an issuer publishes: its discovery document names itself and the place of its key set (OpenID Connect Discovery 1.0,
/// section 4; RFC 7517).
/// </summary>
public sealed partial class RemoteKeys(IssuerOptions issuer, HttpClient http, TimeProvider time, ILogger<RemoteKeys> log)
    : IIssuerKeys, IDisposable
{
    /// <summary>How long keys are used before they are read again.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>Least time between two readings: tokens that name unknown keys cost anybody nothing to make.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>How long the keys of an issuer that cannot be reached go on being used.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <summary>Documents of real issuers are under 20 KB.</summary>
    public const int MaxDocumentBytes = 256 * 1024;

    /// <summary>Issuers publish two or three.</summary>
    public const int MaxKeys = 64;

    readonly SemaphoreSlim reading = new(1, 1);
    Known? known;
    long? lastTried;

    /// <summary>How many times the documents were asked for.</summary>
    public int Readings { get; private set; }

    public async ValueTask<IReadOnlyList<SecurityKey>> CurrentAsync(CancellationToken cancellationToken)
    {
        if (known is { } current && Age(current.ReadAt) < Life) return current.Keys;
        return await ReadAsync(known, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<SecurityKey>> ReadAgainAsync(CancellationToken cancellationToken) =>
        await ReadAsync(known, cancellationToken);

    /// <param name="seen">What the caller found wanting: when somebody else has read meanwhile, that will do.</param>
    async Task<IReadOnlyList<SecurityKey>> ReadAsync(Known? seen, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            var mayTry = lastTried is not { } tried || Age(tried) >= Pause;
            if (known == seen && mayTry)
            {
                var now = time.GetTimestamp();
                lastTried = now;
                Readings++;
                known = new Known(await FetchAsync(cancellationToken), now);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or ArgumentException or InvalidOperationException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogNotRead(issuer.Name, failure);
        }
        finally
        {
            reading.Release();
        }

        return known is { } current && Age(current.ReadAt) < Patience ? current.Keys : [];
    }

    TimeSpan Age(long timestamp) => time.GetElapsedTime(timestamp);

    async Task<IReadOnlyList<SecurityKey>> FetchAsync(CancellationToken cancellationToken)
    {
        var discovery = await GetAsync(new Uri($"{issuer.Authority.TrimEnd('/')}/.well-known/openid-configuration"), cancellationToken);
        var configuration = OpenIdConnectConfiguration.Create(discovery);
        if (configuration.Issuer != issuer.Authority)
            throw new InvalidOperationException("The discovery document names another issuer.");
        if (!Uri.TryCreate(configuration.JwksUri, UriKind.Absolute, out var place)
            || (place.Scheme != Uri.UriSchemeHttps && !(place.Scheme == Uri.UriSchemeHttp && place.IsLoopback)))
            throw new InvalidOperationException("The discovery document names no https address of keys.");
        return Usable(JsonWebKeySet.Create(await GetAsync(place, cancellationToken)));
    }

    /// <summary>Public keys to verify signatures with. A secret key has no business in a published set, and must never verify.</summary>
    static List<SecurityKey> Usable(JsonWebKeySet set) =>
    [
        .. set.GetSigningKeys()
            .Where(key => key is not SymmetricSecurityKey and not JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.Octet })
            .Where(key => key.KeySize >= TokenSignIn.MinKeyBits(key))
            .Take(MaxKeys),
    ];

    async Task<string> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxDocumentBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxDocumentBytes) throw new InvalidOperationException($"The document is longer than {MaxDocumentBytes} bytes.");
        return System.Text.Encoding.UTF8.GetString(buffer, 0, length);
    }

    public void Dispose() => reading.Dispose();

    sealed record Known(IReadOnlyList<SecurityKey> Keys, long ReadAt);
}
