using Microsoft.EntityFrameworkCore;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Diaries;

/// <summary>A period of one diary.</summary>
public readonly record struct DiaryPeriod(int Operative, DateOnly From, int Days);

/// <summary>Periods of many diaries: two statements for each different period, however many operatives.</summary>
public sealed class DiaryByPeriod(Records records, DiaryRoutes routes) : DataLoader<DiaryPeriod, DiaryNode>
{
    protected override async Task<IReadOnlyDictionary<DiaryPeriod, DiaryNode>> LoadBatchAsync(
        IReadOnlyList<DiaryPeriod> keys, CancellationToken cancellationToken)
    {
        var diaries = new Dictionary<DiaryPeriod, DiaryNode>();
        await using var context = records.TryOpen(RecordKind.Diary);
        if (context is null) return diaries;
        foreach (var period in keys.GroupBy(key => (key.From, key.Days)))
        {
            var wanted = period.Select(key => key.Operative).ToArray();
            var (from, until) = (period.Key.From, period.Key.From.AddDays(period.Key.Days));
            // Every operative that is seen has a diary, written to or not.
            var versions = await context.Operatives.Where(row => wanted.Contains(row.Id))
                .Select(row => new
                {
                    row.Id,
                    Version = context.DiaryVersions.Where(diary => diary.OperativeId == row.Id).Select(diary => (long?)diary.Version)
                        .FirstOrDefault(),
                })
                .ToListAsync(cancellationToken);
            List<DiaryVisitRecord> rows = await context.DiaryVisits
                .Where(row => wanted.Contains(row.OperativeId) && row.Day >= from && row.Day < until).ToListAsync(cancellationToken);
            var byDay = rows.ToLookup(row => (row.OperativeId, row.Day));
            foreach (var diary in versions)
            {
                var days = Enumerable.Range(0, period.Key.Days).Select(from.AddDays)
                    .Select(day => routes.Of(records.Scope, diary.Id, day, [.. byDay[(diary.Id, day)]])).ToList();
                diaries[new DiaryPeriod(diary.Id, from, period.Key.Days)] = new DiaryNode(diary.Id, from, diary.Version ?? 0, days);
            }
        }

        return diaries;
    }
}
