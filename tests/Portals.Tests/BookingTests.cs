using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrleansScheduling.Portals.Tests;

/// <summary>Booking in a real browser, with JavaScript and without.</summary>
public sealed class BookingTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [BrowserTheory]
    [InlineData(true, "11 orchard", 3)]
    [InlineData(false, "12 orchard", 4)]
    public async Task A_repair_is_booked_moved_and_cancelled(bool javaScript, string home, int daysAhead)
    {
        var page = await portal.NewPageAsync(javaScript: javaScript);
        var day = portal.Desk.Tomorrow.PlusDays(daysAhead);

        await page.FindAsync(home);
        await page.ChooseAsync("Tap dripping", day);
        await page.Choice(day, "AM").ClickAsync();
        await Expect(page.GetByText("Held for you until")).ToBeVisibleAsync();
        if (javaScript) await Expect(page.Locator("[data-desk=clock]")).ToContainTextAsync("minutes");
        else await Expect(page.Locator("[data-desk=countdown]")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Appointment booked");

        await page.GetByRole(AriaRole.Button, new() { Name = "Move the appointment" }).ClickAsync();
        await page.GetByLabel("Look from").FillAsync(DeskWalk.Iso(day));
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await page.WaitForURLAsync($"**from={DeskWalk.Iso(day)}*");
        await page.Choice(day, "PM").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm the move" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Appointment moved");

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        await page.GetByLabel("The tenant asked for it").CheckAsync();
        await page.GetByLabel("Call it off").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel the appointment" }).ClickAsync();
        await Expect(page.GetByText("The repair was cancelled.")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Typing_narrows_the_repairs_and_keeps_what_is_chosen()
    {
        var page = await portal.NewPageAsync();
        await page.FindAsync("13 orchard");
        await page.GetByLabel("Tap dripping").CheckAsync();

        await page.GetByLabel("Look for a repair").FillAsync("toilet");

        await Expect(page.GetByLabel("Toilet will not flush")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Tap dripping")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Kitchen fitted")).ToBeHiddenAsync();
        await Expect(page.GetByText("1 chosen")).ToBeVisibleAsync();
    }

    [BrowserTheory]
    [InlineData(1280, "16 orchard", 1)]
    [InlineData(360, "17 orchard", 2)]
    public async Task Marks_on_windows_can_be_seen(int width, string home, int daysAhead)
    {
        var page = await portal.NewPageAsync(width);
        var day = portal.Desk.Tomorrow.PlusDays(daysAhead);
        await page.FindAsync(home);
        await page.ChooseAsync("Tap dripping", day);
        await Expect(page.GetByText("Least travel", new() { Exact = true }).First).ToBeVisibleAsync();

        await page.Choice(day, "PM").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose another window" }).ClickAsync();

        await Expect(page.GetByText("You hold this one", new() { Exact = true })).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_second_browser_sees_the_window_go_and_come_back_and_keeps_its_focus()
    {
        var day = portal.Desk.Tomorrow.PlusDays(6);
        var first = await portal.NewPageAsync();
        var second = await portal.NewPageAsync(360);
        foreach (var page in new[] { first, second })
        {
            await page.FindAsync("14 orchard");
            await page.ChooseAsync("Kitchen fitted", day);
            await Expect(page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        }

        var elsewhere = second.Choice(day.PlusDays(1), "PM");
        await elsewhere.FocusAsync();
        var free = second.Locator("[data-desk=free]");
        var before = await free.InnerTextAsync();
        await first.Choice(day, "AM").ClickAsync();
        await Expect(second.Choice(day, "AM")).ToHaveAttributeAsync("aria-disabled", "true");
        await Expect(second.Locator("[data-desk=announce]")).ToContainTextAsync("Gone");
        await Expect(free).Not.ToHaveTextAsync(before);
        await Expect(elsewhere).ToBeFocusedAsync();

        await first.GetByRole(AriaRole.Button, new() { Name = "Give it up" }).ClickAsync();
        await Expect(second.Choice(day, "AM")).Not.ToHaveAttributeAsync("aria-disabled", "true");
        await Expect(second.Locator("[data-desk=announce]")).ToContainTextAsync("Free again");
        await Expect(free).ToHaveTextAsync(before);
        await Expect(elsewhere).ToBeFocusedAsync();

        // The window that came back can be taken.
        await second.Choice(day, "AM").ClickAsync();
        await Expect(second.GetByText("Held for you until")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_board_shows_a_booking_that_is_made_while_it_is_looked_at()
    {
        var day = portal.Desk.Tomorrow.PlusDays(8);
        var board = await portal.NewPageAsync();
        await board.GotoAsync($"/board?date={DeskWalk.Iso(day)}");
        await Expect(board.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        var page = await portal.NewPageAsync();

        await page.FindAsync("15 orchard");
        await page.ChooseAsync("Kitchen fitted", day);
        await page.Choice(day, "AM").ClickAsync();
        await Expect(board.GetByText("15 Orchard Lane")).ToBeVisibleAsync();
        await Expect(board.GetByText("On hold for")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm", Exact = true }).ClickAsync();

        await Expect(board.GetByText("Promised 8am to 12 noon")).ToBeVisibleAsync();
    }
}
