using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Access.Demonstration;

/// <summary>Somebody whom a first run can sign in as. Made up from the registry; nobody real.</summary>
/// <param name="Id">Such as <c>planner.COBBLEGATE</c>.</param>
/// <param name="Title">What they do, as the page says it.</param>
public sealed record DemoPerson(string Id, string Title, Principal Principal);

public sealed record DemoOrganisation(Organisation Organisation, IReadOnlyList<DemoPerson> People);

/// <summary>One person of each role in each organisation.</summary>
public sealed class DemoPeople(RegistryCache registry, IRegistryStore store)
{
    /// <summary>More organisations than a page for choosing from is for.</summary>
    const int MaxOrganisations = 12;

    /// <summary>How subjects of the demonstration begin.</summary>
    public const string Via = "demo";

    public async Task<IReadOnlyList<DemoOrganisation>> ListAsync(CancellationToken cancellationToken)
    {
        if (!registry.IsLoaded) return [];
        var shown = registry.Current.Organisations.Values
            .OrderBy(organisation => organisation.Kind).ThenBy(organisation => organisation.Name, StringComparer.Ordinal)
            .Take(MaxOrganisations);
        var list = new List<DemoOrganisation>();
        foreach (var organisation in shown)
            list.Add(new DemoOrganisation(organisation, await PeopleOfAsync(organisation, cancellationToken)));
        return list;
    }

    public async Task<DemoPerson?> FindAsync(string? id, CancellationToken cancellationToken)
    {
        if (id is null || !registry.IsLoaded || id.IndexOf('.', StringComparison.Ordinal) is var dot && dot < 0) return null;
        var reference = id[(dot + 1)..];
        if (registry.Current.Organisations.Values.FirstOrDefault(one => one.Reference == reference) is not { } organisation) return null;
        return (await PeopleOfAsync(organisation, cancellationToken)).FirstOrDefault(person => person.Id == id);
    }

    async Task<IReadOnlyList<DemoPerson>> PeopleOfAsync(Organisation organisation, CancellationToken cancellationToken)
    {
        var people = new List<DemoPerson>();
        void Add(
            string name, string title, Role role, ContractScope? contracts = null, OperativeId? operative = null, PropertyId? home = null)
        {
            var subject = $"{Via}:{name}.{organisation.Reference}";
            if (!Principal.IsSubject(subject)) return;
            people.Add(new DemoPerson($"{name}.{organisation.Reference}", title, new Principal(
                subject, organisation.Id, organisation.Kind, new HashSet<Role> { role }, contracts ?? ContractScope.All, operative, home)));
        }

        Add("call-handler", "Call handler", Role.CallHandler);
        if (organisation.Kind == OrganisationKind.Contractor) Add("planner", "Planner", Role.Planner);
        Add("contract-manager", "Contract manager", Role.ContractManager);
        if (FirstContractOf(organisation) is { } contract)
            Add("one-contract", $"Call handler for {contract.Name} only", Role.CallHandler, ContractScope.Of([contract.Id]));
        if (FirstOperativeOf(organisation) is { } operative)
            Add("operative", "Operative", Role.Operative, operative: operative);
        if (await FirstHomeOfAsync(organisation, cancellationToken) is { } home) Add("tenant", "Tenant", Role.Tenant, home: home);
        Add("administrator", "Administrator", Role.Administrator);
        return people;
    }

    Contract? FirstContractOf(Organisation organisation) => registry.Current.Contracts.Values
        .Where(contract => contract.Client == organisation.Id || contract.Contractor == organisation.Id)
        .OrderBy(contract => contract.Reference, StringComparer.Ordinal).FirstOrDefault();

    OperativeId? FirstOperativeOf(Organisation organisation) => registry.Current.Operatives.Values
        .Where(operative => operative.Contractor == organisation.Id)
        .OrderBy(operative => operative.Reference, StringComparer.Ordinal).FirstOrDefault()?.Id;

    async Task<PropertyId?> FirstHomeOfAsync(Organisation organisation, CancellationToken cancellationToken)
    {
        if (organisation.Kind != OrganisationKind.Client) return null;
        // Any will do: house numbers begin with a 1 somewhere.
        var found = await store.SearchPropertiesAsync([organisation.Id], "1", 20, cancellationToken);
        return found.FirstOrDefault(property => property.Kind == PropertyKind.Home)?.Id;
    }
}
