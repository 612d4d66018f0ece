using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Access.Tokens;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Domain.Access;

namespace OrleansScheduling.Api.Tests.Access;

/// <summary>A desk whose issuer may speak for the first village only.</summary>
public sealed class TokenDesk : TwoVillages
{
    protected override IEnumerable<string> Settings =>
    [
        "--Access:FailuresPerMinute", "100000",
        "--Access:Issuers:0:Organisations:0", "MEADOW", "--Access:Issuers:0:Organisations:1", "ASHBY",
    ];

    public static Dictionary<string, object> Claims(string organisation = "ASHBY", string role = "PLANNER") => new()
    {
        ["sub"] = "jane.smith@example.org",
        ["organisation"] = organisation,
        ["roles"] = new[] { role },
        ["contracts"] = new[] { "*" },
    };

    public async Task<HttpResponseMessage> GetAsync(string token, string path = "/board", string scheme = "Bearer")
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {token}");
        return await http.SendAsync(request);
    }
}

/// <summary>Tokens: which are good, and all the ways in which one is not.</summary>
public sealed class TokenTests(TokenDesk desk) : IClassFixture<TokenDesk>
{
    string Good(Action<SecurityTokenDescriptor>? change = null) => desk.Issuer.Token(desk.Time.GetUtcNow(), TokenDesk.Claims(), change);

    DateTime Now => desk.Time.GetUtcNow().UtcDateTime;

    [Fact]
    public async Task A_good_token_opens_what_its_role_may_see()
    {
        var board = await desk.GetAsync(Good());
        var audit = await desk.GetAsync(Good(), "/audit");

        Assert.Equal(HttpStatusCode.OK, board.StatusCode);
        Assert.Contains("Ashby Works", await board.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, audit.StatusCode);
    }

    public static TheoryData<string, Action<SecurityTokenDescriptor, DateTime, TestIssuer>> Spoilt => new()
    {
        { "expired", (token, now, _) => (token.NotBefore, token.Expires) = (now.AddHours(-1), now.AddMinutes(-2)) },
        { "not in force yet", (token, now, _) => token.NotBefore = now.AddMinutes(2) },
        { "without an end", (token, _, _) => token.Expires = null },
        { "for another audience", (token, _, _) => token.Audience = "another" },
        { "for no audience", (token, _, _) => token.Audience = null },
        { "by another issuer", (token, _, _) => token.Issuer = "https://elsewhere.example" },
        { "by no issuer", (token, _, _) => token.Issuer = null },
        { "by our own demonstration", (token, _, _) => token.Issuer = "urn:orleansscheduling:demonstration" },
        { "signed by nobody", (token, _, _) => token.SigningCredentials = null },
        { "of another kind", (token, _, _) => token.TokenType = "logout+jwt" },
        { "signed by a stranger", (token, _, _) => token.SigningCredentials = SignedBy(TestIssuer.NewKey("strange")) },
        { "signed by a stranger under the issuer's name", (token, _, issuer) =>
            token.SigningCredentials = SignedBy(TestIssuer.NewKey(issuer.Key.KeyId)) },
        { "HS256 with the public key's bytes", (token, _, issuer) => token.SigningCredentials = Symmetric(
            issuer.Key.Rsa.ExportSubjectPublicKeyInfo(), issuer.Key.KeyId) },
        { "HS256 with the public key's text", (token, _, issuer) => token.SigningCredentials = Symmetric(
            Encoding.UTF8.GetBytes(issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem()), issuer.Key.KeyId) },
        { "HS256 with the modulus", (token, _, issuer) => token.SigningCredentials = Symmetric(
            issuer.Key.Rsa.ExportParameters(false).Modulus!, issuer.Key.KeyId) },
        { "of an organisation that is not there", (token, _, _) => token.Claims["organisation"] = "NOWHERE" },
        { "of an organisation that is not the issuer's", (token, _, _) => token.Claims["organisation"] = "OAKLEY" },
        { "of two organisations", (token, _, _) => token.Claims["organisation"] = new[] { "ASHBY", "MEADOW" } },
        { "of no organisation", (token, _, _) => token.Claims.Remove("organisation") },
        { "of nobody", (token, _, _) => token.Claims.Remove("sub") },
        { "of no role", (token, _, _) => token.Claims.Remove("roles") },
        { "of an unknown role", (token, _, _) => token.Claims["roles"] = new[] { "EMPEROR", "2", "None" } },
        { "that says nothing of contracts", (token, _, _) => token.Claims.Remove("contracts") },
    };

