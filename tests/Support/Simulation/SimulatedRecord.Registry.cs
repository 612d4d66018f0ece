using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger;
using OrleansScheduling.Ledger.Registry;

namespace OrleansScheduling.Testing.Simulation;

/// <summary>The registry's tables. What a batch changes is found by the ledger's own comparison.</summary>
sealed partial class SimulatedRecord
{
    readonly SortedDictionary<int, (OrganisationRow Row, Organisation Known)> organisations = [];
    readonly SortedDictionary<int, (ContractRow Row, Contract Known)> contracts = [];
    readonly SortedDictionary<int, (OperativeRow Row, Operative Known)> operatives = [];
    readonly SortedDictionary<(string Schedule, string Code), (SorRow Row, SorItem Known)> rates = [];
    readonly SortedDictionary<(int Organisation, LocalDate Day), BankHoliday> holidays = [];
    readonly SortedDictionary<int, (PropertyRow Row, Property Known)> properties = [];
    RegistrySnapshot? loaded;
    long registryVersion;

    public RegistrySnapshot LoadRegistry()
    {
        lock (gate)
        {
            return loaded ??= new RegistrySnapshot(
                registryVersion, [.. organisations.Values.Select(one => one.Known)], [.. contracts.Values.Select(one => one.Known)],
                [.. operatives.Values.Select(one => one.Known)], [.. rates.Values.Select(one => one.Known)], [.. holidays.Values]);
        }
    }

    public long RegistryVersion()
    {
        lock (gate) return registryVersion;
    }

    public RegistryResult Upsert(RegistryBatch batch, Instant now)
    {
        lock (gate)
        {
            var changes = RegistryChanges.Of(batch, Recorded());
            if (changes.IsEmpty) return changes.Result;
            RefuseOrphans(changes);
            WriteRows(changes);
            AppendAlone(changes.Entry(now, MoveDiaries(changes)), null);
            return changes.Result;
        }
    }

    public (CommitResult? Result, Refusal? Refusal) Tell(
        OperativeId operative, DayTelling telling, CommandKey key, string actor, Instant now)
    {
        lock (gate)
        {
            if (FindByKey(key.Key) is var (first, hash)) return (ToldOperative.Again(first, hash, key), null);
            var told = ToldOperative.Of(operatives.TryGetValue(operative.Value, out var known) ? known.Row : null, telling);
            if (!told.Succeeded) return (null, told.Refusal);
            WriteRows(told.Value.Changes);
            var entry = AppendAlone(told.Value.Entry(actor, now, MoveDiaries(told.Value.Changes)), key);
            return (new CommitResult(CommitStatus.Committed, entry), null);
        }
    }

    FeedEntry AppendAlone(BookingEvent happened, CommandKey? key)
    {
        registryVersion++;
        loaded = null;
        var entry = new FeedEntry(++transactions << OrdinalBits, happened);
        Append(entry, key);
        return entry;
    }

    RecordedRegistry Recorded()
    {
        var recorded = new RecordedRegistry
        {
            LastOrganisation = organisations.Keys.LastOrDefault(),
            LastContract = contracts.Keys.LastOrDefault(),
            LastOperative = operatives.Keys.LastOrDefault(),
            LastProperty = properties.Keys.LastOrDefault(),
        };
        foreach (var (row, _) in organisations.Values) recorded.Organisations[row.Reference] = row;
        foreach (var (row, _) in contracts.Values) recorded.Contracts[row.Reference] = row;
        foreach (var (row, _) in operatives.Values) recorded.Operatives[(row.Contractor, row.Reference)] = row;
        foreach (var (row, _) in rates.Values) recorded.Rates[(row.Schedule, row.Code)] = row;
        foreach (var row in holidays.Values) recorded.BankHolidays[(row.Organisation.Value, row.Day)] = row;
        foreach (var (row, _) in properties.Values) recorded.Properties[(row.Client, row.Reference)] = row;
        return recorded;
    }

    /// <summary>The databases' foreign keys.</summary>
    void RefuseOrphans(RegistryChanges changes)
    {
        var known = organisations.Keys.Concat(changes.Organisations.Select(row => row.Id)).ToHashSet();
        var named = changes.Contracts.SelectMany(row => new[] { row.Client, row.Contractor })
            .Concat(changes.Operatives.Select(row => row.Contractor)).Concat(changes.Properties.Select(row => row.Client));
        foreach (var organisation in named.Where(organisation => !known.Contains(organisation)))
            throw new InvalidOperationException($"There is no organisation {organisation}.");
    }

    void WriteRows(RegistryChanges changes)
    {
        foreach (var row in changes.Organisations) organisations[row.Id] = (row, row.ToDomain());
        foreach (var row in changes.Contracts) contracts[row.Id] = (row, row.ToDomain());
        foreach (var row in changes.Operatives) operatives[row.Id] = (row, row.ToDomain());
        foreach (var row in changes.Rates) rates[(row.Schedule, row.Code)] = (row, row.ToDomain());
        foreach (var row in changes.BankHolidays) holidays[(row.Organisation.Value, row.Day)] = row;
        foreach (var row in changes.Properties) properties[row.Id] = (row, row.ToDomain());
    }

    List<DiaryChange> MoveDiaries(RegistryChanges changes) =>
    [
        .. changes.ChangedOperatives.Distinct().Select(operative =>
            new DiaryChange(operative, diaries[operative] = diaries.GetValueOrDefault(operative) + 1, [], [])),
    ];

    public Property? FindProperty(PropertyId id)
    {
        lock (gate) return properties.TryGetValue(id.Value, out var found) ? found.Known : null;
    }

    public Property? FindProperty(OrganisationId client, string reference)
    {
        lock (gate)
        {
            return properties.Values.FirstOrDefault(one => one.Row.Client == client.Value && one.Row.Reference == reference).Known;
        }
    }

    /// <summary>By the rules of the port; neither fast nor needed to be.</summary>
    public List<Property> SearchProperties(IReadOnlyList<PropertyArea> areas, string text, int limit)
    {
        var looked = text.Trim();
        if (looked.Length is 0 or > SearchText.MaxLength) return [];
        var (key, words) = (SearchText.Key(looked), SearchText.Words(looked).Take(SearchText.MaxWords).ToList());
        lock (gate)
        {
            return
            [
                .. properties.Values.Where(one => areas.Any(area => area.Client.Value == one.Row.Client
                        && (area.Patch is not { } patch || patch.Value == one.Row.Patch)) && IsFound(one.Row))
                    .OrderBy(one => one.Row.Postcode, StringComparer.Ordinal).ThenBy(one => one.Row.Line1, StringComparer.Ordinal)
                    .Take(limit).Select(one => one.Known),
            ];
        }

        bool IsFound(PropertyRow row) => row.Reference == looked
            || (key.Length > 0 && row.PostcodeKey.StartsWith(key, StringComparison.Ordinal))
            || (words.Count > 0 && words.TrueForAll(
                word => row.Words.Any(known => known.StartsWith(word, StringComparison.Ordinal))));
    }

    public int CountProperties()
    {
        lock (gate) return properties.Count;
    }

    public ILedgerSnapshot Snapshot()
    {
        lock (gate)
        {
            return new SimulatedSnapshot(
                [.. jobs.Values], new Dictionary<OperativeId, long>(diaries), [.. visits.Values.SelectMany(diary => diary.Values)],
                [.. entries], [.. quotas.Select(quota => (quota.Key, quota.Value))],
                properties.ToDictionary(one => new PropertyId(one.Key), one => one.Value.Known));
        }
    }
}
