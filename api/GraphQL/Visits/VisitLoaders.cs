using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Visits;

public sealed class VisitsByJob(Records records) : DataLoader<long, IReadOnlyList<VisitNode>>
{
    static readonly CompiledRead<Func<ReadingContext, long[], IAsyncEnumerable<VisitRecord>>> Rows = new(() => EF.CompileAsyncQuery(
        (ReadingContext context, long[] keys) => context.Visits.Where(row => keys.Contains(row.JobId))
            .OrderBy(row => row.Starts).ThenBy(row => row.Number).Select(VisitRows.Recorded)));

    protected override async Task<IReadOnlyDictionary<long, IReadOnlyList<VisitNode>>> LoadBatchAsync(
        IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        var rows = await records.ReadByKeysAsync(
            RecordKind.Appointment, context => Rows.On(context)(context, [.. keys]), cancellationToken);
        return rows.GroupBy(row => row.JobId).ToDictionary(
            group => group.Key, group => (IReadOnlyList<VisitNode>)[.. group.Select(row => new VisitNode(row))]);
    }
}

public sealed class VisitByKey(Records records) : DataLoader<(long Job, int Number), VisitNode>
{
    static readonly CompiledRead<Func<ReadingContext, long[], IAsyncEnumerable<VisitRecord>>> Rows = new(() => EF.CompileAsyncQuery(
        (ReadingContext context, long[] jobs) => context.Visits.Where(row => jobs.Contains(row.JobId)).Select(VisitRows.Recorded)));

    protected override async Task<IReadOnlyDictionary<(long Job, int Number), VisitNode>> LoadBatchAsync(
        IReadOnlyList<(long Job, int Number)> keys, CancellationToken cancellationToken)
    {
        // A job has a dozen visits at most: those that were not asked for are few.
        var jobs = keys.Select(key => key.Job).Distinct().ToArray();
        var rows = await records.ReadByKeysAsync(RecordKind.Appointment, context => Rows.On(context)(context, jobs), cancellationToken);
        return rows.ToDictionary(row => (row.JobId, row.Number), row => new VisitNode(row));
    }
}

/// <summary>What is worked out of a visit's place, job and operative: looked for only when a client asks for it.</summary>
public sealed record VisitFacts(string? Patch, string? Trade);

public sealed class VisitFactsByKey(Records records) : DataLoader<(long Job, int Number), VisitFacts>
{
    protected override async Task<IReadOnlyDictionary<(long Job, int Number), VisitFacts>> LoadBatchAsync(
        IReadOnlyList<(long Job, int Number)> keys, CancellationToken cancellationToken)
    {
        var jobs = keys.Select(key => key.Job).Distinct().ToArray();
        var rows = await records.ReadByKeysAsync(
            RecordKind.Appointment,
            context => context.Visits.Where(row => jobs.Contains(row.JobId))
                .Select(row => new { row.JobId, row.Number, row.Patch, row.Trade }).AsAsyncEnumerable(),
            cancellationToken, plannedAnew: true);
        return rows.ToDictionary(row => (row.JobId, row.Number), row => new VisitFacts(row.Patch, row.Trade));
    }
}

static class VisitRows
{
    /// <summary>What the rows of a visit and its job have; the view's other columns are worked out for each row that is read with
    /// them.</summary>
    public static readonly Expression<Func<VisitRecord, VisitRecord>> Recorded = row => new VisitRecord
    {
        JobId = row.JobId,
        Number = row.Number,
        OperativeId = row.OperativeId,
        ContractId = row.ContractId,
        Day = row.Day,
        Starts = row.Starts,
        Ends = row.Ends,
        PromiseWindow = row.PromiseWindow,
        PromiseStarts = row.PromiseStarts,
        PromiseEnds = row.PromiseEnds,
        LatitudeDegrees = row.LatitudeDegrees,
        LongitudeDegrees = row.LongitudeDegrees,
        Stage = row.Stage,
        StartFixed = row.StartFixed,
        State = row.State,
        HoldExpiresAt = row.HoldExpiresAt,
        PropertyId = row.PropertyId,
        Emergency = row.Emergency,
        Minutes = row.Minutes,
        ActualStarts = row.ActualStarts,
        ActualEnds = row.ActualEnds,
        LateMinutes = row.LateMinutes,
    };
}
