using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Import.Files;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Import.DryRun;

/// <summary>A registry that answers as if it had been written to, and keeps what was written to itself.</summary>
sealed class OverlayRegistry(IRegistryStore inner) : IRegistryStore
{
    /// <summary>Ids of entries that only the dry run has: far above any that the registry allocates.</summary>
    const int FirstProvisionalId = 1_500_000_000;

    readonly Dictionary<object, Property> _properties = [];
    RegistrySnapshot? _snapshot;
    int _nextId = FirstProvisionalId;

    public async Task<RegistrySnapshot> LoadAsync(CancellationToken cancellationToken) =>
        _snapshot ??= await inner.LoadAsync(cancellationToken);

    public async Task<RegistryResult> UpsertAsync(RegistryBatch batch, CancellationToken cancellationToken)
    {
        var snapshot = await LoadAsync(cancellationToken);
        var tally = new Tally();
        _snapshot = snapshot with
        {
            Version = snapshot.Version + 1,
            Organisations = Merge(snapshot.Organisations, batch.Organisations, item => item.Reference, (item, was) =>
                item with { Id = was?.Id ?? new OrganisationId(_nextId++) }, (one, other) => one == other, tally),
            Contracts = Merge(snapshot.Contracts, batch.Contracts, item => item.Reference, (item, was) =>
                item with { Id = was?.Id ?? new ContractId(_nextId++) }, Sameness.Same, tally),
            Operatives = Merge(snapshot.Operatives, batch.Operatives, item => (item.Contractor, item.Reference), (item, was) =>
                item with { Id = was?.Id ?? new OperativeId(_nextId++) }, Sameness.Same, tally),
            ScheduleOfRates = Merge(snapshot.ScheduleOfRates, batch.ScheduleOfRates, item => (item.Schedule, item.Code), (item, _) => item,
                Sameness.Same, tally),
            BankHolidays = Merge(snapshot.BankHolidays, batch.BankHolidays, item => (item.Organisation, item.Day), (item, _) => item,
                (one, other) => one == other, tally),
        };
        foreach (var property in batch.Properties)
        {
            var was = await FindPropertyAsync(property.Client, property.Reference, cancellationToken);
            var now = property with { Id = was?.Id ?? new PropertyId(_nextId++) };
            tally.Count(was, now, (one, other) => one == other);
            _properties[(property.Client, property.Reference)] = now;
        }

        return new RegistryResult(tally.Added, tally.Changed, tally.Unchanged);
    }

    public async Task<Property?> FindPropertyAsync(PropertyId property, CancellationToken cancellationToken) =>
        _properties.Values.FirstOrDefault(known => known.Id == property) ?? await inner.FindPropertyAsync(property, cancellationToken);

    public async Task<Property?> FindPropertyAsync(OrganisationId client, string reference, CancellationToken cancellationToken)
    {
        if (_properties.TryGetValue((client, reference), out var property)) return property;
        return client.Value >= FirstProvisionalId ? null : await inner.FindPropertyAsync(client, reference, cancellationToken);
    }

    /// <summary>No import searches; the dry run's own properties are not found.</summary>
    public Task<IReadOnlyList<Property>> SearchPropertiesAsync(
        IReadOnlyList<PropertyArea> areas, string text, int limit, CancellationToken cancellationToken) =>
        inner.SearchPropertiesAsync(areas, text, limit, cancellationToken);

    public Task<int> CountPropertiesAsync(CancellationToken cancellationToken) => inner.CountPropertiesAsync(cancellationToken);

    static List<T> Merge<T, TKey>(
        IReadOnlyList<T> recorded, IReadOnlyList<T> items, Func<T, TKey> keyOf, Func<T, T?, T> withId, Func<T, T, bool> same, Tally tally)
        where T : class
        where TKey : notnull
    {
        var merged = recorded.ToDictionary(keyOf);
        foreach (var item in items)
        {
            var was = merged.GetValueOrDefault(keyOf(item));
            var now = withId(item, was);
            tally.Count(was, now, same);
            merged[keyOf(item)] = now;
        }

        return [.. merged.Values];
    }

    sealed class Tally
    {
        public int Added { get; private set; }

        public int Changed { get; private set; }

        public int Unchanged { get; private set; }

        public void Count<T>(T? was, T now, Func<T, T, bool> same)
            where T : class
        {
            if (was is null) Added++;
            else if (same(was, now)) Unchanged++;
            else Changed++;
        }
    }
}
