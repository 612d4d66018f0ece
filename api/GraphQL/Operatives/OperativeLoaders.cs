using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.Api.GraphQL.Operatives;

public sealed class OperativeById(Records records) : DataLoader<int, OperativeNode>
{
    protected override async Task<IReadOnlyDictionary<int, OperativeNode>> LoadBatchAsync(
        IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        await using var context = records.TryOpen(RecordKind.Operative);
        if (context is null) return new Dictionary<int, OperativeNode>();
        return await context.Operatives.Where(row => keys.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => new OperativeNode(row), cancellationToken);
    }
}
