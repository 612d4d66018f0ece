using OrleansScheduling.Api.GraphQL.Relay;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.GraphQL.Building;
using OrleansScheduling.Ledger.Reading;

namespace OrleansScheduling.Api.GraphQL.Organisations;

/// <summary>A client (landlord, managing agent) or a contractor.</summary>
[GraphQLName("Organisation")]
public sealed class OrganisationNode(OrganisationRecord row) : INode
{
    [ID]
    public string GetId([Service] GlobalIds ids) => ids.Encode(NodeKind.Organisation, row.Id);

    /// <summary>The name that imports and other systems know it by.</summary>
    public string Reference => row.Reference;

    public string Name => row.Name;

    public OrganisationKind Kind => row.Kind;

    /// <summary>A name of the time zone database, such as Europe/London.</summary>
    public string TimeZone => row.TimeZone;

    /// <summary>Days on which its operatives do not work unless their rota says that they do.</summary>
    public async Task<IReadOnlyList<BankHoliday>> GetBankHolidaysAsync(BankHolidaysByOrganisation loader) =>
        await loader.LoadAsync(row.Id) ?? [];
}

/// <summary>A day off for everybody.</summary>
public sealed record BankHoliday(DateOnly Day, string Name);
