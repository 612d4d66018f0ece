using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests;

/// <summary>A booking from end to end, as a browser without JavaScript makes it.</summary>
public sealed class BookingFlowTests(DeskFixture desk) : IClassFixture<DeskFixture>
{
    [Fact]
    public async Task A_home_is_found_a_window_held_confirmed_moved_and_cancelled()
    {
        using var browser = desk.NewBrowser();
        var home = await browser.FindHomeAsync("12 orchard");
        var windows = await browser.WindowsAsync(home, Village.Plumbing, desk.Tomorrow);
        Assert.Contains("8am to 12 noon", windows.Words, StringComparison.Ordinal);

        var held = await browser.HoldAsync(windows, desk.Tomorrow, "AM");
        Assert.Equal("Confirm the appointment", held.Heading);
        Assert.Contains("12 Orchard Lane", held.Words, StringComparison.Ordinal);
        var booked = await browser.ConfirmAsync(held);
        Assert.Equal("Appointment booked", booked.Heading);

        var moving = await browser.GetAsync($"{booked.JobPath()}/windows?from={desk.Tomorrow.PlusDays(1):yyyy-MM-dd}&days=2");
        Assert.Equal("Move the appointment", moving.Heading);
        var moveHeld = await browser.HoldAsync(moving, desk.Tomorrow.PlusDays(1), "PM");
        Assert.Contains("It is given up when you confirm.", moveHeld.Words, StringComparison.Ordinal);
        var moved = await browser.ConfirmAsync(moveHeld);
        Assert.Equal("Appointment moved", moved.Heading);
        Assert.Contains("12 noon to 5pm", moved.Words, StringComparison.Ordinal);

        var cancel = await browser.GetAsync($"{moved.JobPath()}/cancel");
        var cancelled = await browser.SubmitAsync(cancel, cancel.Form("main form"), null, ("Reason", "0"), ("Repair", "keep"));
        Assert.Contains("The appointment was cancelled. The repair is still open.", cancelled.Words, StringComparison.Ordinal);
        var job = await JobAsync(cancelled);
        Assert.Null(job.Promise);
        Assert.Empty(job.Visits);
    }

    [Fact]
    public async Task Confirming_twice_books_once_and_shows_the_first_answer()
    {
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("13 orchard"), Village.Plumbing, desk.Tomorrow);
        var held = await browser.HoldAsync(windows, desk.Tomorrow, "AM");

        var both = await Task.WhenAll(browser.ConfirmAsync(held), browser.ConfirmAsync(held));

