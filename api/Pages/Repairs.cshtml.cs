using Microsoft.AspNetCore.Mvc;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Api.Desk;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;

namespace OrleansScheduling.Api.Pages;

/// <summary>Picks what is to be done, by plain-English names.</summary>
[Needs(AccessAction.Read, RecordKind.Window)]
public sealed class RepairsModel(DeskDirectory directory, Drafts drafts, IServiceProvider services) : DeskPageModel(directory)
{
    /// <summary>How many of the most used repairs stand first.</summary>
    public const int MaxOften = 8;

    const int MaxText = 60;

    readonly RepairUse use = services.GetRequiredService<RepairUse>();

    /// <summary>The codes chosen so far.</summary>
    [BindProperty(SupportsGet = true, Name = "lines")]
    public List<string> Lines { get; set; } = [];

    /// <summary>Words that the list is narrowed down by.</summary>
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Text { get; set; }

    /// <summary>The button that was pressed: narrow the list down, or go on.</summary>
    [BindProperty(SupportsGet = true, Name = "go")]
    public string? Go { get; set; }

    /// <summary>Which new repair this is: it begins here.</summary>
    [BindProperty(SupportsGet = true, Name = "draft")]
    public string? Draft { get; set; }

    public Property Property { get; private set; } = null!;

    public IReadOnlyList<SorItem> Chosen { get; private set; } = [];

    public IReadOnlyList<SorItem> Often { get; private set; } = [];

    public IReadOnlyList<IGrouping<string, SorItem>> ByTrade { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken cancellationToken)
    {
        if (await Directory.FindPropertyAsync(id, cancellationToken) is not { } property) return NothingHere();
        var contracts = Directory.ContractsFor(property, Session);
        if (contracts.Count == 0) return Redirect($"/properties/{id}");
        Property = property;
        if (drafts.Open(Access.Required().Subject, Draft) is null)
            return Redirect(ThisPageWith("draft", drafts.Begin(Access.Required().Subject, TodayIn(contracts[0]))));

        var all = contracts.SelectMany(Directory.RepairsOf).DistinctBy(item => item.Code).ToList();
        Chosen = [.. all.Where(item => Lines.Contains(item.Code.Value))];
        if (Go == "windows" && ContractForChosen(contracts) is { } contract)
            return Redirect($"/properties/{id}/windows?contract={contract.Id}{LinesQuery()}&draft={Draft}");
        List(all, contracts);
        return Page();
    }

    /// <summary>The contract that covers all that was chosen: the call handler need not know which it is.</summary>
    Contract? ContractForChosen(IReadOnlyList<Contract> contracts)
    {
        if (Chosen.Count == 0)
        {
            Errors.Add(new DeskError("repairs", "Choose at least one repair"));
            return null;
        }

        if (Chosen.Count > JobRequirement.MaxLines)
        {
            Errors.Add(new DeskError("repairs", $"Choose at most {JobRequirement.MaxLines} repairs; the rest can be another job"));
            return null;
        }

        foreach (var contract in contracts)
        {
            if (Chosen.All(Directory.RepairsOf(contract).Contains)) return contract;
        }

        Errors.Add(new DeskError("repairs", "No one contractor does all of these here. Choose fewer, and book the rest as another job"));
        return null;
    }

    void List(IReadOnlyList<SorItem> all, IReadOnlyList<Contract> contracts)
    {
        var words = (Text ?? "").Trim();
        if (words.Length > MaxText) words = words[..MaxText];
        Text = words;
        var matching = all.Where(item => !Chosen.Contains(item) && Matches(item, words));
        var byUse = matching.OrderByDescending(item => use.Of(contracts, item.Code))
            .ThenBy(item => item.PlainName, StringComparer.Ordinal).ToList();
        if (words.Length == 0) Often = [.. byUse.Where(item => use.Of(contracts, item.Code) > 0).Take(MaxOften)];
        ByTrade = [.. byUse.Where(item => !Often.Contains(item))
            .GroupBy(item => TradeName(item.Trade.Value)).OrderBy(group => group.Key, StringComparer.Ordinal)];
    }

    static bool Matches(SorItem item, string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
        item.PlainName.Contains(word, StringComparison.OrdinalIgnoreCase)
        || item.Description.Contains(word, StringComparison.OrdinalIgnoreCase)
        || item.Code.Value.Contains(word, StringComparison.OrdinalIgnoreCase));

    string LinesQuery() => string.Concat(Chosen.Select(item => $"&lines={Uri.EscapeDataString(item.Code.Value)}"));

    /// <summary>"PLUMBER" as people write it: "Plumber".</summary>
    public static string TradeName(string code)
    {
        var words = code.Replace('-', ' ').Replace('_', ' ').ToLowerInvariant();
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    public static string Effort(SorItem item)
    {
        var minutes = item.StandardMinutes;
        var length = minutes < 60 ? $"{minutes} minutes"
            : minutes % 60 == 0 ? TimeWords.Count(minutes / 60, "hour", "hours")
            : $"{minutes / 60} h {minutes % 60} min";
        if (item.OperativesNeeded > 1) length += $", {item.OperativesNeeded} people";
        if (item.VisitsNeeded > 1) length += $", {item.VisitsNeeded} visits";
        return length;
    }
}
