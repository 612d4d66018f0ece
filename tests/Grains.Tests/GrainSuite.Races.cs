using System.Diagnostics;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    /// <summary>On a quiet machine it takes a few seconds; this bound only tells a race from a standstill.</summary>
    static readonly TimeSpan RacePatience = TimeSpan.FromMinutes(5);

    [StoreFact]
    public async Task Ten_thousand_callers_race_for_a_hundred_places()
    {
        const int Places = 100;
        const int Callers = 10_000;
        // A bath takes a whole morning: one place for each plumber.
        var more = Enumerable.Range(100, Places - Plumbers.Count).Select(id => Person(new OperativeId(id), Repairs, Plumber));
        await Node.Registry.UpsertAsync(new RegistryBatch { Operatives = [.. more] }, CancellationToken.None);
        await Node.CatchUpAsync();
        var offer = await Anna.OfferAsync(Daily, 1, Bath, Tuesday, Am);

        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Anna.BookAsync(Caller.NewJob(), offer)))
            .WaitAsync(RacePatience);
        output.WriteLine($"{Callers} callers took {watch.Elapsed.TotalSeconds:F1} s.");

        var winners = answers.Where(answer => answer.Receipt is not null).Select(answer => answer.Receipt!).ToList();
        var losers = answers.Where(answer => answer.Refusal is not null).GroupBy(answer => answer.Refusal!.Reason)
            .ToDictionary(reason => reason.Key, reason => reason.Count());
        output.WriteLine(string.Join(", ", losers.Select(reason => $"{reason.Key}: {reason.Value}")));
        Assert.Equal(Places, winners.Count);
        Assert.Equal(Places, winners.Select(receipt => receipt.Visits[0].Operative).Distinct().Count());
        Assert.Equal(Callers - Places, losers["WindowGone"]);
        // The window is shown as gone, and there is a next one.
        Assert.Equal("AllFull", (await Ben.SlotAsync(Daily, 1, Bath, Tuesday, Am)).Refusal!.Reason);
        Assert.NotNull((await Ben.SlotAsync(Daily, 1, Bath, Wednesday, Am)).Offer);
    }

    [StoreFact]
    public async Task Claims_for_one_diary_are_decided_on_one_another_and_a_refused_one_takes_nobody_with_it()
    {
        const int Claims = 40;
        // Forty claims at once for one plumber: each third asks for a ration that only three get, somewhere in the middle.
        var answers = await WithPassingTimeAsync(Task.WhenAll(Enumerable.Range(0, Claims).Select(i => i % 3 == 1
            ? ClaimAsync(Rationed, Tuesday, Am)
            : ClaimAsync(Daily, Monday.PlusDays((7 * (1 + (i % 3))) + (i % 5)), i % 2 == 0 ? Am : Pm))));
        var (rationed, daily) = (answers.Where((_, i) => i % 3 == 1).ToList(), answers.Where((_, i) => i % 3 != 1).ToList());
        output.WriteLine(string.Join(", ", answers.Select(answer => answer.Receipt?.Event ?? answer.Refusal!.Reason)));
        Assert.Equal(3, rationed.Count(answer => answer.Receipt is not null));
        Assert.All(rationed, answer => Assert.True(answer.Refusal is null or { Reason: "QuotaUsed" }, answer.Refusal?.Text));
        Assert.All(daily, answer => Granted(answer));
        var read = await Node.Diary(Plumbers[0]).Read(Caller.Contractor, Tuesday.ToDateOnly(), 28);
        Assert.Equal(daily.Count + 3, read.Version);
        Assert.Equal(daily.Count + 3, read.Visits.Count);
    }

    async Task<CommandAnswer> ClaimAsync(ContractId contract, NodaTime.LocalDate day, WindowCode window)
    {
        var job = new Job(
            Caller.NewJob(), 0, contract, Landlord, Repairs, Property(1), [new SorCode(Tap)], "", false, JobStatus.Logged,
            Node.Availability.Now, null, null, [], 0);
        var claim = new ClaimVisit(Anna.Context(), ClaimKind.Book, job.ToWire(), day.ToDateOnly(), window.Value, "anna", "");
        return await Node.Diary(Plumbers[0]).Claim(claim, CancellationToken.None);
    }

    [StoreFact]
    public async Task Forty_call_centres_on_two_nodes_hold_confirm_move_cancel_and_let_expire()
    {
        const int Centres = 40;
        const int Rounds = 12;
        var seed = TestSeed.Take(output.WriteLine);
        var other = await StartNodeAsync();
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        var centres = Enumerable.Range(0, Centres)
            .Select(i => new CallCentre(new Caller(i % 2 == 0 ? Node : other, $"centre-{i}"), new Random(seed + i))).ToList();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var answer in await WithPassingTimeAsync(Task.WhenAll(centres.Select(centre => centre.ActAsync()))))
            {
                var outcome = answer is null ? "nothing to choose" : answer.Receipt?.Event ?? answer.Refusal!.Reason;
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            }

            // Some holds run out before they are confirmed.
            Clock.Advance(TimeSpan.FromMinutes(2));
            await Node.Expiry.FreeExpiredAsync(CancellationToken.None);
        }

        output.WriteLine(string.Join(", ", outcomes.OrderByDescending(outcome => outcome.Value)
            .Select(outcome => $"{outcome.Key}: {outcome.Value}")));
        Assert.True(outcomes.ContainsKey("HoldPlaced") && outcomes.ContainsKey("BookingCancelled") && outcomes.ContainsKey("BookingMoved"));
        Assert.DoesNotContain("InvalidInput", outcomes.Keys);
        await Node.CatchUpAsync();
        await other.CatchUpAsync();
        AssertSame(await PictureAsync(), await PictureAsync(other));
        // What has to hold of the ledger is checked after every test.
    }

    /// <summary>A caller who does one thing after another, as the dice fall.</summary>
    sealed class CallCentre(Caller caller, Random dice)
    {
        static readonly string[] Lines = [Tap, Bath, Door, Worktop, Plaster, Burst];
        static readonly ContractId[] Contracts = [Daily, Rationed, Reserved];

        readonly List<(JobId Id, ContractId Contract, int Property, string Line)> jobs = [];

        public async Task<CommandAnswer?> ActAsync()
        {
            if (jobs.Count == 0 || dice.Next(3) == 0) return await BeginAsync();
            var job = jobs[dice.Next(jobs.Count)];
            var state = await caller.Node.Job(job.Id).Get(Caller.Landlord);
            if (state is null) return await ChooseAsync(job, ClaimKind.Hold);
            if (state.Hold is { } hold && dice.Next(4) > 0)
                return dice.Next(5) == 0 ? await caller.ReleaseAsync(job.Id, hold.Number) : await caller.ConfirmAsync(job.Id, hold.Number);
            return dice.Next(4) switch
            {
                0 => await caller.CancelAsync(job.Id, close: dice.Next(3) == 0),
                1 => await ChooseAsync(job, ClaimKind.Hold),
                _ => await ChooseAsync(job, ClaimKind.Move),
            };
        }

        async Task<CommandAnswer?> BeginAsync()
        {
            var job = (Caller.NewJob(), Contracts[dice.Next(Contracts.Length)], dice.Next(1, 13), Lines[dice.Next(Lines.Length)]);
            jobs.Add(job);
            return await ChooseAsync(job, dice.Next(2) == 0 ? ClaimKind.Hold : ClaimKind.Book);
        }

        async Task<CommandAnswer?> ChooseAsync((JobId Id, ContractId Contract, int Property, string Line) job, ClaimKind kind)
        {
            // Few days and windows, so that the centres get in one another's way.
            var answer = await caller.SearchAsync(job.Contract, job.Property, job.Line, Tuesday, 2);
            var open = answer.Slots.Where(slot => slot.Offer is not null).ToList();
            return open.Count == 0 ? null : await caller.ClaimAsync(kind, job.Id, open[dice.Next(open.Count)].Offer!);
        }
    }
}
