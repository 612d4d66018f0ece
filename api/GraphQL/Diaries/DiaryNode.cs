using OrleansScheduling.Api.GraphQL.Operatives;
using OrleansScheduling.Api.GraphQL.Visits;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Diaries;

/// <summary>A period of one operative's diary.</summary>
/// <param name="Version">Counts the commits that changed the diary.</param>
/// <param name="Days">Every day of the period, days off included.</param>
[GraphQLName("Diary")]
public sealed record DiaryNode(
    [property: GraphQLIgnore] int OperativeKey, DateOnly From, long Version, [property: ListSize(14)] IReadOnlyList<DiaryDayNode> Days)
{
    public Task<OperativeNode?> GetOperativeAsync(OperativeById loader) => loader.LoadAsync(OperativeKey);
}

/// <summary>The visits of the shift that starts on a calendar day, as a route.</summary>
/// <param name="Starts">When the operative sets off; null on a day off.</param>
/// <param name="Ends">When the operative is back; null on a day off.</param>
/// <param name="WorkingMinutes">Minutes in which visits and travel find room: pauses are left out.</param>
/// <param name="OnSiteMinutes">Minutes of visits.</param>
/// <param name="TravelMinutes">Minutes of driving, the way back included.</param>
/// <param name="TravelMetres">Road length of the whole day.</param>
/// <param name="FreeMinutes">Working minutes that neither visits nor driving use; 0 when there are none.</param>
/// <param name="IsFeasible">Whether every visit can be reached and finished in turn, inside every promise; null on a day off.</param>
/// <param name="Stops">
/// In the order of their planned starts. Work under a contract that the caller does not see is left out; its time and road are counted.
/// </param>
[GraphQLName("DiaryDay")]
public sealed record DiaryDayNode(
    DateOnly Day,
    DateTimeOffset? Starts,
    DateTimeOffset? Ends,
    IReadOnlyList<DiaryPause> Pauses,
    double WorkingMinutes,
    double OnSiteMinutes,
    double TravelMinutes,
    double TravelMetres,
    double FreeMinutes,
    bool? IsFeasible,
    [property: ListSize(8)] IReadOnlyList<DiaryStop> Stops);

/// <summary>A break, or a piece of absence.</summary>
/// <param name="Earliest">It does not start before.</param>
/// <param name="LatestStart">It does not start after.</param>
public sealed record DiaryPause(DateTimeOffset Earliest, DateTimeOffset LatestStart, double Minutes);

/// <summary>One visit on the route.</summary>
/// <param name="TravelMetres">The way there from the stop before, or from the start place.</param>
/// <param name="TravelMinutes">Driving time for that way, at that hour.</param>
public sealed record DiaryStop(
    [property: GraphQLIgnore] DiaryVisitRecord Row,
    DateTimeOffset Starts,
    DateTimeOffset Ends,
    PromiseNode Promise,
    VisitState State,
    Location Location,
    double TravelMetres,
    double TravelMinutes)
{
    public async Task<VisitNode?> GetVisitAsync([Service] Records records, VisitByKey loader)
    {
        // Whose sight ends at their own visits and homes is for the database to say. Everybody else sees the visits of a contract that
        // they see: only those are stops here.
        if (records.Scope.OwnOnly) return await loader.LoadAsync((Row.JobId, Row.Number));
        return records.May(AccessAction.Read, RecordKind.Appointment) ? new VisitNode(DiaryRoutes.VisitOf(Row)) : null;
    }
}
