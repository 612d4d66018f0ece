using System.Globalization;
using System.Text.Json;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Testing;
using static OrleansScheduling.Grains.Tests.World;

namespace OrleansScheduling.Grains.Tests;

public abstract partial class GrainSuite
{
    /// <summary>Those from whom a job under <see cref="Daily"/> at property 1, in a plumber's diary, is hidden.</summary>
    static readonly (string Name, Asker Asker)[] Strangers =
    [
        ("another contractor", new Asker(Heating.Value)),
        ("nobody's organisation", new Asker(99)),
        ("no organisation", new Asker(0)),
        ("the contractor, for another contract", new Asker(Repairs.Value, [Rationed.Value])),
        ("the landlord, for another contract", new Asker(Landlord.Value, [Boilers.Value])),
        ("the landlord, for no contract", new Asker(Landlord.Value, [])),
        ("a tenant of another home", new Asker(Landlord.Value, OwnOnly: true, Home: 2)),
        ("a tenant of no home", new Asker(Landlord.Value, OwnOnly: true)),
        ("an operative who does not come", new Asker(Repairs.Value, OwnOnly: true, Operative: Joiners[0].Value)),
    ];

    /// <summary>Those for whom it is there.</summary>
    static readonly (string Name, Asker Asker)[] Friends =
    [
        ("the landlord", new Asker(Landlord.Value)),
        ("the landlord, for this contract", new Asker(Landlord.Value, [Boilers.Value, Daily.Value])),
        ("the contractor", new Asker(Repairs.Value)),
        ("the contractor, for this contract", new Asker(Repairs.Value, [Daily.Value])),
        ("the tenant", new Asker(Landlord.Value, OwnOnly: true, Home: 1)),
    ];

    /// <summary>What a caller sees of an answer, with the names that the caller gave itself made alike.</summary>
    static string Told(object answer, params (object Id, string Word)[] names) =>
        names.Aggregate(JsonSerializer.Serialize(answer), (text, name) => text.Replace(
            string.Create(CultureInfo.InvariantCulture, $"{name.Id}"), name.Word, StringComparison.Ordinal));

    [StoreFact]
    public async Task A_job_of_others_answers_every_command_as_one_that_is_not_there()
    {
        var booked = await Anna.BookedAsync(Daily, 1, Tap, Tuesday, Am);
        var held = Caller.NewJob();
        var hold = Granted(await Anna.HoldAsync(held, await Anna.OfferAsync(Daily, 1, Tap, Tuesday, Pm))).Hold!.Number;
        var missing = JobId.Create(Monday, uint.MaxValue);
        var head = await HeadAsync();
        foreach (var (name, asker) in Strangers)
        {
            // The holder's own name makes no difference either.
            var stranger = new Caller(Node, "anna", asker: asker);
            foreach (var hidden in new[] { booked, held })
            {
                Assert.True(await Node.Job(hidden).Get(asker) is null, $"{name} sees {hidden}.");
                foreach (var (verb, send) in Endings(stranger, hold))
                    Assert.True(Told(await send(missing)) == Told(await send(hidden)), $"{name}: {verb} tells of {hidden}.");
            }

            Assert.Equal(head, await HeadAsync());
        }

        foreach (var (name, asker) in Friends) Assert.True(await Node.Job(booked).Get(asker) is not null, $"{name} does not see the job.");
        Assert.NotNull(await Node.Job(booked).Get(new Asker(Repairs.Value, OwnOnly: true, Operative: await PlumberOfAsync(booked))));
        Granted(await new Caller(Node, "anna", asker: Friends[^1].Asker).ConfirmAsync(held, hold));
        Granted(await new Caller(Node, "zoe", asker: Friends[2].Asker).CancelAsync(booked));
    }

    static IEnumerable<(string Verb, Func<JobId, Task<CommandAnswer>> Send)> Endings(Caller caller, int hold) =>
    [
        ("confirm", job => caller.ConfirmAsync(job, hold)),
        ("release", job => caller.ReleaseAsync(job, hold)),
        ("cancel", job => caller.CancelAsync(job)),
        ("call off", job => caller.CancelAsync(job, close: true)),
    ];

    async Task<int> PlumberOfAsync(JobId job) => (await Node.Job(job).Get(Caller.Landlord))!.Visits[0].Operative;

