using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Contracts;

/// <summary>Which contracts; all that is given must hold.</summary>
[Cost(FilterCosts.Filter)]
[NullRefused]
public sealed class ContractFilterInput : IRowFilter<ContractRecord, ContractFilterInput>
{
    public IReadOnlyList<ContractFilterInput>? And { get; init; }

    public IReadOnlyList<ContractFilterInput>? Or { get; init; }

    public IdOperationFilterInput? Id { get; init; }

    public StringOperationFilterInput? Reference { get; init; }

    public StringOperationFilterInput? Name { get; init; }

    public IdOperationFilterInput? Client { get; init; }

    public IdOperationFilterInput? Contractor { get; init; }

    public DateOperationFilterInput? FirstDay { get; init; }

    public DateOperationFilterInput? LastDay { get; init; }

    public StringOperationFilterInput? Schedule { get; init; }

    public ListStringOperationFilterInput? Patches { get; init; }

    public ListStringOperationFilterInput? Trades { get; init; }

    void IRowFilter<ContractRecord, ContractFilterInput>.Add(Conditions<ContractRecord> conditions) => conditions
        .On(Id, NodeKind.Contract, row => row.Id)
        .On(Reference, row => row.Reference)
        .On(Name, row => row.Name)
        .On(Client, NodeKind.Organisation, row => row.ClientId)
        .On(Contractor, NodeKind.Organisation, row => row.ContractorId)
        .On(FirstDay, row => row.FirstDay)
        .On(LastDay, row => row.LastDay)
        .On(Schedule, row => row.Schedule)
        .On(Patches, row => row.Patches!, patch => patch.Patch)
        .On(Trades, row => row.Trades!, trade => trade.Trade);
}

/// <summary>How contracts are sorted; by reference when nothing is given.</summary>
[Cost(FilterCosts.Sort)]
public sealed class ContractSortInput
{
    static readonly SortField<ContractRecord> ById = SortField.Of<ContractRecord, int>("id", row => row.Id);
    static readonly SortField<ContractRecord> ByReference = SortField.Of<ContractRecord, string>("reference", row => row.Reference);
    static readonly SortField<ContractRecord> ByName = SortField.Of<ContractRecord, string>("name", row => row.Name);
    static readonly SortField<ContractRecord> ByFirstDay = SortField.Of<ContractRecord, DateOnly>("firstDay", row => row.FirstDay);
    static readonly SortField<ContractRecord> ByLastDay =
        SortField.Of<ContractRecord, DateOnly>("lastDay", row => row.LastDay ?? DateOnly.MaxValue);

    static readonly SortField<ContractRecord> ByClient = SortField.Of<ContractRecord, int>("client", row => row.ClientId);
    static readonly SortField<ContractRecord> ByContractor = SortField.Of<ContractRecord, int>("contractor", row => row.ContractorId);
    static readonly SortField<ContractRecord> BySchedule = SortField.Of<ContractRecord, string>("schedule", row => row.Schedule);

    public SortDirection? Reference { get; init; }

    public SortDirection? Name { get; init; }

    public SortDirection? FirstDay { get; init; }

    /// <summary>No end comes after every end.</summary>
    public SortDirection? LastDay { get; init; }

    /// <summary>Contracts of one client together.</summary>
    public SortDirection? Client { get; init; }

    /// <summary>Contracts of one contractor together.</summary>
    public SortDirection? Contractor { get; init; }

    public SortDirection? Schedule { get; init; }

    internal static SortOrder<ContractRecord> Of(IReadOnlyList<ContractSortInput>? order) => SortOrder<ContractRecord>.Of(
        (order ?? [new ContractSortInput { Reference = SortDirection.Asc }]).SelectMany(one => new[]
        {
            (ByReference, one.Reference), (ByName, one.Name), (ByFirstDay, one.FirstDay), (ByLastDay, one.LastDay),
            (ByClient, one.Client), (ByContractor, one.Contractor), (BySchedule, one.Schedule),
        }),
        (ById, false));
}
