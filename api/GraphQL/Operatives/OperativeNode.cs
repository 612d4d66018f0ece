using OrleansScheduling.Api.GraphQL.Contracts;
using OrleansScheduling.Api.GraphQL.Organisations;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Operatives;

/// <summary>A person who carries out visits.</summary>
[GraphQLName("Operative")]
public sealed class OperativeNode(OperativeRecord row) : INode
{
    internal OperativeRecord Row => row;

    [ID]
    public string GetId([Service] GlobalIds ids) => ids.Encode(NodeKind.Operative, row.Id);

    public string Reference => row.Reference;

    public string Name => row.Name;

    public Task<OrganisationNode?> GetContractorAsync(OrganisationById loader) => loader.LoadAsync(row.ContractorId);

    public IReadOnlyList<string> Trades => [.. row.Whole.Trades.Select(trade => trade.Value)];

    [ListSize(5)]
    public IReadOnlyList<SkillNode> Skills => [.. row.Whole.Skills.Select(skill => new SkillNode(skill))];

    /// <summary>The contracts that the operative may work on.</summary>
    [ListSize(3)]
    public IReadOnlyList<ClearanceNode> GetClearances([Service] Records records) =>
        [.. row.Whole.Clearances.Where(clearance => records.Scope.Contracts.Contains(clearance.Contract))
            .Select(clearance => new ClearanceNode(clearance))];

    /// <summary>The one contract that the operative works for; null when shared between all of the clearances.</summary>
    public async Task<ContractNode?> GetDedicatedToAsync(ContractById loader) =>
        row.DedicatedTo is { } only ? await loader.LoadAsync(only) : null;

    /// <summary>The patch where the operative normally works.</summary>
    public string HomePatch => row.HomePatch;

    /// <summary>Further patches that the operative may be sent to.</summary>
    public IReadOnlyList<string> HelpsOutIn => [.. row.Whole.HelpsOutIn.Select(patch => patch.Value)];

    /// <summary>Where the working day starts: home or depot.</summary>
    public Location StartPlace => Location.Of(row.Whole.StartPlace);

    /// <summary>Where it ends; the way there is part of the day.</summary>
    public Location EndPlace => Location.Of(row.Whole.EndPlace);

    /// <summary>Time taken in per cent of standard minutes: 120 is a fifth slower.</summary>
    public int PacePercent => row.PacePercent;

    /// <summary>When the operative works.</summary>
    public WorkingTimeNode WorkingTime => new(row.Whole.WorkingTime);
}

/// <summary>A skill that somebody has.</summary>
[GraphQLName("Skill")]
public sealed class SkillNode(Skill skill)
{
    public string Code => skill.Code.Value;

    /// <summary>1 (basic) to 5 (expert).</summary>
    public int Level => skill.Level;

    /// <summary>The certificate's last day, itself included; null: no expiry.</summary>
    public DateOnly? LastValidDay => Bcl.Of(skill.LastValidDay);
}

/// <summary>Permission to work on a contract.</summary>
[GraphQLName("Clearance")]
public sealed class ClearanceNode(Clearance clearance)
{
    public Task<ContractNode?> GetContractAsync(ContractById loader) => loader.LoadAsync(clearance.Contract.Value);

    /// <summary>The last day on which it counts, itself included; null: no expiry.</summary>
    public DateOnly? LastValidDay => Bcl.Of(clearance.LastValidDay);
}
