using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GrainInterfaces;

namespace OrleansScheduling.Api.Tests.Access;

/// <summary>What belongs to others answers, to the byte, as what is not there.</summary>
public sealed partial class IsolationTests(TwoVillages desk) : IClassFixture<TwoVillages>
{
    /// <summary>What differs from one answer to the next by chance: seals and tokens of forms.</summary>
    [GeneratedRegex("CfDJ8[A-Za-z0-9_-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Seals();

    static async Task<string> ToldAsync(Task<HttpResponseMessage> asking, params string[] names)
    {
        var response = await asking;
        var headers = response.Headers.Concat(response.Content.Headers).Where(header => header.Key is not ("Date" or "Set-Cookie"))
            .OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        var text = $"{(int)response.StatusCode}\n{string.Join('\n', headers)}\n{await response.Content.ReadAsStringAsync()}";
        text = Seals().Replace(text, "SEAL");
        return names.Aggregate(text, (told, name) => told.Replace(name, "NAME", StringComparison.Ordinal));
    }

    IEnumerable<(string Who, Principal Principal)> Viewers()
    {
        var (client, contractor) = (desk.Contract.Client, desk.Contract.Contractor);
        foreach (var role in Enum.GetValues<Role>().Where(role => role != Role.None))
        {
            yield return ($"{role} of the landlord", desk.Somebody(client, role));
            yield return ($"{role} of the contractor", desk.Somebody(contractor, role, operative: desk.Joiner.Id));
        }

        yield return ("the contractor's planner for no contract", desk.Somebody(contractor, Role.Planner, ContractScope.Of([])));
    }

    [Fact]
    public async Task Every_address_with_anothers_id_answers_as_one_with_an_id_that_is_not_there()
    {
        var (booked, _) = await desk.HiddenJobAsync(100, ClaimKind.Book, 2);
        var home = (await desk.HiddenHomeAsync()).Id.ToString();
        var own = (await desk.HomeAsync(desk.Contract.Client, "M0001")).Id;
        var missing = TwoVillages.Missing.ToString(CultureInfo.InvariantCulture);
        var lines = $"lines={Village.Plumbing}";
        (string Path, string Hidden, string Missing)[] addresses =
        [
            ("/properties/{0}", home, missing),
            ("/properties/{0}/repairs", home, missing),
            ($"/properties/{{0}}/windows?contract={desk.Contract.Id}&{lines}", home, missing),
            ($"/properties/{{0}}/windows?contract={desk.HiddenContract.Id}&{lines}", home, missing),
            ($"/properties/{own}/windows?contract={{0}}&{lines}", desk.HiddenContract.Id.ToString(), missing),
            ("/jobs/{0}", booked.ToString(), desk.MissingJob.ToString()),
            ("/jobs/{0}/confirm", booked.ToString(), desk.MissingJob.ToString()),
            ("/jobs/{0}/cancel", booked.ToString(), desk.MissingJob.ToString()),
            ("/jobs/{0}/windows", booked.ToString(), desk.MissingJob.ToString()),
            ("/jobs/{0}/windows?handler=Days", booked.ToString(), desk.MissingJob.ToString()),
            ("/board?contractor={0}", desk.HiddenContract.Contractor.ToString(), missing),
            ("/board?handler=Row&operative={0}", desk.HiddenOperative.Id.ToString(), missing),
            ($"/board?handler=Row&contractor={desk.HiddenContract.Contractor}&operative={{0}}", $"{desk.HiddenOperative.Id}", missing),
            ("/audit?job={0}", booked.ToString(), desk.MissingJob.ToString()),
        ];
        foreach (var (who, principal) in Viewers())
        {
            using var browser = desk.NewBrowser(principal);
            foreach (var (path, hidden, absent) in addresses)
            {
                var there = await ToldAsync(browser.Http.GetAsync(At(path, hidden)), hidden, absent);
                var nowhere = await ToldAsync(browser.Http.GetAsync(At(path, absent)), hidden, absent);
                Assert.True(there == nowhere, $"{who}: {path} tells of {hidden}:\n{there}\ninstead of\n{nowhere}");
            }
        }

        // They are there for those whose they are.
        using var owner = desk.NewBrowser(desk.Stranger);
        foreach (var (path, hidden, _) in addresses.Where(address => address.Path.StartsWith("/jobs", StringComparison.Ordinal)))
            Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync(At(path, hidden))).Status);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync($"/properties/{home}")).Status);
    }

    static string At(string path, string id) => path.Replace("{0}", id, StringComparison.Ordinal);

    [Fact]
    public async Task Every_form_sent_for_anothers_job_answers_as_for_one_that_is_not_there_and_changes_nothing()
    {
        var (held, receipt) = await desk.HiddenJobAsync(101, ClaimKind.Hold, 3);
        var before = await desk.GrainOf(held).Get(new Asker(desk.HiddenContract.Client.Value));
        var (absent, hidden) = (desk.MissingJob.ToString(), held.ToString());
        var hold = receipt.Hold!.Number.ToString(CultureInfo.InvariantCulture);
        foreach (var (who, principal) in new[] { ("planner", desk.Planner), ("call handler", desk.CallHandler) })
        {
            using var browser = desk.NewBrowser(principal);
            var seal = DeskBrowser.FieldsOf((await browser.GetAsync("/context")).Form("main form"), null).Single(one => one.Key == "_form");
            KeyValuePair<string, string>[] Fields() =>
            [
                seal, new("FormKey", "AAAA"), new("HoldNumber", hold), new("Reason", "0"), new("Repair", "close"), new("Offer", "AAAA"),
            ];
            foreach (var path in new[] { "confirm", "confirm?handler=Release", "cancel", "windows?handler=Hold" })
            {
                var there = await ToldAsync(
                    browser.Http.PostAsync($"/jobs/{hidden}/{path}", new FormUrlEncodedContent(Fields())), hidden, absent);
                var nowhere = await ToldAsync(
                    browser.Http.PostAsync($"/jobs/{absent}/{path}", new FormUrlEncodedContent(Fields())), hidden, absent);
                Assert.StartsWith("404", nowhere, StringComparison.Ordinal);
                Assert.True(there == nowhere, $"{who}: {path} tells of {hidden}:\n{there}");
            }
        }

        var after = await desk.GrainOf(held).Get(new Asker(desk.HiddenContract.Client.Value));
        Assert.Equal(before!.Version, after!.Version);
    }

    [Fact]
    public async Task An_offer_that_was_made_to_others_is_refused_as_one_that_was_made_up()
    {
        var offer = await desk.OfferAsync(desk.HiddenContract, await desk.HiddenHomeAsync(), 4);
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("44 orchard"), Village.Plumbing, desk.Tomorrow);

        var stolen = await browser.SubmitAsync(windows, windows.Form("[data-desk=windows]"), null, ("Offer", offer));
        var madeUp = await browser.SubmitAsync(windows, windows.Form("[data-desk=windows]"), null, ("Offer", offer[..^2]));

        Assert.Contains("not one of ours", stolen.ErrorSummary, StringComparison.Ordinal);
        Assert.Equal(madeUp.ErrorSummary, stolen.ErrorSummary);
    }

    [Fact]
    public async Task A_reference_for_a_new_job_cannot_be_chosen_to_find_out_which_are_taken()
    {
        var (taken, _) = await desk.HiddenJobAsync(102, ClaimKind.Book, 5);
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("45 orchard"), Village.Plumbing, desk.Tomorrow);
        foreach (var reference in new[] { taken.ToString(), desk.MissingJob.ToString() })
        {
            var page = await browser.SubmitAsync(
                windows, windows.Form("[data-desk=windows]"), windows.Choice(desk.Tomorrow, "AM"), ("draft", reference));
            Assert.Contains("not one of ours", page.ErrorSummary, StringComparison.Ordinal);
        }

        // Another person's draft is no use either.
        using var other = desk.NewBrowser(desk.CallHandler);
        var theirs = await other.WindowsAsync(await other.FindHomeAsync("45 orchard"), Village.Plumbing, desk.Tomorrow);
        var seal = QueryHelpers.ParseQuery(theirs.Address.Query)["draft"].ToString();
        var mixed = await browser.SubmitAsync(
            windows, windows.Form("[data-desk=windows]"), windows.Choice(desk.Tomorrow, "AM"), ("draft", seal));
        Assert.Contains("not one of ours", mixed.ErrorSummary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("summit street")]
    [InlineData("H0001")]
    [InlineData("hill")]
    public async Task A_search_finds_nothing_of_others(string words)
    {
        foreach (var (_, principal) in Viewers().Where(viewer => Viewpoint.Of(viewer.Principal) is { OwnOnly: false }))
        {
            using var browser = desk.NewBrowser(principal);
            var start = await browser.GetAsync("/");
            var found = await browser.SubmitAsync(start, start.Form("form.desk-find"), null, ("Text", words));
            Assert.Contains("No homes found", found.Words, StringComparison.Ordinal);
            Assert.DoesNotContain("Hill Homes", (await browser.GetAsync("/context")).Words, StringComparison.Ordinal);
        }

        using var owner = desk.NewBrowser(desk.Stranger);
        Assert.True(await owner.FindHomeAsync("summit") > 0);
    }

    [Fact]
    public async Task A_landlord_sees_who_comes_and_not_the_contractors_board()
    {
        var home = await desk.HomeAsync(desk.Contract.Client, "M0050");
        var (id, _) = await desk.JobAsync(desk.Contract, home, 103, ClaimKind.Book, 6);
        using var browser = desk.NewBrowser(desk.CallHandler);

        var job = await browser.GetAsync($"/jobs/{id}");

        Assert.Matches("Ada Pipe|Ben Valve", job.Words);
        Assert.Null(job.Document.QuerySelector("a[href^='/board']"));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/board")).Status);
    }

    [Fact]
    public async Task A_tenant_sees_the_own_home_and_its_jobs_and_books_there()
    {
        var (home, next) = (await desk.HomeAsync(desk.Contract.Client, "M0051"), await desk.HomeAsync(desk.Contract.Client, "M0052"));
        var (mine, _) = await desk.JobAsync(desk.Contract, home, 104, ClaimKind.Book, 7);
        var (theirs, _) = await desk.JobAsync(desk.Contract, next, 105, ClaimKind.Book, 7);
        using var browser = desk.NewBrowser(desk.Somebody(desk.Contract.Client, Role.Tenant, home: home.Id));

        Assert.Equal($"/properties/{home.Id}", (await browser.GetAsync("/")).Address.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/jobs/{mine}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/jobs/{theirs}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/properties/{next.Id}")).Status);
        var windows = await browser.WindowsAsync(home.Id.Value, Village.Plumbing, desk.Tomorrow);
        Assert.Equal("Confirm the appointment", (await browser.HoldAsync(windows, desk.Tomorrow, "PM")).Heading);
    }

    [Fact]
    public async Task An_operative_sees_the_own_day_and_its_jobs_and_changes_nothing()
    {
        var home = await desk.HomeAsync(desk.Contract.Client, "M0053");
        var (id, receipt) = await desk.JobAsync(desk.Contract, home, 106, ClaimKind.Book, 8);
        var own = new Domain.Identity.OperativeId(receipt.Visits[0].Operative);
        var other = desk.Registry.Operatives.Values.First(one => one.Contractor == desk.Contract.Contractor && one.Id != own).Id;
        using var browser = desk.NewBrowser(desk.Somebody(desk.Contract.Contractor, Role.Operative, operative: own));
        using var colleague = desk.NewBrowser(desk.Somebody(desk.Contract.Contractor, Role.Operative, operative: other));

        var board = await browser.GetAsync("/board");
        var rows = board.Document.QuerySelectorAll("[data-operative]").Select(row => row.GetAttribute("data-operative"));
        Assert.Equal([own.ToString()], rows);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/jobs/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.GetAsync($"/jobs/{id}")).Status);
        foreach (var path in new[] { $"/jobs/{id}/cancel", $"/jobs/{id}/confirm", $"/jobs/{id}/windows" })
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task The_record_says_who_did_it_whatever_the_form_says()
    {
        using var browser = desk.NewBrowser(desk.CallHandler);
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("46 orchard"), Village.Plumbing, desk.Tomorrow);
        var held = await browser.SubmitAsync(
            windows, windows.Form("[data-desk=windows]"), windows.Choice(desk.Tomorrow, "PM"), ("Actor", "boss"), ("Organisation", "1"));
        var reference = held.JobPath().Split('/')[^1];

        using var administrator = desk.NewBrowser(desk.Somebody(desk.Contract.Client, Role.Administrator));
        var audit = await administrator.GetAsync($"/audit?job={reference}");

        Assert.Contains("Held a window", audit.Words, StringComparison.Ordinal);
        Assert.Contains(desk.CallHandler.Subject, audit.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("boss", audit.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_page_says_what_it_needs_or_that_it_is_open()
    {
        // Signing out needs a session and no role.
        string[] open = ["SignInModel", "ProblemModel"];
        string[] session = ["SignOutModel"];
        var pages = typeof(DeskHost).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PageModel)) && !type.IsAbstract).ToList();
        Assert.True(pages.Count >= 11, $"{pages.Count} pages were found.");
        foreach (var page in pages)
        {
            var isOpen = page.IsDefined(typeof(AllowAnonymousAttribute), inherit: true);
            Assert.True(isOpen == open.Contains(page.Name), $"{page.Name} is open to everybody: {isOpen}.");
            var needs = page.IsDefined(typeof(NeedsAttribute), inherit: true);
            Assert.True(needs != (isOpen || session.Contains(page.Name)), $"{page.Name} does not say what it needs.");
        }
    }
}
