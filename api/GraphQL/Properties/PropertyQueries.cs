using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Properties;

public sealed class PropertyQueries
{
    /// <summary>A property; null when there is none that the caller may see.</summary>
    public Task<PropertyNode?> GetPropertyAsync([ID] string id, [Service] GlobalIds ids, PropertyById loader) =>
        loader.LoadAsync(ids.DecodeSmall(NodeKind.Property, id));

    /// <param name="search">
    /// The beginning of a postcode, the beginnings of words of the address, or the whole reference: what a person types.
    /// </param>
    public Task<Connection<PropertyNode>> GetPropertiesAsync(
        PageArguments page, [Service] PageReader pages, CancellationToken cancellationToken, string? search = null,
        PropertyFilterInput? where = null, IReadOnlyList<PropertySortInput>? order = null) =>
        pages.ReadAsync(
            RecordKind.Property,
            context => Conditions<PropertyRecord>.Filter(
                search is null ? context.Properties : context.FindProperties(search), where, pages.Ids),
            PropertySortInput.Of(order), page, row => new PropertyNode(row), cancellationToken);
}
