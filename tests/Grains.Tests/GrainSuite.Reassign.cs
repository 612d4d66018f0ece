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
    /// <summary>Somebody of the contractor, who looks after its diaries.</summary>
    Caller Planner => new(Node, "paula", asker: Caller.Contractor);

    async Task<VisitState> VisitOfAsync(JobId job)
    {
        var place = Assert.Single((await Node.Job(job).Get(Caller.Landlord))!.Visits);
        var read = await Node.Diary(new OperativeId(place.Operative)).Read(Caller.Contractor, place.Day, 1);
        return Assert.Single(read.Visits, visit => visit.Job == job.Value && visit.Number == place.Number);
    }

    async Task<VisitState> BookedVisitAsync(int property, string line, WindowCode window, ContractId? contract = null) =>
        await VisitOfAsync(await Anna.BookedAsync(contract ?? Daily, property, line, Tuesday, window));

    static VisitWish Wish(VisitState visit, OperativeId to, DateTimeOffset? start = null) => new(visit.Job, visit.Number, to.Value, start);

    static OperativeId Other(VisitState visit) => Plumbers.First(plumber => plumber.Value != visit.Operative);

    async Task<PlannedOn> VersionAsync(int operative) =>
        new(operative, (await Node.Diary(new OperativeId(operative)).Read(Caller.Contractor, Tuesday.ToDateOnly(), 1)).Version);

    [StoreFact]
    public async Task A_visit_goes_to_another_operative_and_the_customers_job_stays_as_it_was()
    {
        var before = await BookedVisitAsync(1, Tap, Am);
        var job = await Node.Job(new JobId(before.Job)).Get(Caller.Landlord);
        var receipt = Granted(await Planner.ReassignAsync("move-1", [], Wish(before, Other(before))));

        Assert.Equal((nameof(EventKind.VisitsReassigned), 0L), (receipt.Event, receipt.Job));
        var after = await VisitOfAsync(new JobId(before.Job));
        Assert.Equal(Other(before).Value, after.Operative);
        AssertSame(before with { Operative = after.Operative, Start = after.Start, End = after.End }, after);
        AssertSame(after, Assert.Single(receipt.Visits));
        var jobAfter = await Node.Job(new JobId(before.Job)).Get(Caller.Landlord);
        Assert.Equal((job!.Version, job.Status), (jobAfter!.Version, jobAfter.Status));
        AssertSame(job.Promise, jobAfter.Promise);
        Assert.Empty((await Node.Diary(new OperativeId(before.Operative)).Read(Caller.Contractor, Tuesday.ToDateOnly(), 1)).Visits);
        // Who did it stands in the feed, and where the visit came from.
        var entry = Assert.Single(await FeedAsync(), entry => entry.Position == receipt.Position).Event;
        Assert.Equal(("actor-paula", Repairs, null), (entry.Actor, entry.Contractor, entry.Job));
        var move = Assert.Single(entry.Moves);
        Assert.Equal((before.Operative, after.Operative), (move.From.Value, move.To.Value));

        AssertSame(receipt, Granted(await Planner.ReassignAsync("move-1", [], Wish(before, Other(before)))));
        Refused(RefusalReason.KeyReused, await Planner.ReassignAsync("move-1", [], Wish(before, Plumbers[2], before.Start)));
        // What the customer does next finds the visit where it is.
        Granted(await Anna.MoveAsync(new JobId(before.Job), await Anna.OfferAsync(Daily, 1, Tap, Tuesday, Pm, new JobId(before.Job))));
        Granted(await Anna.CancelAsync(new JobId(before.Job)));
    }

    [StoreFact]
    public async Task Two_full_mornings_are_exchanged_in_one_batch_where_neither_could_go_alone()
    {
        var one = await BookedVisitAsync(1, Bath, Am);
        var two = await BookedVisitAsync(2, Bath, Am);
        Assert.NotEqual(one.Operative, two.Operative);
        var head = await HeadAsync();
        var refusal = Refused(RefusalReason.AllFull, await Planner.ReassignAsync(Wish(one, new OperativeId(two.Operative))));
        Assert.Contains("Move 1", refusal.Text, StringComparison.Ordinal);
        Assert.Equal(head, await HeadAsync());

        Granted(await Planner.ReassignAsync(Wish(one, new OperativeId(two.Operative)), Wish(two, new OperativeId(one.Operative))));
        Assert.Equal(two.Operative, (await VisitOfAsync(new JobId(one.Job))).Operative);
        Assert.Equal(one.Operative, (await VisitOfAsync(new JobId(two.Job))).Operative);
    }

    [StoreFact]
    public async Task A_batch_is_refused_whole_with_the_first_reason()
    {
        var one = await BookedVisitAsync(1, Tap, Am);
        var two = await BookedVisitAsync(2, Tap, Am);
        one = await VisitOfAsync(new JobId(one.Job));
        var head = await HeadAsync();
        var refusal = Refused(RefusalReason.NobodyWithTrade, await Planner.ReassignAsync(Wish(one, Other(one)), Wish(two, Joiners[0])));
        Assert.Contains($"Move 2, visit {new JobId(two.Job)}", refusal.Text, StringComparison.Ordinal);
        Assert.Equal(head, await HeadAsync());
        AssertSame(one, await VisitOfAsync(new JobId(one.Job)));
    }

    [StoreFact]
    public async Task What_may_not_move_is_refused_with_its_reason_and_nothing_is_written()
    {
        var visit = await BookedVisitAsync(1, Tap, Pm);
        var pinned = await BookedVisitAsync(2, Tap, Pm);
        Granted(await Planner.ReportAsync(pinned, VisitReportKind.Pin));
        var held = Caller.NewJob();
        Granted(await Anna.HoldAsync(held, await Anna.OfferAsync(Daily, 3, Tap, Tuesday, Pm)));
        var heldVisit = await VisitOfAsync(held);
        var stale = await VersionAsync(visit.Operative);
        var head = await HeadAsync();
        var to = Other(visit);
        (string Case, RefusalReason Reason, Func<Task<CommandAnswer>> Send)[] rows =
        [
            ("pinned", RefusalReason.VisitPinned, () => Planner.ReassignAsync(Wish(pinned, Other(pinned)))),
            ("held", RefusalReason.NotBooked, () => Planner.ReassignAsync(Wish(heldVisit, Other(heldVisit)))),
            ("planned on another version", RefusalReason.DiaryChanged,
                () => Planner.ReassignAsync(null, [stale with { Version = stale.Version - 1 }], Wish(visit, to))),
            ("before the promise", RefusalReason.InvalidInput,
                () => Planner.ReassignAsync(Wish(visit, to, visit.Promise.Start.AddSeconds(-1)))),
            ("after the promise", RefusalReason.InvalidInput, () => Planner.ReassignAsync(Wish(visit, to, visit.Promise.End))),
            ("no such visit", RefusalReason.VisitNotFound, () => Planner.ReassignAsync(Wish(visit with { Number = 99 }, to))),
            ("no such job", RefusalReason.VisitNotFound, () => Planner.ReassignAsync(Wish(visit with { Job = 12345 }, to))),
            ("another contractor's operative", RefusalReason.InvalidInput, () => Planner.ReassignAsync(Wish(visit, GasEngineer))),
            ("nobody", RefusalReason.InvalidInput, () => Planner.ReassignAsync(Wish(visit, new OperativeId(0)))),
            ("by the landlord", RefusalReason.VisitNotFound, () => Anna.ReassignAsync(Wish(visit, to))),
            ("by another contractor", RefusalReason.VisitNotFound,
                () => new Caller(Node, "x", asker: new Asker(Heating.Value)).ReassignAsync(Wish(visit, to))),
            ("by an operative, of another's visit", RefusalReason.VisitNotFound,
                () => new Caller(Node, "x", asker: new Asker(Repairs.Value, OwnOnly: true, Operative: to.Value))
                    .ReassignAsync(Wish(visit, to))),
        ];
        foreach (var row in rows)
        {
            var answer = await row.Send();
            Assert.True(
                answer.Refusal?.Reason == Name(row.Reason), $"{row.Case}: {answer.Refusal?.Reason ?? "granted"}: {answer.Refusal?.Text}");
            Assert.True(head == await HeadAsync(), $"{row.Case}: something was written.");
        }

        Granted(await Planner.ReassignAsync(null, [stale], Wish(visit, to)));
        Granted(await Planner.ReportAsync(pinned, VisitReportKind.Unpin));
        Granted(await Planner.ReassignAsync(Wish(pinned, Other(pinned), pinned.Start)));
    }

    [StoreFact]
    public Task What_is_kept_for_emergencies_is_kept_from_a_reassignment_and_not_from_its_undo() =>
        IsKeptAsync(Reserved, RefusalReason.HeldForEmergencies);

    [StoreFact]
    public Task What_is_kept_for_other_contracts_is_kept_from_a_reassignment_and_not_from_its_undo() =>
        IsKeptAsync(Lent, RefusalReason.KeptForOtherWork);

    /// <summary>Half of each day is kept, and a bath takes the other half.</summary>
    async Task IsKeptAsync(ContractId contract, RefusalReason reason)
    {
        var one = await BookedVisitAsync(1, Tap, Pm, contract);
        var others = Plumbers.Where(plumber => plumber.Value != one.Operative).ToList();
        var bath = await BookedVisitAsync(2, Bath, Am);
        if (bath.Operative != others[0].Value) Granted(await Planner.ReassignAsync(Wish(bath, others[0])));
        Refused(reason, await Planner.ReassignAsync(Wish(one, others[0])));
        one = await VisitOfAsync(new JobId(one.Job));
        var done = Granted(await Planner.ReassignAsync(Wish(one, others[1])));

        Granted(await Planner.ReassignAsync(Wish(bath, new OperativeId(one.Operative))));
        Refused(reason, await Planner.ReassignAsync(Wish(one, new OperativeId(one.Operative))));
        Granted(await Planner.UndoAsync(done.Position));
        AssertSame(one, await VisitOfAsync(new JobId(one.Job)));
    }

    [StoreFact]
    public async Task One_of_a_crew_is_replaced_and_they_still_start_together()
    {
        await Node.Registry.UpsertAsync(
            new RegistryBatch { Operatives = [Person(new OperativeId(77), Repairs, Joiner)] }, CancellationToken.None);
        await Node.CatchUpAsync();
        var job = await Anna.BookedAsync(Daily, 1, Worktop, Tuesday, Am);
        var crew = (await Node.Job(job).Get(Caller.Landlord))!.Visits;
        var free = new[] { Joiners[0], Joiners[1], new OperativeId(77) }
            .Single(joiner => crew.All(visit => visit.Operative != joiner.Value));
        var receipt = Granted(await Planner.ReassignAsync(new VisitWish(job.Value, crew[0].Number, free.Value)));
        var other = (await Node.Diary(new OperativeId(crew[1].Operative)).Read(Caller.Contractor, Tuesday.ToDateOnly(), 1)).Visits;
        Assert.Equal(Assert.Single(other).Start, Assert.Single(receipt.Visits).Start);
        // One person is not two.
        Refused(RefusalReason.AllFull, await Planner.ReassignAsync(new VisitWish(job.Value, crew[1].Number, free.Value)));
    }

    [StoreFact]
    public async Task A_reassignment_is_undone_to_the_second_with_the_neighbours_that_made_room()
    {
        var moved = await BookedVisitAsync(1, Tap, Am);
        var to = Other(moved);
        // The neighbour starts when the moved visit wants to.
        var neighbour = await BookedVisitAsync(2, Tap, Am);
        moved = await VisitOfAsync(new JobId(moved.Job));
        Granted(await Planner.ReassignAsync(Wish(neighbour, to, neighbour.Promise.Start.AddHours(1))));
        neighbour = await VisitOfAsync(new JobId(neighbour.Job));
        var done = Granted(await Planner.ReassignAsync(Wish(moved, to, neighbour.Start)));
        Assert.NotEqual(neighbour.Start, (await VisitOfAsync(new JobId(neighbour.Job))).Start);

        var undone = Granted(await Planner.UndoAsync(done.Position, "undo-1"));
        Assert.Equal(nameof(EventKind.ReassignmentUndone), undone.Event);
        AssertSame(moved, await VisitOfAsync(new JobId(moved.Job)));
        AssertSame(neighbour, await VisitOfAsync(new JobId(neighbour.Job)));
        AssertSame(undone, Granted(await Planner.UndoAsync(done.Position, "undo-1")));

        Refused(RefusalReason.PlanMovedOn, await Planner.UndoAsync(done.Position));
        // An undo is a batch like any other.
        Granted(await Planner.UndoAsync(undone.Position));
        Assert.Equal(to.Value, (await VisitOfAsync(new JobId(moved.Job))).Operative);
    }

    [StoreFact]
    public async Task An_undo_is_refused_when_the_world_has_moved_on_or_there_is_nothing_to_undo()
    {
        var visit = await BookedVisitAsync(1, Bath, Am);
        var (from, to) = (new OperativeId(visit.Operative), Other(visit));
        var booked = (await FeedAsync())[^1].Position;
        var done = Granted(await Planner.ReassignAsync(Wish(visit, to)));
        // Somebody else took the morning that it came from.
        var third = Plumbers.Single(plumber => plumber != from && plumber != to);
        var taken = await BookedVisitAsync(2, Bath, Am);
        if (taken.Operative == third.Value) Granted(await Planner.ReassignAsync(Wish(taken, from)));
        Refused(RefusalReason.AllFull, await Planner.UndoAsync(done.Position));
        // To whoever sees none of those visits there never was such a reassignment.
        var narrow = new Caller(Node, "narrow", asker: new Asker(Repairs.Value, Contracts: []));
        Refused(RefusalReason.ReassignmentNotFound, await narrow.UndoAsync(done.Position));
        Granted(await Anna.CancelAsync(new JobId(visit.Job)));
        Refused(RefusalReason.PlanMovedOn, await Planner.UndoAsync(done.Position));
        foreach (var position in new[] { 0, -1, booked, done.Position + 1_000_000, long.MaxValue })
            Refused(RefusalReason.ReassignmentNotFound, await Planner.UndoAsync(position));
        Refused(RefusalReason.ReassignmentNotFound, await Anna.UndoAsync(done.Position));
    }

    [StoreFact]
    public async Task Planners_on_two_nodes_and_the_customer_race_for_one_visit_and_nothing_is_lost()
    {
        const int Rounds = 12;
        var other = await StartNodeAsync();
        var (near, far) = (Planner, new Caller(other, "quinn", asker: Caller.Contractor));
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var round = 0; round < Rounds; round++)
        {
            var job = await Anna.BookedAsync(Daily, 1 + (round % 12), Tap, Tuesday, Am);
            var visit = await VisitOfAsync(job);
            PlannedOn[] on = [await VersionAsync(visit.Operative)];
            var rivals = Plumbers.Where(plumber => plumber.Value != visit.Operative).ToList();
            var offer = await Ben.OfferAsync(Daily, 1 + (round % 12), Tap, Tuesday, Pm, job);
            var isMove = round % 2 == 0;
            var answers = await WithPassingTimeAsync(Task.WhenAll(
                near.ReassignAsync(null, on, Wish(visit, rivals[0])),
                far.ReassignAsync(null, on, Wish(visit, rivals[1])),
                isMove ? Ben.MoveAsync(job, offer) : Ben.CancelAsync(job)));
            // The customer always gets through; of the planners, who planned on the same version, one at most.
            Granted(answers[2]);
            Assert.True(answers.Take(2).Count(answer => answer.Receipt is not null) <= 1);
            foreach (var answer in answers.Take(2))
            {
                var outcome = answer.Receipt?.Event ?? answer.Refusal!.Reason;
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
                Assert.Contains(outcome, new[] { "VisitsReassigned", "DiaryChanged", "VisitNotFound" });
            }

            var state = await Node.Job(job).Get(Caller.Landlord);
            Assert.Equal(isMove ? 1 : 0, state!.Visits.Count);
            if (isMove) Assert.Equal("PM", (await VisitOfAsync(job)).Promise.Window);
            await Node.CatchUpAsync();
            await other.CatchUpAsync();
        }

        output.WriteLine(string.Join(", ", outcomes.Select(outcome => $"{outcome.Key}: {outcome.Value}")));
        // What has to hold of the ledger is checked after every test.
    }
}
