using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;
using VisitState = OrleansScheduling.GrainInterfaces.VisitState;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    static readonly TimeSpan TwoHours = TimeSpan.FromHours(2);

    Task<CommandAnswer> AttendAsync(JobId job, string? key = null, Caller? by = null)
    {
        var caller = by ?? Anna;
        var command = new AttendEmergency(caller.Context(key), job.Value, caller.Holder);
        return WithPassingTimeAsync(caller.Node.Plan(Repairs).Attend(command, CancellationToken.None));
    }

    async Task<JobId> ReportedAsync(int property, string line = Burst)
    {
        var job = Caller.NewJob();
        Granted(await Anna.LogAsync(job, Daily, property, line));
        return job;
    }

    /// <summary>
    /// Two plumbers. One has begun a repair that takes until a quarter to eleven; the other has a morning of four, the first of them begun.
    /// </summary>
    async Task<IReadOnlyList<VisitState>> FullMorningAsync(bool isAnybodyFreeLater = true)
    {
        await Node.Registry.UpsertAsync(
            new RegistryBatch { Operatives = [.. Plumbers.Skip(2).Select(id => Person(id, Repairs, Joiner))] }, CancellationToken.None);
        await Node.CatchUpAsync();
        var visits = new List<VisitState>();
        for (var property = 1; property <= 5; property++)
        {
            var visit = await TodaysVisitAsync(property, Tap, Am);
            var to = property == 5 ? Plumbers[1] : Plumbers[0];
            if (visit.Operative != to.Value) Granted(await Planner.ReassignAsync(Wish(visit, to)));
            visits.Add(await AgainAsync(visit));
        }

        var begun = visits[4];
        At(begun.Start.AddMinutes(2));
        Granted(await Planner.ReportAsync(begun, VisitReportKind.Start));
        Granted(await Planner.ReportAsync(begun, VisitReportKind.Extend, minutes: isAnybodyFreeLater ? 100 : 240));
        await FollowedAsync();
        return visits;
    }

    [StoreFact]
    public async Task An_emergency_is_attended_within_two_hours_by_whoever_has_room()
    {
        var job = await ReportedAsync(1);
        var now = Clock.GetUtcNow();
        var receipt = Granted(await AttendAsync(job, "help"));
        Assert.Equal(nameof(EventKind.BookingMade), receipt.Event);
        var visit = Assert.Single(receipt.Visits);
        Assert.InRange(visit.Start, now, now + TwoHours);
        Assert.Equal((EmergencyPromise.Window.Value, TwoHours), (visit.Promise.Window, visit.Promise.End - visit.Promise.Start));
        Assert.Empty(await EngineEntriesAsync());

        AssertSame(receipt, Granted(await AttendAsync(job, "help")));
        Refused(RefusalReason.AlreadyBooked, await AttendAsync(job));
        // Whoever has to be on the way to be there in time is taken to be.
        var going = Assert.Single((await FollowedAsync()).Lines, line => line.UnderWay is not null);
        Assert.Equal((visit.Operative, job.Value), (going.Operative, going.UnderWay!.Visit.Job));
    }

    [StoreFact]
    public async Task Where_nobody_has_room_others_change_places_inside_their_promises()
    {
        var visits = await FullMorningAsync();
        var job = await ReportedAsync(6);
        var now = Clock.GetUtcNow();

        var visit = Assert.Single(Granted(await AttendAsync(job)).Visits);

        Assert.Equal(Plumbers[0].Value, visit.Operative);
        Assert.InRange(visit.Start, now, now + TwoHours);
        var made = Assert.Single(await EngineEntriesAsync()).Event;
        Assert.Equal((EventKind.VisitsReassigned, "Room was made for an emergency."), (made.Kind, made.Note));
        Assert.All(made.Moves, move => Assert.Contains(visits, one => one.Job == move.Visit.Job.Value));
        foreach (var one in visits)
        {
            var kept = await AgainAsync(one);
            Assert.Equal(one.Promise, kept.Promise);
            Assert.InRange(kept.Start, one.Promise.Start, one.Promise.End.AddSeconds(-1));
        }

        var plan = await FollowedAsync();
        Assert.Empty(plan.Flags);
        Assert.Empty(plan.Unsettled);
    }

    [StoreFact]
    public async Task An_emergency_that_would_break_a_promise_is_refused_and_planners_are_asked_once()
    {
        var visits = new List<VisitState>();
        foreach (var one in await FullMorningAsync(isAnybodyFreeLater: false)) visits.Add(await AgainAsync(one));
        var job = await ReportedAsync(6);
        var head = await HeadAsync();
        Refused(RefusalReason.NobodyInTime, await AttendAsync(job));
        var told = Assert.Single(await FeedAsync(), entry => entry.Position > head);
        Assert.Equal(
            (EventKind.PromisesFlagged, BookingEvent.Engine, "Nobody can attend an emergency in time."),
            (told.Event.Kind, told.Event.Actor, told.Event.Note));
        Assert.Empty(told.Event.Diaries);
        Assert.Equal((job, default), (Assert.Single(told.Event.Moves).Visit.Job, told.Event.Moves[0].From));
        Refused(RefusalReason.NobodyInTime, await AttendAsync(job));
        Assert.Equal(told.Position, await HeadAsync());
        foreach (var one in visits)
        {
            var same = await AgainAsync(one);
            Assert.Equal((one.Operative, one.Start), (same.Operative, same.Start));
        }

        Assert.True((await CheckAsync()).Succeeded);
    }

    [StoreFact]
    public async Task What_nobody_could_attend_waits_for_planners_at_every_process_with_ways_out_until_it_has_an_appointment()
    {
        await FullMorningAsync(isAnybodyFreeLater: false);
        var (job, another) = (await ReportedAsync(6), await ReportedAsync(6));
        var began = Clock.GetUtcNow();
        Refused(RefusalReason.NobodyInTime, await AttendAsync(job));
        Refused(RefusalReason.NobodyInTime, await AttendAsync(another));
        var emergencies = (await FollowedAsync()).Emergencies!;
        Assert.Equal([job.Value, another.Value], emergencies.Select(emergency => emergency.Job));
        Assert.All(emergencies, emergency =>
        {
            Assert.InRange(emergency.AskedAt, began, Clock.GetUtcNow());
            Assert.False(emergency.CanBeAttended);
            Assert.All(emergency.WaysOut, way => Assert.Equal((int)WayOutKind.OfferWindow, way.Kind));
            Assert.NotEmpty(emergency.WaysOut);
        });
        // A process that begins only now has read of them.
        var other = await StartNodeAsync();
        var there = (await other.Plan(Repairs).Today(Caller.Contractor))!;
        Assert.Equal([job.Value, another.Value], there.Emergencies!.Select(emergency => emergency.Job));
        Assert.Null(await Node.Plan(Repairs).Today(Caller.Landlord));

        Granted(await Anna.CancelAsync(another, close: true));
        await Node.Registry.UpsertAsync(
            new RegistryBatch { Operatives = [Person(Plumbers[2], Repairs, Plumber)] }, CancellationToken.None);
        await Node.CatchUpAsync();
        var waits = Assert.Single((await FollowedAsync()).Emergencies!);
        Assert.Equal((job.Value, true), (waits.Job, waits.CanBeAttended));
        Granted(await AttendAsync(job));
        Assert.Empty((await FollowedAsync()).Emergencies!);
        Assert.Empty((await other.Plan(Repairs).Today(Caller.Contractor))!.Emergencies!);
    }

    [StoreFact]
    public async Task Two_emergencies_at_two_nodes_are_both_attended_and_nobody_is_promised_twice()
    {
        var other = await StartNodeAsync();
        var jobs = new[] { await ReportedAsync(1), await ReportedAsync(2), await ReportedAsync(3), await ReportedAsync(4) };
        await other.CatchUpAsync();
        var there = new Caller(other, "ben");
        var answers = await Task.WhenAll(jobs.Select((job, i) => AttendAsync(job, by: i % 2 == 0 ? Anna : there)));
        Assert.Equal(jobs.Length, answers.Select(answer => Assert.Single(Granted(answer).Visits).Job).Distinct().Count());
        Assert.True((await CheckAsync()).Succeeded);
    }

    [StoreFact]
    public async Task Only_an_emergency_of_ones_own_for_one_person_and_without_an_appointment_is_attended()
    {
        var burst = await ReportedAsync(1);
        Refused(RefusalReason.NotAnEmergency, await AttendAsync(await ReportedAsync(1, Tap)));
        Refused(RefusalReason.TooMuchForOne, await AttendAsync(await ReportedAsync(1, BurstMain)));
        Refused(RefusalReason.JobNotFound, await AttendAsync(Caller.NewJob()));
        Refused(RefusalReason.JobNotFound, await AttendAsync(burst, by: new Caller(Node, "x", asker: new Asker(Heating.Value))));
        var command = new AttendEmergency(Anna.Context(), burst.Value, "anna");
        Refused(RefusalReason.JobNotFound, await Node.Plan(Heating).Attend(command, default));
        Refused(RefusalReason.InvalidInput, await Node.Plan(Repairs).Attend(new AttendEmergency(Anna.Context(), -1, "anna"), default));
        Refused(RefusalReason.InvalidInput, await AttendAsync(burst, new string('x', CommandContext.MaxKeyLength + 1)));
        var hold = Granted(await Ben.HoldAsync(burst, await Ben.OfferAsync(Daily, 1, Burst, Tuesday, Am, burst)));
        Refused(RefusalReason.HeldByAnother, await AttendAsync(burst));
        Granted(await Ben.ReleaseAsync(burst, hold.Hold!.Number));
        Granted(await Anna.CancelAsync(burst, close: true));
        Refused(RefusalReason.JobClosed, await AttendAsync(burst));
    }

    [StoreFact]
    public async Task An_emergency_of_a_contract_that_has_ended_or_that_nobody_is_cleared_for_is_refused()
    {
        var job = await ReportedAsync(1);
        await Node.Registry.UpsertAsync(
            new RegistryBatch { Operatives = [.. Plumbers.Select(id => Person(id, Repairs, Plumber) with { Clearances = [] })] },
            CancellationToken.None);
        await Node.CatchUpAsync();
        Refused(RefusalReason.NobodyCleared, await AttendAsync(job));
        var daily = Batch.Contracts[0];
        var ended = new Contract(
            daily.Id, daily.Reference, daily.Name, daily.Client, daily.Contractor, daily.FirstDay, Monday.PlusDays(-1), daily.Patches,
            daily.Trades, daily.Schedule, daily.Windows, daily.Rules);
        await Node.Registry.UpsertAsync(new RegistryBatch { Contracts = [ended] }, CancellationToken.None);
        await Node.CatchUpAsync();
        Refused(RefusalReason.ContractNotInForce, await AttendAsync(job));
    }

    [StoreFact]
    public async Task A_hold_of_ones_own_is_given_up_for_it_and_a_key_that_stands_for_something_else_moves_nobody()
    {
        var visits = await FullMorningAsync();
        var job = Caller.NewJob();
        Granted(await Anna.LogAsync(job, Daily, 6, Burst, "twice"));
        Refused(RefusalReason.KeyReused, await AttendAsync(job, "twice"));
        Assert.Empty(await EngineEntriesAsync());
        foreach (var one in visits) Assert.Equal(one.Operative, (await AgainAsync(one)).Operative);

        Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 6, Burst, Tuesday, Am, job)));
        var visit = Assert.Single(Granted(await AttendAsync(job)).Visits);
        Assert.Equal(Monday.ToDateOnly(), visit.Day);
        var state = (await Node.Job(job).Get(Caller.Landlord))!;
        Assert.Null(state.Hold);
        Assert.Single(state.Visits);
    }

    [StoreFact]
    public async Task A_visit_that_is_late_already_is_no_later_for_an_emergency()
    {
        await Node.Registry.UpsertAsync(
            new RegistryBatch { Operatives = [.. Plumbers.Skip(2).Select(id => Person(id, Repairs, Joiner))] }, CancellationToken.None);
        await Node.CatchUpAsync();
        var (done, late) = (await TodaysVisitAsync(1, Tap, Am), await TodaysVisitAsync(2, Tap, Am));
        foreach (var visit in new[] { done, late })
        {
            if ((await AgainAsync(visit)).Operative != Plumbers[0].Value)
                Granted(await Planner.ReassignAsync(Wish(visit, Plumbers[0])));
        }

        (done, late) = (await AgainAsync(done), await AgainAsync(late));
        if (done.Start > late.Start) (done, late) = (late, done);
        Granted(await Planner.ReportAsync(late, VisitReportKind.Pin));
        At(done.Start.AddMinutes(2));
        Granted(await Planner.ReportAsync(done, VisitReportKind.Start));
        At(done.Promise.End.AddMinutes(5));
        Granted(await Planner.ReportAsync(done, VisitReportKind.Finish));
        Assert.Single((await FollowedAsync()).Flags);
        // Next door to where the first of them is.
        var job = await ReportedAsync((int)(await JobOfAsync(done)).Property);

        var (before, now) = (await AgainAsync(late), Clock.GetUtcNow());

        var attended = Assert.Single(Granted(await AttendAsync(job)).Visits);

        Assert.InRange(attended.Start, now.AddSeconds(-1), now + TwoHours);
        var after = await AgainAsync(late);
        Assert.Equal(before.Operative, after.Operative);
        Assert.True(after.Start <= before.Start.AddMinutes(1), $"{before.Start} {after.Start}");
    }

    [StoreFact]
    public async Task At_night_those_come_whose_shift_goes_on()
    {
        await WorkNightsAsync(1);
        At(InTheNight(1).AddSeconds(0.7));
        await FollowedOvernightAsync();
        var first = Caller.NewJob();
        Granted(await Anna.LogAsync(first, Nights, 3, Burst));
        var visit = Assert.Single(Granted(await AttendAsync(first)).Visits);
        Assert.Equal((Plumbers[0].Value, Monday.ToDateOnly()), (visit.Operative, visit.Day));
        Assert.InRange(visit.Start, visit.Promise.Start, InTheNight(3).AddSeconds(0.7));
        // By day nobody is there yet, and the one of the night is cleared for nights alone.
        Refused(RefusalReason.NobodyInTime, await AttendAsync(await ReportedAsync(4)));
        Assert.True((await CheckAsync()).Succeeded);
    }
}
