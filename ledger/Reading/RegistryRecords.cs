using System.Text.Json;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Ledger.Coding;
using OrleansScheduling.Ledger.Registry;

namespace OrleansScheduling.Ledger.Reading;

/// <summary>A client or contractor, as the reading side has it.</summary>
public sealed class OrganisationRecord
{
    public int Id { get; init; }

    public required string Reference { get; init; }

    public required string Name { get; init; }

    public OrganisationKind Kind { get; init; }

    public required string TimeZone { get; init; }
}

public sealed class BankHolidayRecord
{
    public int OrganisationId { get; init; }

    public DateOnly Day { get; init; }

    public required string Name { get; init; }
}

/// <summary>A contract: columns for what is searched, the rest on demand from <see cref="Whole"/>.</summary>
public sealed class ContractRecord
{
    Contract? whole;

    public int Id { get; init; }

    public required string Reference { get; init; }

    public required string Name { get; init; }

    public int ClientId { get; init; }

    public int ContractorId { get; init; }

    public DateOnly FirstDay { get; init; }

    public DateOnly? LastDay { get; init; }

    public required string Schedule { get; init; }

    /// <summary>The nested lists as JSON; <see cref="Whole"/> reads it.</summary>
    public required string Details { get; init; }

    public ICollection<ContractPatchRecord>? Patches { get; init; }

    public ICollection<ContractTradeRecord>? Trades { get; init; }

    /// <summary>The contract with its windows, rules and lists.</summary>
    public Contract Whole => whole ??= new ContractRow(
        Id, Reference, Name, ClientId, ContractorId, NodaTime.LocalDate.FromDateOnly(FirstDay),
        LastDay is { } last ? NodaTime.LocalDate.FromDateOnly(last) : null, Schedule, Details).ToDomain();
}

/// <summary>A patch that a contract serves.</summary>
public sealed class ContractPatchRecord
{
    public int ContractId { get; init; }

    public int ClientId { get; init; }

    public required string Patch { get; init; }
}

/// <summary>A trade that a contract covers.</summary>
public sealed class ContractTradeRecord
{
    public int ContractId { get; init; }

    public required string Trade { get; init; }
}

/// <summary>An operative: columns for what is searched, the rest on demand from <see cref="Whole"/>.</summary>
public sealed class OperativeRecord
{
    Operative? whole;

    public int Id { get; init; }

    public int ContractorId { get; init; }

    public required string Reference { get; init; }

    public required string Name { get; init; }

    public required string HomePatch { get; init; }

    public int? DedicatedTo { get; init; }

    /// <summary>The contract of <see cref="DedicatedTo"/>, where the scope sees it.</summary>
    public ContractRecord? DedicatedContract { get; init; }

    public short PacePercent { get; init; }

    /// <summary>The nested lists as JSON; <see cref="Whole"/> reads it.</summary>
    public required string Details { get; init; }

    public ICollection<OperativeTradeRecord>? Trades { get; init; }

    public ICollection<OperativeSkillRecord>? Skills { get; init; }

    public ICollection<OperativeClearanceRecord>? Clearances { get; init; }

    /// <summary>The home patch and those in which the operative helps out.</summary>
    public ICollection<OperativePatchRecord>? Patches { get; init; }

    /// <summary>The operative with skills, clearances and working time.</summary>
    public Operative Whole => whole ??=
        new OperativeRow(Id, ContractorId, Reference, Name, HomePatch, DedicatedTo, PacePercent, Details).ToDomain();
}

public sealed class OperativeTradeRecord
{
    public int OperativeId { get; init; }

    public required string Trade { get; init; }
}

public sealed class OperativeSkillRecord
{
    public int OperativeId { get; init; }

    public required string Skill { get; init; }

    public int Level { get; init; }

    public DateOnly? LastValidDay { get; init; }
}

public sealed class OperativeClearanceRecord
{
    public int OperativeId { get; init; }

    public int ContractId { get; init; }

    public DateOnly? LastValidDay { get; init; }
}

public sealed class OperativePatchRecord
{
    public int OperativeId { get; init; }

    public required string Patch { get; init; }

    public bool IsHome { get; init; }
}

/// <summary>An item of a schedule of rates.</summary>
public sealed class RateRecord
{
    public required string Schedule { get; init; }

    public required string Code { get; init; }

    public required string Description { get; init; }

    public required string PlainName { get; init; }

    public required string Trade { get; init; }

    public int StandardMinutes { get; init; }

    public int OperativesNeeded { get; init; }

    public int VisitsNeeded { get; init; }

    public int GapDays { get; init; }

    public bool Emergency { get; init; }

    public required string Details { get; init; }

    public IReadOnlyList<SkillRequirement> Skills => JsonSerializer.Deserialize(Details, RegistryJson.Default.SorDetails)?.Skills ?? [];
}

/// <summary>A place where work is done.</summary>
public sealed class PropertyRecord
{
    public int Id { get; init; }

    public int ClientId { get; init; }

    public required string Reference { get; init; }

    public PropertyKind Kind { get; init; }

    public required string AddressLine1 { get; init; }

    public required string AddressLine2 { get; init; }

    public required string Postcode { get; init; }

    /// <summary>Upper case, without spaces.</summary>
    public required string PostcodeKey { get; init; }

    public double LatitudeDegrees { get; init; }

    public double LongitudeDegrees { get; init; }

    public required string Patch { get; init; }
}
