using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    const string NinetyMinutes = "PLU090";
    const string MostOfTheDay = "PLU255";

    /// <summary>One plumber, without breaks, and one joiner are at work from 08:00 to 16:30; the others are away.</summary>
    async Task OneOfEachTradeAsync()
    {
        var away = new Absence(Monday.AtMidnight(), Monday.PlusDays(60).AtMidnight(), "Away");
        var shift = new Shift(new LocalTime(8, 0), new LocalTime(16, 30), []);
        var rota = new Rota(new LocalDate(2025, 1, 6), null, [[shift, shift, shift, shift, shift, null, null]]);
        await ChangeAsync(new RegistryBatch
        {
            Operatives =
            [
                Person(Plumbers[0], Repairs, Plumber) with { WorkingTime = new([rota], [], [], false, WorkingTimeLimits.Standard) },
                .. Plumbers.Skip(1).Select(id => Person(id, Repairs, Plumber, [away])),
                Person(Joiners[1], Repairs, Joiner, [away]),
            ],
            ScheduleOfRates =
            [
                new SorItem("NHF", new SorCode(NinetyMinutes), "Item", "Item", Plumber, [], 90, 1, 1, 0, false),
                new SorItem("NHF", new SorCode(MostOfTheDay), "Item", "Item", Plumber, [], 255, 1, 1, 0, false),
            ],
        });
    }

    async Task ChangeAsync(RegistryBatch batch)
    {
        await Node.Registry.UpsertAsync(batch, CancellationToken.None);
        await Node.CatchUpAsync();
    }

    /// <summary>One visit is planned for 15:00 and nothing else, so many minutes before it.</summary>
    async Task<VisitState> OneVisitAtThreeAsync(int minutesBefore)
    {
        await OneOfEachTradeAsync();
        var jobs = new List<JobId>();
        for (var i = 0; i < 4; i++) jobs.Add(await Anna.BookedAsync(Daily, 1, Tap, Monday, Pm));
        var last = (await Node.Diary(Plumbers[0]).Read(Caller.Contractor, Monday.ToDateOnly(), 1)).Visits.MaxBy(visit => visit.Start)!;
        foreach (var job in jobs.Where(job => job.Value != last.Job)) Granted(await Anna.CancelAsync(job));
        Clock.Advance(last.Start - TimeSpan.FromMinutes(minutesBefore) - Clock.GetUtcNow());
        return last;
    }

    [StoreFact]
    public async Task What_fits_only_if_a_visit_had_begun_before_now_is_neither_offered_nor_granted()
    {
        var visit = await OneVisitAtThreeAsync(minutesBefore: 10);
        var slot = await Anna.SlotAsync(Daily, 2, NinetyMinutes, Monday, Pm);
        Assert.Equal("AllFull", slot.Refusal?.Reason);
        Refused(RefusalReason.WindowGone, await Anna.BookAsync(Caller.NewJob(), TokenFor(null, NinetyMinutes, Monday, Pm, property: 2)));
        Assert.Equal(visit, Assert.Single((await Node.Diary(Plumbers[0]).Read(Caller.Contractor, Monday.ToDateOnly(), 1)).Visits));
    }

    [StoreFact]
    public async Task Same_day_work_moves_a_visit_that_has_not_begun_no_earlier_than_now()
    {
        await OneVisitAtThreeAsync(minutesBefore: 70);
        Granted(await Anna.BookAsync(Caller.NewJob(), await Anna.OfferAsync(Daily, 2, NinetyMinutes, Monday, Pm)));
        var visits = (await Node.Diary(Plumbers[0]).Read(Caller.Contractor, Monday.ToDateOnly(), 1)).Visits;
        Assert.Equal(2, visits.Count);
        Assert.All(visits, visit => Assert.True(visit.Start >= Clock.GetUtcNow(), $"{visit.Start} is past."));
    }
}
