using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.Api.GraphQL.Visits;

public sealed class VisitsByJob(Records records) : DataLoader<long, IReadOnlyList<VisitNode>>
{
    protected override async Task<IReadOnlyDictionary<long, IReadOnlyList<VisitNode>>> LoadBatchAsync(
        IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        await using var context = records.TryOpen(RecordKind.Appointment);
        if (context is null) return new Dictionary<long, IReadOnlyList<VisitNode>>();
        var rows = await context.Visits.Where(row => keys.Contains(row.JobId))
            .OrderBy(row => row.Starts).ThenBy(row => row.Number).ToListAsync(cancellationToken);
        return rows.GroupBy(row => row.JobId).ToDictionary(
            group => group.Key, group => (IReadOnlyList<VisitNode>)[.. group.Select(row => new VisitNode(row))]);
    }
}

public sealed class VisitByKey(Records records) : DataLoader<(long Job, int Number), VisitNode>
{
    protected override async Task<IReadOnlyDictionary<(long Job, int Number), VisitNode>> LoadBatchAsync(
        IReadOnlyList<(long Job, int Number)> keys, CancellationToken cancellationToken)
    {
        await using var context = records.TryOpen(RecordKind.Appointment);
        if (context is null) return new Dictionary<(long, int), VisitNode>();
        // A job has a dozen visits at most: those that were not asked for are few.
        var jobs = keys.Select(key => key.Job).Distinct().ToArray();
        return await context.Visits.Where(row => jobs.Contains(row.JobId))
            .ToDictionaryAsync(row => (row.JobId, row.Number), row => new VisitNode(row), cancellationToken);
    }
}
