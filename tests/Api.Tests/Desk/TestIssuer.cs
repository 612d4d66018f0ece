using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrleansScheduling.Api.Tests.Desk;

/// <summary>An OpenID Connect issuer on an ephemeral port: a discovery document, a key set that can be changed, and tokens.</summary>
public sealed class TestIssuer : IAsyncDisposable
{
    public const string Name = "test";

    public const string Audience = "desk-tests";

    readonly List<RsaSecurityKey> published = [];
    WebApplication? app;

    public string Authority { get; private set; } = "";

    /// <summary>The key that new tokens are signed with.</summary>
    public RsaSecurityKey Key { get; private set; } = NewKey("first");

    /// <summary>What stands in the key set beside the public keys.</summary>
    public string ExtraKeys { get; set; } = "";

    /// <summary>How often the key set was read.</summary>
    public int Readings { get; private set; }

    public string[] Settings =>
    [
        "--Access:Issuers:0:Name", Name, "--Access:Issuers:0:Authority", Authority, "--Access:Issuers:0:Audience", Audience,
        "--Access:Issuers:0:Organisations:0", "*",
    ];

    public static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    /// <summary>Signs with another key from now on, which the key set has at once; the old one is not in it any more.</summary>
    public void Rotate(string id)
    {
        Key = NewKey(id);
        published.Clear();
        published.Add(Key);
    }

    public async Task StartAsync()
    {
        published.Add(Key);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", () => Results.Content(
            $$"""{"issuer":"{{Authority}}","jwks_uri":"{{Authority}}/keys","authorization_endpoint":"{{Authority}}/authorize"}""",
            "application/json"));
        app.MapGet("/keys", () =>
        {
            Readings++;
            return Results.Content($$"""{"keys":[{{string.Join(',', published.Select(Json))}}{{ExtraKeys}}]}""", "application/json");
        });
        await app.StartAsync();
        Authority = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    static string Json(RsaSecurityKey key)
    {
        var parts = key.Rsa.ExportParameters(includePrivateParameters: false);
        var (modulus, exponent) = (Base64UrlEncoder.Encode(parts.Modulus), Base64UrlEncoder.Encode(parts.Exponent));
        return $$"""{"kty":"RSA","use":"sig","kid":"{{key.KeyId}}","n":"{{modulus}}","e":"{{exponent}}"}""";
    }

    /// <summary>A good token; <paramref name="change"/> spoils it.</summary>
    public string Token(DateTimeOffset now, IDictionary<string, object> claims, Action<SecurityTokenDescriptor>? change = null)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Authority,
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = now.UtcDateTime.AddMinutes(10),
            Claims = claims,
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }
}
