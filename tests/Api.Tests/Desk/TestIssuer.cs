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
            $$"""
            {"issuer":"{{Authority}}","jwks_uri":"{{Authority}}/keys","authorization_endpoint":"{{Authority}}/authorize",
             "token_endpoint":"{{Authority}}/token"}
            """,
            "application/json"));
        app.MapGet("/authorize", Authorize);
        app.MapPost("/token", ExchangeAsync);
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

    /// <summary>Our name as a web application, and its secret.</summary>
    public const string ClientId = "desk-pages";
    public const string ClientSecret = "known to both";

    /// <summary>The ID token of whoever signs in next; null: they refuse to.</summary>
    public Func<string?> IdToken { get; set; } = () => null;

    /// <summary>Codes that were given out, each with the challenge that it belongs to (RFC 7636, section 4.4).</summary>
    readonly Dictionary<string, string> codes = [];

    /// <summary>Whoever comes here is signed in at once, and sent back with a code.</summary>
    IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        var isRight = query["client_id"] == ClientId && query["response_type"] == "code" && query["code_challenge_method"] == "S256"
            && query["scope"].ToString().Split(' ').Contains("openid");
        if (!isRight) return Results.BadRequest();
        var answer = $"{query["redirect_uri"]}?state={Uri.EscapeDataString(query["state"]!)}";
        if (IdToken() is null) return Results.Redirect($"{answer}&error=access_denied");
        var code = Guid.NewGuid().ToString("N");
        codes.Add(code, query["code_challenge"]!);
        return Results.Redirect($"{answer}&code={code}");
    }

    async Task<IResult> ExchangeAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var verifier = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(form["code_verifier"].ToString()));
        var isRight = form["client_id"] == ClientId && form["client_secret"] == ClientSecret
            && codes.Remove(form["code"]!, out var challenge) && challenge == Base64UrlEncoder.Encode(verifier);
        return isRight
            ? Results.Json(new { access_token = "opaque", token_type = "Bearer", expires_in = 600, id_token = IdToken() })
            : Results.Json(new { error = "invalid_grant" }, statusCode: 400);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }
}
