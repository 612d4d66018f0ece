using Orleans;
using OrleansScheduling.Api.GraphQL.Operatives;
using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Api.GraphQL.Visits;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.GraphQL;
using OrleansScheduling.GraphQL.Building;

namespace OrleansScheduling.Api.GraphQL.DayPlans;

/// <summary>What planners ask of today's plan; for those who see all of the contractor's work.</summary>
public sealed class PlannerQuestionQueries
{
    const int QuestionCost = 20;

    /// <summary>Why an operative does not do a visit of today; null for those who do not see all of the contractor's work.</summary>
    [Cost(QuestionCost)]
    public async Task<PlannerAnswerNode?> GetWhyNotOperativeAsync(
        [ID] string visit, [ID] string operative, [Service] Records records, [Service] GlobalIds ids, [Service] VisitCommands visits,
        [Service] IGrainFactory grains)
    {
        var (job, number) = visits.KeyOf(visit);
        var answer = await PlanOf(records, grains).WhyNotOperative(
            records.Asker, new VisitKey(job, number), ids.DecodeSmall(NodeKind.Operative, operative));
        return answer is null ? null : new PlannerAnswerNode(answer);
    }

    /// <summary>Why a visit of today is not in another window; null for those who do not see all of the contractor's work.</summary>
    /// <param name="starts">The window's start, today.</param>
    /// <param name="ends">Its end, not part of it.</param>
    [Cost(QuestionCost)]
    public async Task<PlannerAnswerNode?> GetWhyNotWindowAsync(
        [ID] string visit, DateTimeOffset starts, DateTimeOffset ends, [Service] Records records, [Service] VisitCommands visits,
        [Service] IGrainFactory grains)
    {
        var (job, number) = visits.KeyOf(visit);
        var answer = await PlanOf(records, grains).WhyNotWindow(records.Asker, new VisitKey(job, number), starts, ends);
        return answer is null ? null : new PlannerAnswerNode(answer);
    }

    /// <summary>
    /// A plan made by hand beside the engine's. Null when one of the days or visits is not of today, is named twice or has no time left,
    /// and for those who do not see all of the contractor's work.
    /// </summary>
    /// <param name="days">For 1 to 32 operatives all that is to be done from now on, in order; visits from one to the other.</param>
    [Cost(QuestionCost)]
    public async Task<DayComparison?> GetScoreDayAsync(
        IReadOnlyList<HandMadeDayInput> days, [Service] Records records, [Service] GlobalIds ids, [Service] VisitCommands visits,
        [Service] IGrainFactory grains)
    {
        if (days.Count > HandMadeDay.MaxDays)
            throw new GraphQLException($"days: at most {HandMadeDay.MaxDays} can be judged together.", GraphQLErrorCodes.BadUserInput);
        HandMadeDay[] made =
        [
            .. days.Select(day => new HandMadeDay(
                ids.DecodeSmall(NodeKind.Operative, day.Operative),
                [.. day.Visits.Select(visits.KeyOf).Select(key => new VisitKey(key.Job, key.Number))])),
        ];
        var scored = await PlanOf(records, grains).Score(records.Asker, made);
        return scored is null ? null : new DayComparison(DayScore.Of(scored.ByHand), DayScore.Of(scored.ByEngine));
    }

    static IPlanGrain PlanOf(Records records, IGrainFactory grains)
    {
        records.Demand(AccessAction.Read, RecordKind.Plan);
        return grains.GetGrain<IPlanGrain>(records.Principal.Organisation.ToString());
    }
}

/// <summary>One operative's day from now on, as somebody would have it.</summary>
/// <param name="Visits">All that is to be done, in order; at most 40.</param>
public sealed record HandMadeDayInput([property: ID] string Operative, [property: ID] IReadOnlyList<string> Visits);

/// <summary>An answer to a planner.</summary>
[GraphQLName("PlannerAnswer")]
public sealed class PlannerAnswerNode(PlannerAnswerState state)
{
    /// <summary>Whether it could be done as things stand, with every promise kept.</summary>
    public bool IsPossible => state.IsPossible;

    /// <summary>Who would do it, if somebody could.</summary>
    public async Task<OperativeNode?> GetOperativeAsync(OperativeById loader) =>
        state.Operative == 0 ? null : await loader.LoadAsync(state.Operative);

    /// <summary>Minutes of travel that it would add, less what is saved where the visit is now.</summary>
    public double AddedMinutes => state.AddedMinutes;

    /// <summary>Why not, or what speaks against it, to be read out.</summary>
    [ListSize(3)]
    public IReadOnlyList<string> Reasons => state.Reasons;
}

/// <summary>A plan made by hand beside the engine's, of the same days.</summary>
public sealed record DayComparison(DayScore ByHand, DayScore ByEngine);

/// <summary>Some days as they are judged: each driven through as it stands, whatever that breaks.</summary>
/// <param name="IsPossible">Whether they can be carried out with every promise kept.</param>
/// <param name="LateMinutes">Minutes after promises; a promise in nobody's day counts 1440.</param>
/// <param name="CostMinutes">Travel and everything else that has a price, in minutes of travel.</param>
/// <param name="Broken">What cannot be so, to be read out.</param>
public sealed record DayScore(
    bool IsPossible, double LateMinutes, double TravelMinutes, double CostMinutes, [property: ListSize(5)] IReadOnlyList<string> Broken)
{
    internal static DayScore Of(DayScoreState state) =>
        new(state.IsPossible, state.LateMinutes, state.TravelMinutes, state.CostMinutes, state.Broken);
}
