using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Planning.Optimise;

namespace OrleansScheduling.Testing.LiveDays;

/// <summary>Days of a handful of people in which everything goes wrong that can, and improvements are carried out meanwhile.</summary>
public static class SmallDays
{
    const int MinutesBetweenImprovements = 40;
    const int Moves = 60;

    public static DayScenario Scenario(uint seed)
    {
        var random = new Random((int)(seed & int.MaxValue));
        var operatives = random.Next(4, 13);
        return new DayScenario(new ScenarioSettings(operatives, operatives * random.Next(4, 9), seed)
        {
            Reach = 0.03 + (random.NextDouble() * 0.06),
            PatchesAcross = random.Next(1, 4),
            NoAccessPercent = random.Next(15),
            CancelledPercent = random.Next(15),
            BookedTodayPercent = random.Next(15),
            EmergencyPercent = random.Next(15),
            AbsentPercent = random.Next(30),
            ReservePercent = random.Next(25),
        });
    }

    public static DayRun Run(uint seed, DayJudge? judge = null)
    {
        var scenario = Scenario(seed);
        var booked = scenario.Booked();
        judge?.CheckWhole(booked);
        var run = new DayRun(scenario, booked, LiveDay.On, (plan, touched) => Improve(plan, touched, seed), judge);
        run.ToTheEnd();
        return run;
    }

    /// <summary>Now and then a short search around one of those whose days have changed.</summary>
    static IEnumerable<Proposal> Improve(DayPlan plan, IReadOnlyCollection<int> touched, uint seed)
    {
        if (plan.Now % (MinutesBetweenImprovements * 60) != 0 || touched.Count == 0 || plan.Now > 17 * 3600) yield break;
        var around = touched.Order().ElementAt(plan.Now / 60 / MinutesBetweenImprovements % touched.Count);
        if (DayImprover.Improve(plan, around, new SearchLimits(Moves: Moves, Seed: seed)) is { } proposal) yield return proposal;
    }
}
