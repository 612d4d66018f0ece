using Microsoft.EntityFrameworkCore;
using NodaTime;
using OrleansScheduling.Api.Access;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.Desk;

/// <summary>What a job is about.</summary>
/// <param name="What">Its repairs, in plain English.</param>
/// <param name="Where">The first line of the address, and the postcode.</param>
public sealed record WorkView(string What, string Where);

/// <summary>
/// The questions that the desk asks of the registry and of the record, for the one who has signed in: what they may not see is not in any
/// answer.
/// </summary>
public sealed class DeskDirectory(RegistryCache registry, ReadingSide reading, IPrincipalAccessor access, TimeProvider time)
{
    /// <summary>Jobs of one question.</summary>
    const int MaxJobsAsked = 1000;

    RegistryView View => registry.Current;

    /// <summary>Whose records are seen.</summary>
    public AccessScope Scope => access.RequiredScope();

    public Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    public IReadOnlyList<Organisation> Organisations(OrganisationKind kind) =>
    [
        .. Scope.Organisations.Select(id => View.Organisations[id])
            .Where(organisation => organisation.Kind == kind)
            .OrderBy(organisation => organisation.Name, StringComparer.Ordinal),
    ];

    /// <summary>The name of the one organisation of a kind that is seen; null when there are several.</summary>
    public string? OnlyName(OrganisationKind kind) => Organisations(kind) is [var only] ? only.Name : null;

    public string NameOf(OrganisationId id) => FindOrganisation(id)?.Name ?? "";

    public Organisation? Find(OrganisationId? id, OrganisationKind kind) =>
        id is { } known && FindOrganisation(known) is { } organisation && organisation.Kind == kind ? organisation : null;

    Organisation? FindOrganisation(OrganisationId id) => Scope.Sees(id) ? View.Organisations.GetValueOrDefault(id) : null;

    public Contract? FindContract(ContractId id) => Scope.Sees(id) ? View.Contracts.GetValueOrDefault(id) : null;

    public async ValueTask<Property?> FindPropertyAsync(int id, CancellationToken cancellationToken) =>
        await registry.FindPropertyAsync(new PropertyId(id), cancellationToken) is { } property && Scope.Sees(property) ? property : null;

    /// <summary>Where a job that is seen is done; it may lie where its contract serves no more.</summary>
    public ValueTask<Property?> FindPropertyOfAsync(JobView job, CancellationToken cancellationToken) =>
        registry.FindPropertyAsync(job.Property, cancellationToken);

    /// <summary>What is done, and where, for jobs of which any number are shown at once: those that are seen.</summary>
    public async Task<IReadOnlyDictionary<JobId, WorkView>> FindWorkAsync(
        IEnumerable<JobId> jobs, CancellationToken cancellationToken)
    {
        var found = new Dictionary<JobId, WorkView>();
        foreach (var keys in jobs.Select(job => job.Value).Distinct().Chunk(MaxJobsAsked))
        {
            var (rows, places) = await reading.AskByKeysAsync(
                ReadingScope.Of(Scope), (context, stop) => ReadWorkAsync(context, keys, stop), cancellationToken);
            foreach (var row in rows)
            {
                var where = places.GetValueOrDefault(row.Property)
                    ?? AddressOf(await registry.FindPropertyAsync(new PropertyId(row.Property), cancellationToken));
                var lines = row.Lines.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var what = string.Join(", ", NamesOf(FindContract(new ContractId(row.Contract)), lines));
                found.Add(new JobId(row.Id), new WorkView(what, where));
            }
        }

        return found;
    }

    static async Task<(List<WorkRow> Rows, Dictionary<int, string> Places)> ReadWorkAsync(
        ReadingContext context, long[] keys, CancellationToken stop)
    {
        var rows = await context.Jobs.Where(job => keys.Contains(job.Id))
            .Select(job => new WorkRow(job.Id, job.ContractId, job.PropertyId, job.Lines)).ToListAsync(stop);
        int[] properties = [.. rows.Select(row => row.Property).Distinct()];
        // A job that is seen may be where its contract serves no more: such a place is not among these.
        var places = await context.Properties.Where(property => properties.Contains(property.Id))
            .ToDictionaryAsync(property => property.Id, property => AddressOf(property.AddressLine1, property.Postcode), stop);
        return (rows, places);
    }

    sealed record WorkRow(long Id, int Contract, int Property, string Lines);

    static string AddressOf(Property? property) => property is null ? "" : AddressOf(property.AddressLine1, property.Postcode);

    static string AddressOf(string line, string postcode) => $"{line}, {postcode}";

    public Operative? FindOperative(OperativeId id) =>
        View.Operatives.GetValueOrDefault(id) is { } operative && Scope.Sees(operative) ? operative : null;

    /// <summary>The operatives that are seen, in no order.</summary>
    public IEnumerable<Operative> Operatives => View.Operatives.Values.Where(Scope.Sees);

    public LocalDate Today(DateTimeZone zone) => Now.InZone(zone).Date;

    public DateTimeZone ZoneOf(Contract contract) => View.ContractorOf(contract).Zone;

    /// <summary>Where a session looks for properties: those that are seen, of the client that it answers for.</summary>
    public IReadOnlyList<PropertyArea> AreasOf(DeskSession session)
    {
        var client = Find(session.ClientId, OrganisationKind.Client)?.Id;
        var areas = Scope.Served.Select(served => new PropertyArea(served.Client, served.Patch));
        if (Scope.SeesAllOwnProperties) areas = areas.Append(Scope.Organisation);
        return [.. areas.Where(area => client is null || area.Client == client)];
    }

    /// <summary>Whether a session looks at several clients' properties.</summary>
    public bool HasManyClients(DeskSession session) =>
        Find(session.ClientId, OrganisationKind.Client) is null && Organisations(OrganisationKind.Client).Count > 1;

    /// <summary>The contracts under which repairs at a property can be booked today.</summary>
    public IReadOnlyList<Contract> ContractsFor(Property property, DeskSession session)
    {
        var contractor = Find(session.ContractorId, OrganisationKind.Contractor)?.Id;
        return [.. Scope.Contracts.Select(id => View.Contracts[id])
            .Where(contract => contract.Client == property.Client && contract.Patches.Contains(property.Patch))
            .Where(contract => contractor is null || contract.Contractor == contractor)
            .Where(contract => contract.LastDay is not { } last || last >= Today(ZoneOf(contract)))
            .OrderBy(contract => contract.Reference, StringComparer.Ordinal)];
    }

    /// <summary>The repairs of a contract's schedule that its trades cover.</summary>
    public IReadOnlyList<SorItem> RepairsOf(Contract contract) =>
        [.. View.ScheduleOfRates.Where(item => item.Schedule == contract.Schedule && contract.Trades.Contains(item.Trade))];

    /// <summary>An item of a contract's schedule.</summary>
    public SorItem? Rate(Contract contract, string code) =>
        CodeText.IsValid(code) ? View.Rate(contract, new SorCode(code)) : null;

    /// <summary>What a job's lines are called, in plain English.</summary>
    public IReadOnlyList<string> NamesOf(Contract? contract, IReadOnlyList<string> lines) =>
        [.. lines.Select(line => contract is not null && Rate(contract, line) is { } item ? item.PlainName : line)];

    /// <summary>Who comes for a job that is seen: whoever sees the job may know.</summary>
    public string OperativeName(int id) =>
        View.Operatives.TryGetValue(new OperativeId(id), out var operative) ? operative.Name : "An operative who has left";
}
