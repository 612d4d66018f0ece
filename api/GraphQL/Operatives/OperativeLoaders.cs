using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Operatives;

public sealed class OperativeById(Records records) : DataLoader<int, OperativeNode>
{
    static readonly CompiledRead<Func<ReadingContext, int[], IAsyncEnumerable<OperativeRecord>>> Rows = new(() => EF.CompileAsyncQuery(
        (ReadingContext context, int[] keys) => context.Operatives.Where(row => keys.Contains(row.Id))));

    protected override async Task<IReadOnlyDictionary<int, OperativeNode>> LoadBatchAsync(
        IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        var rows = await records.ReadByKeysAsync(RecordKind.Operative, context => Rows.On(context)(context, [.. keys]), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => new OperativeNode(row));
    }
}
