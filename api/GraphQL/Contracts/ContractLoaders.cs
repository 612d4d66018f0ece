using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.Api.GraphQL.Contracts;

public sealed class ContractById(Records records) : DataLoader<int, ContractNode>
{
    protected override async Task<IReadOnlyDictionary<int, ContractNode>> LoadBatchAsync(
        IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        await using var context = records.TryOpen(RecordKind.Contract);
        if (context is null) return new Dictionary<int, ContractNode>();
        return await context.Contracts.Where(row => keys.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => new ContractNode(row), cancellationToken);
    }
}
