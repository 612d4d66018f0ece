using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Properties;

public sealed class PropertyById(Records records) : DataLoader<int, PropertyNode>
{
    static readonly CompiledRead<Func<ReadingContext, int[], IAsyncEnumerable<PropertyRecord>>> Rows = new(() => EF.CompileAsyncQuery(
        (ReadingContext context, int[] keys) => context.Properties.Where(row => keys.Contains(row.Id))));

    protected override async Task<IReadOnlyDictionary<int, PropertyNode>> LoadBatchAsync(
        IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        // Not by keys: the patches that the scope serves may be hundreds, and are looked up by hash only in a plan that knows them.
        var rows = await records.ReadAsync(RecordKind.Property, context => Rows.On(context)(context, [.. keys]), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => new PropertyNode(row));
    }
}
