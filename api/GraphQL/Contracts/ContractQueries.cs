using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Contracts;

public sealed class ContractQueries
{
    /// <summary>A contract; null when there is none that the caller may see.</summary>
    public Task<ContractNode?> GetContractAsync([ID] string id, [Service] GlobalIds ids, ContractById loader) =>
        loader.LoadAsync(ids.DecodeSmall(NodeKind.Contract, id));

    public Task<Connection<ContractNode>> GetContractsAsync(
        PageArguments page, [Service] PageReader pages, CancellationToken cancellationToken,
        ContractFilterInput? where = null, IReadOnlyList<ContractSortInput>? order = null) =>
        pages.ReadAsync(
            RecordKind.Contract,
            context => Conditions<ContractRecord>.Filter(context.Contracts, where, pages.Ids),
            ContractSortInput.Of(order), page, row => new ContractNode(row), cancellationToken);
}
