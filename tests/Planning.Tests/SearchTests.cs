using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Testing;
using Xunit.Abstractions;

namespace OrleansScheduling.Planning.Tests;

public sealed class SearchTests(ITestOutputHelper output)
{
    const int Worlds = 60;
    const int Days = 7;

    [Fact]
    public void Search_answers_every_window_as_exhaustive_insertion_does()
    {
        var reasons = new Dictionary<RefusalReason, int>();
        ForWorlds((random, name) =>
        {
            var (index, roster) = World(random, operatives: random.Next(1, 9), bookings: 40);
            for (var i = 0; i < 4; i++)
            {
                // Windows beyond the days that the index shows are answered too.
                var now = SearchWorld.At(SearchWorld.Today, random.Next(0, 18), random.Next(60));
                var query = SearchWorld.Query(roster.Requirement(), now, Days + 2, null, roster.Contract(), SearchWorld.Near(random));
                foreach (var answer in SlotSearch.Search(index, query))
                {
                    var expected = PlainSearch.Answer(index, roster, query, answer.Window);
                    var what = $"{name} {answer.Window.Day} {answer.Window.Window.Code}";
                    Assert.True(expected.Reason == (answer.Refusal?.Reason ?? RefusalReason.None),
                        $"{what}: {expected.Reason} but {answer.Refusal?.Reason}");
                    Assert.True(expected.Operatives == answer.Operatives, $"{what}: {expected.Operatives} but {answer.Operatives}");
                    Assert.True(Math.Abs(expected.Metres - answer.AddedMetres) <= 1,
                        $"{what}: {expected.Metres} m but {answer.AddedMetres} m");
                    reasons[expected.Reason] = reasons.GetValueOrDefault(expected.Reason) + 1;
                }
            }
        });
        output.WriteLine(string.Join(", ", reasons));
        Assert.True(reasons.Count >= 8, "The worlds are too much alike.");
    }

    [Fact]
    public void After_any_changes_the_index_answers_as_one_built_afresh()
    {
        ForWorlds((random, name) =>
        {
            var (index, roster) = World(random, operatives: 3, bookings: 0);
            for (var step = 0; step < 60; step++)
            {
                Change(random, index, roster);
                if (step % 15 != 0) continue;
                var query = SearchWorld.Query(roster.Requirement(), SearchWorld.At(index.FirstDay, 7), Days + 1, index.FirstDay, null,
                    SearchWorld.Near(random));
                var afresh = SlotSearch.Search(roster.Fresh(index), query);
                Assert.Equal(afresh, SlotSearch.Search(index, query));
            }
        });
    }

    [Fact]
    public void A_change_out_of_turn_is_refused_and_one_seen_before_counts_as_done()
    {
        var (index, roster) = World(new Random(1), operatives: 1, bookings: 0);
        var id = roster.Ids[0];
        Assert.False(index.Apply(new Domain.Jobs.DiaryChange(id, 2, [], [])));
        Assert.True(index.Apply(new Domain.Jobs.DiaryChange(id, 1, [], [])));
        Assert.True(index.Apply(new Domain.Jobs.DiaryChange(id, 1, [], [])));
        Assert.Equal(1, index.VersionOf(id));
        index.Load(id, 0, [SearchWorld.VisitAt(1, id, SearchWorld.Today, 9, 60, SearchWorld.Am)]);
        Assert.Equal(1, index.VersionOf(id));
        Assert.Equal(-1, index.VersionOf(new Domain.Identity.OperativeId(999)));
    }

    [Fact]
    public void A_day_with_more_gaps_than_one_block_holds_is_searched_whole()
    {
        var random = new Random(7);
        var index = SearchWorld.Index();
        var roster = new RandomRoster(random);
        var operative = roster.Draw(1) with
        {
            Trades = [SearchWorld.Plumber],
            Skills = [],
            Clearances = [new Domain.Workforce.Clearance(SearchWorld.ContractId)],
            DedicatedTo = null,
            HomePatch = SearchWorld.Patch,
            PacePercent = 50,
            WorkingTime = SearchWorld.Working(SearchWorld.Daily(SearchWorld.Shift(
                "06:00", "20:00", SearchWorld.Lunch, new Domain.Workforce.Break(new LocalTime(10, 0), new LocalTime(11, 0), 15)))),
        };
        roster.Put(index, operative);
        var stops = 0;
        for (var i = 0; i < 200; i++)
        {
            if (roster.Book(index, operative.Id, SearchWorld.Today, maxMinutes: 15)) stops++;
        }

        var gaps = new Diaries.Gap[Diaries.Gap.MaxPerDay];
        Assert.True(index.Day(operative.Id, SearchWorld.Today)!.Gaps(gaps) > GapBlock.Lanes, $"only {stops} stops");
        for (var i = 0; i < 50; i++)
        {
            var query = SearchWorld.Query(SearchWorld.Requirement(10), SearchWorld.At(SearchWorld.Today, 0), 1, null, null,
                SearchWorld.Near(random));
            foreach (var answer in SlotSearch.Search(index, query))
            {
                var expected = index.Day(operative.Id, SearchWorld.Today)!.BestInsertion(Diaries.StopRequest.For(
                    query.Point, operative.SecondsFor(10), answer.Window.Promise, index.ClockOf(SearchWorld.Today), query.Now));
                Assert.Equal(expected is { } place ? MathF.Max(0, place.AddedMetres) : 0, answer.AddedMetres);
                Assert.Equal(expected is not null, answer.IsAvailable);
            }
        }

        Assert.Equal(0, index.CrowdedDays);
    }

    static void Change(Random random, AvailabilityIndex index, RandomRoster roster)
    {
        var id = roster.Ids[random.Next(roster.Ids.Count)];
        switch (random.Next(12))
        {
            case 0: roster.Put(index, roster.Draw(roster.Ids.Count + 1)); break;
            case 1: roster.Put(index, roster.Draw(id.Value)); break;
            case 2: index.RollTo(index.FirstDay.PlusDays(random.Next(0, 3))); break;
            case 3: roster.Reload(index, id); break;
            case 4 or 5: roster.Cancel(index, id); break;
            default: roster.Book(index, id, index.FirstDay.PlusDays(random.Next(Days + 1))); break;
        }
    }

    static (AvailabilityIndex Index, RandomRoster Roster) World(Random random, int operatives, int bookings)
    {
        var index = SearchWorld.Index(Days);
        var roster = new RandomRoster(random);
        for (var number = 1; number <= operatives; number++) roster.Put(index, roster.Draw(number));
        for (var i = 0; i < bookings; i++)
            roster.Book(index, roster.Ids[random.Next(operatives)], SearchWorld.Today.PlusDays(random.Next(Days)));
        return (index, roster);
    }

    void ForWorlds(Action<Random, string> body)
    {
        var seed = TestSeed.Take(output.WriteLine);
        for (var number = 0; number < Worlds; number++) body(new Random(unchecked(seed + number)),
            $"world seed {unchecked(seed + number)}");
    }
}
