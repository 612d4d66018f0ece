using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.Api.GraphQL.Properties;

public sealed class PropertyById(Records records) : DataLoader<int, PropertyNode>
{
    protected override async Task<IReadOnlyDictionary<int, PropertyNode>> LoadBatchAsync(
        IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        await using var context = records.TryOpen(RecordKind.Property);
        if (context is null) return new Dictionary<int, PropertyNode>();
        return await context.Properties.Where(row => keys.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => new PropertyNode(row), cancellationToken);
    }
}
