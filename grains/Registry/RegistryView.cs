using System.Collections.Frozen;
using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Registry;

/// <summary>One version of the registry, looked up by id and code. Immutable: a command works with one version from start to end.</summary>
public sealed class RegistryView
{
    readonly FrozenDictionary<(string, SorCode), SorItem> rates;

    public RegistryView(RegistrySnapshot snapshot)
    {
        Version = snapshot.Version;
        Organisations = snapshot.Organisations.ToFrozenDictionary(organisation => organisation.Id);
        Contracts = snapshot.Contracts.ToFrozenDictionary(contract => contract.Id);
        Operatives = snapshot.Operatives.ToFrozenDictionary(operative => operative.Id);
        ScheduleOfRates = snapshot.ScheduleOfRates;
        rates = snapshot.ScheduleOfRates.ToFrozenDictionary(item => (item.Schedule, item.Code));
        BankHolidays = snapshot.BankHolidays.ToLookup(holiday => holiday.Organisation, holiday => holiday.Day);
    }

    public long Version { get; }

    public FrozenDictionary<OrganisationId, Organisation> Organisations { get; }

    public FrozenDictionary<ContractId, Contract> Contracts { get; }

    public FrozenDictionary<OperativeId, Operative> Operatives { get; }

    public IReadOnlyList<SorItem> ScheduleOfRates { get; }

    public ILookup<OrganisationId, LocalDate> BankHolidays { get; }

    public SorItem? Rate(Contract contract, SorCode code) => rates.GetValueOrDefault((contract.Schedule, code));

    public Organisation ContractorOf(Contract contract) => Organisations[contract.Contractor];
}
