using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Jobs;

public sealed class JobById(Records records) : DataLoader<long, JobNode>
{
    static readonly CompiledRead<Func<ReadingContext, long[], IAsyncEnumerable<JobRecord>>> Rows = new(() => EF.CompileAsyncQuery(
        (ReadingContext context, long[] keys) => context.Jobs.Where(row => keys.Contains(row.Id)).Select(JobRows.Recorded)));

    protected override async Task<IReadOnlyDictionary<long, JobNode>> LoadBatchAsync(
        IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        var rows = await records.ReadByKeysAsync(RecordKind.Job, context => Rows.On(context)(context, [.. keys]), cancellationToken);
        return rows.ToDictionary(row => row.Id, row => new JobNode(row));
    }
}

public sealed record JobFacts(string? Patch, string? Trade, int StandardMinutes, DateOnly? BookedDay);

public sealed class JobFactsById(Records records) : DataLoader<long, JobFacts>
{
    protected override async Task<IReadOnlyDictionary<long, JobFacts>> LoadBatchAsync(
        IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        var rows = await records.ReadByKeysAsync(
            RecordKind.Job,
            context => context.Jobs.Where(row => keys.Contains(row.Id))
                .Select(row => new { row.Id, row.Patch, row.Trade, row.StandardMinutes, row.BookedDay }).AsAsyncEnumerable(),
            cancellationToken, plannedAnew: true);
        return rows.ToDictionary(row => row.Id, row => new JobFacts(row.Patch, row.Trade, row.StandardMinutes, row.BookedDay));
    }
}

static class JobRows
{
    /// <summary>
    /// What the job's row has. The other columns of the view are worked out by the database for each row that is read with them, which
    /// takes several times as long as reading it.
    /// </summary>
    public static readonly Expression<Func<JobRecord, JobRecord>> Recorded = row => new JobRecord
    {
        Id = row.Id,
        Version = row.Version,
        ReportedAt = row.ReportedAt,
        PromiseWindow = row.PromiseWindow,
        PromiseStarts = row.PromiseStarts,
        PromiseEnds = row.PromiseEnds,
        HoldNumber = row.HoldNumber,
        Holder = row.Holder,
        HoldWindow = row.HoldWindow,
        HoldStarts = row.HoldStarts,
        HoldEnds = row.HoldEnds,
        HoldExpiresAt = row.HoldExpiresAt,
        ContractId = row.ContractId,
        ClientId = row.ClientId,
        ContractorId = row.ContractorId,
        PropertyId = row.PropertyId,
        Status = row.Status,
        Emergency = row.Emergency,
        Lines = row.Lines,
        Description = row.Description,
    };
}
