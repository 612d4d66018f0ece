using System.Collections.Frozen;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrleansScheduling.Api.Access.Tokens;

/// <summary>An issuer and its keys.</summary>
public sealed record KnownIssuer(IssuerOptions Options, IIssuerKeys Keys);

/// <summary>
/// Checks signed tokens (RFC 7519, RFC 8725): the issuer is one of ours, the algorithm is on our list and asymmetric, the signature is by
/// one of the issuer's keys, the audience is ours, and the token is in force.
/// </summary>
public sealed partial class TokenSignIn(
    IEnumerable<KnownIssuer> issuers, TokenPrincipals principals, TimeProvider time, ILogger<TokenSignIn> log)
{
    /// <summary>Longest token that is looked at; real ones are 1 to 3 KB.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>How far clocks may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    /// <summary>Signatures with public keys only: with a secret one, whoever knows the public key could sign.</summary>
    public static readonly IReadOnlyList<string> Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>What an access token may call itself (RFC 9068), or nothing: other kinds, such as logout tokens, are not for us.</summary>
    static readonly FrozenSet<string> Types = new[] { "JWT", "at+jwt", "application/at+jwt" }
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    readonly FrozenDictionary<string, KnownIssuer> issuers = issuers.ToFrozenDictionary(
        issuer => issuer.Options.Authority, StringComparer.Ordinal);

    readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxLength };

    /// <summary>NIST SP 800-131A: RSA of 2048 bits, curves of 256.</summary>
    public static int MinKeyBits(SecurityKey key) =>
        key is RsaSecurityKey or JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.RSA } ? 2048 : 256;

    /// <summary>Who an access token says that its bearer is.</summary>
    public Task<SignInOutcome> SignInAsync(string token, CancellationToken cancellationToken) =>
        SignInAsync(token, issuer => issuer.Audience, cancellationToken);

    /// <summary>Who an issuer says has signed in there for our pages: an ID token (OpenID Connect Core 1.0, section 3.1.3.7).</summary>
    public Task<SignInOutcome> IdentifyAsync(IssuerOptions by, string token, CancellationToken cancellationToken) =>
        SignInAsync(token, issuer => issuer == by ? by.ClientId : "", cancellationToken);

    /// <param name="audience">Whom a token of the issuer must be made for; empty: none of it will do.</param>
    async Task<SignInOutcome> SignInAsync(string token, Func<IssuerOptions, string> audience, CancellationToken cancellationToken)
    {
        if (token.Length > MaxLength || !handler.CanReadToken(token)) return SignInOutcome.Refused;
        if (Read(token) is not { } read || !issuers.TryGetValue(read.Issuer, out var issuer)) return Refuse("issuer", "unknown");
        var name = issuer.Options.Name;
        if (!Algorithms.Contains(read.Alg, StringComparer.Ordinal)) return Refuse(name, "algorithm");
        var keys = await KeysForAsync(issuer.Keys, read.Kid, cancellationToken);
        if (keys.Count == 0) return Refuse(name, "key");
        if (audience(issuer.Options) is not { Length: > 0 } made) return Refuse(name, "audience");
        var result = await handler.ValidateTokenAsync(read, ParametersFor(issuer.Options, made, keys));
        if (!result.IsValid) return Refuse(name, result.Exception?.GetType().Name ?? "invalid");
        if (await principals.OfAsync(issuer.Options, read, cancellationToken) is not { } principal) return Refuse(name, "claims");
        return new SignInOutcome(principal, name, new DateTimeOffset(read.ValidTo, TimeSpan.Zero));
    }

    JsonWebToken? Read(string token)
    {
        try
        {
            var read = handler.ReadJsonWebToken(token);
            return read.IsEncrypted || string.IsNullOrEmpty(read.Issuer) ? null : read;
        }
        catch (Exception failure) when (failure is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    /// <summary>The keys that may have signed: the one that is named, or all when none is.</summary>
    static async Task<IReadOnlyList<SecurityKey>> KeysForAsync(IIssuerKeys source, string? kid, CancellationToken cancellationToken)
    {
        var found = Named(await source.CurrentAsync(cancellationToken), kid);
        return found.Count > 0 ? found : Named(await source.ReadAgainAsync(cancellationToken), kid);
    }

    static List<SecurityKey> Named(IReadOnlyList<SecurityKey> keys, string? kid) =>
        [.. keys.Where(key => string.IsNullOrEmpty(kid) || key.KeyId == kid)];

    TokenValidationParameters ParametersFor(IssuerOptions issuer, string audience, IReadOnlyList<SecurityKey> keys) => new()
    {
        ValidAlgorithms = [.. Algorithms],
        RequireSignedTokens = true,
        ValidateIssuerSigningKey = true,
        IssuerSigningKeys = keys,
        ValidateIssuer = true,
        ValidIssuer = issuer.Authority,
        ValidateAudience = true,
        ValidAudience = audience,
        RequireAudience = true,
        ValidateLifetime = true,
        RequireExpirationTime = true,
        LifetimeValidator = IsInForce,
        TypeValidator = (type, _, _) => string.IsNullOrEmpty(type) || Types.Contains(type)
            ? type
            : throw new SecurityTokenInvalidTypeException("This kind of token signs nobody in."),
    };

    bool IsInForce(DateTime? from, DateTime? until, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return until is { } end && now < end + ClockSkew && (from is not { } start || now >= start - ClockSkew);
    }

    SignInOutcome Refuse(string issuer, string reason)
    {
        LogRefused(issuer, reason);
        return SignInOutcome.Refused;
    }
}
