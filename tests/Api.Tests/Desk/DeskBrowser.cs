using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace OrleansScheduling.Api.Tests.Desk;

/// <summary>A page as a browser without JavaScript has it.</summary>
public sealed record DeskPage(HttpResponseMessage Response, Uri Address, string Text, IHtmlDocument Document)
{
    public HttpStatusCode Status => Response.StatusCode;

    public string Heading => Document.QuerySelector("h1")?.TextContent.Trim() ?? "";

    /// <summary>All text, with single spaces.</summary>
    public string Words => string.Join(' ', (Document.Body?.TextContent ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public string ErrorSummary => Document.QuerySelector(".govuk-error-summary")?.TextContent.Trim() ?? "";

    public IHtmlFormElement Form(string selector) =>
        Document.QuerySelector(selector) as IHtmlFormElement ?? throw new InvalidOperationException($"'{Heading}' has no form {selector}.");

    public IHtmlButtonElement Button(string selector) => Document.QuerySelector(selector) as IHtmlButtonElement
        ?? throw new InvalidOperationException($"'{Heading}' has no button {selector}.");
}

/// <summary>A browser with JavaScript off: cookies, links and forms.</summary>
/// <param name="session">The session of somebody who has signed in; null: nobody has.</param>
public sealed class DeskBrowser(Uri address, string? session = null) : IDisposable
{
    readonly HttpClient http = new(new HttpClientHandler { CookieContainer = CookiesOf(address, session) }) { BaseAddress = address };

    static CookieContainer CookiesOf(Uri address, string? session)
    {
        var cookies = new CookieContainer();
        if (session is not null) cookies.Add(address, new Cookie(OrleansScheduling.Api.Access.Sessions.Cookie, session));
        return cookies;
    }

    public HttpClient Http => http;

    public async Task<DeskPage> GetAsync(string path) => await PageOf(await http.GetAsync(path));

    public async Task<DeskPage> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> fields) =>
        await PageOf(await http.PostAsync(path, new FormUrlEncodedContent(fields)));

    /// <summary>Sends a form as it stands, with the button pressed and the values that were filled in.</summary>
    public Task<DeskPage> SubmitAsync(
        DeskPage page, IHtmlFormElement form, IHtmlButtonElement? button = null, params (string Name, string Value)[] filled)
    {
        var fields = FieldsOf(form, button, filled);
        var action = button?.GetAttribute("formaction") ?? form.GetAttribute("action");
        var target = new Uri(page.Address, string.IsNullOrEmpty(action) ? page.Address.PathAndQuery : action);
        if (string.Equals(form.Method, "post", StringComparison.OrdinalIgnoreCase)) return PostAsync(target.PathAndQuery, fields);
        var query = string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
        return GetAsync($"{target.AbsolutePath}?{query}");
    }

    public static List<KeyValuePair<string, string>> FieldsOf(
        IHtmlFormElement form, IHtmlButtonElement? button, params (string Name, string Value)[] filled)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var element in form.Elements)
        {
            var (name, value) = element switch
            {
                IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false } => (null, null),
                IHtmlInputElement input => (input.Name, input.Value),
                IHtmlTextAreaElement area => (area.Name, area.Value),
                IHtmlSelectElement select => (select.Name, select.Value),
                _ => (null, null),
            };
            if (!string.IsNullOrEmpty(name) && !filled.Any(one => one.Name == name)) fields.Add(new(name, value ?? ""));
        }

        if (button?.Name is { Length: > 0 } pressed) fields.Add(new(pressed, button.Value));
        fields.AddRange(filled.Select(one => new KeyValuePair<string, string>(one.Name, one.Value)));
        return fields;
    }

    public void Dispose() => http.Dispose();

    static async Task<DeskPage> PageOf(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return new DeskPage(response, response.RequestMessage!.RequestUri!, text, new HtmlParser().ParseDocument(text));
    }
}

/// <summary>The steps of a booking, each as a call handler takes it.</summary>
public static class DeskSteps
{
    public static async Task<int> FindHomeAsync(this DeskBrowser browser, string words)
    {
        var start = await browser.GetAsync("/");
        var found = await browser.SubmitAsync(start, start.Form("form.desk-find"), null, ("Text", words));
        var link = found.Document.QuerySelector<IHtmlAnchorElement>(".desk-list__link")
            ?? throw new InvalidOperationException($"Nothing was found for '{words}': {found.Words}");
        return int.Parse(link.PathName.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public static async Task<DeskPage> WindowsAsync(this DeskBrowser browser, int home, string line, NodaTime.LocalDate from, int days = 3)
    {
        var repairs = await browser.GetAsync($"/properties/{home}/repairs");
        var windows = await browser.SubmitAsync(
            repairs, repairs.Form("[data-desk=repairs]"), repairs.Button("button[value=windows]"), ("lines", line));
        return await browser.GetAsync($"{windows.Address.PathAndQuery}&from={from:yyyy-MM-dd}&days={days}");
    }

    public static IHtmlButtonElement Choice(this DeskPage windows, NodaTime.LocalDate day, string code) =>
        windows.Button($"[data-slot='{day:yyyy-MM-dd}/{code}'] button");

    public static bool Offers(this DeskPage windows, NodaTime.LocalDate day, string code) =>
        windows.Document.QuerySelector($"[data-slot='{day:yyyy-MM-dd}/{code}'] button") is not null;

    public static Task<DeskPage> HoldAsync(this DeskBrowser browser, DeskPage windows, NodaTime.LocalDate day, string code) =>
        browser.SubmitAsync(windows, windows.Form("[data-desk=windows]"), windows.Choice(day, code));

    public static Task<DeskPage> ConfirmAsync(this DeskBrowser browser, DeskPage held) =>
        browser.SubmitAsync(held, held.Form("form.desk-actions"), held.Button("form.desk-actions button:not([formaction])"));

    public static Task<DeskPage> GiveUpAsync(this DeskBrowser browser, DeskPage held) =>
        browser.SubmitAsync(held, held.Form("form.desk-actions"), held.Button("form.desk-actions button[formaction]"));

    /// <summary>"/jobs/REFERENCE" of a page about a job.</summary>
    public static string JobPath(this DeskPage page) => string.Concat(page.Address.Segments[..3]).TrimEnd('/');
}
