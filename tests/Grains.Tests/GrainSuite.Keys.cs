using OrleansScheduling.Domain.Booking;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    [StoreFact]
    public async Task Every_command_repeated_with_its_key_answers_the_first_receipt_after_a_restart_too()
    {
        // Not a whole second: what is answered first and what is recorded are the same to the last digit.
        Clock.Advance(TimeSpan.FromTicks(1_234_567));
        var job = Caller.NewJob();
        var released = Caller.NewJob();
        var offer = await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am);
        var log = Granted(await Anna.LogAsync(job, Daily, 1, Bath, "k-log"));
        var hold = Granted(await Anna.HoldAsync(job, offer, "k-hold"));
        var confirm = Granted(await Anna.ConfirmAsync(job, hold.Hold!.Number, "k-confirm"));
        var move = Granted(await Anna.MoveAsync(job, await Anna.OfferAsync(Daily, 1, Bath, Wednesday, Am, job), "k-move"));
        var cancel = Granted(await Anna.CancelAsync(job, key: "k-cancel"));
        var book = Granted(await Anna.BookAsync(job, offer, "k-book"));
        var other = Granted(await Anna.HoldAsync(released, offer, "k-hold-2"));
        var release = Granted(await Anna.ReleaseAsync(released, other.Hold!.Number, "k-release"));

        for (var pass = 0; pass < 2; pass++)
        {
            // Long after: the offers have expired, and the job has moved on.
            Clock.Advance(TimeSpan.FromMinutes(20));
            var head = await HeadAsync();
            AssertSame(log, Granted(await Anna.LogAsync(job, Daily, 1, Bath, "k-log")));
            AssertSame(hold, Granted(await Anna.HoldAsync(job, offer, "k-hold")));
            AssertSame(confirm, Granted(await Anna.ConfirmAsync(job, hold.Hold.Number, "k-confirm")));
            AssertSame(move, Granted(await Anna.MoveAsync(job, TokenFor(job, Bath, Wednesday, Am), "k-move")));
            AssertSame(cancel, Granted(await Anna.CancelAsync(job, key: "k-cancel")));
            AssertSame(book, Granted(await Anna.BookAsync(job, offer, "k-book")));
            AssertSame(release, Granted(await Anna.ReleaseAsync(released, other.Hold.Number, "k-release")));
            Assert.Equal(head, await HeadAsync());
            if (pass == 0) await RestartAsync();
        }
    }

    [StoreFact]
    public async Task A_key_used_for_another_command_is_refused()
    {
        var job = Caller.NewJob();
        var offer = await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am);
        Granted(await Anna.BookAsync(job, offer, "once"));
        var head = await HeadAsync();
        Refused(RefusalReason.KeyReused, await Anna.BookAsync(Caller.NewJob(), offer, "once"));
        Refused(RefusalReason.KeyReused, await Anna.HoldAsync(job, offer, "once"));
        Refused(RefusalReason.KeyReused, await Ben.BookAsync(job, offer, "once"));
        Refused(RefusalReason.KeyReused, await Anna.ClaimAsync(ClaimKind.Book, job, offer, "once", "another description"));
        Refused(RefusalReason.KeyReused, await Anna.MoveAsync(job, TokenFor(job, Bath, Wednesday, Am), "once"));
        Refused(RefusalReason.KeyReused, await Anna.CancelAsync(job, key: "once"));
        Refused(RefusalReason.KeyReused, await Anna.ConfirmAsync(job, 1, "once"));
        Refused(RefusalReason.KeyReused, await Anna.ReleaseAsync(job, 1, "once"));
        Refused(RefusalReason.KeyReused, await Anna.LogAsync(Caller.NewJob(), Daily, 1, Tap, "once"));
        Assert.Equal(head, await HeadAsync());
        // Another organisation's keys are its own.
        Granted(await new Caller(Node, "anna", organisation: 2).BookAsync(Caller.NewJob(), offer, "once"));
    }

    [StoreFact]
    public async Task Racing_duplicates_are_carried_out_once()
    {
        var other = await StartNodeAsync();
        var there = new Caller(other, "anna");
        var job = Caller.NewJob();
        var offer = await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am);
        var answers = await WithPassingTimeAsync(
            Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? Anna : there).BookAsync(job, offer, "same"))));
        foreach (var answer in answers)
            AssertSame(new { answers[0].Receipt, answers[0].Refusal }, new { answer.Receipt, answer.Refusal });
        Granted(answers[0]);
        Assert.Single(await FeedAsync(), entry => entry.Event.Job == job);
    }

    [StoreFact]
    public async Task Two_nodes_that_race_for_one_new_job_agree_on_one_claim()
    {
        var other = await StartNodeAsync();
        var there = new Caller(other, "ben");
        for (var round = 0; round < 20; round++)
        {
            var job = Caller.NewJob();
            var tuesday = TokenFor(null, Tap, Tuesday, Am);
            var wednesday = TokenFor(null, Door, Wednesday, Am);
            var answers = await WithPassingTimeAsync(Task.WhenAll(Anna.HoldAsync(job, tuesday), there.HoldAsync(job, wednesday)));
            var winner = Assert.Single(answers, answer => answer.Receipt is not null).Receipt!;
            var loser = Assert.Single(answers, answer => answer.Refusal is not null).Refusal!;
            Assert.Contains(loser.Reason, new[] { "HeldByAnother", "OfferInvalid" });
            var state = (await Node.Job(job).Get(Caller.Landlord))!;
            Assert.Equal(winner.Hold!.Holder, state.Hold!.Holder);
            Assert.Equal(winner.Visits.Count, state.Visits.Count);
            // The place is free again for the next round: nobody may lose because the morning is full.
            var caller = winner.Hold.Holder == Anna.Holder ? Anna : there;
            Granted(await WithPassingTimeAsync(caller.ReleaseAsync(job, winner.Hold.Number)));
        }
    }
}
