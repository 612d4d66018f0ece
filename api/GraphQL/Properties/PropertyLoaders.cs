using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Properties;

public sealed class PropertyById(Records records) : DataLoader<int, PropertyNode>
{
    static readonly CompiledRead<Func<ReadingContext, int[], IAsyncEnumerable<PropertyRecord>>> Rows = new(() => EF.CompileAsyncQuery(
        (ReadingContext context, int[] keys) => context.Properties.Where(row => keys.Contains(row.Id))));

    /// <summary>
    /// A contractor may serve hundreds of patches. PostgreSQL looks them up by hash only in a plan that knows them; a plan for all scopes
    /// compares each property's patch with each of them, which is cheaper than planning anew up to here.
    /// </summary>
    const int ComparedPatchesMax = 100;

    protected override async Task<IReadOnlyDictionary<int, PropertyNode>> LoadBatchAsync(
        IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        var rows = await records.ReadByKeysAsync(
            RecordKind.Property, context => Rows.On(context)(context, [.. keys]), cancellationToken,
            plannedAnew: records.Scope.Served.Count > ComparedPatchesMax);
        return rows.ToDictionary(row => row.Id, row => new PropertyNode(row));
    }
}
