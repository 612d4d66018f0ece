using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    [StoreFact]
    public async Task A_search_for_a_job_that_is_to_be_moved_sees_its_own_place_as_free()
    {
        await OneOfEachTradeAsync();
        var job = await Anna.BookedAsync(Daily, 1, MostOfTheDay, Tuesday, Pm);
        Assert.Equal("AllFull", (await Anna.SlotAsync(Daily, 1, MostOfTheDay, Tuesday, Am)).Refusal?.Reason);
        Granted(await Anna.MoveAsync(job, await Anna.OfferAsync(Daily, 1, MostOfTheDay, Tuesday, Am, job)));
    }

    [StoreFact]
    public async Task A_search_for_a_job_that_is_held_sees_its_own_hold_as_free()
    {
        await OneOfEachTradeAsync();
        var job = Caller.NewJob();
        Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, MostOfTheDay, Tuesday, Pm)));
        Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, MostOfTheDay, Tuesday, Am, job)));
        Assert.True((await Anna.SlotAsync(Daily, 1, MostOfTheDay, Tuesday, Am, job)).HeldByYou);
    }

    [StoreFact]
    public async Task A_search_for_a_job_that_is_to_be_moved_does_not_count_its_own_appointment()
    {
        var job = await Anna.BookedAsync(Rationed, 1, Tap, Tuesday, Pm);
        for (var i = 0; i < 4; i++) await Ben.BookedAsync(Rationed, 2 + i, Tap, Tuesday, Pm);
        await Node.CatchUpAsync();
        Assert.Equal("QuotaUsed", (await Anna.SlotAsync(Rationed, 1, Tap, Tuesday, Am)).Refusal?.Reason);
        Granted(await Anna.MoveAsync(job, await Anna.OfferAsync(Rationed, 1, Tap, Tuesday, Am, job)));
    }

    [StoreFact]
    public async Task When_one_of_two_people_is_away_the_reason_is_too_few_people()
    {
        await OneOfEachTradeAsync();
        Assert.Equal("TooFewPeople", (await Anna.SlotAsync(Daily, 1, Worktop, Tuesday, Am)).Refusal?.Reason);
    }

    [StoreFact]
    public async Task When_nobody_works_for_the_second_visit_the_reason_is_the_later_visit()
    {
        var away = new Absence(Wednesday.AtMidnight(), Monday.PlusDays(90).AtMidnight(), "Away");
        await ChangeAsync(new RegistryBatch { Operatives = [.. Joiners.Select(id => Person(id, Repairs, Joiner, [away]))] });
        Assert.Equal("NoLaterVisit", (await Anna.SlotAsync(Daily, 1, Plaster, Tuesday, Am)).Refusal?.Reason);
    }

    [StoreFact]
    public async Task Next_available_names_the_first_day_with_room_even_when_it_cannot_be_booked_yet()
    {
        var back = Monday.PlusDays(70);
        var away = new Absence(Monday.AtMidnight(), back.AtMidnight(), "Away");
        await ChangeAsync(new RegistryBatch { Operatives = [.. Joiners.Select(id => Person(id, Repairs, Joiner, [away]))] });
        foreach (var line in new[] { Door, Worktop, Plaster })
        {
            var answer = await Node.Contract(Daily).NextAvailable(new SearchSlots(1, [line], null, 7, 0, "anna", Anna.Asker));
            Assert.Equal("BeyondHorizon", answer.Refusal?.Reason);
            Assert.Contains("11 August", answer.Refusal!.Text, StringComparison.Ordinal);
            Assert.Equal(["AM", "PM"], answer.Slots.Select(slot => slot.Window));
            Assert.All(answer.Slots, slot => Assert.Equal((back.ToDateOnly(), null), (slot.Day, slot.Offer)));
            Assert.All(answer.Slots, slot => Assert.Equal("BeyondHorizon", slot.Refusal?.Reason));
        }
    }

    [StoreFact]
    public async Task Two_people_who_live_further_off_come_when_the_nearest_dozen_cannot_start_together()
    {
        Operative Working(int id, LocalTime from, LocalTime to, double latitude)
        {
            var shift = new Shift(from, to, []);
            var home = new Domain.Geography.Place(latitude, -0.10);
            var rota = new Rota(new LocalDate(2025, 1, 6), null, [[shift, shift, shift, shift, shift, shift, shift]]);
            return Person(new OperativeId(id), Repairs, Joiner) with
            {
                StartPlace = home,
                EndPlace = home,
                WorkingTime = new WorkingTime([rota], [], [], false, WorkingTimeLimits.Standard),
            };
        }

        var eight = new LocalTime(8, 0);
        await ChangeAsync(new RegistryBatch
        {
            // Two hours' work: each of a dozen has time for it alone, and no two of them at one time.
            Operatives = [.. Enumerable.Range(0, 12).Select(i =>
                Working(i < 2 ? Joiners[i].Value : 100 + i, eight.PlusMinutes(20 * i), eight.PlusMinutes((20 * i) + 126), 51.55))],
        });
        Assert.Equal("TooFewPeople", (await Anna.SlotAsync(Daily, 1, Worktop, Tuesday, Am)).Refusal?.Reason);
        await ChangeAsync(new RegistryBatch
        {
            Operatives = [Working(201, eight, new LocalTime(17, 0), 51.56), Working(202, eight, new LocalTime(17, 0), 51.56)],
        });
        var booked = Granted(await Anna.BookAsync(Caller.NewJob(), await Anna.OfferAsync(Daily, 1, Worktop, Tuesday, Am)));
        Assert.Contains(booked.Visits, visit => visit.Operative > 200);
    }
}
