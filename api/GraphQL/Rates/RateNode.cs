using System.Diagnostics.CodeAnalysis;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Rates;

/// <summary>One item of a schedule of rates (SOR): a piece of work with a price list's code, and what it takes to do it.</summary>
[GraphQLName("Rate")]
public sealed class RateNode(RateRecord row) : INode
{
    const string Prefix = "rate ";

    [ID]
    public string GetId([Service] GlobalIds ids) => ids.Seal($"{Prefix}{row.Code} {row.Schedule}");

    /// <summary>The schedule that the item stands in; a contract names the schedule that it works to.</summary>
    public string Schedule => row.Schedule;

    public string Code => row.Code;

    public string Description => row.Description;

    /// <summary>What a tenant would call it.</summary>
    public string PlainName => row.PlainName;

    public string Trade => row.Trade;

    public IReadOnlyList<SkillNeed> Skills => [.. row.Skills.Select(skill => new SkillNeed(skill.Skill.Value, skill.Level))];

    /// <summary>On-site time of one visit at standard pace.</summary>
    public int StandardMinutes => row.StandardMinutes;

    /// <summary>People on site at the same time.</summary>
    public int OperativesNeeded => row.OperativesNeeded;

    public int VisitsNeeded => row.VisitsNeeded;

    /// <summary>Days that must pass from one visit to the next.</summary>
    public int GapDays => row.GapDays;

    /// <summary>Attended at once.</summary>
    public bool Emergency => row.Emergency;

    /// <summary>Codes have no spaces.</summary>
    internal static bool TryRead(GlobalIds ids, string id, [NotNullWhen(true)] out RateKey? key)
    {
        key = null;
        if (!ids.TryOpen(id, out var text) || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var space = text.IndexOf(' ', Prefix.Length);
        if (space < 0) return false;
        key = new RateKey(text[(space + 1)..], text[Prefix.Length..space]);
        return true;
    }
}

/// <summary>A skill that work needs, and how good at it somebody must be.</summary>
/// <param name="Level">1 (basic) to 5 (expert).</param>
public sealed record SkillNeed(string Skill, int Level);

/// <summary>What finds a rate.</summary>
public sealed record RateKey(string Schedule, string Code);
