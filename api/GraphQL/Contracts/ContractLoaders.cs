using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Contracts;

public sealed class ContractById(Records records) : DataLoader<int, ContractNode>
{
    static readonly CompiledRead<Func<ReadingContext, int[], IAsyncEnumerable<ContractRecord>>> Rows = new(() => EF.CompileAsyncQuery(
        (ReadingContext context, int[] keys) => context.Contracts.Where(row => keys.Contains(row.Id))));

    protected override async Task<IReadOnlyDictionary<int, ContractNode>> LoadBatchAsync(
        IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        var rows = await records.ReadByKeysAsync(RecordKind.Contract, context => Rows.On(context)(context, [.. keys]), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => new ContractNode(row));
    }
}
