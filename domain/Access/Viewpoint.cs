using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Domain.Workforce;

namespace OrleansScheduling.Domain.Access;

/// <summary>
/// The part of a principal that decides whose records are seen. The rule: a contract is seen when the organisation is a party to it, as
/// client or as contractor, and it lies within the scope; a job when its contract is. Those who see only what is their own see the visits
/// of their own diary and the jobs of their own home among those. What is not seen answers as what is not there.
/// </summary>
/// <param name="OwnOnly">Whether only the own diary's visits and the own home's jobs are seen.</param>
/// <param name="Operative">Whose diary is one's own.</param>
/// <param name="Home">The own home.</param>
public sealed record Viewpoint(
    OrganisationId Organisation, ContractScope Contracts, bool OwnOnly, OperativeId? Operative, PropertyId? Home)
{
    public static Viewpoint Of(Principal principal) => new(
        principal.Organisation, principal.Contracts, !Policy.IsOffice(principal), principal.Operative, principal.Home);

    public bool Sees(Contract contract) =>
        (contract.Client == Organisation || contract.Contractor == Organisation) && Contracts.Includes(contract.Id);

    /// <param name="contract">The job's.</param>
    public bool Sees(Contract contract, Job job) =>
        Sees(contract) && SeesOwn(job.Property, job.Visits.Select(visit => visit.Operative));

    /// <summary>
    /// A contractor's people are its own to see; those with a narrower scope see who is cleared for one of its contracts.
    /// </summary>
    public bool Sees(Operative operative)
    {
        if (operative.Contractor != Organisation) return false;
        if (OwnOnly) return operative.Id == Operative;
        return Contracts.IsAll || operative.Clearances.Any(clearance => Contracts.Includes(clearance.Contract));
    }

    /// <summary>
    /// Whether the figures behind a window are told: how many operatives could do the work, and what it adds to their travel, are the
    /// contractor's business. Others are told that a window can be had or why not, and which ones cost the least travel.
    /// </summary>
    public bool SeesCapacity(Contract contract) => !OwnOnly && contract.Contractor == Organisation;

    /// <summary>Whether a visit under a contract that is seen is seen in its diary. A tenant sees visits through the job.</summary>
    public bool SeesVisitOf(OperativeId operative) => !OwnOnly || operative == Operative;

    /// <summary>
    /// Whether work at a property can be asked for under a contract that is seen. A client that sees all contracts sees its own
    /// properties where no contract serves them, too.
    /// </summary>
    public bool SeesWorkAt(Contract contract, Property property)
    {
        if (property.Client != contract.Client) return false;
        if (OwnOnly) return property.Id == Home;
        return contract.Patches.Contains(property.Patch) || (property.Client == Organisation && Contracts.IsAll);
    }

    /// <summary>Whether a job under a contract that is seen is seen.</summary>
    /// <param name="operatives">Those in whose diaries its visits stand.</param>
    public bool SeesOwn(PropertyId property, IEnumerable<OperativeId> operatives) =>
        !OwnOnly || property == Home || (Operative is { } own && operatives.Contains(own));
}
