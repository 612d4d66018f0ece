using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;
using VisitState = OrleansScheduling.GrainInterfaces.VisitState;

namespace OrleansScheduling.Grains.Tests;

/// <summary>Shifts that go on over midnight: the night's work is yesterday's working day, and is planned until it ends.</summary>
public abstract partial class GrainSuite
{
    static readonly WindowCode Late = new("LATE");
    static readonly WindowCode Small = new("SMALL");

    /// <summary>Half past midnight, and later, by the clock on the wall of the night to Tuesday.</summary>
    static DateTimeOffset InTheNight(int hour, int minute = 0) =>
        Tuesday.At(new LocalTime(hour, minute)).InZoneStrictly(London).ToDateTimeOffset();

    /// <summary>The usual landlord; so many plumbers work from eight in the evening to six, the other people by day.</summary>
    async Task WorkNightsAsync(int plumbers)
    {
        var shift = new Shift(new LocalTime(20, 0), new LocalTime(6, 0), []);
        var rota = new Rota(new LocalDate(2025, 1, 6), null, [[.. Enumerable.Repeat<Shift?>(shift, 7)]]);
        var limits = new WorkingTimeLimits(MaxDayMinutes: 13 * 60, MinRestMinutes: 10 * 60);
        var contract = Batch.Contracts[0] with
        {
            Id = Nights,
            Reference = "NIGHTS",
            Windows =
            [
                new AppointmentWindow(Late, "Late", new LocalTime(22, 0), new LocalTime(2, 0), DaysOfWeek.All),
                new AppointmentWindow(Small, "Small hours", new LocalTime(23, 30), new LocalTime(5, 30), DaysOfWeek.All),
            ],
        };
        await Node.Registry.UpsertAsync(
            new RegistryBatch
            {
                Contracts = [contract],
                Operatives =
                [
                    .. Plumbers.Take(plumbers).Select(id => Person(id, Repairs, Plumber) with
                    {
                        Clearances = [new Clearance(Nights)],
                        WorkingTime = new WorkingTime([rota], [], [], true, limits),
                    }),
                ],
            },
            CancellationToken.None);
        await Node.CatchUpAsync();
    }

    async Task<DayPlanState> FollowedOvernightAsync()
    {
        await FollowedAsync();
        return (await Node.Plan(Repairs).Overnight(Caller.Contractor))!;
    }

