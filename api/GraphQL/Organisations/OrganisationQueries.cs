using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Organisations;

public sealed class OrganisationQueries
{
    /// <summary>Who asks.</summary>
    public Viewer GetViewer([Service] Records records) => new(records.Principal);

    /// <summary>An organisation; null when there is none that the caller may see.</summary>
    public Task<OrganisationNode?> GetOrganisationAsync([ID] string id, [Service] GlobalIds ids, OrganisationById loader) =>
        loader.LoadAsync(ids.DecodeSmall(NodeKind.Organisation, id));

    /// <summary>One's own organisation and those that one has contracts with.</summary>
    public Task<Connection<OrganisationNode>> GetOrganisationsAsync(
        PageArguments page, [Service] PageReader pages, CancellationToken cancellationToken,
        OrganisationFilterInput? where = null, IReadOnlyList<OrganisationSortInput>? order = null) =>
        pages.ReadAsync(
            RecordKind.Organisation,
            context => Conditions<OrganisationRecord>.Filter(context.Organisations, where, pages.Ids),
            OrganisationSortInput.Of(order), page, row => new OrganisationNode(row), cancellationToken);
}

/// <summary>Whoever makes the request.</summary>
public sealed class Viewer(Principal principal)
{
    /// <summary>An opaque id; it stands in the record of what was done.</summary>
    public string Subject => principal.Subject;

    public OrganisationKind Kind => principal.Kind;

    public IReadOnlyList<Role> Roles => [.. principal.Roles.Order()];

    public Task<OrganisationNode?> GetOrganisationAsync(OrganisationById loader) => loader.LoadAsync(principal.Organisation.Value);
}
