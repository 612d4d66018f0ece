using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    /// <summary>When a caller hangs up: before its changeset is taken, while it is being written, and before it hears of it.</summary>
    enum HangUp
    {
        None = 0,
        Before = 1,
        During = 2,
        After = 3,
    }

    [StoreFact]
    public async Task A_caller_who_hangs_up_in_mid_commit_and_asks_again_has_it_once()
    {
        var faults = new FaultyLedger();
        var node = await StartNodeAsync(faults: faults);
        var caller = new Caller(node, "impatient");
        // One plumber, two joiners together, and two visits of a joiner: one diary, several, and several days.
        foreach (var line in new[] { Tap, Worktop, Plaster })
        {
            foreach (var hangUp in new[] { HangUp.Before, HangUp.During, HangUp.After })
            {
                var job = Caller.NewJob();
                var key = $"{line}-{hangUp}";
                var hold = await HungUpAsync(hangUp, token => ClaimAsync(caller, job, line, key, token));
                AssertSame(hold, Granted(await ClaimAsync(caller, job, line, key, CancellationToken.None)));
                var confirm = await HungUpAsync(hangUp, token => ConfirmAsync(caller, job, hold.Hold!.Number, key + "-confirm", token));
                AssertSame(confirm, Granted(await ConfirmAsync(caller, job, hold.Hold!.Number, key + "-confirm", CancellationToken.None)));
                Assert.Equal(
                    [EventKind.HoldPlaced, EventKind.BookingConfirmed],
                    (await FeedAsync()).Where(entry => entry.Event.Job == job).Select(entry => entry.Event.Kind));
                // The next caller finds room, and the diaries as they are.
                Granted(await WithPassingTimeAsync(Anna.CancelAsync(job, close: true)));
                await node.CatchUpAsync();
            }
        }

        async Task<Receipt> HungUpAsync(HangUp hangUp, Func<CancellationToken, Task<CommandAnswer>> call)
        {
            using var line = new CancellationTokenSource();
            faults.OnCommit = async commit =>
            {
                if (hangUp == HangUp.Before) await line.CancelAsync();
                var committing = commit();
                if (hangUp == HangUp.During) await line.CancelAsync();
                var result = await committing;
                if (hangUp == HangUp.After) await line.CancelAsync();
                line.Token.ThrowIfCancellationRequested();
                return result;
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call(line.Token));
            faults.OnCommit = null;
            return Granted(await call(CancellationToken.None));
        }
    }

    static Task<CommandAnswer> ClaimAsync(Caller caller, JobId job, string line, string key, CancellationToken cancellationToken)
    {
        var offer = caller.Node.Get<Offers.OfferTokens>().Encode(new Offers.Offer(
            Daily, Property(1), [new SorCode(line)], Tuesday, Am, null, caller.Node.Availability.Now + NodaTime.Duration.FromMinutes(15)));
        var command = new ClaimSlot(caller.Context(key), ClaimKind.Hold, offer, caller.Holder, "");
        return caller.Node.Job(job).Claim(command, cancellationToken);
    }

    static Task<CommandAnswer> ConfirmAsync(Caller caller, JobId job, int hold, string key, CancellationToken cancellationToken) =>
        caller.Node.Job(job).Confirm(new ConfirmHold(caller.Context(key), hold, caller.Holder), cancellationToken);

    /// <summary>How often a job decides a command afresh, and each time the diary that it asks: the bound that Bookings states.</summary>
    const int MaxAttempts = 8;

    [StoreFact]
    public async Task A_hold_whose_commit_is_refused_again_and_again_ends_in_a_reason_and_holds_nothing()
    {
        var faults = new FaultyLedger();
        var node = await StartNodeAsync(faults: faults);
        var caller = new Caller(node, "unlucky");
        foreach (var line in new[] { Tap, Worktop })
        {
            var job = Caller.NewJob();
            var head = await HeadAsync();
            var before = faults.Commits;
            faults.OnCommit = _ => Task.FromResult(new CommitResult(CommitStatus.Stale, null));

            var answer = await ClaimAsync(caller, job, line, line, CancellationToken.None);

            Refused(RefusalReason.Busy, answer);
            Assert.InRange(faults.Commits - before, MaxAttempts, MaxAttempts * MaxAttempts);
            faults.OnCommit = null;
            Assert.Equal(head, await HeadAsync());
            Assert.Null(await node.Job(job).Get(Caller.Landlord));
            foreach (var operative in Plumbers.Concat(Joiners))
                Assert.Empty((await node.Diary(operative).Read(Caller.Contractor, Monday.ToDateOnly(), 14)).Visits);
            var slot = await caller.SlotAsync(Daily, 1, line, Tuesday, Am);
            Assert.NotNull(slot.Offer);
            // The same command, sent again when all is well, is carried out.
            var hold = Granted(await ClaimAsync(caller, job, line, line, CancellationToken.None));
            Granted(await caller.ReleaseAsync(job, hold.Hold!.Number));
        }
    }

    [StoreFact]
    public async Task A_hold_whose_outcome_the_database_did_not_tell_is_told_as_unknown_and_can_be_sent_again()
    {
        var faults = new FaultyLedger();
        var node = await StartNodeAsync(faults: faults);
        var caller = new Caller(node, "cut off");
        foreach (var line in new[] { Tap, Worktop })
        {
            foreach (var isWritten in new[] { false, true })
            {
                var job = Caller.NewJob();
                var key = $"{line}-{isWritten}";
                faults.OnCommit = async commit =>
                {
                    if (isWritten) await commit();
                    throw new LedgerUnavailableException(new IOException("The line is cut."));
                };

                await Assert.ThrowsAsync<LedgerUnavailableException>(() => ClaimAsync(caller, job, line, key, CancellationToken.None));

                faults.OnCommit = null;
                Assert.Equal(isWritten, await node.Job(job).Get(Caller.Landlord) is not null);
                var hold = Granted(await WithPassingTimeAsync(ClaimAsync(caller, job, line, key, CancellationToken.None)));
                Assert.Single(await FeedAsync(), entry => entry.Event.Job == job);
                Granted(await WithPassingTimeAsync(caller.ReleaseAsync(job, hold.Hold!.Number)));
            }
        }
    }
}
