using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Operatives;

public sealed class OperativeQueries
{
    /// <summary>An operative; null when there is none that the caller may see.</summary>
    public Task<OperativeNode?> GetOperativeAsync([ID] string id, [Service] GlobalIds ids, OperativeById loader) =>
        loader.LoadAsync(ids.DecodeSmall(NodeKind.Operative, id));

    public Task<Connection<OperativeNode>> GetOperativesAsync(
        PageArguments page, [Service] PageReader pages, CancellationToken cancellationToken,
        OperativeFilterInput? where = null, IReadOnlyList<OperativeSortInput>? order = null) =>
        pages.ReadAsync(
            RecordKind.Operative,
            context => Conditions<OperativeRecord>.Filter(OperativeSortInput.Read(context.Operatives, order), where, pages.Ids),
            OperativeSortInput.Of(order), page, row => new OperativeNode(row), cancellationToken);
}
