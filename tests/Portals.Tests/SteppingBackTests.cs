using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Ledger;
using static Microsoft.Playwright.Assertions;

namespace OrleansScheduling.Portals.Tests;

/// <summary>One repair is one job, whatever is done with the browser's own buttons and tabs on the way to it.</summary>
public sealed class SteppingBackTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [BrowserTheory]
    [InlineData(true, "21 orchard", 3)]
    [InlineData(false, "22 orchard", 4)]
    public async Task Stepping_back_from_a_hold_shows_it_and_another_window_is_held_for_the_same_job(
        bool javaScript, string home, int daysAhead)
    {
        var page = await portal.NewPageAsync(javaScript: javaScript);
        var day = portal.Desk.Tomorrow.PlusDays(daysAhead);
        var property = await StartAsync(page, home, day);
        await page.Choice(day, "AM").ClickAsync();
        await Expect(page.GetByText("Held for you until")).ToBeVisibleAsync();

        await page.GoBackAsync();
        await Expect(page.Slot(day, "AM").GetByText("You hold this one", new() { Exact = true })).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.Slot(day, "AM").GetByText("You hold this one", new() { Exact = true })).ToBeVisibleAsync();
        await page.Choice(day, "PM").ClickAsync();
        await Expect(page.GetByText("Held for you until")).ToBeVisibleAsync();
        var held = await OnlyJobAsync(property);
        Assert.Equal("PM", held.Hold!.Promise.Window.Value);
        Assert.Single(held.Visits);

        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Appointment booked");
        for (var steps = 0; steps < 3; steps++) await page.GoBackAsync();
        // Whichever page that is, it is about the job that was booked.
        Assert.Contains($"/jobs/{held.Id}", page.Url, StringComparison.Ordinal);
        Assert.Equal(JobStatus.Booked, (await OnlyJobAsync(property)).Status);
    }

    [BrowserTheory]
    [InlineData(true, "23 orchard", 5)]
    [InlineData(false, "24 orchard", 6)]
    public async Task Going_back_to_the_repairs_and_on_again_is_the_same_job(bool javaScript, string home, int daysAhead)
    {
        var page = await portal.NewPageAsync(javaScript: javaScript);
        var day = portal.Desk.Tomorrow.PlusDays(daysAhead);
        var property = await StartAsync(page, home, day);
        var repairs = await page.Locator("a.govuk-back-link").GetAttributeAsync("href");
        await page.Choice(day, "AM").ClickAsync();
        await Expect(page.GetByText("Held for you until")).ToBeVisibleAsync();

        await page.GotoAsync(repairs!);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the windows" }).ClickAsync();

        await Expect(page.GetByText("You are holding")).ToBeVisibleAsync();
        Assert.Contains($"/jobs/{(await OnlyJobAsync(property)).Id}/windows", page.Url, StringComparison.Ordinal);
    }

    [BrowserTheory]
    [InlineData(true, "25 orchard", 7)]
    [InlineData(false, "26 orchard", 8)]
    public async Task Two_tabs_of_one_repair_make_one_job_and_one_hold(bool javaScript, string home, int daysAhead)
    {
        var first = await portal.NewPageAsync(javaScript: javaScript);
        var day = portal.Desk.Tomorrow.PlusDays(daysAhead);
        var property = await StartAsync(first, home, day);
        var second = await first.Context.NewPageAsync();
        await second.GotoAsync(first.Url);

        // The script of the second tab would mark what the first one takes; its form was loaded before, and is sent as it is.
        await Task.WhenAll(first.Choice(day, "AM").ClickAsync(), second.Choice(day, "PM").ClickAsync());
        await Expect(first.GetByText("Held for you until")).ToBeVisibleAsync();
        await Expect(second.GetByText("Held for you until")).ToBeVisibleAsync();

        var job = await OnlyJobAsync(property);
        Assert.Single(job.Visits);
        Assert.Contains($"/jobs/{job.Id}/confirm", first.Url, StringComparison.Ordinal);
        Assert.Equal(first.Url, second.Url);
    }

    /// <summary>To the windows of a day; answers whose home it is.</summary>
    static async Task<PropertyId> StartAsync(IPage page, string home, NodaTime.LocalDate day)
    {
        await page.FindAsync(home);
        await page.ChooseAsync("Tap dripping", day);
        var parts = new Uri(page.Url).Segments;
        return new PropertyId(int.Parse(parts[2].TrimEnd('/'), System.Globalization.CultureInfo.InvariantCulture));
    }

    async Task<Job> OnlyJobAsync(PropertyId property)
    {
        var jobs = await portal.Desk.Services.GetRequiredService<ILedger>().FindJobsAsync(property, 10, default);
        return Assert.Single(jobs);
    }
}
