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
    [Cost(20)]
    public async Task<DayPlanNode?> GetDayPlanAsync([Service] Records records, [Service] IGrainFactory grains)
    {
        records.Demand(AccessAction.Read, RecordKind.Plan);
        var plan = grains.GetGrain<IPlanGrain>(records.Principal.Organisation.ToString());
        return await plan.Today(records.Asker) is { } today ? new DayPlanNode(today) : null;
    }
}
