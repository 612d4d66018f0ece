using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Organisations;

/// <summary>Which organisations; all that is given must hold.</summary>
[Cost(FilterCosts.Filter)]
[NullRefused]
public sealed class OrganisationFilterInput : IRowFilter<OrganisationRecord, OrganisationFilterInput>
{
    public IReadOnlyList<OrganisationFilterInput>? And { get; init; }

    public IReadOnlyList<OrganisationFilterInput>? Or { get; init; }

    public IdOperationFilterInput? Id { get; init; }

    public StringOperationFilterInput? Reference { get; init; }

    public StringOperationFilterInput? Name { get; init; }

    public OrganisationKindOperationFilterInput? Kind { get; init; }

    void IRowFilter<OrganisationRecord, OrganisationFilterInput>.Add(Conditions<OrganisationRecord> conditions) => conditions
        .On(Id, NodeKind.Organisation, row => row.Id)
        .On(Reference, row => row.Reference)
        .On(Name, row => row.Name)
        .On(Kind, row => row.Kind);
}

/// <summary>How organisations are sorted; by name when nothing is given.</summary>
[Cost(FilterCosts.Sort)]
public sealed class OrganisationSortInput
{
    static readonly SortField<OrganisationRecord> ById = SortField.Of<OrganisationRecord, int>("id", row => row.Id);
    static readonly SortField<OrganisationRecord> ByName = SortField.Of<OrganisationRecord, string>("name", row => row.Name);
    static readonly SortField<OrganisationRecord> ByReference =
        SortField.Of<OrganisationRecord, string>("reference", row => row.Reference);

    static readonly SortField<OrganisationRecord> ByKind = SortField.Of<OrganisationRecord, int>("kind", row => (int)row.Kind);

    public SortDirection? Name { get; init; }

    public SortDirection? Reference { get; init; }

    /// <summary>Clients together, and contractors.</summary>
    public SortDirection? Kind { get; init; }

    internal static SortOrder<OrganisationRecord> Of(IReadOnlyList<OrganisationSortInput>? order) => SortOrder<OrganisationRecord>.Of(
        (order ?? [new OrganisationSortInput { Name = SortDirection.Asc }])
            .SelectMany(one => new[] { (ByName, one.Name), (ByReference, one.Reference), (ByKind, one.Kind) }),
        (ById, false));
}
