using Microsoft.Extensions.Logging;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Plans;

/// <summary>Of which of a contractor's working days a plan is.</summary>
internal enum PlannedDay
{
    None = 0,

    /// <summary>The one that began today.</summary>
    Today = 1,

    /// <summary>The one that began yesterday, as long as somebody's shift goes on over midnight.</summary>
    Overnight = 2,
}

/// <summary>Makes the plans that one activation keeps.</summary>
internal sealed class LivePlanFactory(
    Bookings bookings, AvailabilityService availability, RegistryCache registry, IFeed feed, IStateStore store, IDuties duties,
    ILogger<LivePlan> log)
{
    public LivePlan Of(OrganisationId contractor, PlannedDay which) => new(
        contractor, which, bookings, availability, registry, feed, new ProposalBoard(store, contractor, which),
        () => duties.Holds(DutyOf(contractor)), log);

    /// <summary>The duty of carrying out a contractor's plan.</summary>
    public static Duty DutyOf(OrganisationId contractor) => Duty.Of(DutyKind.LivePlans, contractor.Value);
}
