using Microsoft.Playwright;
using OrleansScheduling.Api.Tests.Desk;
using static Microsoft.Playwright.Assertions;

namespace OrleansScheduling.Portals.Tests;

/// <summary>A first run in a real browser.</summary>
public sealed class SignInTests(DemoPortal portal) : IClassFixture<DemoPortal>
{
    [BrowserTheory]
    [InlineData(1280, true)]
    [InlineData(360, false)]
    public async Task One_click_signs_in_and_one_signs_out(int width, bool javaScript)
    {
        var page = await portal.NewStrangerAsync(width, javaScript);
        await page.GotoAsync("/");
        await page.AssertAccessibleAsync("sign in");

        await page.GetByRole(AriaRole.Button, new() { Name = "Planner of Ashby Works" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Find a home");
        await Expect(page.GetByText("Planner, Ashby Works")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync("signed in");
        await page.GetByRole(AriaRole.Link, new() { Name = "Live board" }).ClickAsync();
        await Expect(page.Locator("[data-operative]")).ToHaveCountAsync(3);

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Who are you today?");
        await page.GotoAsync("/board");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Who are you today?");
    }
}

/// <summary>A desk in Development, and a real browser.</summary>
public sealed class DemoPortal : PortalFixture
{
    protected override DeskFixture NewDesk() => new DemoDesk();
}
