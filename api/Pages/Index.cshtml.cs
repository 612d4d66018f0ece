using Microsoft.AspNetCore.Mvc;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Pages;

/// <summary>
/// Finds a property. The text is sent as a form and remembered in the sealed cookie, so that no address stands in a URL.
/// </summary>
[Needs(AccessAction.Read, RecordKind.Property)]
public sealed class IndexModel(DeskDirectory directory, IRegistryStore store) : DeskPageModel(directory)
{
    /// <summary>Most properties that are listed; a longer list asks for more words.</summary>
    public const int MaxFound = 50;

    const int MinLength = 2;

    [BindProperty]
    public string? Text { get; set; }

    public IReadOnlyList<Property> Found { get; private set; } = [];

    public bool HasSearched { get; private set; }

    public bool HasMore { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Directory.Scope.OwnOnly && OwnPage() is { } own) return Redirect(own);
        Text = Session.Find;
        if (Text.Length >= MinLength) await SearchAsync(Text, cancellationToken);
        return Page();
    }

    /// <summary>Where those start who see only what is their own: at home, or at the day's work.</summary>
    string? OwnPage() => Directory.Scope.Principal.Home is { } home ? $"/properties/{home}"
        : Directory.Scope.Principal.Operative is not null && May(AccessAction.Read, RecordKind.Diary) ? "/board"
        : null;

    public IActionResult OnPost()
    {
        var text = (Text ?? "").Trim();
        if (JobId.TryParse(text, out var job)) return Redirect($"/jobs/{job}");
        if (text.Length < MinLength) Errors.Add(new DeskError("text", "Enter a postcode, part of an address, or a reference"));
        else if (text.Length > DeskSession.MaxFind) Errors.Add(new DeskError("text", $"Enter at most {DeskSession.MaxFind} characters"));
        if (Errors.Count > 0) return Page();
        (Session with { Find = text }).Write(HttpContext);
        return Redirect("/");
    }

    /// <summary>An empty page again, for the next caller.</summary>
    public IActionResult OnPostClear()
    {
        (Session with { Find = "" }).Write(HttpContext);
        return Redirect("/");
    }

    async Task SearchAsync(string text, CancellationToken cancellationToken)
    {
        var found = await store.SearchPropertiesAsync(Directory.AreasOf(Session), text, MaxFound + 1, cancellationToken);
        HasSearched = true;
        HasMore = found.Count > MaxFound;
        Found = HasMore ? [.. found.Take(MaxFound)] : found;
    }
}
