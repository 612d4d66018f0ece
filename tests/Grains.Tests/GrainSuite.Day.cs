using OrleansScheduling.Check;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;
using State = OrleansScheduling.Domain.Jobs.VisitState;
using VisitState = OrleansScheduling.GrainInterfaces.VisitState;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    async Task<VisitState> TodaysVisitAsync(int property, string line, WindowCode window, ContractId? contract = null) =>
        await VisitOfAsync(await Anna.BookedAsync(contract ?? Daily, property, line, Monday, window));

    Task<VisitState> AgainAsync(VisitState visit) => VisitOfAsync(new JobId(visit.Job));

    async Task<JobState> JobOfAsync(VisitState visit) => (await Node.Job(new JobId(visit.Job)).Get(Caller.Landlord))!;

    void At(DateTimeOffset time) => Clock.Advance(time - Clock.GetUtcNow());

    async Task<CheckReport> CheckAsync() => await LedgerCheck.RunAsync(
        Node.Get<LedgerDatabase>(), Node.Availability.Travel, Clock, CancellationToken.None);

    /// <summary>The operative alone is at work, so that everything goes into one diary.</summary>
    async Task<OperativeId> OnlyPlumberAsync()
    {
        await OneOfEachTradeAsync();
        return Plumbers[0];
    }

    [StoreFact]
    public async Task A_visit_is_set_out_for_started_extended_and_finished_and_keeps_its_real_times()
    {
        var visit = await TodaysVisitAsync(1, Tap, Am);
        var operative = new Caller(Node, "olly", asker: new Asker(Repairs.Value, OwnOnly: true, Operative: visit.Operative));
        var receipt = Granted(await operative.ReportAsync(visit, VisitReportKind.SetOut, key: "out"));
        Assert.Equal((nameof(EventKind.VisitSetOut), visit.Job), (receipt.Event, receipt.Job));
        Assert.Equal((int)State.OnTheWay, (await AgainAsync(visit)).State);
        Refused(RefusalReason.OperativeOnTheWay, await operative.ReportAsync(visit, VisitReportKind.SetOut));
        AssertSame(receipt, Granted(await operative.ReportAsync(visit, VisitReportKind.SetOut, key: "out")));
        Refused(RefusalReason.OperativeOnTheWay, await Planner.ReassignAsync(Wish(visit, Other(visit))));

        At(visit.Start.AddMinutes(12));
        Refused(RefusalReason.VisitNotStarted, await operative.ReportAsync(visit, VisitReportKind.Extend, minutes: 30));
        Refused(RefusalReason.VisitNotStarted, await operative.ReportAsync(visit, VisitReportKind.Finish));
        Granted(await operative.ReportAsync(visit, VisitReportKind.Start));
        var started = await AgainAsync(visit);
        Assert.Equal(
            ((int)State.Started, visit.Start.AddMinutes(12), visit.End.AddMinutes(12)), (started.State, started.Start, started.End));
        Assert.Equal((int)JobStatus.InProgress, (await JobOfAsync(visit)).Status);
        Refused(RefusalReason.VisitStarted, await Anna.CancelAsync(new JobId(visit.Job)));
        Refused(RefusalReason.VisitStarted, await Planner.ReassignAsync(Wish(visit, Other(visit))));
        Refused(RefusalReason.VisitStarted, await Planner.ReportAsync(visit, VisitReportKind.Pin));

        Granted(await operative.ReportAsync(visit, VisitReportKind.Extend, minutes: 45));
        Assert.Equal(started.End.AddMinutes(45), (await AgainAsync(visit)).End);
        At(visit.Start.AddMinutes(90));
        Granted(await Planner.ReportAsync(visit, VisitReportKind.Finish, at: visit.Start.AddMinutes(85)));
        var finished = await AgainAsync(visit);
        Assert.Equal(((int)State.Completed, started.Start, visit.Start.AddMinutes(85)), (finished.State, finished.Start, finished.End));
        Assert.Equal((int)JobStatus.Completed, (await JobOfAsync(visit)).Status);
        foreach (var kind in new[] { VisitReportKind.Start, VisitReportKind.Finish, VisitReportKind.NoAccess, VisitReportKind.Pin })
            Refused(RefusalReason.VisitFinished, await Planner.ReportAsync(visit, kind, reason: "Nobody in"));
        var kinds = (await FeedAsync()).Where(entry => entry.Event.Job?.Value == visit.Job)
            .Select(entry => (entry.Event.Kind, entry.Event.Actor));
        Assert.Equal(
            [
                (EventKind.BookingMade, "actor-anna"), (EventKind.VisitSetOut, "actor-olly"), (EventKind.VisitStarted, "actor-olly"),
                (EventKind.VisitExtended, "actor-olly"), (EventKind.VisitFinished, "actor-paula"),
            ], kinds);
    }

    [StoreFact]
    public async Task An_overrun_moves_the_visits_after_it_inside_their_promises_and_then_forecasts_how_late_they_will_be()
    {
        var plumber = await OnlyPlumberAsync();
        var first = await TodaysVisitAsync(1, Tap, Am);
        var second = await TodaysVisitAsync(2, Tap, Am);
        (first, second) = (await AgainAsync(first), await AgainAsync(second));
        if (first.Start > second.Start) (first, second) = (second, first);
        At(first.Start.AddMinutes(1));
        Granted(await Planner.ReportAsync(first, VisitReportKind.Start));
        var end = (await AgainAsync(first)).End;

        Granted(await Planner.ReportAsync(first, VisitReportKind.Extend, minutes: 60));
        var pushed = await AgainAsync(second);
        Assert.InRange(pushed.Start, end.AddMinutes(60), second.Promise.End.AddSeconds(-1));
        Assert.Equal(0, (await CheckAsync()).Warnings);

        Granted(await Planner.ReportAsync(first, VisitReportKind.Extend, minutes: 120));
        var late = await AgainAsync(second);
        Assert.InRange(late.Start, second.Promise.End, second.Promise.End.AddMinutes(30));
        AssertSame(second.Promise, late.Promise);
        var report = await CheckAsync();
        Assert.True(report.Succeeded, report.ToString());
        Assert.Contains(report.Findings, finding => finding.Kind == FindingKind.RunningLate
            && finding.Subject.Contains($"{new JobId(second.Job)}", StringComparison.Ordinal));
        // Nothing more is offered of a day whose promises cannot be kept.
        Assert.Null((await Ben.SlotAsync(Daily, 3, Tap, Monday, Pm)).Offer);

        // Shorter than feared: the promise can be kept after all.
        At(second.Promise.End.AddMinutes(-40));
        Granted(await Planner.ReportAsync(first, VisitReportKind.Finish));
        var saved = await AgainAsync(second);
        Assert.InRange(saved.Start, Clock.GetUtcNow(), second.Promise.End.AddSeconds(-1));
        Assert.NotNull((await Ben.SlotAsync(Daily, 3, Tap, Monday, Pm)).Offer);
        Assert.Equal(0, (await CheckAsync()).Warnings);
        Assert.Equal(plumber.Value, saved.Operative);
    }

    [StoreFact]
    public async Task A_promise_that_an_overrun_would_break_is_kept_by_another_operative()
    {
        var first = await TodaysVisitAsync(1, Bath, Am);
        var second = await TodaysVisitAsync(2, Tap, Pm);
        if (second.Operative != first.Operative) Granted(await Planner.ReassignAsync(Wish(second, new OperativeId(first.Operative))));
        At(first.Start.AddSeconds(1));
        Granted(await Planner.ReportAsync(first, VisitReportKind.Start));
        Granted(await Planner.ReportAsync(first, VisitReportKind.Extend, minutes: 300));
        Assert.True((await AgainAsync(second)).Start >= second.Promise.End);

        Granted(await Planner.ReassignAsync(Wish(second, Other(first))));
        var kept = await AgainAsync(second);
        Assert.InRange(kept.Start, second.Promise.Start, second.Promise.End.AddSeconds(-1));
        Assert.DoesNotContain(
            (await CheckAsync()).Findings, finding => finding.Subject.Contains($"{new JobId(second.Job)}", StringComparison.Ordinal));
    }

    [StoreFact]
    public async Task No_access_frees_the_diary_and_sends_the_job_back_with_its_reason()
    {
        var visit = await TodaysVisitAsync(1, Bath, Am, Rationed);
        At(visit.Start.AddMinutes(5));
        var receipt = Granted(await Planner.ReportAsync(visit, VisitReportKind.NoAccess, reason: "Nobody in, card left"));
        Assert.Equal((nameof(EventKind.NoAccessReported), "AM"), (receipt.Event, receipt.Promise?.Window));
        var job = await JobOfAsync(visit);
        Assert.Equal(((int)JobStatus.Logged, 0, null), (job.Status, job.Visits.Count, job.Promise));
        Assert.Equal("Nobody in, card left", (await FeedAsync())[^1].Event.Note);
        Assert.Empty((await Node.Diary(new OperativeId(visit.Operative)).Read(Caller.Contractor, visit.Day, 1)).Visits);
        Refused(RefusalReason.VisitNotFound, await Planner.ReportAsync(visit, VisitReportKind.Start));
        Granted(await Anna.BookAsync(new JobId(visit.Job), await Anna.OfferAsync(Rationed, 1, Bath, Tuesday, Am, new JobId(visit.Job))));
    }

    [StoreFact]
    public async Task What_is_reported_of_a_visit_ends_a_customers_half_made_move()
    {
        var visit = await TodaysVisitAsync(1, Tap, Am);
        var job = new JobId(visit.Job);
        var hold = Granted(await Anna.HoldAsync(job, await Anna.OfferAsync(Daily, 1, Tap, Tuesday, Pm, job))).Hold!.Number;
        // A pin leaves it alone.
        Granted(await Planner.ReportAsync(visit, VisitReportKind.Pin));
        Assert.NotNull((await JobOfAsync(visit)).Hold);
        At(visit.Start.AddMinutes(2));
        Granted(await Planner.ReportAsync(visit, VisitReportKind.Start));
        Refused(RefusalReason.HoldNotFound, await Anna.ConfirmAsync(job, hold));
        Refused(RefusalReason.VisitStarted, await Anna.HoldAsync(job, TokenFor(job, Tap, Tuesday, Pm)));
        var state = await JobOfAsync(visit);
        Assert.Null(state.Hold);
        Assert.Single(state.Visits);
    }

    [StoreFact]
    public async Task Of_a_crew_each_starts_and_nobody_reports_no_access_behind_anothers_back()
    {
        var job = await Anna.BookedAsync(Daily, 1, Worktop, Monday, Am);
        var visits = new List<VisitState>();
        foreach (var joiner in Joiners) visits.AddRange((await Node.Diary(joiner).Read(Caller.Contractor, Monday.ToDateOnly(), 1)).Visits);
        Assert.Equal(2, visits.Count);
        Refused(RefusalReason.VisitShared, await Planner.ReportAsync(visits[0], VisitReportKind.Pin));
        At(visits[0].Start.AddMinutes(3));
        Granted(await Planner.ReportAsync(visits[0], VisitReportKind.Start));
        Refused(RefusalReason.PartlyDone, await Planner.ReportAsync(visits[1], VisitReportKind.NoAccess, reason: "No key"));
        Clock.Advance(TimeSpan.FromMinutes(4));
        Granted(await Planner.ReportAsync(visits[1], VisitReportKind.Start));
        Clock.Advance(TimeSpan.FromMinutes(60));
        Granted(await Planner.ReportAsync(visits[0], VisitReportKind.Finish));
        Assert.Equal((int)JobStatus.InProgress, (await Node.Job(job).Get(Caller.Landlord))!.Status);
        Granted(await Planner.ReportAsync(visits[1], VisitReportKind.Finish));
        Assert.Equal((int)JobStatus.Completed, (await Node.Job(job).Get(Caller.Landlord))!.Status);
    }

    [StoreFact]
    public async Task Nobody_is_at_two_visits_at_once_and_a_day_is_reported_on_its_day()
    {
        await OnlyPlumberAsync();
        var first = await TodaysVisitAsync(1, Tap, Am);
        var second = await TodaysVisitAsync(2, Tap, Am);
        var tomorrow = await BookedVisitAsync(3, Tap, Am);
        At((await AgainAsync(first)).Start.AddMinutes(30));
        Granted(await Planner.ReportAsync(first, VisitReportKind.Start));
        Refused(RefusalReason.AnotherVisitUnderWay, await Planner.ReportAsync(second, VisitReportKind.Start));
        foreach (var kind in new[] { VisitReportKind.SetOut, VisitReportKind.Start, VisitReportKind.NoAccess })
            Refused(RefusalReason.VisitNotDue, await Planner.ReportAsync(tomorrow, kind, reason: "Nobody in"));
        Refused(RefusalReason.VisitNotDue, await Planner.ReportAsync(second, VisitReportKind.Start, at: Clock.GetUtcNow().AddDays(-1)));
        Granted(await Planner.ReportAsync(tomorrow, VisitReportKind.Pin));
        Clock.Advance(TimeSpan.FromMinutes(20));
        Granted(await Planner.ReportAsync(first, VisitReportKind.Finish));
        Granted(await Planner.ReportAsync(second, VisitReportKind.Start));
        Refused(RefusalReason.InvalidInput, await Planner.ReportAsync(second, VisitReportKind.Finish));
    }

    [StoreFact]
    public async Task A_visit_is_told_of_by_its_own_operative_or_the_contractors_planner_and_by_nobody_else()
    {
        var visit = await TodaysVisitAsync(1, Tap, Am);
        At(visit.Start.AddMinutes(1));
        var head = await HeadAsync();
        var colleague = new Caller(Node, "x", asker: new Asker(Repairs.Value, OwnOnly: true, Operative: Other(visit).Value));
        Refused(RefusalReason.JobNotFound, await colleague.ReportAsync(visit, VisitReportKind.Start));
        Refused(RefusalReason.VisitNotFound, await Anna.ReportAsync(visit, VisitReportKind.Start));
        var tenant = new Caller(Node, "t", asker: new Asker(Landlord.Value, OwnOnly: true, Home: 1));
        Refused(RefusalReason.VisitNotFound, await tenant.ReportAsync(visit, VisitReportKind.Start));
        foreach (var (name, asker) in Strangers)
        {
            var refusal = (await new Caller(Node, "x", asker: asker).ReportAsync(visit, VisitReportKind.Start)).Refusal;
            Assert.True(refusal?.Reason == "JobNotFound", $"{name}: {refusal?.Reason ?? "granted"}");
        }

        Assert.Equal(head, await HeadAsync());
        Granted(await new Caller(Node, "o", asker: new Asker(Repairs.Value, OwnOnly: true, Operative: visit.Operative))
            .ReportAsync(visit, VisitReportKind.Start));
    }

    [StoreFact]
    public async Task A_start_and_the_customers_cancellation_race_and_one_of_them_wins()
    {
        const int Rounds = 10;
        var other = await StartNodeAsync();
        var far = new Caller(other, "far", asker: Caller.Contractor);
        var visits = new List<VisitState>();
        for (var i = 0; i < Rounds; i++) visits.Add(await TodaysVisitAsync(1 + i, Tap, i % 2 == 0 ? Am : Pm));
        foreach (var known in visits)
        {
            var visit = await AgainAsync(known);
            if (visit.Start > Clock.GetUtcNow()) At(visit.Start);
            var answers = await WithPassingTimeAsync(Task.WhenAll(
                far.ReportAsync(visit, VisitReportKind.NoAccess, reason: "Nobody in"), Anna.CancelAsync(new JobId(visit.Job)),
                Planner.ReassignAsync(Wish(visit, Other(visit)))));
            Assert.Equal(1, answers.Take(2).Count(answer => answer.Receipt is not null));
            Assert.Empty((await JobOfAsync(visit)).Visits);
        }
    }
}
