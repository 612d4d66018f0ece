using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Jobs;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.GraphQL.Visits;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Reports;

public sealed class ReportQueries
{
    /// <summary>Most lines of one report: a page of a spreadsheet. More is refused, not cut, since a cut total misleads.</summary>
    public const int MaxLines = 2000;

    /// <summary>A month by day and a few operatives; the operatives and contracts of all lines are looked up together.</summary>
    const int AssumedLines = 200;

    /// <summary>A report looks at every row that its filter leaves.</summary>
    const int ReportCost = 50;

    /// <summary>Count, sum and average of visits, by any of day, operative, area, contract, trade and state together.</summary>
    /// <param name="by">What each line is for; nothing: one line for all.</param>
    [ListSize(AssumedLines)]
    [Cost(ReportCost)]
    public async Task<IReadOnlyList<VisitTotal>> GetVisitReportAsync(
        IReadOnlyList<VisitDimension> by, [Service] Records records, [Service] GlobalIds ids, CancellationToken cancellationToken,
        VisitFilterInput? where = null)
    {
        records.DemandOperatives(by.Contains(VisitDimension.Operative) || Conditions<VisitRecord>.NamesOperative(where));
        var wanted = by.Select(dimension => dimension.ToString()).ToHashSet(StringComparer.Ordinal);
        return Bounded(by, await records.ReportAsync(
            RecordKind.Appointment,
            (context, stop) => VisitTotal.Of(Conditions<VisitRecord>.Filter(context.Visits, where, ids), wanted)
                .Take(MaxLines + 1).ToListAsync(stop),
            cancellationToken));
    }

    /// <summary>
    /// Count, sum and average of jobs, by any of day, area, contract, trade, status, emergency and operative together. A job counts for the
    /// operative of its first visit.
    /// </summary>
    /// <param name="by">What each line is for; nothing: one line for all.</param>
    [ListSize(AssumedLines)]
    [Cost(ReportCost)]
    public async Task<IReadOnlyList<JobTotal>> GetJobReportAsync(
        IReadOnlyList<JobDimension> by, [Service] Records records, [Service] GlobalIds ids, CancellationToken cancellationToken,
        JobFilterInput? where = null)
    {
        records.DemandOperatives(by.Contains(JobDimension.Operative) || Conditions<JobRecord>.NamesOperative(where));
        var wanted = by.Select(dimension => dimension.ToString()).ToHashSet(StringComparer.Ordinal);
        return Bounded(by, await records.ReportAsync(
            RecordKind.Job,
            (context, stop) => JobTotal.Of(Conditions<JobRecord>.Filter(context.Jobs, where, ids), wanted)
                .Take(MaxLines + 1).ToListAsync(stop),
            cancellationToken));
    }

    /// <summary>A total of nothing is a line, too: a database groups no rows into none.</summary>
    static List<TTotal> Bounded<TDimension, TTotal>(IReadOnlyList<TDimension> by, List<TTotal> lines)
        where TTotal : new() => by.Count == 0 && lines.Count == 0 ? [new TTotal()] : lines.Count <= MaxLines
        ? lines
        : throw new GraphQLException(
            $"The report has more than {MaxLines} lines. Narrow the filter, or group by less.", "REPORT_TOO_LONG");
}
