using System.Net;
using Microsoft.IdentityModel.Tokens;
using OrleansScheduling.Api.Tests.Desk;

namespace OrleansScheduling.Api.Tests.Access;

/// <summary>A desk in Production at which people sign in by an issuer.</summary>
public sealed class PeopleDesk : TwoVillages
{
    protected override IEnumerable<string> Settings =>
    [
        "--Access:Issuers:0:Title", "Works account", "--Access:Issuers:0:ClientId", TestIssuer.ClientId,
        "--Access:Issuers:0:ClientSecret", TestIssuer.ClientSecret,
    ];
}

/// <summary>People sign in at an issuer and come back as whom it says they are.</summary>
public sealed class IssuerSignInTests(PeopleDesk desk) : IClassFixture<PeopleDesk>
{
    const string Link = "a[href^='/sign-in/with/']";

    /// <summary>The next one who signs in has this ID token.</summary>
    void Next(Action<SecurityTokenDescriptor>? change = null, string organisation = "ASHBY") => desk.Issuer.IdToken = () =>
        desk.Issuer.Token(desk.Time.GetUtcNow(), TokenDesk.Claims(organisation), token =>
        {
            token.Audience = TestIssuer.ClientId;
            change?.Invoke(token);
        });

    static async Task<DeskPage> FollowAsync(DeskBrowser browser, DeskPage page) =>
        await browser.GetAsync(page.Document.QuerySelector(Link)!.GetAttribute("href")!);

    [Fact]
    public async Task A_stranger_signs_in_at_the_issuer_and_comes_to_the_page_that_they_wanted()
    {
        Next();
        using var browser = desk.NewStranger();

        var asked = await browser.GetAsync("/board");
        Assert.Equal("/sign-in", asked.Address.AbsolutePath);
        Assert.Equal("Sign in with Works account", asked.Document.QuerySelector(Link)!.TextContent);
        var board = await FollowAsync(browser, asked);

        Assert.Equal((HttpStatusCode.OK, "/board"), (board.Status, board.Address.AbsolutePath));
        Assert.Contains("Ashby Works", board.Words, StringComparison.Ordinal);
        Assert.Equal("/graphiql", (await browser.GetAsync("/graphiql")).Address.AbsolutePath);
        var gone = await browser.SubmitAsync(board, board.Form("form.desk-for__out"));
        Assert.Equal("/sign-in", gone.Address.AbsolutePath);
    }

    public static TheoryData<string, Action<SecurityTokenDescriptor>> Spoilt => new()
    {
        { "for systems", token => token.Audience = TestIssuer.Audience },
        { "by another issuer", token => token.Issuer = "https://elsewhere.example" },
        { "signed by a stranger", token => token.SigningCredentials =
            new SigningCredentials(TestIssuer.NewKey("strange"), SecurityAlgorithms.RsaSha256) },
        { "without an organisation", token => token.Claims.Remove("organisation") },
        { "without a role", token => token.Claims.Remove("roles") },
        { "expired", token => (token.NotBefore, token.Expires) =
            (token.NotBefore!.Value.AddHours(-2), token.NotBefore.Value.AddHours(-1)) },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public async Task An_ID_token_that_is_not_good_signs_nobody_in(string how, Action<SecurityTokenDescriptor> spoil)
    {
        Next(spoil);
        using var browser = desk.NewStranger();

        var page = await FollowAsync(browser, await browser.GetAsync("/sign-in"));

        Assert.True(page.Address.AbsolutePath == "/sign-in", how);
        Assert.Contains("You are not signed in.", page.Words, StringComparison.Ordinal);
        Assert.Equal("/sign-in", (await browser.GetAsync("/board")).Address.AbsolutePath);
    }

    [Fact]
    public async Task Whoever_refuses_at_the_issuer_is_led_back_to_the_sign_in()
    {
        desk.Issuer.IdToken = () => null;
        using var browser = desk.NewStranger();

        var page = await FollowAsync(browser, await browser.GetAsync("/sign-in"));

        Assert.Contains("You are not signed in.", page.Words, StringComparison.Ordinal);
    }

    /// <summary>A code that somebody else was given, or a link that an attacker sends, signs nobody in.</summary>
    [Theory]
    [InlineData("/sign-in/from/test?code=stolen")]
    [InlineData("/sign-in/from/test?code=stolen&state=made-up")]
    public async Task Coming_back_without_having_left_signs_nobody_in(string path)
    {
        Next();
        using var browser = desk.NewStranger();

        Assert.Equal("/sign-in", (await browser.GetAsync(path)).Address.AbsolutePath);
        Assert.Equal("/sign-in", (await browser.GetAsync("/board")).Address.AbsolutePath);
    }

    [Fact]
    public async Task A_way_back_that_leads_elsewhere_is_not_followed()
    {
        Next();
        using var browser = desk.NewStranger();

        var page = await browser.GetAsync($"/sign-in/with/test?back={Uri.EscapeDataString("https://elsewhere.example/")}");

        Assert.Equal(new Uri(desk.Address, "/"), page.Address);
    }
}
