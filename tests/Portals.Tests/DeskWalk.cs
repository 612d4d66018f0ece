using System.Globalization;
using Microsoft.Playwright;
using NodaTime;

namespace OrleansScheduling.Portals.Tests;

/// <summary>A call handler's steps in a real browser.</summary>
static class DeskWalk
{
    public static async Task FindAsync(this IPage page, string words)
    {
        await page.GotoAsync("/");
        await page.GetByLabel("Postcode, address or reference").FillAsync(words);
        await page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        await page.Locator(".desk-list__link").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose the repair" }).ClickAsync();
    }

    /// <summary>From the list of repairs to the windows of a day.</summary>
    public static async Task ChooseAsync(this IPage page, string repair, LocalDate from)
    {
        await page.GetByLabel(repair).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the windows" }).ClickAsync();
        await page.GetByLabel("Look from").FillAsync(Iso(from));
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await page.WaitForURLAsync($"**from={Iso(from)}*");
    }

    public static ILocator Slot(this IPage page, LocalDate day, string code) => page.Locator($"[data-slot='{Iso(day)}/{code}']");

    public static ILocator Choice(this IPage page, LocalDate day, string code) => page.Slot(day, code).Locator("button");

    public static string Iso(LocalDate day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
