using NodaTime;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Domain.Organisations;

public enum OrganisationKind
{
    None = 0,

    /// <summary>A landlord or managing agent, whose homes are repaired.</summary>
    Client = 1,

    /// <summary>The business that employs operatives and does the work.</summary>
    Contractor = 2,
}

/// <summary>A client or contractor. Every record of the system belongs to one or two of them.</summary>
/// <param name="Reference">The name that imports and other systems know it by; unique.</param>
/// <param name="TimeZoneId">TZDB id; a contractor's diaries are kept in it.</param>
public sealed record Organisation(OrganisationId Id, string Reference, string Name, OrganisationKind Kind, string TimeZoneId)
{
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[TimeZoneId];
}
