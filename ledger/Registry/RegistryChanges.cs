using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

namespace OrleansScheduling.Ledger.Registry;

/// <summary>The recorded rows that a batch may meet.</summary>
sealed class RecordedRegistry
{
    public Dictionary<string, OrganisationRow> Organisations { get; } = [];

    public Dictionary<string, ContractRow> Contracts { get; } = [];

    public Dictionary<(int Contractor, string Reference), OperativeRow> Operatives { get; } = [];

    public Dictionary<(string Schedule, string Code), SorRow> Rates { get; } = [];

    public Dictionary<(int Organisation, LocalDate Day), BankHoliday> BankHolidays { get; } = [];

    /// <summary>Those that have the references of the batch.</summary>
    public Dictionary<(int Client, string Reference), PropertyRow> Properties { get; } = [];

    public int LastOrganisation { get; set; }

    public int LastContract { get; set; }

    public int LastOperative { get; set; }

    public int LastProperty { get; set; }
}

/// <summary>What a batch changes, found by comparing it with what is recorded; pure, so that both databases do the same.</summary>
sealed class RegistryChanges
{
    public List<OrganisationRow> Organisations { get; } = [];

    public List<ContractRow> Contracts { get; } = [];

    public List<OperativeRow> Operatives { get; } = [];

    /// <summary>Operatives that were there before and are different now: their diaries move on.</summary>
    public List<OperativeId> ChangedOperatives { get; } = [];

    public List<SorRow> Rates { get; } = [];

    public List<BankHoliday> BankHolidays { get; } = [];

    public List<PropertyRow> Properties { get; } = [];

    public int Added { get; private set; }

    public int Changed { get; private set; }

    public int Unchanged { get; private set; }

    public bool IsEmpty => Added + Changed == 0;

    public RegistryResult Result => new(Added, Changed, Unchanged);

    public static RegistryChanges Of(RegistryBatch batch, RecordedRegistry recorded)
    {
        var changes = new RegistryChanges();
        int NextOrganisation() => ++recorded.LastOrganisation;
        int NextContract() => ++recorded.LastContract;
        int NextOperative() => ++recorded.LastOperative;
        int NextProperty() => ++recorded.LastProperty;
        foreach (var row in batch.Organisations.Select(OrganisationRow.Of))
        {
            changes.Compare(
                recorded.Organisations, row.Reference, was =>
                    row with { Id = was?.Id ?? Allocated(row.Id, NextOrganisation) }, changes.Organisations);
        }

        foreach (var row in batch.Contracts.Select(ContractRow.Of))
        {
            changes.Compare(
                recorded.Contracts, row.Reference, was => row with { Id = was?.Id ?? Allocated(row.Id, NextContract) }, changes.Contracts);
        }

        foreach (var operative in batch.Operatives)
        {
            // What was told of single days is not the rota's to change.
            var known = recorded.Operatives.GetValueOrDefault((operative.Contractor.Value, operative.Reference));
            var row = OperativeRow.Of(known is null ? operative : operative with { Told = known.ToDomain().Told });
            var was = changes.Compare(
                recorded.Operatives, (row.Contractor, row.Reference),
                was => row with { Id = was?.Id ?? Allocated(row.Id, NextOperative) }, changes.Operatives);
            if (was is not null) changes.ChangedOperatives.Add(new OperativeId(was.Id));
        }

        foreach (var row in batch.ScheduleOfRates.Select(SorRow.Of))
            changes.Compare(recorded.Rates, (row.Schedule, row.Code), _ => row, changes.Rates);
        foreach (var row in batch.BankHolidays)
            changes.Compare(recorded.BankHolidays, (row.Organisation.Value, row.Day), _ => row, changes.BankHolidays);
        foreach (var row in batch.Properties.Select(PropertyRow.Of))
        {
            changes.Compare(
                recorded.Properties, (row.Client, row.Reference),
                was => row with { Id = was?.Id ?? Allocated(row.Id, NextProperty) }, changes.Properties);
        }

        return changes;
    }

    /// <summary>An id that the caller names is kept; 0 asks for the next.</summary>
    static int Allocated(int id, Func<int> next) => id == 0 ? next() : id;

    /// <returns>The recorded row when it changes, else null.</returns>
    TRow? Compare<TKey, TRow>(Dictionary<TKey, TRow> recorded, TKey key, Func<TRow?, TRow> withId, List<TRow> writes)
        where TKey : notnull
        where TRow : class, IEquatable<TRow>
    {
        var was = recorded.GetValueOrDefault(key);
        var now = withId(was);
        if (was is null) Added++;
        else if (now.Equals(was)) Unchanged++;
        else Changed++;
        if (now.Equals(was)) return null;
        recorded[key] = now;
        writes.Add(now);
        return was;
    }

    /// <summary>The feed's one entry: the nouns that changed, and the new versions of the diaries that moved on.</summary>
    public BookingEvent Entry(Instant now, IReadOnlyList<DiaryChange> diaries)
    {
        var nouns = new List<string>();
        if (Organisations.Count > 0) nouns.Add("organisations");
        if (Contracts.Count > 0) nouns.Add("contracts");
        if (Operatives.Count > 0) nouns.Add("operatives");
        if (Rates.Count > 0) nouns.Add("rates");
        if (BankHolidays.Count > 0) nouns.Add("bank holidays");
        if (Properties.Count > 0) nouns.Add("properties");
        return new BookingEvent(
            EventKind.RegistryChanged, now, default, default, default, null, 0, "registry", null, null, string.Join(", ", nouns), diaries,
                []);
    }
}
