using System.Collections.Frozen;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Domain.Access;

/// <summary>
/// The rule of <see cref="Viewpoint"/>, worked out over all contracts: sets for query filters and methods for memory. With it:
/// an organisation is seen when it is one's own or a party to a contract that is seen;
/// a property when such a contract serves its patch for its client, and by a client that sees all contracts when it is the client's own;
/// an operative by the own contractor, and, within a narrower scope, when cleared for one of its contracts.
/// </summary>
/// <remarks>What may be done with what is seen is <see cref="Policy"/>'s to say; both must agree.</remarks>
public sealed class AccessScope
{
    readonly bool allOfClient;

    AccessScope(Principal principal, Viewpoint viewpoint, IReadOnlyCollection<Contract> contracts)
    {
        Principal = principal;
        Viewpoint = viewpoint;
        Contracts = contracts.Select(contract => contract.Id).ToFrozenSet();
        Organisations = contracts.SelectMany(contract => new[] { contract.Client, contract.Contractor })
            .Append(principal.Organisation).ToFrozenSet();
        Schedules = contracts.Select(contract => contract.Schedule).ToFrozenSet(StringComparer.Ordinal);
        Served = contracts.SelectMany(contract => contract.Patches.Select(patch => (contract.Client, patch))).ToFrozenSet();
        allOfClient = principal.Kind == OrganisationKind.Client && principal.Contracts.IsAll;
    }

    /// <param name="contracts">All contracts that are recorded; those of others are left out here.</param>
    public static AccessScope Of(Principal principal, IEnumerable<Contract> contracts)
    {
        var viewpoint = Viewpoint.Of(principal);
        return new AccessScope(principal, viewpoint, [.. contracts.Where(viewpoint.Sees)]);
    }

    public Principal Principal { get; }

    public Viewpoint Viewpoint { get; }

    public OrganisationId Organisation => Principal.Organisation;

    /// <summary>The contracts that are seen: a job, visit, hold or quota is seen when its contract is one of them.</summary>
    public FrozenSet<ContractId> Contracts { get; }

    /// <summary>The own organisation and the parties to those contracts.</summary>
    public FrozenSet<OrganisationId> Organisations { get; }

    /// <summary>The schedules of rates that those contracts work to.</summary>
    public FrozenSet<string> Schedules { get; }

    /// <summary>The patches that those contracts serve, with the client whose properties are meant.</summary>
    public FrozenSet<(OrganisationId Client, PatchCode Patch)> Served { get; }

    /// <summary>Whether only the own diary's visits and the own home's jobs are seen.</summary>
    public bool OwnOnly => Viewpoint.OwnOnly;

    /// <summary>For a client without a narrower scope: all of its properties, served or not.</summary>
    public bool SeesAllOwnProperties => !OwnOnly && allOfClient;

    public bool Sees(ContractId contract) => Contracts.Contains(contract);

    public bool Sees(OrganisationId organisation) => Organisations.Contains(organisation);

    public bool Sees(Property property)
    {
        if (OwnOnly) return property.Id == Principal.Home && property.Client == Organisation;
        return (allOfClient && property.Client == Organisation) || Served.Contains((property.Client, property.Patch));
    }

    public bool Sees(Operative operative) => Viewpoint.Sees(operative);

    public bool Sees(Job job) => SeesJob(job.Contract, job.Property, job.Visits.Select(visit => visit.Operative));

    /// <param name="operatives">Those in whose diaries the job's visits stand.</param>
    public bool SeesJob(ContractId contract, PropertyId property, IEnumerable<OperativeId> operatives) =>
        Contracts.Contains(contract) && Viewpoint.SeesOwn(property, operatives);

    /// <summary>A visit in a diary. A tenant sees visits through the job.</summary>
    public bool Sees(Visit visit) => Contracts.Contains(visit.Contract) && Viewpoint.SeesVisitOf(visit.Operative);
}
