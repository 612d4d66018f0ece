using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Grains.Registry;

namespace OrleansScheduling.Api.Desk;

/// <summary>The questions that the desk asks of the registry.</summary>
public sealed class DeskDirectory(RegistryCache registry, TimeProvider time)
{
    public RegistryView View => registry.Current;

    public Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    public IReadOnlyList<Organisation> Organisations(OrganisationKind kind) =>
    [
        .. View.Organisations.Values
            .Where(organisation => organisation.Kind == kind)
            .OrderBy(organisation => organisation.Name, StringComparer.Ordinal),
    ];

    public string NameOf(OrganisationId id) => View.Organisations.TryGetValue(id, out var organisation) ? organisation.Name : "";

    public Organisation? Find(OrganisationId? id, OrganisationKind kind) =>
        id is { } known && View.Organisations.TryGetValue(known, out var organisation) && organisation.Kind == kind ? organisation : null;

    public ValueTask<Property?> FindPropertyAsync(int id, CancellationToken cancellationToken) =>
        registry.FindPropertyAsync(new PropertyId(id), cancellationToken);

    public LocalDate Today(DateTimeZone zone) => Now.InZone(zone).Date;

    public DateTimeZone ZoneOf(Contract contract) => View.ContractorOf(contract).Zone;

    /// <summary>The clients whose properties a session may see.</summary>
    public IReadOnlyList<OrganisationId> ClientsOf(DeskSession session) => Find(session.ClientId, OrganisationKind.Client) is { } client
        ? [client.Id]
        : [.. Organisations(OrganisationKind.Client).Select(organisation => organisation.Id)];

    /// <summary>The contracts under which repairs at a property can be booked today.</summary>
    public IReadOnlyList<Contract> ContractsFor(Property property, DeskSession session)
    {
        var contractor = Find(session.ContractorId, OrganisationKind.Contractor)?.Id;
        return [.. View.Contracts.Values
            .Where(contract => contract.Client == property.Client && contract.Patches.Contains(property.Patch))
            .Where(contract => contractor is null || contract.Contractor == contractor)
            .Where(contract => contract.LastDay is not { } last || last >= Today(ZoneOf(contract)))
            .OrderBy(contract => contract.Reference, StringComparer.Ordinal)];
    }

    /// <summary>The repairs of a contract's schedule that its trades cover.</summary>
    public IReadOnlyList<SorItem> RepairsOf(Contract contract) =>
        [.. View.ScheduleOfRates.Where(item => item.Schedule == contract.Schedule && contract.Trades.Contains(item.Trade))];

    /// <summary>What a job's lines are called, in plain English.</summary>
    public IReadOnlyList<string> NamesOf(Contract? contract, IReadOnlyList<string> lines) => [.. lines.Select(line =>
        contract is not null && CodeText.IsValid(line) && View.Rate(contract, new SorCode(line)) is { } item ? item.PlainName : line)];

    public string OperativeName(int id) =>
        View.Operatives.TryGetValue(new OperativeId(id), out var operative) ? operative.Name : "An operative who has left";
}
