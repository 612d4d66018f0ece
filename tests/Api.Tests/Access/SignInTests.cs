using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Access.Demonstration;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.Access;

/// <summary>Signing in as somebody of the demonstration, and signing out.</summary>
public sealed class SignInTests(DemoDesk desk) : IClassFixture<DemoDesk>
{
    [Fact]
    public async Task A_stranger_is_shown_the_people_and_one_click_signs_in_and_goes_where_they_wanted()
    {
        using var browser = desk.NewStranger();

        var asked = await browser.GetAsync("/board");

        Assert.Equal("/sign-in", asked.Address.AbsolutePath);
        Assert.Equal("Who are you today?", asked.Heading);
        var people = asked.Document.QuerySelectorAll("button[name=Person]").Select(button => button.GetAttribute("value")).ToList();
        Assert.Equal(
            [
                "call-handler.MEADOW", "contract-manager.MEADOW", "one-contract.MEADOW", "tenant.MEADOW", "administrator.MEADOW",
                "call-handler.ASHBY", "planner.ASHBY", "contract-manager.ASHBY", "one-contract.ASHBY", "operative.ASHBY",
                "administrator.ASHBY",
            ],
            people);
        var board = await ChooseAsync(browser, asked, "planner.ASHBY");
        Assert.Equal("/board", board.Address.AbsolutePath);
        Assert.Contains("Planner, Ashby Works", board.Words, StringComparison.Ordinal);
        Assert.Equal("Find a home", (await browser.GetAsync("/")).Heading);
    }

