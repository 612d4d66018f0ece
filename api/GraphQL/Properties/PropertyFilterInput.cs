using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Properties;

/// <summary>Which properties; all that is given must hold.</summary>
[Cost(FilterCosts.Filter)]
[NullRefused]
public sealed class PropertyFilterInput : IRowFilter<PropertyRecord, PropertyFilterInput>
{
    public IReadOnlyList<PropertyFilterInput>? And { get; init; }

    public IReadOnlyList<PropertyFilterInput>? Or { get; init; }

    public IdOperationFilterInput? Id { get; init; }

    public IdOperationFilterInput? Client { get; init; }

    public StringOperationFilterInput? Reference { get; init; }

    public PropertyKindOperationFilterInput? Kind { get; init; }

    public StringOperationFilterInput? AddressLine1 { get; init; }

    public StringOperationFilterInput? AddressLine2 { get; init; }

    public StringOperationFilterInput? Postcode { get; init; }

    public StringOperationFilterInput? Patch { get; init; }

    public FloatOperationFilterInput? Latitude { get; init; }

    public FloatOperationFilterInput? Longitude { get; init; }

    void IRowFilter<PropertyRecord, PropertyFilterInput>.Add(Conditions<PropertyRecord> conditions) => conditions
        .On(Id, NodeKind.Property, row => row.Id)
        .On(Client, NodeKind.Organisation, row => row.ClientId)
        .On(Reference, row => row.Reference)
        .On(Kind, row => row.Kind)
        .On(AddressLine1, row => row.AddressLine1)
        .On(AddressLine2, row => row.AddressLine2)
        .On(Postcode, row => row.Postcode)
        .On(Patch, row => row.Patch)
        .On(Latitude, row => row.LatitudeDegrees)
        .On(Longitude, row => row.LongitudeDegrees);
}

/// <summary>How properties are sorted; by postcode and address when nothing is given.</summary>
[Cost(FilterCosts.Sort)]
public sealed class PropertySortInput
{
    static readonly SortField<PropertyRecord> ById = SortField.Of<PropertyRecord, int>("id", row => row.Id);
    static readonly SortField<PropertyRecord> ByReference = SortField.Of<PropertyRecord, string>("reference", row => row.Reference);
    static readonly SortField<PropertyRecord> ByPostcode = SortField.Of<PropertyRecord, string>("postcode", row => row.PostcodeKey);
    static readonly SortField<PropertyRecord> ByLine1 = SortField.Of<PropertyRecord, string>("addressLine1", row => row.AddressLine1);
    static readonly SortField<PropertyRecord> ByPatch = SortField.Of<PropertyRecord, string>("patch", row => row.Patch);

    static readonly SortField<PropertyRecord> ByLine2 = SortField.Of<PropertyRecord, string>("addressLine2", row => row.AddressLine2);
    static readonly SortField<PropertyRecord> ByClient = SortField.Of<PropertyRecord, int>("client", row => row.ClientId);
    static readonly SortField<PropertyRecord> ByKind = SortField.Of<PropertyRecord, int>("kind", row => (int)row.Kind);

    public SortDirection? Reference { get; init; }

    public SortDirection? Postcode { get; init; }

    public SortDirection? AddressLine1 { get; init; }

    public SortDirection? AddressLine2 { get; init; }

    public SortDirection? Patch { get; init; }

    /// <summary>Properties of one client together.</summary>
    public SortDirection? Client { get; init; }

    /// <summary>Properties of one kind together.</summary>
    public SortDirection? Kind { get; init; }

    internal static SortOrder<PropertyRecord> Of(IReadOnlyList<PropertySortInput>? order) => SortOrder<PropertyRecord>.Of(
        (order ?? [new PropertySortInput { Postcode = SortDirection.Asc, AddressLine1 = SortDirection.Asc }]).SelectMany(one => new[]
        {
            (ByReference, one.Reference), (ByPostcode, one.Postcode), (ByLine1, one.AddressLine1), (ByPatch, one.Patch),
            (ByLine2, one.AddressLine2), (ByClient, one.Client), (ByKind, one.Kind),
        }),
        (ById, false));
}
