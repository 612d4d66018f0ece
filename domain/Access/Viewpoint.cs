using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;

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

    /// <summary>Whether a visit under a contract that is seen is seen in its diary. A tenant sees visits through the job.</summary>
    public bool SeesVisitOf(OperativeId operative) => !OwnOnly || operative == Operative;

    /// <summary>Whether work at a property can be asked for by this viewpoint under a contract that it sees.</summary>
    public bool SeesWorkAt(PropertyId property) => !OwnOnly || property == Home;

    /// <summary>Whether a job under a contract that is seen is seen.</summary>
    /// <param name="operatives">Those in whose diaries its visits stand.</param>
    public bool SeesOwn(PropertyId property, IEnumerable<OperativeId> operatives) =>
        !OwnOnly || property == Home || (Operative is { } own && operatives.Contains(own));
}
