using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Search;

namespace OrleansScheduling.Planning.Tests;

/// <summary>Work of several people: who is looked at, and what is said when they cannot come.</summary>
public sealed class CrewSearchTests
{
    static readonly JobRequirement TwoHoursForTwo = SearchWorld.Requirement(120, crew: 2);

    /// <summary>Two hours' work for two, in the morning of one day.</summary>
    static WindowAnswer Morning(AvailabilityIndex index, JobRequirement requirement, int days = 1) => SlotSearch.Search(
        index, SearchWorld.Query(requirement, SearchWorld.At(SearchWorld.Today, 0), days))[0];

    static Operative Working(int number, LocalTime from, int minutes, double north = 0) => SearchWorld.Operative(
        number, new Shift(from, from.PlusMinutes(minutes), []),
        new(SearchWorld.Centre.LatitudeDegrees + north, SearchWorld.Centre.LongitudeDegrees));

    /// <summary>People near by, each with time for the work and no two of them at one time.</summary>
    static AvailabilityIndex NobodyTogether(int people)
    {
        var index = SearchWorld.Index();
        for (var i = 0; i < people; i++) index.Put(Working(i + 1, new LocalTime(8, 0).PlusMinutes(i), 120));
        return index;
    }

    [Theory]
    [InlineData(AppointmentPlanner.MaxCandidates - 1)]
    [InlineData(AppointmentPlanner.MaxCandidates)]
    [InlineData(AppointmentPlanner.MaxCandidates + 1)]
    [InlineData(200)]
    public void Two_who_are_free_all_day_come_from_behind_any_number_who_cannot_start_together(int near)
    {
        var index = NobodyTogether(near);
        Assert.Equal(RefusalReason.TooFewPeople, Morning(index, TwoHoursForTwo).Refusal?.Reason);
        index.Put(Working(901, new LocalTime(8, 0), 480, north: 0.01));
        index.Put(Working(902, new LocalTime(8, 0), 480, north: 0.01));
        var query = SearchWorld.Query(TwoHoursForTwo, SearchWorld.At(SearchWorld.Today, 0), 1);
        Assert.True(SlotSearch.Search(index, query)[0].IsAvailable);
        var crew = SlotSearch.Plan(index, query, 0).Value?.Visits.Select(visit => visit.Operative.Value).Order();
        Assert.NotNull(crew);
        Assert.Contains(crew, number => number > 900);
    }

    [Fact]
    public void A_later_visit_of_two_people_is_looked_for_as_widely_as_the_first()
    {
        var index = NobodyTogether(20);
        index.Put(Working(901, new LocalTime(8, 0), 480, north: 0.01));
        index.Put(Working(902, new LocalTime(8, 0), 480, north: 0.01));
        VisitNeed[] needs = [new(0, SearchWorld.Plumber, [], 60, 1, 0), new(1, SearchWorld.Plumber, [], 120, 2, 1)];
        Assert.True(Morning(index, new JobRequirement(needs, Emergency: false), days: 2).IsAvailable);
    }

    [Fact]
    public void One_person_for_work_of_two_is_too_few()
    {
        var index = SearchWorld.Index();
        index.Put(SearchWorld.Operative(1));
        index.Put(SearchWorld.Operative(2) with { WorkingTime = SearchWorld.Working(SearchWorld.Daily(null)) });
        Assert.Equal(RefusalReason.TooFewPeople, Morning(index, TwoHoursForTwo).Refusal?.Reason);
        index.Put(SearchWorld.Operative(2));
        Assert.True(Morning(index, TwoHoursForTwo).IsAvailable);
    }

    [Fact]
    public void When_nobody_at_all_is_there_the_reason_is_the_same_as_for_one_person()
    {
        var index = SearchWorld.Index();
        for (var number = 1; number <= 2; number++)
            index.Put(SearchWorld.Operative(number) with { WorkingTime = SearchWorld.Working(SearchWorld.Daily(null)) });
        Assert.Equal(RefusalReason.NobodyWorking, Morning(index, TwoHoursForTwo).Refusal?.Reason);
    }

    [Fact]
    public void A_second_visit_that_nobody_can_make_is_the_reason()
    {
        var twice = new JobRequirement(
            [new VisitNeed(0, SearchWorld.Plumber, [], 60, 1, 0), new VisitNeed(1, SearchWorld.Plumber, [], 60, 1, 3)], Emergency: false);
        var index = SearchWorld.Index();
        index.Put(SearchWorld.Operative(1) with
        {
            WorkingTime = SearchWorld.Working(SearchWorld.Daily(SearchWorld.Shift("08:00", "16:00"), SearchWorld.Today.PlusDays(2))),
        });
        Assert.Equal(RefusalReason.NoLaterVisit, Morning(index, twice, days: 7).Refusal?.Reason);
        index.Put(SearchWorld.Operative(1));
        Assert.True(Morning(index, twice, days: 7).IsAvailable);
    }

    [Fact]
    public void What_a_claim_gives_up_is_free_to_the_search_for_it()
    {
        var index = SearchWorld.Index();
        var id = SearchWorld.Operative(1).Id;
        index.Put(SearchWorld.Operative(1));
        var day = SearchWorld.Today.PlusDays(1);
        var visit = SearchWorld.VisitAt(1, id, day, 8, 240, SearchWorld.Am, startFixed: true);
        index.Load(id, 1, [visit]);
        var query = SearchWorld.Query(SearchWorld.OneHour, SearchWorld.At(SearchWorld.Today, 0), 1, day);
        Assert.Equal(RefusalReason.AllFull, SlotSearch.Search(index, query)[0].Refusal?.Reason);
        var giving = query with { Leaving = [new VisitPlace(visit.Id, id, day, 0, VisitState.Booked)] };
        Assert.True(SlotSearch.Search(index, giving)[0].IsAvailable);
        Assert.NotNull(SlotSearch.Plan(index, giving, 0).Value);
    }
}
