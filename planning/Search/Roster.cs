using System.Collections.Concurrent;
using System.Collections.Immutable;
using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Planning.Search;

/// <summary>What a search reads: replaced by another when an operative's profile changes or the days roll on.</summary>
internal sealed class Roster(GapSlab slab, ImmutableArray<OperativeDays> operatives, LocalDate firstDay)
{
    /// <summary>Kinds of work whose people are remembered; when there are more, it starts again with none.</summary>
    const int MaxRemembered = 512;

    readonly ConcurrentDictionary<Kind, Eligibility> remembered = new();

    public GapSlab Slab => slab;

    public ImmutableArray<OperativeDays> Operatives => operatives;

    public LocalDate FirstDay => firstDay;

    /// <summary>Who may do a need under a contract in a patch.</summary>
    public Eligibility Eligible(VisitNeed need, Contract contract, PatchCode patch)
    {
        var skills = need.Skills.Count == 0 ? "" : string.Join(' ', need.Skills);
        var kind = new Kind(need.Trade, skills, contract.Id, contract.Trades.Contains(need.Trade), patch);
        if (remembered.TryGetValue(kind, out var known)) return known;
        if (remembered.Count >= MaxRemembered) remembered.Clear();
        return remembered.GetOrAdd(kind, new Eligibility(this, need, contract, patch));
    }

    /// <summary>Everything that decides who may do a piece of work.</summary>
    readonly record struct Kind(TradeCode Trade, string Skills, ContractId Contract, bool IsCovered, PatchCode Patch);
}
