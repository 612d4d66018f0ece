using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Domain.Organisations;

public enum PropertyKind
{
    None = 0,

    /// <summary>A dwelling with its own tenant.</summary>
    Home = 1,

    /// <summary>The shared parts of a block.</summary>
    Communal = 2,

    /// <summary>Any other place where work is done: an office, a plant room, a depot.</summary>
    Site = 3,
}

/// <summary>A place where work is done, owned or managed by a client.</summary>
/// <param name="Reference">The client's own reference (often its UPRN); unique within the client.</param>
/// <param name="Postcode">Upper case, one space, as Royal Mail writes it.</param>
/// <param name="Patch">The patch it lies in; decides which operatives cover it.</param>
public sealed record Property(
    PropertyId Id,
    OrganisationId Client,
    string Reference,
    PropertyKind Kind,
    string AddressLine1,
    string AddressLine2,
    string Postcode,
    Place Place,
    PatchCode Patch)
{
    public string Address => AddressLine2.Length == 0 ? $"{AddressLine1}, {Postcode}" : $"{AddressLine1}, {AddressLine2}, {Postcode}";
}
