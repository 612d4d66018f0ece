using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Access.Keys;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.Access;

/// <summary>API keys: made, used, limited, expired and revoked.</summary>
public sealed class KeyTests(TokenDesk desk) : IClassFixture<TokenDesk>
{
    ApiKeys Keys => desk.Services.GetRequiredService<ApiKeys>();

    async Task<(ApiKey Key, string Text)> NewKeyAsync(Role role = Role.Planner, ContractScope? contracts = null, int days = 30) =>
        (await Keys.CreateAsync(
            desk.Contract.Contractor, "Planning screen", new HashSet<Role> { role }, contracts ?? ContractScope.All, days, "test",
            default))!.Value;

    async Task<HttpStatusCode> StatusAsync(string text, string path = "/board") => (await desk.GetAsync(text, path)).StatusCode;

    [Fact]
    public async Task A_key_opens_what_its_role_may_see_until_it_is_revoked()
    {
        var (key, text) = await NewKeyAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(text));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(text, "/audit"));

        var revoked = await Keys.RevokeAsync(key.Id, "somebody", default);

        Assert.Equal("somebody", revoked!.RevokedBy);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(text));
        // Again, it changes nothing.
        Assert.Equal("somebody", (await Keys.RevokeAsync(key.Id, "somebody else", default))!.RevokedBy);
        Assert.Null(await Keys.RevokeAsync("nothing", "somebody", default));
    }

    [Fact]
    public async Task A_key_that_another_process_revokes_is_refused_within_seconds()
    {
        var (key, text) = await NewKeyAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(text));

        await new ApiKeys(desk.Services.GetRequiredService<IStateStore>(), desk.Time).RevokeAsync(key.Id, "elsewhere", default);
        desk.Time.Advance(ApiKeys.Memory);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(text));
    }

    [Fact]
    public async Task A_key_ends_with_its_last_day()
    {
        var (_, text) = await NewKeyAsync(days: 1);
        desk.Time.Advance(TimeSpan.FromHours(23.9));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(text));
        desk.Time.Advance(TimeSpan.FromHours(0.2));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(text));
    }

    [Fact]
    public async Task Only_the_whole_key_is_good()
    {
        var (key, text) = await NewKeyAsync();
        var (_, other) = await NewKeyAsync();
        for (var place = 0; place < text.Length; place++)
        {
            var changed = text.ToCharArray();
            changed[place] = changed[place] == '2' ? '3' : '2';
            Assert.True(await Keys.CheckAsync(new string(changed), default) is null, $"Letter {place} does not matter.");
        }

        string[] wrong =
        [
            "", "osk_", text[..^1], text + "A", text.ToUpperInvariant(), key.Prefix, $"{key.Prefix}_{other[^43..]}", $" {text}",
            text + "\n",
        ];
        foreach (var one in wrong) Assert.True(await Keys.CheckAsync(one, default) is null, $"'{one}' is good.");
        Assert.NotNull(await Keys.CheckAsync(text, default));
    }

    [Fact]
    public async Task The_database_does_not_have_the_secret_and_has_when_it_was_used()
    {
        var (key, text) = await NewKeyAsync();
        Assert.Null(key.LastUsedAt);
        await StatusAsync(text);

        var row = (await desk.Services.GetRequiredService<IStateStore>().ReadAsync("api-key", key.Id, default))!;
        var kept = Encoding.UTF8.GetString(row.Data);

        Assert.DoesNotContain(text[^43..], kept, StringComparison.Ordinal);
        Assert.Contains(Convert.ToBase64String(ApiKeyText.HashOf(text)), kept, StringComparison.Ordinal);
        var used = (await Keys.FindAsync(key.Id, default))!.LastUsedAt!.Value;
        Assert.InRange(desk.Time.GetUtcNow() - used, TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_key_is_an_organisations_and_limited_to_its_contracts()
    {
        var sign = desk.Services.GetRequiredService<BearerSignIn>();
        var (key, text) = await NewKeyAsync(Role.Integrator, ContractScope.Of([desk.Contract.Id]));

        var outcome = (await sign.SignInAsync(text, "test", default))!;

        Assert.Equal($"key:{key.Id}", outcome.Principal!.Subject);
        Assert.Equal(desk.Contract.Contractor, outcome.Principal.Organisation);
        Assert.Equal([desk.Contract.Id], outcome.Principal.Contracts.Named);
        Assert.InRange(outcome.Expires - desk.Time.GetUtcNow(), TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60));
        Assert.Contains(key.Id, (await Keys.ListAsync(desk.Contract.Contractor, default)).Select(one => one.Id));
        Assert.Empty(await Keys.ListAsync(desk.HiddenContract.Contractor, default));
    }

    [Fact]
    public async Task An_organisation_has_a_bounded_number_of_keys_and_a_spent_one_makes_room()
    {
        var organisation = desk.HiddenContract.Client;
        async Task<ApiKey?> New() => (await Keys.CreateAsync(
            organisation, "One of many", new HashSet<Role> { Role.Integrator }, ContractScope.All, 30, "test", default))?.Key;
        var first = (await New())!;
        for (var i = 1; i < ApiKeys.MaxKeys; i++) Assert.NotNull(await New());

        Assert.Null(await New());
        await Keys.RevokeAsync(first.Id, "test", default);
        Assert.NotNull(await New());
        Assert.Equal(ApiKeys.MaxKeys, (await Keys.ListAsync(organisation, default)).Count);
        Assert.Null(await Keys.FindAsync(first.Id, default));
    }
}

/// <summary>A desk on which few failures are allowed.</summary>
public sealed class StrictDesk : TwoVillages
{
    protected override IEnumerable<string> Settings => ["--Access:FailuresPerMinute", "3", "--Access:SignInsPerMinute", "4"];
}

public sealed class FailureLimitTests(StrictDesk desk) : IClassFixture<StrictDesk>
{
    [Fact]
    public async Task After_some_bad_secrets_an_address_has_to_wait_and_those_who_were_good_go_on()
    {
        var keys = desk.Services.GetRequiredService<ApiKeys>();
        var (_, known) = (await keys.CreateAsync(
            desk.Contract.Contractor, "Known", new HashSet<Role> { Role.Planner }, ContractScope.All, 30, "test", default))!.Value;
        var (_, late) = (await keys.CreateAsync(
            desk.Contract.Contractor, "Late", new HashSet<Role> { Role.Planner }, ContractScope.All, 30, "test", default))!.Value;
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(known)).StatusCode);
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(known[..^1] + "!")).StatusCode);

        var limited = await GetAsync("nonsense");

        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.Equal(60, limited.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await GetAsync(late)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(known)).StatusCode);
        using var browser = desk.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/board")).Status);
    }

    [Fact]
    public async Task Sign_ins_are_limited_by_address()
    {
        using var stranger = desk.NewStranger();
        for (var i = 0; i < 4; i++) Assert.NotEqual(HttpStatusCode.TooManyRequests, (await stranger.PostAsync("/sign-in", [])).Status);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.PostAsync("/sign-in", [])).Status);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/sign-in")).Status);
    }

    async Task<HttpResponseMessage> GetAsync(string secret)
    {
        using var http = new HttpClient { BaseAddress = desk.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/board");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {secret}");
        return await http.SendAsync(request);
    }
}
