using Orleans;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.DayPlans;

public sealed class DayPlanQueries
{
    /// <summary>
    /// Today's plan of the caller's own contractor: what lies ahead of each operative, promises that cannot be kept, with ways out, and
    /// what the engine did about the others. Null when there is none.
    /// </summary>
    /// <param name="overnight">
    /// The plan of the working day that began yesterday; null when nobody's shift goes on over midnight, and from four hours after the last
    /// has ended.
    /// </param>
    [Cost(20)]
    public async Task<DayPlanNode?> GetDayPlanAsync([Service] Records records, [Service] IGrainFactory grains, bool overnight = false)
    {
        records.Demand(AccessAction.Read, RecordKind.Plan);
        var plan = grains.GetGrain<IPlanGrain>(records.Principal.Organisation.ToString());
        var day = overnight ? await plan.Overnight(records.Asker) : await plan.Today(records.Asker);
        return day is null ? null : new DayPlanNode(day);
    }
}
