using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.LivePlan;

/// <summary>One visit of today.</summary>
/// <param name="StandardMinutes">Time on site at standard pace.</param>
/// <param name="Earliest">First second of the day at which work may start.</param>
/// <param name="Latest">Last second at which it may start, itself included: what the customer is promised.</param>
public sealed record DayVisit(
    VisitId Id,
    ContractId Contract,
    TradeCode Trade,
    IReadOnlyList<SkillRequirement> Skills,
    PatchCode Patch,
    GroundPoint Point,
    int StandardMinutes,
    int Earliest,
    int Latest)
{
    /// <summary>Whether a customer was promised it. Work that is not promised may be put off.</summary>
    public bool IsPromised { get; init; } = true;

    public bool IsEmergency { get; init; }

    /// <summary>Bound to this operative by a planner; only a planner gives it to somebody else.</summary>
    public OperativeId? PinnedTo { get; init; }

    /// <summary>What putting it off costs, in minutes of travel; for work that is not promised.</summary>
    public double PutOffMinutes { get; init; } = 60;

    /// <summary>Whether it may only start at one second: colleagues start with it.</summary>
    public bool IsFixed => Earliest == Latest;

    /// <summary>A visit as it stands in a diary.</summary>
    public static DayVisit Of(Visit visit, VisitNeed need, PatchCode patch, DayClock clock)
    {
        var start = clock.SecondAt(visit.Start);
        return new DayVisit(
            visit.Id, visit.Contract, need.Trade, need.Skills, patch, GroundPoint.Of(visit.Place), need.StandardMinutes,
            visit.StartFixed ? start : clock.SecondAt(visit.Promise.Start),
            visit.StartFixed ? start : clock.SecondAt(visit.Promise.End) - 1);
    }
}
