using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.Planning.Tests;

public sealed class DiaryDayTests(ITestOutputHelper output)
{
    const int Cases = 3_000;
    static readonly ITravel Travel = StraightLineTravel.Default;

    [Fact]
    public void A_day_is_feasible_exactly_when_a_plain_drive_through_it_finds_a_way()
    {
        var feasible = 0;
        ForCases((random, name) =>
        {
            var day = Routes.AnyDay(random);
            Assert.True(PlainRoute.IsFeasible(day) == day.IsFeasible, name);
            if (day.IsFeasible) feasible++;
        });
        Assert.InRange(feasible, Cases / 10, Cases * 9 / 10);
    }

    [Fact]
    public void Insertions_are_those_of_exhaustive_simulation_to_the_second()
    {
        var found = 0;
        ForCases((random, name) =>
        {
            var day = Routes.Day(random);
            var request = Routes.Request(random, day.Bounds.Day);
            var expected = PlainRoute.Insertions(day, request);
            var actual = day.Insertions(request);
            foreach (var node in Enumerable.Range(0, day.Stops.Length + 1))
                Assert.True(Starts(expected, node) == Starts(actual, node),
                    $"{name}, node {node}: {Starts(expected, node)} but {Starts(actual, node)}");
            Assert.All(actual, insertion => Assert.Equal(
                expected.First(other => other.Node == insertion.Node).AddedMetres, insertion.AddedMetres, tolerance: 1f));
            Assert.Equal(expected.Count > 0, day.BestInsertion(request) is not null);
            if (day.BestInsertion(request) is not { } best) return;
            found++;
            Assert.Equal(expected.Min(insertion => insertion.AddedMetres), best.AddedMetres, tolerance: 1f);
            Assert.Contains(actual, insertion => insertion == best);
        });
        Assert.InRange(found, Cases / 5, Cases * 19 / 20);
    }

    [Fact]
    public void A_day_with_a_further_visit_keeps_every_bound_and_pause()
    {
        ForCases((random, name) =>
        {
            var day = Routes.Day(random);
            var request = Routes.Request(random, day.Bounds.Day);
            foreach (var insertion in day.Insertions(request))
            {
                var visit = Routes.Visit(99);
                var with = day.With(insertion, visit, request);
                Assert.True(with.IsFeasible, name);
                Assert.True(PlainRoute.KeepsItsStarts(with), name);
                var stop = with.Stops.Single(stop => stop.Visit == visit);
                Assert.True(stop.Start >= insertion.From && stop.Start <= insertion.To, name);
                Assert.Equal((request.Earliest, request.Latest), (stop.Earliest, stop.Latest));
                Assert.Equal(day.Stops.Select(other => other.Visit), with.Without([visit]).Stops.Select(other => other.Visit));
            }
        });
    }

    [Fact]
    public void Planned_starts_stay_where_they_can_all_stay()
    {
        ForCases((random, name) =>
        {
            var day = Routes.Day(random);
            Assert.True(PlainRoute.KeepsItsStarts(day), name);
            Assert.Equal([.. day.Stops], (day.Planned(day.Stops)?.Stops ?? []).ToArray());
        });
    }

    [Fact]
    public void Without_pauses_a_further_visit_moves_others_only_when_it_must()
    {
        var unmoved = 0;
        ForCases((random, name) =>
        {
            var day = Routes.Day(random, maxPauses: 0);
            var request = Routes.Request(random, day.Bounds.Day) with { SetOffAfter = 0 };
            if (day.BestInsertion(request) is not { } insertion) return;
            var pinned = new DiaryDay(
                day.Bounds, [.. day.Stops.Select(stop => stop with { Earliest = stop.Start, Latest = stop.Start })], Travel);
            if (!PlainRoute.Insertions(pinned, request).Any(place => place.Node == insertion.Node)) return;
            unmoved++;
            Assert.Equal([.. day.Stops], day.With(insertion, Routes.Visit(99), request).Without([Routes.Visit(99)]).Stops.ToArray());
        });
        Assert.True(unmoved > Cases / 20);
    }

