using Microsoft.Playwright;

namespace OrleansScheduling.Portals.Tests;

/// <summary>GraphiQL in a real browser, under the headers of every page: its scripts and styles are our own files.</summary>
public sealed class GraphiQLTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [BrowserTheory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task Somebody_who_has_signed_in_asks_the_API_and_subscribes_to_it(int width)
    {
        var page = await portal.NewPageAsync(width);
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") errors.Add(message.Text);
        };
        await page.GotoAsync("/graphiql");

        await AskAsync(page, "{ viewer { roles } }");
        await Assertions.Expect(page.Locator(".result-window")).ToContainTextAsync("PLANNER");
        await page.GetByLabel("Show Documentation Explorer").ClickAsync();
        await Assertions.Expect(page.Locator(".graphiql-doc-explorer")).ToContainTextAsync("query: Query");

        await AskAsync(page, "subscription { jobChanged { sequence } }");
        await Assertions.Expect(page.Locator(".result-window")).ToContainTextAsync("\"sequence\"");
        Assert.Empty(errors);
    }

    static async Task AskAsync(IPage page, string query)
    {
        await page.Locator(".graphiql-query-editor .CodeMirror").ClickAsync();
        await page.Keyboard.PressAsync("ControlOrMeta+A");
        await page.Keyboard.InsertTextAsync(query);
        await page.GetByRole(AriaRole.Button, new() { Name = "Execute query" }).ClickAsync();
    }
}
