using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.Api.GraphQL.Jobs;

public sealed class JobById(Records records) : DataLoader<long, JobNode>
{
    protected override async Task<IReadOnlyDictionary<long, JobNode>> LoadBatchAsync(
        IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        await using var context = records.TryOpen(RecordKind.Job);
        if (context is null) return new Dictionary<long, JobNode>();
        return await context.Jobs.Where(row => keys.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => new JobNode(row), cancellationToken);
    }
}