    [Fact]
    public void Taking_visits_away_leaves_the_rest_as_planned()
    {
        var stuck = 0;
        ForCases((random, name) =>
        {
            var day = Routes.Day(random);
            var gone = day.Stops.Where(_ => random.Next(2) == 0).Select(stop => stop.Visit).ToHashSet();
            var rest = day.Without(gone);
            Assert.Equal(day.Stops.Where(stop => !gone.Contains(stop.Visit)).ToArray(), rest.Stops.ToArray());
            if (rest.IsFeasible) return;
            // A pause is taken at a stop, not on the road: without the stop where it was taken, the whole way may come after it.
            Assert.NotEmpty(day.Bounds.Day.Pauses);
            stuck++;
        });
        output.WriteLine($"{stuck} of {Cases} days cannot place their pauses any more");
        Assert.InRange(stuck, 0, Cases / 50);
    }

    [Fact]
    public void A_reserve_is_a_ceiling_on_the_metres_that_a_visit_may_add()
    {
        var refused = 0;
        ForCases((random, name) =>
        {
            var day = Routes.Day(random);
            var request = Routes.Request(random, day.Bounds.Day);
            var share = random.Next(0, 91);
            var max = DiaryDay.MaxAddedMetres(day.FreeSeconds, day.Bounds.Day.WorkingSeconds, share, request.Seconds, Travel.Profile);
            var best = day.BestInsertion(request);
            var within = day.BestInsertion(request, max);
            Assert.Equal(best is { } cheapest && cheapest.AddedMetres <= max ? best : null, within);
            if (share == 0) Assert.Equal(float.PositiveInfinity, max);
            if (within is { } place && share > 0)
            {
                var left = day.With(place, Routes.Visit(99), request).FreeSeconds;
                Assert.True(left >= (day.Bounds.Day.WorkingSeconds * (long)share / 100) - 1, name);
            }

            if (best is not null && within is null) refused++;
        });
        Assert.True(refused > 0);
    }

    [Fact]
    public void A_day_takes_forty_stops_and_refuses_the_next()
    {
        var bounds = new DayBounds(new Domain.Workforce.WorkingDay(8 * Routes.Hour, 18 * Routes.Hour, []), default, default);
        var day = new DiaryDay(bounds, [], Travel);
        var request = new StopRequest(default, 300, 0, 23 * Routes.Hour);
        for (var number = 1; number <= DiaryDay.MaxStops; number++)
            day = day.With(day.BestInsertion(request) ?? throw new InvalidOperationException("Full too early."),
                new VisitId(new JobId(1), number), request);
        Assert.True(day.IsFeasible);
        Assert.Null(day.BestInsertion(request));
        Assert.Null(day.Planned(day.Stops.Add(day.Stops[0] with { Visit = Routes.Visit(99) })));
    }

    /// <summary>Each way to fit in between two nodes: pauses before or after may give several.</summary>
    static string Starts(IEnumerable<Insertion> insertions, int node) => string.Join(
        ' ', insertions.Where(insertion => insertion.Node == node).Select(insertion => (insertion.From, insertion.To)).Aggregate(
            new List<(int From, int To)>(), Joined).Select(range => $"{range.From}..{range.To}"));

    /// <summary>Overlapping ranges joined, in order.</summary>
    static List<(int From, int To)> Joined(List<(int From, int To)> ranges, (int From, int To) next)
    {
        var touching = ranges.Where(range => range.From <= next.To + 1 && next.From <= range.To + 1).ToList();
        var joined = (touching.Select(range => range.From).Append(next.From).Min(), touching.Select(range => range.To).Append(next.To)
            .Max());
        return [.. ranges.Except(touching).Append(joined).Order()];
    }

    void ForCases(Action<Random, string> body)
    {
        var seed = TestSeed.Take(output.WriteLine);
        for (var number = 0; number < Cases; number++) body(new Random(unchecked(seed + number)), $"case seed {unchecked(seed + number)}");
    }
}