    /// <summary>A bath from ten and a tap in the small hours, both with one plumber, who has begun the bath. It is past midnight.</summary>
    async Task<(VisitState Bath, VisitState Tap)> BathAndTapAtNightAsync()
    {
        var bath = await TodaysVisitAsync(1, Bath, Late, Nights);
        var tap = await TodaysVisitAsync(2, Tap, Small, Nights);
        Granted(await Planner.ReassignAsync(
            Wish(bath, new OperativeId(bath.Operative), InTheNight(0).AddHours(-2)),
            Wish(tap, new OperativeId(bath.Operative), InTheNight(3))));
        (bath, tap) = (await AgainAsync(bath), await AgainAsync(tap));
        At(bath.Start.AddSeconds(1));
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Start));
        At(InTheNight(0, 30));
        return (bath, tap);
    }

    [StoreFact]
    public async Task An_overrun_after_midnight_sends_the_next_promise_of_the_night_to_a_colleague()
    {
        await WorkNightsAsync(2);
        var (bath, tap) = await BathAndTapAtNightAsync();
        Assert.Equal(Monday.ToDateOnly(), (await FollowedOvernightAsync()).Day);
        Assert.Equal(Tuesday.ToDateOnly(), (await FollowedAsync()).Day);

        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 240));
        var plan = await FollowedOvernightAsync();

        var kept = await AgainAsync(tap);
        Assert.NotEqual(bath.Operative, kept.Operative);
        Assert.InRange(kept.Start, tap.Promise.Start, tap.Promise.End.AddSeconds(-1));
        Assert.Empty(plan.Flags);
        Assert.Empty(plan.Unsettled);
        Assert.Equal(tap.Job, Assert.Single(Assert.Single(await EngineEntriesAsync()).Event.Moves).Visit.Job.Value);
        Assert.Single(plan.Done);
        // The day that has begun knows nothing of it; questions about the night are answered from the night.
        var today = await FollowedAsync();
        Assert.Empty(today.Done);
        Assert.All(today.Lines, line => Assert.Empty(line.Stops));
        var why = await Node.Plan(Repairs).WhyNotOperative(Caller.Contractor, new VisitKey(tap.Job, tap.Number), bath.Operative);
        Assert.False(why!.IsPossible);

        // A process that starts in the night knows it all.
        await RestartAsync();
        AssertSame(plan.Lines, (await FollowedOvernightAsync()).Lines);
    }

    [StoreFact]
    public async Task Whoever_reports_off_in_the_night_is_away_until_the_shift_ends_and_there_for_the_next()
    {
        await WorkNightsAsync(2);
        var (bath, tap) = await BathAndTapAtNightAsync();
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Finish));
        Refused(
            RefusalReason.InvalidInput, await ToldAsync(Planner.TellAsync(
                new OperativeId(bath.Operative), EventKind.OperativeAbsent, until: InTheNight(6, 1))));
        Granted(await AwayAsync(new OperativeId(bath.Operative)));

        var plan = await FollowedOvernightAsync();

        Assert.NotEqual(bath.Operative, (await AgainAsync(tap)).Operative);
        Assert.Empty(plan.Flags);
        Assert.True(plan.Lines.Single(line => line.Operative == bath.Operative).IsAway);
        var told = (await FeedAsync()).Single(entry => entry.Event.Kind == EventKind.OperativeAbsent);
        Assert.Equal("2025-06-03 00:30 to 2025-06-03 06:00", told.Event.Note);
        // In the night that follows there are two again: one alone could not do both.
        var baths = new List<VisitState>();
        foreach (var property in new[] { 3, 4 })
            baths.Add(await VisitOfAsync(await Anna.BookedAsync(Nights, property, Bath, Tuesday, Late)));
        Assert.Equal(2, baths.Select(one => one.Operative).Distinct().Count());
    }

    [StoreFact]
    public async Task A_proposal_for_the_night_is_accepted_at_a_node_that_has_not_looked_at_the_night()
    {
        var (other, _) = await StartOnlookerAsync();
        await WorkNightsAsync(2);
        await BuildFarHomesAsync();
        var visits = new List<VisitState>();
        for (var i = 0; i < 4; i++)
        {
            // Each goes north at two and south at half past three.
            var visit = await TodaysVisitAsync(FirstFarHome + i, Tap, Small, Nights);
            Granted(await Planner.ReassignAsync(Wish(visit, Plumbers[i % 2], i < 2 ? InTheNight(2) : InTheNight(3, 30))));
            visits.Add(await AgainAsync(visit));
        }

        At(InTheNight(0, 10));
        await FollowedOvernightAsync();
        for (var i = 0; i < Plumbers.Count; i++) await Node.Plan(Repairs).Improve();
        var proposal = (await FollowedOvernightAsync()).Proposals[0];
        Assert.Empty((await FollowedAsync()).Proposals);
        Assert.Equal(2, await CrossedAsync(visits));

        await other.CatchUpAsync();
        var there = new Caller(other, "paula", asker: Caller.Contractor);
        Granted(await WithPassingTimeAsync(
            other.Plan(Repairs).Accept(new AnswerProposal(there.Context("yes"), proposal.Id), CancellationToken.None)));

        await Node.CatchUpAsync();
        Assert.InRange(await CrossedAsync(visits), 0, 1);
        Assert.DoesNotContain((await FollowedOvernightAsync()).Proposals, one => one.Id == proposal.Id);
    }

    [StoreFact]
    public async Task Overtime_after_a_shift_over_midnight_keeps_a_promise_that_was_flagged()
    {
        await WorkNightsAsync(1);
        await Node.Registry.UpsertAsync(
            new RegistryBatch
            {
                Operatives = [.. Plumbers.Skip(1).Select(id => Person(id, Repairs, Joiner))],
            },
            CancellationToken.None);
        await Node.CatchUpAsync();
        var (bath, tap) = await BathAndTapAtNightAsync();
        var plumber = new OperativeId(bath.Operative);
        // The tap could begin before half past five, and would end after six.
        Granted(await Planner.ReportAsync(bath, VisitReportKind.Extend, minutes: 190));
        var way = Assert.Single(Assert.Single((await FollowedOvernightAsync()).Flags).WaysOut, way => way.Kind == (int)WayOutKind.Overtime);
        var until = InTheNight(6).AddMinutes(way.Minutes);

        Granted(await ToldAsync(Planner.TellAsync(plumber, EventKind.OvertimeAgreed, until: until)));

        var plan = await FollowedOvernightAsync();
        Assert.Empty(plan.Flags);
        Assert.Equal(until, plan.Lines.Single(line => line.Operative == plumber.Value).Ends);
        Assert.Equal(plumber.Value, (await AgainAsync(tap)).Operative);
        // Once more, and longer; it is the night's and not the morning's.
        Granted(await ToldAsync(Planner.TellAsync(plumber, EventKind.OvertimeAgreed, until: until.AddMinutes(20))));
        Assert.Equal(
            until.AddMinutes(20), (await FollowedOvernightAsync()).Lines.Single(line => line.Operative == plumber.Value).Ends);
    }

    [StoreFact]
    public async Task Overtime_can_follow_a_shift_over_midnight_that_has_ended()
    {
        await WorkNightsAsync(1);
        At(InTheNight(6, 10));
        await FollowedAsync();
        var until = InTheNight(7);
        var tooLong = InTheNight(10, 1);
        Refused(
            RefusalReason.InvalidInput, await ToldAsync(Planner.TellAsync(Plumbers[0], EventKind.OvertimeAgreed, until: tooLong)));
        Granted(await ToldAsync(Planner.TellAsync(Plumbers[0], EventKind.OvertimeAgreed, until: until)));
        Assert.Equal(until, (await FollowedOvernightAsync()).Lines.Single(line => line.Operative == Plumbers[0].Value).Ends);
    }

    [StoreFact]
    public async Task A_midnight_is_the_day_that_begins_with_it_whatever_shift_goes_on()
    {
        await WorkNightsAsync(1);
        Granted(await AwayAsync(Plumbers[0], InTheNight(0).AddDays(1)));
        var told = (await FeedAsync()).Single(entry => entry.Event.Kind == EventKind.OperativeAbsent);
        Assert.Equal("2025-06-04 00:00 to 2025-06-05 06:00", told.Event.Note);
        Assert.Null((await Anna.SlotAsync(Nights, 3, Tap, Wednesday, Late)).Offer);
        Assert.NotNull((await Anna.SlotAsync(Nights, 3, Tap, Tuesday.PlusDays(2), Late)).Offer);
    }

    [StoreFact]
    public async Task There_is_a_plan_of_the_night_as_long_as_somebody_works_or_may_be_asked_to()
    {
        Assert.Null(await OvernightAsync());
        await WorkNightsAsync(1);
        At(InTheNight(0, 30).AddHours(-1));
        await FollowedAsync();
        Assert.Null(await OvernightAsync());
        // Two nights in a process that goes on all the while: it is followed more often than an idle grain is ended.
        At(InTheNight(0).AddMinutes(1));
        var midnight = InTheNight(0);
        foreach (var day in new[] { Monday, Tuesday })
        {
            for (var minutes = 5; minutes < 24 * 60; minutes += 10)
            {
                At(midnight.AddMinutes(minutes));
                await FollowedAsync();
                var plan = await OvernightAsync();
                // The shift ends at six, and there may be four hours of overtime.
                Assert.True(plan is not null == minutes < 10 * 60, $"{day} {minutes / 60}:{minutes % 60}");
                if (plan is not null) Assert.Equal(day.ToDateOnly(), plan.Day);
            }

            midnight = midnight.AddDays(1);
        }

        Task<DayPlanState?> OvernightAsync() => Node.Plan(Repairs).Overnight(Caller.Contractor);
    }
}
