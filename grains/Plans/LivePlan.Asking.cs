using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.LivePlan;

namespace OrleansScheduling.Grains.Plans;

/// <summary>Emergencies that nobody could attend in time: planners hear of them, and see what can be done.</summary>
internal sealed partial class LivePlan
{
    const string NobodyAttends = "Nobody can attend an emergency in time.";

    readonly AskedEmergencies asked = new();

    /// <summary>Whether a planner may know a way where the engine knows none.</summary>
    public static bool IsForPlanners(string reason) => Enum.TryParse(reason, out RefusalReason why)
        && (why is >= RefusalReason.NobodyWithTrade and <= RefusalReason.KeptForOtherWork || why == RefusalReason.TooMuchForOne);

    /// <summary>An entry of the feed: once for an emergency, however often it is asked for, until its job is another.</summary>
    public async Task AskPlannersAsync(JobId id, CancellationToken cancellationToken)
    {
        if (await bookings.Ledger.LoadJobAsync(id, cancellationToken) is not { } job || job.Contractor != contractor) return;
        var visit = new VisitId(id, JobDecisions.FirstVisitNumber(job));
        var happened = new BookingEvent(
            EventKind.PromisesFlagged, bookings.Now, default, contractor, default, null, 0, BookingEvent.Engine, null, null,
            NobodyAttends, [], [])
        {
            Moves = [AskedEmergencies.FlagOf(visit, EmergencyPromise.From(bookings.Now))],
        };
        await bookings.CommitAsync(
            new Changeset(happened, [], Command.OfEngine(contractor, $"the emergency {id} at version {job.Version}", NobodyAttends)),
            cancellationToken);
    }

    /// <summary>Those that wait, as far as they are seen, with what could be done were somebody to go now.</summary>
    async Task<IReadOnlyList<EmergencyState>> EmergenciesAsync(
        Viewpoint viewpoint, PlanView view, CancellationToken cancellationToken)
    {
        var waits = new List<EmergencyState>();
        foreach (var asking in asked.All)
        {
            if (await bookings.FindJobAsync(asking.Job, viewpoint, cancellationToken) is not { Status: JobStatus.Logged } job) continue;
            var terms = await bookings.TermsOfAsync(viewpoint, job.Contract, job.Property, job.Lines, cancellationToken);
            // Work of several people is for them to put together; for what is not work any more nobody goes.
            var visit = terms is { Succeeded: true, Value: { Requirement.IsSingleVisit: true } one }
                ? VisitOf(job, one, EmergencyPromise.From(bookings.Now)) : null;
            waits.Add(view.Of(asking, visit is null ? null : LiveDay.On(plan!, new EmergencyReported(Latest, visit)), visit?.Id));
        }

        return waits;
    }
}