    static SigningCredentials SignedBy(SecurityKey key) => new(key, SecurityAlgorithms.RsaSha256);

    static SigningCredentials Symmetric(byte[] secret, string id) =>
        new(new SymmetricSecurityKey(secret) { KeyId = id }, SecurityAlgorithms.HmacSha256);

    [Theory]
    [MemberData(nameof(Spoilt))]
    public async Task A_token_that_is_not_good_is_refused_and_not_told_why(
        string how, Action<SecurityTokenDescriptor, DateTime, TestIssuer> spoil)
    {
        var response = await desk.GetAsync(Good(token => spoil(token, Now, desk.Issuer)));

        Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{how}: {response.StatusCode}");
        Assert.Equal("Bearer error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString());
        Assert.Empty(await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("{\"alg\":\"none\",\"typ\":\"JWT\"}")]
    [InlineData("{\"alg\":\"None\",\"typ\":\"JWT\"}")]
    [InlineData("{\"alg\":\"\",\"typ\":\"JWT\"}")]
    [InlineData("{\"typ\":\"JWT\"}")]
    public async Task A_token_whose_header_asks_for_no_signature_is_refused(string header)
    {
        var parts = Good().Split('.');
        foreach (var signature in new[] { "", parts[2] })
        {
            var response = await desk.GetAsync($"{Base64UrlEncoder.Encode(header)}.{parts[1]}.{signature}");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("Bearer", "")]
    [InlineData("Bearer", "nonsense")]
    [InlineData("Bearer", "a.b.c")]
    [InlineData("Bearer", "..")]
    [InlineData("Bearer", "e30.e30.e30")]
    [InlineData("Basic", "amFuZTpzZWNyZXQ=")]
    public async Task What_is_no_token_is_refused(string scheme, string text) =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await desk.GetAsync(text, scheme: scheme)).StatusCode);

    [Fact]
    public async Task A_token_with_one_letter_changed_is_refused()
    {
        var good = Good();
        foreach (var place in new[] { 5, good.IndexOf('.', StringComparison.Ordinal) + 20, good.Length - 20 })
        {
            var changed = good.ToCharArray();
            changed[place] = changed[place] == 'A' ? 'B' : 'A';
            Assert.Equal(HttpStatusCode.Unauthorized, (await desk.GetAsync(new string(changed))).StatusCode);
        }
    }

    [Fact]
    public async Task A_token_longer_than_any_real_one_is_refused()
    {
        var long9k = Good(token => token.Claims["filler"] = new string('x', 7 * 1024));
        Assert.True(long9k.Length > TokenSignIn.MaxLength);
        Assert.Equal(HttpStatusCode.Unauthorized, (await desk.GetAsync(long9k)).StatusCode);
    }

    [Fact]
    public async Task Clocks_may_differ_by_a_minute()
    {
        var old = Good(token => (token.NotBefore, token.Expires) = (Now.AddHours(-1), Now.AddSeconds(-40)));
        var early = Good(token => token.NotBefore = Now.AddSeconds(40));

        Assert.Equal(HttpStatusCode.OK, (await desk.GetAsync(old)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await desk.GetAsync(early)).StatusCode);
    }

    [Fact]
    public async Task A_secret_key_in_the_published_set_verifies_nothing()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        desk.Issuer.ExtraKeys = $$""",{"kty":"oct","use":"sig","kid":"secret","k":"{{Base64UrlEncoder.Encode(secret)}}"}""";
        try
        {
            desk.Time.Advance(RemoteKeys.Life + TimeSpan.FromSeconds(1));
            Assert.Equal(HttpStatusCode.OK, (await desk.GetAsync(Good())).StatusCode);
            var forged = Good(token => token.SigningCredentials = Symmetric(secret, "secret"));
            Assert.Equal(HttpStatusCode.Unauthorized, (await desk.GetAsync(forged)).StatusCode);
        }
        finally
        {
            desk.Issuer.ExtraKeys = "";
        }
    }

