using OrleansScheduling.Api.GraphQL.Organisations;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Properties;

/// <summary>A place where work is done: a home, a communal area, a site.</summary>
[GraphQLName("Property")]
public sealed class PropertyNode(PropertyRecord row) : INode
{
    internal int Key => row.Id;

    [ID]
    public string GetId([Service] GlobalIds ids) => ids.Encode(NodeKind.Property, row.Id);

    /// <summary>The client's own reference, often its UPRN.</summary>
    public string Reference => row.Reference;

    public PropertyKind Kind => row.Kind;

    public Task<OrganisationNode?> GetClientAsync(OrganisationById loader) => loader.LoadAsync(row.ClientId);

    public string AddressLine1 => row.AddressLine1;

    public string AddressLine2 => row.AddressLine2;

    public string Postcode => row.Postcode;

    /// <summary>The whole address on one line.</summary>
    public string Address => row.AddressLine2.Length == 0
        ? $"{row.AddressLine1}, {row.Postcode}"
        : $"{row.AddressLine1}, {row.AddressLine2}, {row.Postcode}";

    public Location Location => new(row.LatitudeDegrees, row.LongitudeDegrees);

    /// <summary>The patch that it lies in.</summary>
    public string Patch => row.Patch;
}
