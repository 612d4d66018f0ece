using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Roads;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.Planning.Tests.Roads;

/// <summary>Slot search over roads: what it promises is what each diary then finds, window by window and metre by metre.</summary>
public sealed class RoadSearchTests(ITestOutputHelper output)
{
    const int Worlds = 15;
    const int Days = 7;

    [Fact]
    public void Search_over_roads_answers_every_window_as_each_diary_does()
    {
        var seed = TestSeed.Take(output.WriteLine);
        var (available, byStraightLine) = (0, 0L);
        for (var number = 0; number < Worlds; number++)
        {
            var random = new Random(unchecked(seed + number));
            var travel = new RoadTravel(
                RandomRoads.Network(RandomRoads.Grid(random, 24, SearchWorld.Centre, 0.005)), StraightLineTravel.Default);
            var (index, roster) = World(random, travel);
            for (var i = 0; i < 6; i++)
            {
                // Bookings between the searches bring places that no star and no selection knows yet.
                for (var more = 0; more < 5; more++)
                    roster.Book(index, roster.Ids[random.Next(roster.Ids.Count)], SearchWorld.Today.PlusDays(random.Next(Days)));
                var now = SearchWorld.At(SearchWorld.Today, random.Next(0, 18), random.Next(60));
                var query = SearchWorld.Query(roster.Requirement(), now, Days + 2, null, roster.Contract(), SearchWorld.Near(random));
                foreach (var answer in SlotSearch.Search(index, query))
                {
                    var expected = Expected(index, roster, query, answer.Window);
                    var what = $"world seed {unchecked(seed + number)} {answer.Window.Day} {answer.Window.Window.Code}";
                    Assert.True(expected.Operatives == answer.Operatives, $"{what}: {expected.Operatives} but {answer.Operatives}");
                    Assert.True(expected.Metres == answer.AddedMetres, $"{what}: {expected.Metres} m but {answer.AddedMetres} m");
                    if (answer.IsAvailable) available++;
                }
            }

            byStraightLine += travel.LegsByStraightLine;
        }

        output.WriteLine($"{available} windows available, {byStraightLine} legs by the straight line");
        Assert.True(available > 200 && byStraightLine > 0, $"{available}, {byStraightLine}: the worlds are too much alike.");
    }

    [Fact]
    public void After_any_changes_the_index_over_roads_answers_as_one_built_afresh()
    {
        var random = new Random(31);
        var network = RandomRoads.Network(RandomRoads.Grid(random, 24, SearchWorld.Centre, 0.005));
        var (index, roster) = World(random, new RoadTravel(network, StraightLineTravel.Default));
        for (var i = 0; i < 20; i++)
        {
            roster.Book(index, roster.Ids[random.Next(roster.Ids.Count)], SearchWorld.Today.PlusDays(random.Next(Days)));
            roster.Cancel(index, roster.Ids[random.Next(roster.Ids.Count)]);
            var now = SearchWorld.At(SearchWorld.Today, 7);
            var query = SearchWorld.Query(roster.Requirement(), now, Days, null, null, SearchWorld.Near(random));
            var fresh = NewIndex(new RoadTravel(network, StraightLineTravel.Default));
            foreach (var (operative, visits) in roster.People)
            {
                fresh.Put(operative);
                fresh.Load(operative.Id, 1, [.. visits]);
            }

            Assert.Equal(SlotSearch.Search(fresh, query), SlotSearch.Search(index, query));
        }
    }

    static (int Operatives, float Metres) Expected(
        AvailabilityIndex index, RandomRoster roster, SlotQuery query, BookingWindow window)
    {
        var (count, metres) = (0, float.PositiveInfinity);
        if (!window.IsOpen) return (0, 0);
        var need = query.Requirement.Needs[0];
        foreach (var (operative, _) in roster.People)
        {
            if (!operative.HasTrade(need.Trade) || !operative.HasSkills(need.Skills, window.Day)
                || !operative.IsClearedFor(query.Contract.Id, window.Day) || !operative.Covers(query.Patch)) continue;
            if (index.Day(operative.Id, window.Day) is not { } day) continue;
            var request = StopRequest.For(
                query.Point, operative.SecondsFor(need.StandardMinutes), window.Promise, index.ClockOf(window.Day), query.Now);
            var max = DiaryDay.MaxAddedMetres(
                day.FreeSeconds, day.Bounds.Day.WorkingSeconds,
                window.Kept.PercentFor(WorkTies.Of(operative, query.Contract.Id, query.Patch, window.Day)), request.Seconds,
                index.Travel.Profile);
            if (day.BestInsertion(request, max) is not { } insertion) continue;
            Assert.True(day.With(insertion, new Domain.Identity.VisitId(new Domain.Identity.JobId(999_999), 1), request).IsFeasible);
            count++;
            metres = MathF.Min(metres, insertion.AddedMetres);
        }

        return (count, count == 0 ? 0 : MathF.Max(0, metres));
    }

    static (AvailabilityIndex Index, RandomRoster Roster) World(Random random, ITravel travel)
    {
        var index = NewIndex(travel);
        var roster = new RandomRoster(random);
        for (var number = 1; number <= 6; number++) roster.Put(index, roster.Draw(number));
        for (var i = 0; i < 30; i++)
            roster.Book(index, roster.Ids[random.Next(roster.Ids.Count)], SearchWorld.Today.PlusDays(random.Next(Days)));
        return (index, roster);
    }

    static AvailabilityIndex NewIndex(ITravel travel) => new(SearchWorld.Contractor, travel, Days, SearchWorld.Today, []);
}
