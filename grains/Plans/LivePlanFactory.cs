using Microsoft.Extensions.Logging;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Plans;

/// <summary>Makes the plan that one activation keeps.</summary>
internal sealed class LivePlanFactory(
    Bookings bookings, AvailabilityService availability, RegistryCache registry, IFeed feed, IStateStore store, IDuties duties,
    ILogger<LivePlan> log)
{
    public LivePlan Of(OrganisationId contractor) => new(
        contractor, bookings, availability, registry, feed, new ProposalBoard(store, contractor), () => duties.Holds(DutyOf(contractor)),
        log);

    /// <summary>The duty of carrying out a contractor's plan.</summary>
    public static Duty DutyOf(OrganisationId contractor) => Duty.Of(DutyKind.LivePlans, contractor.Value);

}
