using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;

namespace OrleansScheduling.Api.GraphQL.Rates;

public sealed class RateByKey(Records records) : DataLoader<RateKey, RateNode>
{
    protected override async Task<IReadOnlyDictionary<RateKey, RateNode>> LoadBatchAsync(
        IReadOnlyList<RateKey> keys, CancellationToken cancellationToken)
    {
        // A batch is of few schedules: what is read too much is a code that two of them share.
        var schedules = keys.Select(key => key.Schedule).Distinct().ToArray();
        var codes = keys.Select(key => key.Code).Distinct().ToArray();
        var rows = await records.ReadByKeysAsync(
            RecordKind.Rate,
            context => context.Rates.Where(row => schedules.Contains(row.Schedule) && codes.Contains(row.Code)).AsAsyncEnumerable(),
            cancellationToken, plannedAnew: true);
        return rows.ToDictionary(row => new RateKey(row.Schedule, row.Code), row => new RateNode(row));
    }
}
