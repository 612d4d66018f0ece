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
    sealed record Head(int Operative, long? Version);

    /// <summary>Every operative who is seen has a diary, written to or not.</summary>
    static readonly CompiledRead<Func<ReadingContext, int[], IAsyncEnumerable<Head>>> Heads = new(() => EF.CompileAsyncQuery(
        (ReadingContext context, int[] operatives) => context.Operatives.Where(row => operatives.Contains(row.Id))
            .Select(row => new Head(
                row.Id,
                context.DiaryVersions.Where(diary => diary.OperativeId == row.Id).Select(diary => (long?)diary.Version)
                    .FirstOrDefault()))));

    static readonly CompiledRead<Func<ReadingContext, int[], DateOnly, DateOnly, IAsyncEnumerable<DiaryVisitRecord>>> Rows = new(
        () => EF.CompileAsyncQuery((ReadingContext context, int[] operatives, DateOnly from, DateOnly until) => context.DiaryVisits
            .Where(row => operatives.Contains(row.OperativeId) && row.Day >= from && row.Day < until)));

    protected override async Task<IReadOnlyDictionary<DiaryPeriod, DiaryNode>> LoadBatchAsync(
        IReadOnlyList<DiaryPeriod> keys, CancellationToken cancellationToken)
    {
        var diaries = new Dictionary<DiaryPeriod, DiaryNode>();
        foreach (var period in keys.GroupBy(key => (key.From, key.Days)))
        {
            var wanted = period.Select(key => key.Operative).ToArray();
            var (from, until) = (period.Key.From, period.Key.From.AddDays(period.Key.Days));
            var heads = records.ReadByKeysAsync(RecordKind.Diary, context => Heads.On(context)(context, wanted), cancellationToken);
            var rows = records.ReadByKeysAsync(
                RecordKind.Diary, context => Rows.On(context)(context, wanted, from, until), cancellationToken);
            await Task.WhenAll(heads, rows);
            var byDay = (await rows).ToLookup(row => (row.OperativeId, row.Day));
            foreach (var (operative, version) in await heads)
            {
                var days = Enumerable.Range(0, period.Key.Days).Select(from.AddDays)
                    .Select(day => routes.Of(records.Scope, operative, day, [.. byDay[(operative, day)]])).ToList();
                diaries[new DiaryPeriod(operative, from, period.Key.Days)] = new DiaryNode(operative, from, version ?? 0, days);
            }
        }

        return diaries;
    }
}
