using Microsoft.Extensions.DependencyInjection;
using Orleans;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Tests.Desk;

/// <summary>
/// The village, and another one whose landlord and contractor have nothing to do with it: what one of the villages has is hidden from
/// the other.
/// </summary>
public class TwoVillages : DeskFixture
{
    /// <summary>A number that no record has.</summary>
    public const int Missing = 777_777;

    public Contract HiddenContract => Registry.Contracts.Values.Single(contract => contract.Reference == "HILL-OAKLEY");

    public Operative HiddenOperative => Registry.Operatives.Values.Single(operative => operative.Reference == "O1");

    /// <summary>Somebody of the other village.</summary>
    public Domain.Access.Principal Stranger => Somebody(HiddenContract.Contractor, Domain.Access.Role.Planner);

    public JobId MissingJob => JobId.Create(Today, uint.MaxValue);

    public async Task<Property> HomeAsync(OrganisationId client, string reference) =>
        (await Services.GetRequiredService<IRegistryStore>().FindPropertyAsync(client, reference, default))!;

    public Task<Property> HiddenHomeAsync() => HomeAsync(HiddenContract.Client, "H0001");

    /// <summary>A job of the other village, booked or held, by the other village's own people.</summary>
    public async Task<(JobId Id, Receipt Receipt)> HiddenJobAsync(uint number, ClaimKind kind, int daysAhead) =>
        await JobAsync(HiddenContract, await HiddenHomeAsync(), number, kind, daysAhead);

    public async Task<(JobId Id, Receipt Receipt)> JobAsync(
        Contract contract, Property home, uint number, ClaimKind kind, int daysAhead)
    {
        var id = JobId.Create(Today, number);
        var answer = await GrainOf(id).Claim(
            new ClaimSlot(ContextOf(contract, $"claim-{id}"), kind, await OfferAsync(contract, home, daysAhead), "theirs", "Theirs alone"),
            default);
        Assert.True(answer.Receipt is not null, answer.Refusal?.Text);
        return (id, answer.Receipt);
    }

    public IJobGrain GrainOf(JobId id) => Services.GetRequiredService<IGrainFactory>().GetGrain<IJobGrain>(id.ToString());

    public static CommandContext ContextOf(Contract contract, string key) => new(key, new Asker(contract.Client.Value), "theirs");

    public async Task<string> OfferAsync(Contract contract, Property home, int daysAhead)
    {
        var day = Today.PlusDays(daysAhead).ToDateOnly();
        var found = await Services.GetRequiredService<IGrainFactory>().GetGrain<IContractGrain>(contract.Id.ToString()).Search(
            new SearchSlots(home.Id.Value, [Village.Plumbing], day, 1, 0, "theirs", new Asker(contract.Client.Value)));
        Assert.True(found.Refusal is null, found.Refusal?.Text);
        return found.Slots.First(slot => slot.Offer is not null).Offer!;
    }

    protected override async Task FillAsync(IRegistryStore store)
    {
        var patch = new PatchCode("N1");
        await store.UpsertAsync(new RegistryBatch
        {
            Organisations =
            [
                new Organisation(default, "HILL", "Hill Homes", OrganisationKind.Client, "Europe/London"),
                new Organisation(default, "OAKLEY", "Oakley Works", OrganisationKind.Contractor, "Europe/London"),
            ],
        }, default);
        var registry = await store.LoadAsync(default);
        var template = registry.Contracts.Single();
        var (client, contractor) = (IdOf("HILL"), IdOf("OAKLEY"));
        await store.UpsertAsync(new RegistryBatch
        {
            Contracts =
            [
                new Contract(
                    default, "HILL-OAKLEY", "Hill repairs", client, contractor, template.FirstDay, null, template.Patches, template.Trades,
                    template.Schedule, template.Windows, template.Rules),
            ],
            Properties =
            [
                .. Enumerable.Range(1, 3).Select(number => new Property(
                    default, client, $"H{number:0000}", PropertyKind.Home, $"{number} Summit Street", "", "ZA1 1AA",
                    new Place(51.53, -0.1), patch)),
            ],
        }, default);
        registry = await store.LoadAsync(default);
        var hidden = registry.Contracts.Single(contract => contract.Reference == "HILL-OAKLEY");
        var person = registry.Operatives.Single(operative => operative.Reference == "P1");
        await store.UpsertAsync(new RegistryBatch
        {
            Operatives =
            [
                person with
                {
                    Id = default, Contractor = contractor, Reference = "O1", Name = "Olga Oak",
                    Clearances = [new Clearance(hidden.Id)],
                },
            ],
        }, default);

        OrganisationId IdOf(string reference) => registry.Organisations.Single(one => one.Reference == reference).Id;
    }
}