        Assert.All(both, page => Assert.Equal("Appointment booked", page.Heading));
        Assert.Equal(1, await CountAsync(both[0], EventKind.BookingConfirmed));
        Assert.Equal("Appointment booked", (await browser.ConfirmAsync(held)).Heading);
        Assert.Equal(1, await CountAsync(both[0], EventKind.BookingConfirmed));
    }

    [Fact]
    public async Task Holding_twice_by_a_double_click_makes_one_job_and_one_hold()
    {
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("14 orchard"), Village.Plumbing, desk.Tomorrow);

        var first = await browser.HoldAsync(windows, desk.Tomorrow, "PM");
        var second = await browser.HoldAsync(windows, desk.Tomorrow, "PM");

        Assert.Equal(first.Address, second.Address);
        Assert.Equal(1, await CountAsync(first, EventKind.HoldPlaced));
    }

    [Fact]
    public async Task Stepping_back_shows_the_own_held_window_and_another_can_be_chosen()
    {
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("15 orchard"), Village.Plumbing, desk.Tomorrow);
        var held = await browser.HoldAsync(windows, desk.Tomorrow, "AM");

        var back = await browser.GetAsync($"{held.JobPath()}/windows?from={desk.Tomorrow:yyyy-MM-dd}&days=2");
        Assert.Contains("You hold this one", back.Words, StringComparison.Ordinal);
        var other = await browser.HoldAsync(back, desk.Tomorrow, "PM");

        Assert.Contains("12 noon to 5pm", other.Words, StringComparison.Ordinal);
        var job = await JobAsync(other);
        Assert.Equal("PM", job.Hold!.Promise.Window.Value);
        Assert.Single(job.Visits);
    }

    [Fact]
    public async Task A_page_that_was_left_open_goes_on_with_the_job_that_came_of_it()
    {
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("19 orchard"), Village.Plumbing, desk.Tomorrow.PlusDays(5));
        var first = await browser.HoldAsync(windows, desk.Tomorrow.PlusDays(5), "AM");

        var second = await browser.HoldAsync(windows, desk.Tomorrow.PlusDays(5), "PM");
        Assert.Equal(first.Address, second.Address);
        Assert.Equal("PM", (await JobAsync(second)).Hold!.Promise.Window.Value);
        Assert.Equal("Appointment booked", (await browser.ConfirmAsync(second)).Heading);

        var moving = await browser.HoldAsync(windows, desk.Tomorrow.PlusDays(5), "AM");
        Assert.Equal(first.JobPath(), moving.JobPath());
        Assert.Equal(first.JobPath(), (await browser.GetAsync(windows.Address.PathAndQuery)).Address.AbsolutePath);
    }

    [Fact]
    public async Task Another_repair_chosen_on_the_way_is_another_job()
    {
        using var browser = desk.NewBrowser();
        var home = await browser.FindHomeAsync("22 orchard");
        var windows = await browser.WindowsAsync(home, Village.Plumbing, desk.Tomorrow.PlusDays(6));
        var first = await browser.HoldAsync(windows, desk.Tomorrow.PlusDays(6), "AM");
        var back = windows.Document.QuerySelector("a.govuk-back-link")!.GetAttribute("href")!;

        var repairs = await browser.GetAsync(back);
        var found = await browser.SubmitAsync(
            repairs, repairs.Form("[data-desk=repairs]"), repairs.Button("button[value=windows]"), ("lines", "PLU002"));
        var others = await browser.GetAsync($"{found.Address.PathAndQuery}&from={desk.Tomorrow.PlusDays(6):yyyy-MM-dd}");

        Assert.Equal("Choose a window", others.Heading);
        var second = await browser.HoldAsync(others, desk.Tomorrow.PlusDays(6), "PM");
        Assert.NotEqual(first.JobPath(), second.JobPath());
        Assert.Equal(["PLU002"], (await JobAsync(second)).Lines.Select(line => line.Value));
    }

    [Fact]
    public async Task A_hold_that_is_given_up_frees_the_window_for_others()
    {
        var day = desk.Tomorrow.PlusDays(2);
        using var browser = desk.NewBrowser();
        using var other = desk.NewBrowser();
        var home = await browser.FindHomeAsync("16 orchard");
        var held = await browser.HoldAsync(await browser.WindowsAsync(home, Village.Kitchen, day), day, "AM");
        Assert.False((await other.WindowsAsync(home, Village.Kitchen, day)).Offers(day, "AM"));

        var released = await browser.GiveUpAsync(held);

        Assert.Contains("The window was given up.", released.Words, StringComparison.Ordinal);
        Assert.True((await other.WindowsAsync(home, Village.Kitchen, day)).Offers(day, "AM"));
    }

    [Fact]
    public async Task A_window_taken_by_somebody_else_is_refused_with_what_to_do_next()
    {
        var day = desk.Tomorrow.PlusDays(4);
        using var first = desk.NewBrowser();
        using var second = desk.NewBrowser();
        var home = await first.FindHomeAsync("17 orchard");
        var seenByBoth = await second.WindowsAsync(home, Village.Kitchen, day);
        await first.HoldAsync(await first.WindowsAsync(home, Village.Kitchen, day), day, "AM");

        var refused = await second.HoldAsync(seenByBoth, day, "AM");

        Assert.Equal(HttpStatusCode.OK, refused.Status);
        Assert.Contains("choose another window", refused.ErrorSummary, StringComparison.OrdinalIgnoreCase);
        Assert.False(refused.Offers(day, "AM"));
    }

    [Fact]
    public async Task Another_desk_cannot_confirm_a_hold_that_is_not_its_own()
    {
        using var browser = desk.NewBrowser();
        using var other = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("18 orchard"), Village.Plumbing, desk.Tomorrow);
        var held = await browser.HoldAsync(windows, desk.Tomorrow, "AM");

        var seen = await other.GetAsync($"{held.JobPath()}/confirm");

        Assert.Equal("Somebody else is booking this job", seen.Heading);
        Assert.Null(seen.Document.QuerySelector("button[data-prevent-double-click]"));
    }

    async Task<Domain.Jobs.Job> JobAsync(DeskPage page)
    {
        Assert.True(JobId.TryParse(page.JobPath().Split('/')[^1], out var id));
        return (await desk.Services.GetRequiredService<ILedger>().LoadJobAsync(id, default))!;
    }

    async Task<int> CountAsync(DeskPage page, EventKind kind)
    {
        Assert.True(JobId.TryParse(page.JobPath().Split('/')[^1], out var id));
        var feed = desk.Services.GetRequiredService<IFeed>();
        var count = 0;
        long position = 0;
        while (await feed.ReadAsync(position, IFeed.MaxPage, default) is { Count: > 0 } entries)
        {
            count += entries.Count(entry => entry.Event.Job == id && entry.Event.Kind == kind);
            position = entries[^1].Position;
        }

        return count;
    }
}

/// <summary>Time passes between two pages. A host of its own: the others' clocks stay.</summary>
public sealed class ExpiryTests(DeskFixture desk) : IClassFixture<DeskFixture>
{
    [Fact]
    public async Task A_hold_that_ran_out_is_not_confirmed_and_the_page_leads_on()
    {
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("20 orchard"), Village.Plumbing, desk.Tomorrow.PlusDays(1));
        var held = await browser.HoldAsync(windows, desk.Tomorrow.PlusDays(1), "AM");
        Assert.Contains("Held for you until", held.Words, StringComparison.Ordinal);

        desk.Time.Advance(TimeSpan.FromMinutes(Village.HoldMinutes + 1));
        var refused = await browser.ConfirmAsync(held);

        Assert.Equal("The window is not held any more", refused.Heading);
        Assert.NotEmpty(refused.ErrorSummary);
        Assert.NotNull(refused.Document.QuerySelector($"main a[href='{refused.JobPath()}/windows']"));
    }

    [Fact]
    public async Task An_offer_that_is_too_old_is_refused_and_the_windows_are_shown_afresh()
    {
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("21 orchard"), Village.Plumbing, desk.Tomorrow.PlusDays(1));

        desk.Time.Advance(TimeSpan.FromMinutes(20));
        var refused = await browser.HoldAsync(windows, desk.Tomorrow.PlusDays(1), "AM");

        Assert.Contains("That offer is too old", refused.ErrorSummary, StringComparison.Ordinal);
        Assert.True(refused.Offers(desk.Tomorrow.PlusDays(1), "AM"));
    }
}
