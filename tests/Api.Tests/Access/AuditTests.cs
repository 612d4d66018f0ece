using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;
using OrleansScheduling.Api.Access.Audit;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.Access;

/// <summary>Who did what: by period, by person and by job, of the own organisation.</summary>
public sealed class AuditTests(TwoVillages desk) : IClassFixture<TwoVillages>
{
    Principal Administrator => desk.Somebody(desk.Contract.Client, Role.Administrator);

    [Fact]
    public async Task An_administrator_finds_what_was_done_by_period_person_and_job_and_nothing_of_others()
    {
        var (hidden, _) = await desk.HiddenJobAsync(300, ClaimKind.Book, 2);
        using var handler = desk.NewBrowser(desk.CallHandler);
        var windows = await handler.WindowsAsync(await handler.FindHomeAsync("33 orchard"), Village.Plumbing, desk.Tomorrow);
        var booked = await handler.ConfirmAsync(await handler.HoldAsync(windows, desk.Tomorrow, "AM"));
        var reference = booked.JobPath().Split('/')[^1];
        using var browser = desk.NewBrowser(Administrator);
        var tomorrow = LocalDatePattern.Iso.Format(desk.Today.PlusDays(1));
        var longAgo = LocalDatePattern.Iso.Format(desk.Today.PlusDays(-60));

        var all = await browser.GetAsync("/audit");
        var byJob = await browser.GetAsync($"/audit?job={reference}");
        var bySubject = await browser.GetAsync($"/audit?subject={desk.CallHandler.Subject}&from={longAgo}&to={tomorrow}");
        var byNobody = await browser.GetAsync("/audit?subject=test:nobody");
        var before = await browser.GetAsync($"/audit?from={longAgo}&to={LocalDatePattern.Iso.Format(desk.Today.PlusDays(-30))}");
        var theirs = await browser.GetAsync($"/audit?job={hidden}");

        Assert.DoesNotContain(hidden.ToString(), all.Words, StringComparison.Ordinal);
        foreach (var page in new[] { byJob, bySubject })
        {
            Assert.Contains($"Held a window, job {reference}", page.Words, StringComparison.Ordinal);
            Assert.Contains($"Confirmed an appointment, job {reference}", page.Words, StringComparison.Ordinal);
            Assert.Contains(desk.CallHandler.Subject, page.Words, StringComparison.Ordinal);
        }

        foreach (var page in new[] { byNobody, before, theirs }) Assert.Contains("Nothing was done.", page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_administrators_see_it()
    {
        foreach (var role in Enum.GetValues<Role>().Where(role => role is not (Role.None or Role.Administrator)))
        {
            using var browser = desk.NewBrowser(desk.Somebody(desk.Contract.Contractor, role));
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/audit")).Status);
            Assert.Null((await browser.GetAsync("/context")).Document.QuerySelector("a[href='/audit']"));
        }
    }

    [Theory]
    [InlineData("job=ZZZ", "Enter a whole job reference")]
    [InlineData("subject=Jane%20Smith", "Enter a whole subject")]
    public async Task What_cannot_be_found_is_explained(string query, string error)
    {
        using var browser = desk.NewBrowser(Administrator);
        Assert.Contains(error, (await browser.GetAsync($"/audit?{query}")).ErrorSummary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_trail_is_read_in_pages_that_leave_nothing_out()
    {
        var home = await desk.HomeAsync(desk.Contract.Client, "M0060");
        var logged = new List<string>();
        for (uint i = 0; i < AuditTrail.MaxEntries + 20; i++)
        {
            var id = Domain.Identity.JobId.Create(desk.Today, 9000 + i);
            var context = TwoVillages.ContextOf(desk.Contract, $"trail-{i}") with { Actor = "test:trail" };
            var command = new LogJob(context, desk.Contract.Id.Value, home.Id.Value, [Village.Plumbing], "");
            Assert.Null((await desk.GrainOf(id).Log(command, default)).Refusal);
            logged.Add(id.ToString());
        }

        var trail = new AuditTrail(desk.Services.GetRequiredService<IFeed>());
        var scope = AccessScope.Of(Administrator, desk.Registry.Contracts.Values);
        var now = Instant.FromDateTimeOffset(desk.Time.GetUtcNow());
        var query = new AuditQuery(now - Duration.FromHours(1), now + Duration.FromHours(1), "test:trail", null, null);
        var found = new List<string>();
        var pages = 0;
        for (AuditPage? page = null; page is null || page.Next is not null; pages++)
        {
            page = await trail.ReadAsync(scope, query with { After = page?.Next }, default);
            found.AddRange(page.Entries.Select(entry => entry.Job.ToString()!));
        }

        Assert.Equal(logged, found);
        Assert.Equal(2, pages);
        var later = await trail.ReadAsync(scope, query with { From = now + Duration.FromMinutes(30) }, default);
        Assert.Empty(later.Entries);
        await The_page_begins_with_the_newest(logged);
    }

    async Task The_page_begins_with_the_newest(List<string> logged)
    {
        using var browser = desk.NewBrowser(Administrator);
        var found = new List<string>();
        var path = "/audit?subject=test:trail";
        for (var pages = 0; pages < 3 && path is not null; pages++)
        {
            var page = await browser.GetAsync(path);
            found.AddRange(page.Document.QuerySelectorAll(".desk-list a[href^='/jobs/']").Select(link => link.TextContent));
            var links = page.Document.QuerySelectorAll("nav[aria-label='Pages of what was done'] a").ToList();
            Assert.Equal(pages > 0, links.Exists(link => link.TextContent == "The newest"));
            path = links.Find(link => link.TextContent == "Earlier")?.GetAttribute("href");
        }

        Assert.Null(path);
        Assert.Equal(Enumerable.Reverse(logged), found);
    }
}
