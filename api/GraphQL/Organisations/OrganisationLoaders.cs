using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Organisations;

public sealed class OrganisationById(Records records) : DataLoader<int, OrganisationNode>
{
    static readonly CompiledRead<Func<ReadingContext, int[], IAsyncEnumerable<OrganisationRecord>>> Rows = new(() => EF.CompileAsyncQuery(
        (ReadingContext context, int[] keys) => context.Organisations.Where(row => keys.Contains(row.Id))));

    protected override async Task<IReadOnlyDictionary<int, OrganisationNode>> LoadBatchAsync(
        IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        var rows = await records.ReadByKeysAsync(
            RecordKind.Organisation, context => Rows.On(context)(context, [.. keys]), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => new OrganisationNode(row));
    }
}

public sealed class BankHolidaysByOrganisation(Records records) : DataLoader<int, IReadOnlyList<BankHoliday>>
{
    protected override async Task<IReadOnlyDictionary<int, IReadOnlyList<BankHoliday>>> LoadBatchAsync(
        IReadOnlyList<int> keys, CancellationToken cancellationToken)
    {
        var rows = await records.ReadByKeysAsync(
            RecordKind.Organisation,
            context => context.BankHolidays.Where(row => keys.Contains(row.OrganisationId)).OrderBy(row => row.Day).AsAsyncEnumerable(),
            cancellationToken, plannedAnew: true);
        return rows.GroupBy(row => row.OrganisationId).ToDictionary(
            group => group.Key, group => (IReadOnlyList<BankHoliday>)[.. group.Select(row => new BankHoliday(row.Day, row.Name))]);
    }
}
