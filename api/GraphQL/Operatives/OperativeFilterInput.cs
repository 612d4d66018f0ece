using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Operatives;

/// <summary>Which operatives; all that is given must hold.</summary>
[Cost(FilterCosts.Filter)]
[NullRefused]
public sealed class OperativeFilterInput : IRowFilter<OperativeRecord, OperativeFilterInput>
{
    public IReadOnlyList<OperativeFilterInput>? And { get; init; }

    public IReadOnlyList<OperativeFilterInput>? Or { get; init; }

    public IdOperationFilterInput? Id { get; init; }

    public StringOperationFilterInput? Reference { get; init; }

    public StringOperationFilterInput? Name { get; init; }

    public StringOperationFilterInput? HomePatch { get; init; }

    /// <summary>The home patch and those in which the operative helps out.</summary>
    public ListStringOperationFilterInput? Patches { get; init; }

    public ListStringOperationFilterInput? Trades { get; init; }

    public ListStringOperationFilterInput? Skills { get; init; }

    public IdOperationFilterInput? DedicatedTo { get; init; }

    /// <summary>A contract that the operative is cleared for, however long ago the clearance ended.</summary>
    [OrleansScheduling.GraphQL.Building.ID]
    public string? ClearedFor { get; init; }

    public IntOperationFilterInput? PacePercent { get; init; }

    void IRowFilter<OperativeRecord, OperativeFilterInput>.Add(Conditions<OperativeRecord> conditions)
    {
        conditions
            .On(Id, NodeKind.Operative, row => row.Id)
            .On(Reference, row => row.Reference)
            .On(Name, row => row.Name)
            .On(HomePatch, row => row.HomePatch)
            .On(Patches, row => row.Patches!, patch => patch.Patch)
            .On(Trades, row => row.Trades!, trade => trade.Trade)
            .On(Skills, row => row.Skills!, skill => skill.Skill)
            .On(DedicatedTo, NodeKind.Contract, row => (int?)row.DedicatedContract!.Id)
            .On(PacePercent, row => (int)row.PacePercent);
        if (ClearedFor is null) return;
        var contract = conditions.Ids.DecodeSmall(NodeKind.Contract, ClearedFor);
        conditions.On(row => row.Clearances!.Any(clearance => clearance.ContractId == contract));
    }
}

/// <summary>How operatives are sorted; by name when nothing is given.</summary>
[Cost(FilterCosts.Sort)]
public sealed class OperativeSortInput
{
    static readonly SortField<OperativeRecord> ById = SortField.Of<OperativeRecord, int>("id", row => row.Id);
    static readonly SortField<OperativeRecord> ByReference = SortField.Of<OperativeRecord, string>("reference", row => row.Reference);
    static readonly SortField<OperativeRecord> ByName = SortField.Of<OperativeRecord, string>("name", row => row.Name);
    static readonly SortField<OperativeRecord> ByHomePatch = SortField.Of<OperativeRecord, string>("homePatch", row => row.HomePatch);
    static readonly SortField<OperativeRecord> ByPace = SortField.Of<OperativeRecord, int>("pacePercent", row => row.PacePercent);

    /// <summary>By the contract as the caller sees it: operatives of one that is hidden stand among those whom contracts share.</summary>
    static readonly SortField<OperativeRecord> ByDedication = SortField.Of<OperativeRecord, int>(
        "dedicatedTo", row => row.DedicatedContract == null ? int.MaxValue : row.DedicatedContract.Id);

    public SortDirection? Name { get; init; }

    public SortDirection? Reference { get; init; }

    public SortDirection? HomePatch { get; init; }

    public SortDirection? PacePercent { get; init; }

    /// <summary>Operatives of one contract together; those whom contracts share come last.</summary>
    public SortDirection? DedicatedTo { get; init; }

    /// <summary>Reads what the order and its cursors look at beyond the operatives' own rows.</summary>
    internal static IQueryable<OperativeRecord> Read(IQueryable<OperativeRecord> rows, IReadOnlyList<OperativeSortInput>? order) =>
        order?.Any(one => one.DedicatedTo is not null) == true ? rows.Include(row => row.DedicatedContract) : rows;

    internal static SortOrder<OperativeRecord> Of(IReadOnlyList<OperativeSortInput>? order) => SortOrder<OperativeRecord>.Of(
        (order ?? [new OperativeSortInput { Name = SortDirection.Asc }]).SelectMany(one => new[]
        {
            (ByName, one.Name), (ByReference, one.Reference), (ByHomePatch, one.HomePatch), (ByPace, one.PacePercent),
            (ByDedication, one.DedicatedTo),
        }),
        (ById, false));
}
