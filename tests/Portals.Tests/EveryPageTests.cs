using Microsoft.Playwright;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Portals.Tests;

/// <summary>Every page, on a desk and on a phone: WCAG 2.2 AA by axe, and nothing to scroll sideways.</summary>
public sealed class EveryPageTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [BrowserTheory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task Every_page_keeps_the_accessibility_rules(int width)
    {
        var page = await portal.NewPageAsync(width);
        var day = portal.Desk.Tomorrow.PlusDays(width == 360 ? 1 : 2);
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        await VisitStartPagesAsync(page);

        await page.FindAsync(width == 360 ? "51 orchard" : "52 orchard");
        await page.AssertAccessibleAsync("repairs");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the windows" }).ClickAsync();
        await page.AssertAccessibleAsync("repairs with an error");
        await page.ChooseAsync("Kitchen fitted", day);
        await page.AssertAccessibleAsync("windows");
        await page.Choice(day, "AM").ClickAsync();
        await page.WaitForURLAsync("**/confirm");
        await page.AssertAccessibleAsync("confirm");
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose another window" }).ClickAsync();
        await page.AssertAccessibleAsync("windows with an own hold");
        await page.GotoAsync(page.Url[..page.Url.IndexOf("/windows", StringComparison.Ordinal)] + "/confirm");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**?done=booked");
        await page.AssertAccessibleAsync("booked");
        var job = page.Url[..page.Url.IndexOf('?', StringComparison.Ordinal)];
        await page.GotoAsync(job);
        await page.AssertAccessibleAsync("job");
        await page.GotoAsync(job + "/cancel");
        await page.AssertAccessibleAsync("cancel");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel the appointment" }).ClickAsync();
        await page.AssertAccessibleAsync("cancel with errors");
        await page.GotoAsync($"/board?date={DeskWalk.Iso(day)}");
        await page.AssertAccessibleAsync("board");
        Assert.Empty(errors);
    }

    [BrowserTheory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task The_pages_of_other_roles_keep_them_too(int width)
    {
        var client = portal.Desk.Contract.Client;
        var administrator = await portal.NewPageAsync(width, principal: portal.Desk.Somebody(client, Role.Administrator));
        await administrator.GotoAsync("/audit");
        await administrator.AssertAccessibleAsync("who did what");
        await administrator.GotoAsync("/audit?job=nonsense");
        await administrator.AssertAccessibleAsync("who did what with an error");
        await administrator.GotoAsync("/board");
        await administrator.AssertAccessibleAsync("not allowed");
        await administrator.GotoAsync("/sign-out");
        await administrator.AssertAccessibleAsync("sign out");
        var tenant = await portal.NewPageAsync(width, principal: portal.Desk.Somebody(client, Role.Tenant, home: new PropertyId(1)));
        await tenant.GotoAsync("/");
        await tenant.AssertAccessibleAsync("the own home");
        var manager = await portal.NewPageAsync(width, principal: portal.Desk.Somebody(client, Role.ContractManager));
        await manager.GotoAsync("/properties/1");
        await manager.AssertAccessibleAsync("a home of somebody who does not book");
    }

    static async Task VisitStartPagesAsync(IPage page)
    {
        await page.GotoAsync("/");
        await page.AssertAccessibleAsync("find");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        await page.AssertAccessibleAsync("find with an error");
        await page.GetByLabel("Postcode, address or reference").FillAsync("orchard");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        await page.AssertAccessibleAsync("found");
        await page.Locator(".desk-list__link").First.ClickAsync();
        await page.AssertAccessibleAsync("home");
        await page.GotoAsync("/context");
        await page.AssertAccessibleAsync("who you answer for");
        await page.GotoAsync("/nothing");
        await page.AssertAccessibleAsync("not found");
    }
}
