using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;
using VisitState = OrleansScheduling.GrainInterfaces.VisitState;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    static readonly TimeSpan TwoHours = TimeSpan.FromHours(2);

    Task<CommandAnswer> AttendAsync(JobId job, string? key = null, Caller? by = null) => WithPassingTimeAsync(
        (by ?? Anna).Node.Plan(Repairs).Attend(new AttendEmergency((by ?? Anna).Context(key), job.Value), CancellationToken.None));

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
    public async Task An_emergency_that_would_break_a_promise_is_refused_and_nothing_is_changed()
    {
        await FullMorningAsync(isAnybodyFreeLater: false);
        var job = await ReportedAsync(6);
        var head = await HeadAsync();
        Refused(RefusalReason.NobodyInTime, await AttendAsync(job));
        Assert.Equal(head, await HeadAsync());
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
        Refused(RefusalReason.JobNotFound, await Node.Plan(Heating).Attend(new AttendEmergency(Anna.Context(), burst.Value), default));
        Refused(RefusalReason.InvalidInput, await Node.Plan(Repairs).Attend(new AttendEmergency(Anna.Context(), -1), default));
        Refused(RefusalReason.InvalidInput, await AttendAsync(burst, new string('x', CommandContext.MaxKeyLength + 1)));
        var hold = Granted(await Ben.HoldAsync(burst, await Ben.OfferAsync(Daily, 1, Burst, Tuesday, Am, burst)));
        Refused(RefusalReason.HeldByAnother, await AttendAsync(burst));
        Granted(await Ben.ReleaseAsync(burst, hold.Hold!.Number));
        Granted(await Anna.CancelAsync(burst, close: true));
        Refused(RefusalReason.JobClosed, await AttendAsync(burst));
    }
}
