using OrleansScheduling.Api.GraphQL.Filtering;
using OrleansScheduling.Api.GraphQL.Operatives;
using OrleansScheduling.Api.GraphQL.Paging;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Diaries;

public sealed class DiaryQueries
{
    /// <summary>Most days of one diary that one field answers: two months.</summary>
    public const int MaxDays = 62;

    /// <summary>An operative's diary; null when there is no such operative that the caller may see.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="days">How many days, at most 62.</param>
    [Cost(5)]
    [ListSize(14, SlicingArgument = "days", SizedField = "days")]
    public Task<DiaryNode?> GetDiaryAsync(
        [ID] string operative, DateOnly from, [Service] GlobalIds ids, DiaryByPeriod loader, int days = 14) =>
        loader.LoadAsync(Period(ids.DecodeSmall(NodeKind.Operative, operative), from, days));

    /// <summary>The diaries of operatives.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="days">How many days, at most 62.</param>
    /// <param name="where">Whose diaries.</param>
    [ListSize(14, SlicingArgument = "days", SizedField = "days")]
    public async Task<Connection<DiaryNode>> GetDiariesAsync(
        PageArguments page, DateOnly from, [Service] PageReader pages, DiaryByPeriod loader, CancellationToken cancellationToken,
        int days = 14, OperativeFilterInput? where = null, IReadOnlyList<OperativeSortInput>? order = null)
    {
        _ = Period(0, from, days);
        var operatives = await pages.ReadAsync(
            RecordKind.Diary,
            context => Conditions<OperativeRecord>.Filter(context.Operatives, where, pages.Ids),
            OperativeSortInput.Of(order), page, row => new OperativeNode(row), cancellationToken);
        var diaries = await loader.LoadAsync([.. operatives.Edges.Select(edge => Period(edge.Node.Row.Id, from, days))]);
        var edges = operatives.Edges.Zip(diaries).Where(pair => pair.Second is not null)
            .Select(pair => new Edge<DiaryNode>(() => pair.First.Cursor, pair.Second!)).ToList();
        return new Connection<DiaryNode>(edges, operatives.PageInfo, operatives.GetTotalCountAsync);
    }

    internal static DiaryPeriod Period(int operative, DateOnly from, int days)
    {
        if (days is < 1 or > MaxDays) throw new GraphQLException($"days is from 1 to {MaxDays}.", GraphQLErrorCodes.BadUserInput);
        Years.Demand("from", from.Year);
        return new DiaryPeriod(operative, from, days);
    }
}

[ExtendObjectType(typeof(OperativeNode))]
public sealed class OperativeDiary
{
    /// <summary>A period of the operative's diary; null for those who may not read diaries.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="days">How many days, at most 62.</param>
    [Cost(5)]
    [ListSize(14, SlicingArgument = "days", SizedField = "days")]
    public Task<DiaryNode?> GetDiaryAsync([Parent] OperativeNode operative, DateOnly from, DiaryByPeriod loader, int days = 14) =>
        loader.LoadAsync(DiaryQueries.Period(operative.Row.Id, from, days));
}