    [Fact]
    public async Task A_key_that_the_issuer_changes_to_is_picked_up_and_strangers_cannot_make_us_ask_all_the_time()
    {
        Assert.Equal(HttpStatusCode.OK, (await desk.GetAsync(Good())).StatusCode);
        var old = Good();
        desk.Time.Advance(RemoteKeys.Pause);
        desk.Issuer.Rotate($"second-{Guid.NewGuid():N}");
        var before = desk.Issuer.Readings;

        Assert.Equal(HttpStatusCode.OK, (await desk.GetAsync(Good())).StatusCode);
        Assert.Equal(before + 1, desk.Issuer.Readings);
        Assert.Equal(HttpStatusCode.Unauthorized, (await desk.GetAsync(old)).StatusCode);
        for (var i = 0; i < 5; i++)
        {
            var forged = Good(token => token.SigningCredentials = SignedBy(TestIssuer.NewKey($"made-up-{i}")));
            Assert.Equal(HttpStatusCode.Unauthorized, (await desk.GetAsync(forged)).StatusCode);
        }

        Assert.Equal(before + 1, desk.Issuer.Readings);
        Assert.Equal(HttpStatusCode.OK, (await desk.GetAsync(Good())).StatusCode);
    }

    [Fact]
    public async Task A_token_signs_in_to_the_live_connection_and_one_in_the_address_does_not()
    {
        using var http = new HttpClient { BaseAddress = desk.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Good());
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync("/live/negotiate?negotiateVersion=1", null)).StatusCode);

        using var bare = new HttpClient { BaseAddress = desk.Address };
        var address = $"/live/negotiate?negotiateVersion=1&access_token={Good()}";
        Assert.Equal(HttpStatusCode.Unauthorized, (await bare.PostAsync(address, null)).StatusCode);
    }

    [Fact]
    public async Task The_principal_is_what_the_claims_say_and_its_subject_tells_nothing()
    {
        var sign = desk.Services.GetRequiredService<BearerSignIn>();
        var home = await desk.HomeAsync(desk.Contract.Client, "M0007");
        var claims = TokenDesk.Claims("MEADOW", "tenant");
        (claims["home"], claims["contracts"]) = ("M0007", "MEADOW-ASHBY HILL-OAKLEY NOTHING");

        var tenant = (await sign.SignInAsync(desk.Issuer.Token(desk.Time.GetUtcNow(), claims), "test", default))!.Principal!;

        Assert.Equal(desk.Contract.Client, tenant.Organisation);
        Assert.Equal([Role.Tenant], tenant.Roles);
        Assert.Equal(home.Id, tenant.Home);
        Assert.True(tenant.Contracts.Includes(desk.Contract.Id));
        Assert.False(tenant.Contracts.IsAll);
        // Naming another's contract does not make it one's own.
        Assert.False(AccessScope.Of(tenant, desk.Registry.Contracts.Values).Sees(desk.HiddenContract.Id));
        Assert.Matches("^test:[A-Za-z0-9_-]{22}$", tenant.Subject);
        var again = (await sign.SignInAsync(Good(), "test", default))!.Principal!;
        Assert.Equal(tenant.Subject, again.Subject);
    }

    [Theory]
    [InlineData("CALL_HANDLER", Role.CallHandler)]
    [InlineData("call-handler", Role.CallHandler)]
    [InlineData("CallHandler", Role.CallHandler)]
    [InlineData("administrator", Role.Administrator)]
    [InlineData("1", Role.None)]
    [InlineData("", Role.None)]
    [InlineData("Planner,Administrator", Role.None)]
    public void Roles_are_read_as_people_write_them(string text, Role role) => Assert.Equal(role, TokenPrincipals.RoleOf(text));
}
