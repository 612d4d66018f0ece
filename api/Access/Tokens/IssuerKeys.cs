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

    /// <summary>Where people sign in; null when the issuer has no such place, or cannot be reached.</summary>
    ValueTask<IssuerPlaces?> PlacesAsync(CancellationToken cancellationToken);
}

/// <summary>The addresses of an issuer to which a browser is sent, and at which a code is exchanged.</summary>
public sealed record IssuerPlaces(Uri Authorization, Uri Token);

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

    public async ValueTask<IReadOnlyList<SecurityKey>> CurrentAsync(CancellationToken cancellationToken) =>
        (await CurrentlyKnownAsync(cancellationToken))?.Keys ?? [];

    public async ValueTask<IReadOnlyList<SecurityKey>> ReadAgainAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(known, cancellationToken))?.Keys ?? [];

    public async ValueTask<IssuerPlaces?> PlacesAsync(CancellationToken cancellationToken) =>
        (await CurrentlyKnownAsync(cancellationToken))?.Places;

    async ValueTask<Known?> CurrentlyKnownAsync(CancellationToken cancellationToken) =>
        known is { } current && Age(current.ReadAt) < Life ? current : await ReadAsync(known, cancellationToken);

    /// <param name="seen">What the caller found wanting: when somebody else has read meanwhile, that will do.</param>
    async Task<Known?> ReadAsync(Known? seen, CancellationToken cancellationToken)
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
                known = await FetchAsync(now, cancellationToken);
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

        return known is { } current && Age(current.ReadAt) < Patience ? current : null;
    }

    TimeSpan Age(long timestamp) => time.GetElapsedTime(timestamp);

    async Task<Known> FetchAsync(long now, CancellationToken cancellationToken)
    {
        var discovery = await GetAsync(new Uri($"{issuer.Authority.TrimEnd('/')}/.well-known/openid-configuration"), cancellationToken);
        var configuration = OpenIdConnectConfiguration.Create(discovery);
        if (configuration.Issuer != issuer.Authority)
            throw new InvalidOperationException("The discovery document names another issuer.");
        var place = Safe(configuration.JwksUri)
            ?? throw new InvalidOperationException("The discovery document names no https address of keys.");
        var keys = Usable(JsonWebKeySet.Create(await GetAsync(place, cancellationToken)));
        var places = Safe(configuration.AuthorizationEndpoint) is { } authorization && Safe(configuration.TokenEndpoint) is { } token
            ? new IssuerPlaces(authorization, token) : null;
        return new Known(keys, places, now);
    }

    /// <summary>An address at which nobody listens in; null for any other.</summary>
    static Uri? Safe(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var place)
        && (place.Scheme == Uri.UriSchemeHttps || (place.Scheme == Uri.UriSchemeHttp && place.IsLoopback)) ? place : null;

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

    sealed record Known(IReadOnlyList<SecurityKey> Keys, IssuerPlaces? Places, long ReadAt);
}