    static Task<DeskPage> ChooseAsync(DeskBrowser browser, DeskPage page, string person)
    {
        var button = page.Button($"button[value='{person}']");
        return browser.SubmitAsync(page, (AngleSharp.Html.Dom.IHtmlFormElement)button.Form!, button);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_the_next_person_has_a_desk_of_their_own()
    {
        using var browser = desk.NewStranger();
        var first = await ChooseAsync(browser, await browser.GetAsync("/"), "call-handler.MEADOW");
        var searched = await browser.SubmitAsync(first, first.Form("form.desk-find"), null, ("Text", "12 orchard"));
        Assert.Contains("12 Orchard Lane", searched.Words, StringComparison.Ordinal);

        var gone = await browser.SubmitAsync(searched, searched.Form("form.desk-for__out"));

        Assert.Equal("/sign-in", gone.Address.AbsolutePath);
        Assert.Equal("/sign-in", (await browser.GetAsync("/")).Address.AbsolutePath);
        var next = await ChooseAsync(browser, gone, "call-handler.ASHBY");
        Assert.DoesNotContain("12 Orchard Lane", next.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example")]
    [InlineData("/\\elsewhere.example")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_never_leads_away_from_here(string back)
    {
        using var browser = desk.NewStranger();
        var page = await browser.GetAsync($"/sign-in?back={Uri.EscapeDataString(back)}");

        var after = await ChooseAsync(browser, page, "planner.ASHBY");

        Assert.Equal(new Uri(desk.Address, "/"), after.Address);
    }

    [Fact]
    public async Task Somebody_who_is_not_in_the_list_cannot_be_chosen()
    {
        using var browser = desk.NewStranger();
        var page = await browser.GetAsync("/sign-in");
        foreach (var person in new[] { "", "emperor.ASHBY", "planner.MEADOW", "planner.NOWHERE", "planner", ".", "administrator.ashby" })
        {
            var after = await browser.SubmitAsync(page, page.Form("form.desk-people__list"), null, ("Person", person));
            Assert.Equal("/sign-in", after.Address.AbsolutePath);
        }

        Assert.Equal("/sign-in", (await browser.GetAsync("/")).Address.AbsolutePath);
    }

    [Fact]
    public async Task Each_starts_where_their_work_is()
    {
        (string Person, string Path)[] starts =
        [
            ("tenant.MEADOW", "/properties/"), ("operative.ASHBY", "/board"), ("administrator.ASHBY", "/"),
        ];
        foreach (var (person, path) in starts)
        {
            using var browser = desk.NewStranger();
            var start = await ChooseAsync(browser, await browser.GetAsync("/"), person);
            Assert.StartsWith(path, start.Address.AbsolutePath, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, start.Status);
        }
    }

    [Fact]
    public async Task A_token_for_somebody_of_the_demonstration_works_and_its_key_is_kept_for_the_owner_alone()
    {
        using var http = new HttpClient { BaseAddress = desk.Address };
        using var form = new FormUrlEncodedContent([new("person", "planner.ASHBY")]);
        var answer = await (await http.PostAsync("/sign-in/token", form)).Content.ReadFromJsonAsync<JsonObject>();
        http.DefaultRequestHeaders.Authorization = new("Bearer", (string)answer!["access_token"]!);

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/board")).StatusCode);
        Assert.Equal("Bearer", (string?)answer["token_type"]);
        var path = Path.Combine(desk.Services.GetRequiredService<LedgerOptions>().Directory, "keys", "demonstration-issuer.pem");
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task The_demonstrations_token_stands_for_the_person_who_was_chosen()
    {
        var people = desk.Services.GetRequiredService<DemoPeople>();
        var issuer = desk.Services.GetRequiredService<DemoIssuer>();
        var sign = desk.Services.GetRequiredService<BearerSignIn>();
        foreach (var person in (await people.ListAsync(default)).SelectMany(group => group.People))
        {
            var signed = (await sign.SignInAsync(await issuer.TokenForAsync(person, default), "test", default))!.Principal!;
            Assert.Equal(person.Principal.Subject, signed.Subject);
            Assert.Equal(person.Principal.Organisation, signed.Organisation);
            Assert.Equal(person.Principal.Roles, signed.Roles);
            Assert.Equal(person.Principal.Contracts.Named, signed.Contracts.Named);
            Assert.Equal((person.Principal.Operative, person.Principal.Home), (signed.Operative, signed.Home));
        }
    }
}

/// <summary>Everywhere but in Development.</summary>
public sealed class ProductionSignInTests(DeskFixture desk) : IClassFixture<DeskFixture>
{
    [Fact]
    public async Task Nobody_of_the_demonstration_can_be_chosen()
    {
        using var browser = desk.NewStranger();
        var page = await browser.GetAsync("/sign-in");
        Assert.Equal("Sign in", page.Heading);
        Assert.Null(page.Document.QuerySelector("button[name=Person]"));

        using var planner = desk.NewBrowser();
        var token = await planner.PostAsync("/sign-in/token", [new("person", "planner.ASHBY")]);
        Assert.True(token.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed, $"It is there: {token.Status}.");
        var form = await planner.GetAsync("/context");
        var fields = DeskBrowser.FieldsOf(form.Form("main form"), null, ("Person", "administrator.ASHBY"));
        Assert.Equal(HttpStatusCode.NotFound, (await planner.PostAsync("/sign-in", fields)).Status);
        Assert.Null(desk.Services.GetService<DemoPeople>());
        Assert.Null(desk.Services.GetService<DemoIssuer>());
    }

    [Fact]
    public async Task A_session_that_the_demonstration_began_is_nobodys()
    {
        using var browser = new DeskBrowser(desk.Address, desk.SessionOf(desk.Planner, DemoPeople.Via));
        Assert.Equal("/sign-in", (await browser.GetAsync("/board")).Address.AbsolutePath);
        using var unknown = new DeskBrowser(desk.Address, desk.SessionOf(desk.Planner, "another-issuer"));
        Assert.Equal("/sign-in", (await unknown.GetAsync("/board")).Address.AbsolutePath);
        using var forged = new DeskBrowser(desk.Address, "CfDJ8AAAA");
        Assert.Equal("/sign-in", (await forged.GetAsync("/board")).Address.AbsolutePath);
    }

    [Fact]
    public async Task A_session_ends_after_a_shift()
    {
        using var browser = desk.NewBrowser();
        Assert.Equal("/board", (await browser.GetAsync("/board")).Address.AbsolutePath);
        desk.Time.Advance(TimeSpan.FromHours(12.1));
        Assert.Equal("/sign-in", (await browser.GetAsync("/board")).Address.AbsolutePath);
    }

    [Fact]
    public void Switching_the_demonstration_on_outside_development_stops_the_start()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => DeskHost.Build(
            ["--environment", "Production", "--Access:Demonstration", "true", "--Ledger:Directory", Path.GetTempPath()]));
        Assert.Contains("Development only", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name", "Demo!", "a Name is")]
    [InlineData("Name", "demo", "a Name is")]
    [InlineData("Authority", "http://issuer.example", "https address")]
    [InlineData("Authority", "issuer", "https address")]
    [InlineData("Audience", "", "has an Audience")]
    [InlineData("ClientId", "desk", "ClientId and ClientSecret, or neither")]
    [InlineData("Scopes", "profile", "'openid' among them")]
    public void A_setting_that_would_let_strangers_in_stops_the_start(string setting, string value, string rule)
    {
        string[] good =
        [
            "--Access:Issuers:0:Name", "office", "--Access:Issuers:0:Authority", "https://issuer.example",
            "--Access:Issuers:0:Audience", "desk", "--Access:Issuers:0:Organisations:0", "*",
        ];
        var failure = Assert.Throws<InvalidOperationException>(() => DeskHost.Build(
            ["--environment", "Production", .. good, $"--Access:Issuers:0:{setting}", value, "--Ledger:Directory", Path.GetTempPath()]));
        Assert.Contains(rule, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/live/negotiate?negotiateVersion=1")]
    [InlineData("/live")]
    [InlineData("/nothing/here")]
    [InlineData("/board?handler=Row&operative=1")]
    public async Task What_is_no_page_answers_a_stranger_with_401(string path)
    {
        using var browser = desk.NewStranger();
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Http.GetAsync(path)).StatusCode);
    }

    [Theory]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/health/ready", HttpStatusCode.OK)]
    [InlineData("/built/desk.css", HttpStatusCode.OK)]
    public async Task What_everybody_needs_is_open(string path, HttpStatusCode expected)
    {
        using var browser = desk.NewStranger();
        Assert.Equal(expected, (await browser.Http.GetAsync(path)).StatusCode);
    }
}