    [StoreFact]
    public async Task Searching_for_others_is_as_searching_for_what_is_not_there()
    {
        var booked = await Anna.BookedAsync(Daily, 1, Tap, Tuesday, Am);
        var missing = JobId.Create(Monday, uint.MaxValue);
        foreach (var (name, asker) in Strangers)
        {
            Task<SearchAnswer> Search(ContractId contract, int property, long job) =>
                Node.Contract(contract).Search(new SearchSlots(property, [Tap], null, 7, job, "anna", asker));
            var hidden = await Search(Daily, 1, booked.Value);
            Assert.True(hidden.Refusal is not null && hidden.Slots.Count == 0, $"{name} searches.");
            // One who may use the contract and not the property is told of neither.
            var (of, at) = hidden.Refusal.Text.StartsWith("contract", StringComparison.Ordinal)
                ? (new ContractId(777), 1)
                : (Daily, 777);
            var absent = await Search(of, at, missing.Value);
            Assert.True(
                Told(absent, (777, "ID")) == Told(hidden, (of == Daily ? 1 : Daily.Value, "ID")).Replace("IDPos", "1Pos"),
                $"{name}: {hidden.Refusal.Text} tells of what is there.");
        }

        // Within one's own contract, another's job.
        var neighbour = new Asker(Landlord.Value, OwnOnly: true, Home: 2);
        foreach (var job in new[] { booked.Value, missing.Value })
        {
            var answer = await Node.Contract(Daily).Search(new SearchSlots(2, [Tap], null, 7, job, "anna", neighbour));
            Assert.Equal(Name(RefusalReason.JobNotFound), answer.Refusal?.Reason);
        }

        foreach (var (name, asker) in Friends)
        {
            var answer = await Node.Contract(Daily).Search(new SearchSlots(1, [Tap], null, 7, booked.Value, "anna", asker));
            Assert.True(answer.Refusal is null && answer.Slots.Count > 0, $"{name}: {answer.Refusal?.Text}");
        }
    }

    [StoreFact]
    public async Task An_offer_that_was_made_to_others_is_none_of_ours()
    {
        var offer = await Anna.OfferAsync(Daily, 1, Tap, Tuesday, Am);
        var head = await HeadAsync();
        foreach (var (name, asker) in Strangers)
        {
            var stranger = new Caller(Node, "stranger", asker: asker);
            foreach (var kind in new[] { ClaimKind.Hold, ClaimKind.Book, ClaimKind.Move })
            {
                var stolen = await stranger.ClaimAsync(kind, Caller.NewJob(), offer);
                var forged = await stranger.ClaimAsync(kind, Caller.NewJob(), offer[..^2]);
                Assert.True(Told(forged) == Told(stolen), $"{name}: {kind} tells of the offer.");
            }

            var logged = await stranger.LogAsync(Caller.NewJob(), Daily, 1, Tap);
            Assert.True(logged.Refusal?.Reason == Name(RefusalReason.InvalidInput), $"{name} logs a job.");
        }

        Assert.Equal(head, await HeadAsync());
    }

    [StoreFact]
    public async Task A_diary_shows_its_contractors_people_the_visits_of_their_contracts_and_others_nothing()
    {
        var job = await Anna.BookedAsync(Daily, 1, Tap, Tuesday, Am);
        var plumber = await PlumberOfAsync(job);
        Task<DiaryState> Read(Asker asker, int operative) =>
            Node.Diary(new OperativeId(operative)).Read(asker, Monday.ToDateOnly(), 14);
        foreach (var (name, asker) in Strangers.Concat(Friends).Where(who => who.Asker.Organisation != Repairs.Value))
        {
            var absent = Told(await Read(asker, 777), (777, "ID"));
            Assert.True(absent == Told(await Read(asker, plumber), (plumber, "ID")), $"{name} reads it.");
        }

        Assert.Single((await Read(new Asker(Repairs.Value), plumber)).Visits);
        Assert.Single((await Read(new Asker(Repairs.Value, [Daily.Value]), plumber)).Visits);
        Assert.Single((await Read(new Asker(Repairs.Value, OwnOnly: true, Operative: plumber), plumber)).Visits);
        Assert.Empty((await Read(new Asker(Repairs.Value, [Rationed.Value]), plumber)).Visits);
        Assert.Empty((await Read(new Asker(Repairs.Value, OwnOnly: true, Operative: Joiners[0].Value), plumber)).Visits);
    }
}
