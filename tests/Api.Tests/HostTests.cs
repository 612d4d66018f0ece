using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests;

/// <summary>Headers, cookies and health of a host that is well.</summary>
public sealed class HostTests(DeskFixture desk) : IClassFixture<DeskFixture>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/board")]
    [InlineData("/nothing")]
    [InlineData("/health/live")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        using var browser = desk.NewBrowser();

        var response = await browser.Http.GetAsync(path);

        Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/context")]
    [InlineData("/board")]
    [InlineData("/properties/1")]
    [InlineData("/properties/1/repairs")]
    public async Task No_page_has_inline_script_or_style(string path)
    {
        using var browser = desk.NewBrowser();

        var page = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Empty(page.Document.QuerySelectorAll("script:not([src]), style, [style], [onclick], [onload], [onsubmit]"));
    }

    [Fact]
    public async Task Cookies_are_hidden_from_scripts_and_bound_to_the_site()
    {
        using var browser = desk.NewBrowser();

        var response = await browser.Http.GetAsync("/");

        var cookies = response.Headers.GetValues("Set-Cookie").ToList();
        Assert.Equal(2, cookies.Count);
        Assert.All(cookies, cookie => Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.All(cookies, cookie => Assert.Contains("samesite", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_search_leaves_no_address_in_the_url()
    {
        using var browser = desk.NewBrowser();
        var start = await browser.GetAsync("/");

        var found = await browser.SubmitAsync(start, start.Form("form.desk-find"), null, ("Text", "12 orchard"));

        Assert.Equal("/", found.Address.PathAndQuery);
        Assert.Contains("12 Orchard Lane", found.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/built/desk.css", "text/css")]
    [InlineData("/built/desk.js", "text/javascript")]
    [InlineData("/icon.svg", "image/svg+xml")]
    public async Task Assets_are_served_and_name_no_foreign_typeface(string path, string type)
    {
        using var browser = desk.NewBrowser();

        var response = await browser.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("GDS Transport", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_says_what_is_well()
    {
        using var browser = desk.NewBrowser();

        var response = await browser.Http.GetAsync("/health/ready");
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("ready", (string?)answer["status"]);
        var names = answer["checks"]!.AsArray().Select(check => (string?)check!["name"]);
        Assert.Equal(["ledger", "feed", "registry", "index", "start"], names);
    }

    [Fact]
    public async Task The_board_shows_a_visit_and_one_row_can_be_asked_for()
    {
        using var browser = desk.NewBrowser();
        var windows = await browser.WindowsAsync(await browser.FindHomeAsync("45 orchard"), Village.Kitchen, desk.Tomorrow);
        var booked = await browser.ConfirmAsync(await browser.HoldAsync(windows, desk.Tomorrow, "AM"));
        var date = desk.Tomorrow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

        var board = await browser.GetAsync($"/board?contractor={desk.Contract.Contractor}&date={date}");
        var row = await browser.GetAsync(
            $"/board?handler=Row&contractor={desk.Contract.Contractor}&date={date}&operative={desk.Joiner.Id}");

        Assert.Equal(3, board.Document.QuerySelectorAll("[data-operative]").Length);
        Assert.Contains("45 Orchard Lane", board.Words, StringComparison.Ordinal);
        Assert.Contains(booked.JobPath(), row.Text, StringComparison.Ordinal);
        Assert.Single(row.Document.QuerySelectorAll("[data-operative]"));
    }
}

/// <summary>A desk that may do little in a minute.</summary>
public sealed class LimitedDesk : DeskFixture
{
    protected override IEnumerable<string> Settings => ["--Desk:SearchesPerMinute", "6", "--Desk:ClaimsPerMinute", "2"];
}

public sealed class RateLimitTests(LimitedDesk desk) : IClassFixture<LimitedDesk>
{
    [Fact]
    public async Task Too_many_requests_get_a_clear_page_and_a_time_to_wait()
    {
        using var browser = desk.NewBrowser();
        for (var i = 0; i < 6; i++) Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).Status);

        var refused = await browser.GetAsync("/");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal("Too many requests", refused.Heading);
        Assert.InRange(refused.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAsync("/health/live")).StatusCode);
    }
}

/// <summary>A ledger that stops answering.</summary>
public sealed class DeskWithFaultyFeed : DeskFixture
{
    public FaultyFeed Feed { get; private set; } = null!;

    protected override void Adjust(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<IFeed>(services => Feed = new FaultyFeed(services.GetRequiredService<LedgerDatabase>().Feed));
}

/// <summary>A feed that fails when it is told to.</summary>
public sealed class FaultyFeed(IFeed inner) : IFeed
{
    public bool IsBroken { get; set; }

    public FeedLag Lag { get; set; } = FeedLag.None;

    public Task<FeedLag> LagAsync(CancellationToken cancellationToken) => Task.FromResult(Lag);

    public Task<long> HeadAsync(CancellationToken cancellationToken) =>
        IsBroken ? throw new InvalidOperationException("Host=secret;Password=hush") : inner.HeadAsync(cancellationToken);

    public Task<IReadOnlyList<FeedEntry>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        inner.ReadAsync(after, limit, cancellationToken);

    public Task<IReadOnlyList<FeedEntry>> ReadBackAsync(long before, int limit, CancellationToken cancellationToken) =>
        inner.ReadBackAsync(before, limit, cancellationToken);

    public Task WaitAsync(long after, CancellationToken cancellationToken) => inner.WaitAsync(after, cancellationToken);
}

public sealed class HealthTests(DeskWithFaultyFeed desk) : IClassFixture<DeskWithFaultyFeed>
{
    [Fact]
    public async Task A_ledger_that_does_not_answer_makes_the_process_not_ready_and_tells_no_secret()
    {
        using var browser = desk.NewBrowser();
        desk.Feed.IsBroken = true;

        var response = await browser.Http.GetAsync("/health/ready");
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("the database does not answer", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAsync("/health/live")).StatusCode);
        desk.Feed.IsBroken = false;
        Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task A_feed_that_is_held_back_degrades_the_process_and_is_measured()
    {
        using var browser = desk.NewBrowser();
        // The watch looks by itself too, whenever it likes.
        var measured = new ConcurrentQueue<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, meters) =>
            {
                if (instrument.Name == "ledger.feed.lag") meters.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => measured.Enqueue(seconds));
        listener.Start();
        var watch = desk.Services.GetServices<IHostedService>().OfType<FeedWatch>().Single();
        desk.Feed.Lag = new FeedLag(NodaTime.Duration.FromSeconds(42), "held back by a writing transaction", "process 1 in secret");

        await watch.LookAsync(default);
        var response = await browser.Http.GetAsync("/health/ready");
        var text = await response.Content.ReadAsStringAsync();
        desk.Feed.Lag = FeedLag.None;
        var after = await browser.Http.GetStringAsync("/health/ready");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"status\":\"degraded\"", text, StringComparison.Ordinal);
        Assert.Contains(
            "{\"name\":\"feed\",\"ok\":true,\"reason\":\"held back by a writing transaction\",\"degraded\":true,\"lagSeconds\":42}", text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"ready\"", after, StringComparison.Ordinal);
        Assert.DoesNotContain("lagSeconds", after, StringComparison.Ordinal);
        Assert.Contains(42, measured);
    }

    [Fact]
    public async Task While_it_starts_pages_say_so_and_ask_again_by_themselves()
    {
        using var browser = desk.NewBrowser();
        var readiness = desk.Services.GetRequiredService<Readiness>();
        readiness.Phase = StartPhase.Importing;
        readiness.Progress = new Import.ImportProgress("properties.csv", Import.ImportStep.Reading, 5000);
        try
        {
            var page = await browser.GetAsync("/");
            var ready = await browser.Http.GetAsync("/health/ready");

            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
            Assert.Contains("properties.csv, 5,000 rows", page.Words, StringComparison.Ordinal);
            Assert.Equal("2", page.Response.Headers.GetValues("Refresh").Single());
            var text = await ready.Content.ReadAsStringAsync();
            Assert.Contains("importing the demonstration: properties.csv", text, StringComparison.Ordinal);
        }
        finally
        {
            readiness.Phase = StartPhase.Started;
        }
    }
}
