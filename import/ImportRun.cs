using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Import.Reading;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Import;

/// <summary>What the files of one import share: where they write to, and what is recorded by now.</summary>
sealed class ImportRun(IRegistryStore store, ILedger ledger, ImportOptions options, IProgress<ImportProgress>? progress)
{
    readonly Dictionary<string, DayReader> _days = new(StringComparer.Ordinal);

    public IRegistryStore Store { get; } = store;

    public ILedger Ledger { get; } = ledger;

    public Instant Now { get; } = options.Now;

    public ITravel Travel { get; } = options.Travel;

    public RegistryIndex Registry { get; private set; } = RegistryIndex.Empty;

    /// <summary>The shifts of this directory's <c>shifts.csv</c>, by contractor and code.</summary>
    public Dictionary<(OrganisationId Contractor, string Code), Shift> Shifts { get; } = [];

    public async Task LoadRegistryAsync(CancellationToken cancellationToken)
    {
        Registry = new RegistryIndex(await Store.LoadAsync(cancellationToken));
        _days.Clear();
    }

    public async Task<RegistryResult> UpsertAsync(RegistryBatch batch, CancellationToken cancellationToken)
    {
        var result = await Store.UpsertAsync(batch, cancellationToken);
        await LoadRegistryAsync(cancellationToken);
        return result;
    }

    /// <summary>Reads dates as a contractor understands them: in its time zone, with its bank holidays.</summary>
    public DayReader DaysOf(Organisation contractor)
    {
        if (_days.TryGetValue(contractor.Reference, out var days)) return days;
        return _days[contractor.Reference] = new DayReader(Now.InZone(contractor.Zone).Date, Registry.BankHolidaysOf(contractor.Id));
    }

    public void Report(string file, ImportStep step, int rows) => progress?.Report(new ImportProgress(file, step, rows));
}

/// <summary>The recorded registry by the references that files use.</summary>
sealed class RegistryIndex
{
    static readonly IReadOnlySet<LocalDate> NoDays = new HashSet<LocalDate>();
    readonly Dictionary<string, Organisation> _organisations = new(StringComparer.Ordinal);
    readonly Dictionary<OrganisationId, Organisation> _organisationsById = [];
    readonly Dictionary<string, Contract> _contracts = new(StringComparer.Ordinal);
    readonly Dictionary<ContractId, Contract> _contractsById = [];
    readonly Dictionary<(OrganisationId, string), Operative> _operatives = [];
    readonly Dictionary<(string, SorCode), SorItem> _rates = [];
    readonly Dictionary<OrganisationId, HashSet<LocalDate>> _bankHolidays = [];

    public static readonly RegistryIndex Empty = new(new RegistrySnapshot(0, [], [], [], [], []));

    public RegistryIndex(RegistrySnapshot snapshot)
    {
        foreach (var organisation in snapshot.Organisations)
        {
            _organisations[organisation.Reference] = organisation;
            _organisationsById[organisation.Id] = organisation;
        }

        foreach (var contract in snapshot.Contracts)
        {
            _contracts[contract.Reference] = contract;
            _contractsById[contract.Id] = contract;
        }

        foreach (var operative in snapshot.Operatives) _operatives[(operative.Contractor, operative.Reference)] = operative;
        foreach (var rate in snapshot.ScheduleOfRates) _rates[(rate.Schedule, rate.Code)] = rate;
        foreach (var holiday in snapshot.BankHolidays)
        {
            if (!_bankHolidays.TryGetValue(holiday.Organisation, out var days)) _bankHolidays[holiday.Organisation] = days = [];
            days.Add(holiday.Day);
        }
    }

    public IEnumerable<Operative> Operatives => _operatives.Values;

    public Organisation? Organisation(string reference) => _organisations.GetValueOrDefault(reference);

    public Organisation Organisation(OrganisationId id) => _organisationsById[id];

    public Contract? Contract(string reference) => _contracts.GetValueOrDefault(reference);

    public Contract Contract(ContractId id) => _contractsById[id];

    public Operative? Operative(OrganisationId contractor, string reference) => _operatives.GetValueOrDefault((contractor, reference));

    public SorItem? Rate(string schedule, SorCode code) => _rates.GetValueOrDefault((schedule, code));

    public IReadOnlySet<LocalDate> BankHolidaysOf(OrganisationId organisation) =>
        _bankHolidays.TryGetValue(organisation, out var days) ? days : NoDays;
}
