using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Tests.Desk;
using OrleansScheduling.Domain.Access;

namespace OrleansScheduling.Portals.Tests;

/// <summary>The host and a real browser.</summary>
public class PortalFixture : IAsyncLifetime
{
    /// <summary>
    /// How long a browser is waited for, in milliseconds: far longer than anything takes. Running out is missing evidence, and fails the
    /// test.
    /// </summary>
    const float Patience = 90_000;

    IPlaywright? playwright;
    IBrowser? browser;

    public DeskFixture Desk => field ??= NewDesk();

    protected virtual DeskFixture NewDesk() => new();

    public async Task InitializeAsync()
    {
        if (Chromium.MissingReason is not null) return;
        await Desk.InitializeAsync();
        playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            Timeout = Patience,
            ExecutablePath = Chromium.Path ?? throw new InvalidOperationException("CI=true, and Chromium is not installed."),
            Args = Chromium.Arguments,
        });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (Chromium.MissingReason is null) await Desk.DisposeAsync();
    }

    /// <summary>A browser of its own, of somebody who has signed in: no cookie is shared with another.</summary>
    public async Task<IPage> NewPageAsync(int width = 1280, bool javaScript = true, Principal? principal = null)
    {
        var page = await NewStrangerAsync(width, javaScript);
        await page.Context.AddCookiesAsync(
        [
            new Cookie { Name = Sessions.Cookie, Value = Desk.SessionOf(principal ?? Desk.Planner), Url = Desk.Address.ToString() },
        ]);
        return page;
    }

    /// <summary>A browser of its own, of nobody.</summary>
    public async Task<IPage> NewStrangerAsync(int width = 1280, bool javaScript = true)
    {
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Desk.Address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            JavaScriptEnabled = javaScript,
            Locale = "en-GB",
        });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }
}

/// <summary>What must hold of every page.</summary>
static class PageRules
{
    static readonly AxeRunOptions Wcag = new()
    {
        RunOnly = new RunOnlyOptions
        {
            Type = "tag",
            Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
        },
    };

    public static async Task AssertAccessibleAsync(this IPage page, string name)
    {
        var result = await page.RunAxe(Wcag);
        var found = result.Violations.Select(violation =>
            $"{name}: {violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}");
        Assert.Empty(found);
        Assert.NotEmpty(result.Passes);
        var sideways = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(sideways <= 0, $"{name} scrolls sideways by {sideways} pixels.");
    }
}
