using System.Collections.Frozen;
using NodaTime;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Availability;

/// <summary>The indexes of all contractors, of one version of the registry.</summary>
internal sealed record Indexes(
    FrozenDictionary<OrganisationId, AvailabilityIndex> ByContractor, FrozenDictionary<OperativeId, AvailabilityIndex> ByOperative)
{
    /// <summary>Later visits of a job may lie beyond a short horizon: four weeks is the longest gap between two visits.</summary>
    const int MinDays = 28;

    public static readonly Indexes Empty = new(
        FrozenDictionary<OrganisationId, AvailabilityIndex>.Empty, FrozenDictionary<OperativeId, AvailabilityIndex>.Empty);

    public static Indexes Of(RegistryView view, ITravel travel, Instant now)
    {
        var byContractor = view.Organisations.Values
            .Where(organisation => organisation.Kind == OrganisationKind.Contractor)
            .ToDictionary(organisation => organisation.Id, organisation => new AvailabilityIndex(
                organisation, travel, DaysFor(organisation.Id, view), now.InZone(organisation.Zone).Date,
                    view.BankHolidays[organisation.Id]));
        var byOperative = new Dictionary<OperativeId, AvailabilityIndex>();
        foreach (var operative in view.Operatives.Values.OrderBy(operative => operative.Id.Value))
        {
            var index = byContractor[operative.Contractor];
            index.Put(operative);
            byOperative.Add(operative.Id, index);
        }

        return new Indexes(byContractor.ToFrozenDictionary(), byOperative.ToFrozenDictionary());
    }

    /// <summary>As far as any of the contractor's contracts can be booked, today included.</summary>
    static int DaysFor(OrganisationId contractor, RegistryView view)
    {
        var furthest = 0;
        foreach (var contract in view.Contracts.Values)
        {
            if (contract.Contractor == contractor) furthest = Math.Max(furthest, contract.Rules.HorizonDays);
        }

        return Math.Clamp(furthest + 1, MinDays, AvailabilityIndex.MaxDays);
    }
}
