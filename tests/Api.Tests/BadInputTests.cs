using System.Net;
using OrleansScheduling.Api.Tests.Desk;

namespace OrleansScheduling.Api.Tests;

/// <summary>What people and scripts send wrongly: a clear answer, and nothing is changed.</summary>
public sealed class BadInputTests(DeskFixture desk) : IClassFixture<DeskFixture>
{
    [Theory]
    [InlineData("/properties/999999", HttpStatusCode.NotFound)]
    [InlineData("/properties/x", HttpStatusCode.NotFound)]
    [InlineData("/properties/99999999999999999999", HttpStatusCode.NotFound)]
    [InlineData("/properties/999999/repairs", HttpStatusCode.NotFound)]
    [InlineData("/properties/1/windows", HttpStatusCode.NotFound)]
    [InlineData("/properties/1/windows?contract=77&lines=PLU001", HttpStatusCode.NotFound)]
    [InlineData("/properties/1/windows?contract=x&lines=PLU001", HttpStatusCode.NotFound)]
    [InlineData("/jobs/0GC00-0000S", HttpStatusCode.NotFound)]
    [InlineData("/jobs/nonsense", HttpStatusCode.NotFound)]
    [InlineData("/jobs/nonsense/confirm", HttpStatusCode.NotFound)]
    [InlineData("/jobs/nonsense/windows", HttpStatusCode.NotFound)]
    [InlineData("/jobs/nonsense/cancel", HttpStatusCode.NotFound)]
    [InlineData("/board?contractor=999", HttpStatusCode.NotFound)]
    [InlineData("/board?handler=Row&operative=999", HttpStatusCode.NotFound)]
    [InlineData("/nothing/here", HttpStatusCode.NotFound)]
    [InlineData("/problem/500", HttpStatusCode.InternalServerError)]
    public async Task An_address_that_leads_nowhere_says_so_and_leads_on(string path, HttpStatusCode expected)
    {
        using var browser = desk.NewBrowser();

        var page = await browser.GetAsync(path);

        Assert.Equal(expected, page.Status);
        Assert.NotEmpty(page.Heading);
        Assert.NotNull(page.Document.QuerySelector("main a[href='/']"));
    }

    [Theory]
    [InlineData("", "Enter a postcode")]
    [InlineData(" x ", "Enter a postcode")]
    [InlineData("long", "at most 100 characters")]
    public async Task A_search_that_cannot_find_anything_is_explained_at_the_field(string text, string error)
    {
        using var browser = desk.NewBrowser();
        var start = await browser.GetAsync("/");

        var typed = text == "long" ? new string('x', 101) : text;
        var page = await browser.SubmitAsync(start, start.Form("form.desk-find"), null, ("Text", typed));

        Assert.Contains(error, page.ErrorSummary, StringComparison.Ordinal);
        Assert.Contains(error, page.Document.QuerySelector("#text-error")!.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("Error: ", page.Document.Title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from=yesterday&days=3")]
    [InlineData("from=1999-01-01&days=99999999999")]
    [InlineData("from=9999-12-31&days=-4")]
    [InlineData("days=0")]
    public async Task Days_that_make_no_sense_are_brought_into_bounds(string query)
    {
        using var browser = desk.NewBrowser();
        var home = await browser.FindHomeAsync("2 orchard");

        var page = await browser.GetAsync($"/properties/{home}/windows?contract={desk.Contract.Id}&lines={Village.Plumbing}&{query}");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.NotEmpty(page.Document.QuerySelectorAll("[data-day]"));
    }

    [Fact]
    public async Task Going_on_without_a_repair_asks_for_one()
    {
        using var browser = desk.NewBrowser();
        var home = await browser.FindHomeAsync("2 orchard");
        var repairs = await browser.GetAsync($"/properties/{home}/repairs");

        var page = await browser.SubmitAsync(repairs, repairs.Form("[data-desk=repairs]"), repairs.Button("button[value=windows]"));

        Assert.Contains("Choose at least one repair", page.ErrorSummary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Offer", "not-an-offer")]
    [InlineData("Offer", "")]
    [InlineData("FormKey", "")]
    [InlineData("FormKey", "<script>")]
    [InlineData("draft", "ZZZZZ")]
    public async Task A_tampered_form_is_refused_and_the_windows_are_shown_again(string field, string value)
    {
        using var browser = desk.NewBrowser();
        var home = await browser.FindHomeAsync("3 orchard");
        var windows = await browser.WindowsAsync(home, Village.Plumbing, desk.Tomorrow);
        var filled = new List<(string, string)> { (field, value) };
        if (field != "Offer") filled.Add(("Offer", windows.Choice(desk.Tomorrow, "AM").Value));

        var page = await browser.SubmitAsync(windows, windows.Form("[data-desk=windows]"), null, [.. filled]);

        Assert.Contains("not one of ours", page.ErrorSummary, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page.Text.Replace("<script type", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var jobs = await browser.GetAsync($"/properties/{home}");
        Assert.Contains("Nothing is open at this home.", jobs.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_offer_whose_signature_was_changed_is_refused()
    {
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("4 orchard"), Village.Plumbing, desk.Tomorrow);
        var offer = windows.Choice(desk.Tomorrow, "AM").Value;
        var changed = (offer[0] == 'A' ? 'B' : 'A') + offer[1..];

        var page = await browser.SubmitAsync(windows, windows.Form("[data-desk=windows]"), null, ("Offer", changed));

        Assert.Contains("not one of ours", page.ErrorSummary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_description_that_is_too_long_is_refused_at_its_field()
    {
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("5 orchard"), Village.Plumbing, desk.Tomorrow);

        var page = await browser.SubmitAsync(
            windows, windows.Form("[data-desk=windows]"), windows.Choice(desk.Tomorrow, "AM"), ("Description", new string('x', 1001)));

        Assert.Contains("at most 1,000 characters", page.ErrorSummary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_caller_said_is_shown_as_text_whatever_it_is()
    {
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("6 orchard"), Village.Plumbing, desk.Tomorrow);

        var held = await browser.SubmitAsync(
            windows, windows.Form("[data-desk=windows]"), windows.Choice(desk.Tomorrow, "AM"),
            ("Description", "<img src=x onerror=alert(1)>"));

        Assert.Null(held.Document.QuerySelector("img"));
        Assert.Contains("<img src=x onerror=alert(1)>", held.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_asks_for_a_reason_and_for_what_happens_to_the_repair()
    {
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("7 orchard"), Village.Plumbing, desk.Tomorrow);
        var booked = await browser.ConfirmAsync(await browser.HoldAsync(windows, desk.Tomorrow, "PM"));
        var cancel = await browser.GetAsync($"{booked.JobPath()}/cancel");

        var page = await browser.SubmitAsync(cancel, cancel.Form("main form"), null, ("Reason", "99"));

        Assert.Contains("Choose why it is cancelled", page.ErrorSummary, StringComparison.Ordinal);
        Assert.Contains("Choose what happens to the repair", page.ErrorSummary, StringComparison.Ordinal);
        Assert.Contains("Booked", (await browser.GetAsync(booked.JobPath())).Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/context")]
    [InlineData("/jobs/0GC00-0000S/confirm")]
    public async Task A_form_without_its_token_is_not_accepted(string path)
    {
        using var browser = desk.NewBrowser();

        var page = await browser.PostAsync(path, [new("Text", "orchard")]);

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Equal("The form was not accepted", page.Heading);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        using var browser = desk.NewBrowser();

        var page = await browser.PostAsync("/", [new("Text", new string('x', 70_000))]);

        Assert.InRange((int)page.Status, 400, 413);
    }
}
