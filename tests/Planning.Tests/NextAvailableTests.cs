using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Tests;

public sealed class NextAvailableTests
{
    static Outcome<AvailableDay> Next(AvailabilityIndex index, JobRequirement requirement, Contract? contract = null)
    {
        var rules = new BookingRulesCheck(
            contract ?? SearchWorld.Contract, SearchWorld.Contractor.Zone, SearchWorld.Patch, false, SearchWorld.At(SearchWorld.Today, 7),
                _ => 0);
        var query = new SlotQuery(
            rules.Contract, rules.Patch, GroundPoint.Of(SearchWorld.Centre), requirement, rules.Now, []);
        return SlotSearch.NextAvailable(index, rules, query, SearchWorld.Today);
    }

    static AvailabilityIndex IndexWith(LocalDate worksFrom, LocalDate? worksTo = null)
    {
        var index = SearchWorld.Index(days: 7);
        var shift = SearchWorld.Shift("08:00", "16:00");
        index.Put(SearchWorld.Operative(1) with
        {
            WorkingTime = SearchWorld.Working(new Domain.Workforce.Rota(worksFrom, worksTo,
                [[shift, shift, shift, shift, shift, shift, shift]])),
        });
        return index;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(364)]
    public void The_next_day_with_room_is_found_as_far_as_rotas_go(int daysAhead)
    {
        var day = SearchWorld.Today.PlusDays(daysAhead);
        var next = Next(IndexWith(day), SearchWorld.OneHour).Value;
        Assert.Equal(day, next?.Day);
        Assert.Equal(["AM", "PM"], next!.Windows.Select(answer => answer.Window.Window.Code.Value));
        Assert.All(next.Windows, answer => Assert.True(answer.IsAvailable));
    }

    [Fact]
    public void Diaries_count_beyond_the_days_that_the_index_shows()
    {
        var index = IndexWith(SearchWorld.Today.PlusDays(20));
        var id = new OperativeId(1);
        var full = SearchWorld.Today.PlusDays(20);
        index.Load(id, 1, [SearchWorld.VisitAt(1, id, full, 8, 450, SearchWorld.Am, startFixed: true)]);
        Assert.Equal(full.PlusDays(1), Next(index, SearchWorld.OneHour).Value?.Day);
    }

    [Fact]
    public void When_no_day_has_room_the_furthest_reason_is_told()
    {
        Assert.Equal(RefusalReason.NobodyWorking, Next(IndexWith(SearchWorld.Today.PlusDays(365)), SearchWorld.OneHour).Refusal?.Reason);
        Assert.Equal(RefusalReason.AllFull, Next(IndexWith(SearchWorld.Today), SearchWorld.Requirement(700)).Refusal?.Reason);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(200, false)]
    public void A_day_beyond_the_horizon_is_named_and_cannot_be_booked_yet(int daysAhead, bool canBeBooked)
    {
        var near = SearchWorld.Contract with { Rules = SearchWorld.PlainRules with { HorizonDays = 3 } };
        var day = SearchWorld.Today.PlusDays(daysAhead);
        var next = Next(IndexWith(day), SearchWorld.OneHour, near).Value;
        Assert.Equal((day, canBeBooked), (next?.Day, next?.NotYet is null));
        Assert.All(next!.Windows, answer => Assert.Equal(canBeBooked, answer.IsAvailable));
        Assert.All(next.Windows, answer => Assert.Equal(canBeBooked ? null : RefusalReason.BeyondHorizon, answer.Refusal?.Reason));
        if (next.NotYet is { } notYet) Assert.Contains($"{day.Day} ", notYet.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_day_whose_later_visit_would_be_beyond_the_horizon_cannot_be_booked_yet()
    {
        var twice = new JobRequirement(
            [new VisitNeed(0, SearchWorld.Plumber, [], 60, 1, 0), new VisitNeed(1, SearchWorld.Plumber, [], 60, 1, 5)], Emergency: false);
        var near = SearchWorld.Contract with { Rules = SearchWorld.PlainRules with { HorizonDays = 4 } };
        var next = Next(IndexWith(SearchWorld.Today), twice, near).Value;
        Assert.Equal((SearchWorld.Today, RefusalReason.BeyondHorizon), (next?.Day, next?.NotYet?.Reason));
    }

    [Fact]
    public void A_job_of_two_visits_needs_room_for_the_second_after_the_gap()
    {
        var twice = new JobRequirement(
            [new VisitNeed(0, SearchWorld.Plumber, [], 60, 1, 0), new VisitNeed(1, SearchWorld.Plumber, [], 60, 1, 5)], Emergency: false);
        Assert.Equal(SearchWorld.Today, Next(IndexWith(SearchWorld.Today, SearchWorld.Today.PlusDays(5)), twice).Value?.Day);
        Assert.Equal(RefusalReason.NoLaterVisit, Next(IndexWith(SearchWorld.Today, SearchWorld.Today.PlusDays(4)), twice).Refusal?.Reason);
    }
}
