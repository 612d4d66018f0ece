using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Ledger;

/// <summary>Everything but the properties: small enough that each process keeps it whole.</summary>
/// <param name="Version">Grows with every registry change.</param>
public sealed record RegistrySnapshot(
    long Version,
    IReadOnlyList<Organisation> Organisations,
    IReadOnlyList<Contract> Contracts,
    IReadOnlyList<Operative> Operatives,
    IReadOnlyList<SorItem> ScheduleOfRates,
    IReadOnlyList<BankHoliday> BankHolidays);

/// <summary>A day on which an organisation's operatives do not work unless their rota says that they do.</summary>
/// <exception cref="ArgumentException">A day outside <see cref="Almanac"/>.</exception>
public sealed record BankHoliday(OrganisationId Organisation, LocalDate Day, string Name)
{
    public LocalDate Day { get; init => field = Checked(value); } = Checked(Day);

    static LocalDate Checked(LocalDate day) =>
        Almanac.Has(day) ? day : throw new ArgumentException($"BankHoliday.Day {day:uuuu-MM-dd} is not valid: it is {Almanac.Range}.");
}

/// <summary>
/// Rows to add or change, found again by their references: an organisation by its reference, a contract by its reference, an operative by
/// contractor and reference, a property by client and reference, a rate by schedule and code, a bank holiday by organisation and day. Ids
/// in the
/// rows that are 0 are allocated; rows that are there already keep theirs. A row that is equal to the recorded one changes nothing.
/// </summary>
public sealed record RegistryBatch
{
    public IReadOnlyList<Organisation> Organisations { get; init; } = [];
    public IReadOnlyList<Contract> Contracts { get; init; } = [];
    public IReadOnlyList<Operative> Operatives { get; init; } = [];
    public IReadOnlyList<SorItem> ScheduleOfRates { get; init; } = [];
    public IReadOnlyList<BankHoliday> BankHolidays { get; init; } = [];
    public IReadOnlyList<Property> Properties { get; init; } = [];
}

/// <summary>What an upsert did.</summary>
public sealed record RegistryResult(int Added, int Changed, int Unchanged);

/// <summary>Where a search for properties looks: at all of a client's, or at those in one of its patches.</summary>
/// <param name="Patch">Null: all.</param>
public readonly record struct PropertyArea(OrganisationId Client, PatchCode? Patch)
{
    public static implicit operator PropertyArea(OrganisationId client) => new(client, null);

    /// <summary>"3/" or "3/N1", as the searches compare it. No code has a slash at its end.</summary>
    public override string ToString() => $"{Client}/{Patch?.Value}";
}

/// <summary>Organisations, contracts, operatives, properties and rates: what seldom changes and everybody reads.</summary>
public interface IRegistryStore
{
    Task<RegistrySnapshot> LoadAsync(CancellationToken cancellationToken);

    /// <summary>The version that <see cref="LoadAsync"/> would answer, without the rest.</summary>
    Task<long> VersionAsync(CancellationToken cancellationToken);

    /// <summary>
    /// One transaction: all rows or none. When anything changed it appends one <c>RegistryChanged</c> entry to the feed, and the diaries of
    /// changed operatives move to their next version, so that no claim decided on the old rota is accepted.
    /// </summary>
    Task<RegistryResult> UpsertAsync(RegistryBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Records what is told of an operative's day: the registry has it at once, the operative's diary moves to its next version, and the
    /// feed gets an entry of the telling's kind. A refusal writes nothing; repeated with its key it answers the first entry.
    /// </summary>
    Task<(CommitResult? Result, Refusal? Refusal)> TellAsync(
        OperativeId operative, DayTelling telling, CommandKey key, string actor, CancellationToken cancellationToken) =>
        throw new NotSupportedException("This registry is for imports: nobody tells it of a day.");

    Task<Property?> FindPropertyAsync(PropertyId property, CancellationToken cancellationToken);

    Task<Property?> FindPropertyAsync(OrganisationId client, string reference, CancellationToken cancellationToken);

    /// <summary>
    /// Properties in the areas named whose postcode starts with, whose address has words that start with, or whose reference equals
    /// the text; ordered by postcode and address.
    /// </summary>
    Task<IReadOnlyList<Property>> SearchPropertiesAsync(
        IReadOnlyList<PropertyArea> areas, string text, int limit, CancellationToken cancellationToken);

    Task<int> CountPropertiesAsync(CancellationToken cancellationToken);
}
