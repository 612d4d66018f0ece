using OrleansScheduling.Testing;
using OrleansScheduling.Testing.LiveDays;
using Xunit.Abstractions;

namespace OrleansScheduling.Planning.Tests.LivePlan;

/// <summary>Many small days in which everything goes wrong that can.</summary>
public sealed class LiveDaySimulationTests(ITestOutputHelper output)
{
    const int Days = 300;

    [Fact]
    public void No_promise_is_broken_by_the_engine()
    {
        var first = (uint)TestSeed.Take(output.WriteLine);
        var (late, flagged, improvements, visits) = (0, 0, 0, 0);
        for (var day = 0u; day < Days; day++)
        {
            var seed = unchecked(first + day);
            var judge = new DayJudge();
            var run = SmallDays.Run(seed, judge);
            Assert.True(judge.Faults.Count == 0, $"seed {seed}: {string.Join('\n', judge.Faults.Take(10))}");
            late += run.Outcomes.Count(outcome => outcome.IsLate && outcome.Visit.IsPromised);
            flagged += run.Outcomes.Count(outcome => outcome is { IsLate: true, WasFlagged: true } && outcome.Visit.IsPromised);
            improvements += run.Improvements;
            visits += run.Outcomes.Count;
        }

        output.WriteLine($"{visits} visits, {late} late by the world's doing, {improvements} improvements");
        Assert.Equal(late, flagged);
        // Days in which nothing goes wrong, or nothing is improved, would prove little.
        Assert.True(late > 0 && improvements > 0, $"{late} late, {improvements} improvements");
    }
}
