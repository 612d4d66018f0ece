using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Booking;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.LivePlan;
using OrleansScheduling.Planning.Travel;
using VisitState = OrleansScheduling.Domain.Jobs.VisitState;

namespace OrleansScheduling.Grains.Plans;

/// <summary>
/// Emergencies: whoever can be there in time goes, and where nobody has room others change places, inside their promises. Room is made in
/// one commit and taken in the next; should somebody else take it in between, it is looked for anew.
/// </summary>
internal sealed partial class LivePlan
{
    const string MadeRoom = "Room was made for an emergency.";

    public async Task<CommandAnswer> AttendAsync(AttendEmergency command, CancellationToken cancellationToken)
    {
        var id = new JobId(command.Job);
        var identity = Commands.Of(id, command);
        var viewpoint = command.Context.Asker.ToDomain();
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            if (await bookings.FindJobAsync(id, viewpoint, cancellationToken) is not { } job || job.Contractor != contractor)
                return await bookings.RefuseAsync(RefusalReason.JobNotFound, identity, cancellationToken);
            var now = bookings.Now;
            if (Unfit(job, command.Context.Actor, now) is var reason and not RefusalReason.None)
                return await bookings.RefuseAsync(reason, identity, cancellationToken);
            var found = await bookings.TermsOfAsync(viewpoint, job.Contract, job.Property, job.Lines, cancellationToken);
            if (!found.Succeeded) return await bookings.RefuseAsync(found.Refusal, identity, cancellationToken);
            if (!found.Value.Requirement.IsSingleVisit)
                return await bookings.RefuseAsync(RefusalReason.TooMuchForOne, identity, cancellationToken);

            await FollowAsync(cancellationToken);
            if (plan is null) return await bookings.RefuseAsync(RefusalReason.NobodyWorking, identity, cancellationToken);
            var promise = EmergencyPromise.From(now);
            var visit = VisitOf(job, found.Value, promise);
            var reaction = LiveDay.On(plan, new EmergencyReported(Latest, visit));
            if (reaction.Refusal == EventRefusal.None && reaction.Placement != Placement.InFreeTime)
                return await bookings.RefuseAsync(RefusalReason.NobodyInTime, identity, cancellationToken);
            if (!reaction.Plan.LineOf.TryGetValue(visit.Id, out var member)) continue;
            var operative = plan.Team.Members[member].Id;
            if (await MakeRoomAsync(reaction, operative, cancellationToken)) continue;
            if (await BookAsync(job, found.Value, visit.Id, promise, operative, identity, cancellationToken) is { } answer) return answer;
        }

        return await bookings.RefuseAsync(RefusalReason.Busy, identity, cancellationToken);
    }

    static RefusalReason Unfit(Job job, string actor, Instant now)
    {
        if (!job.Emergency) return RefusalReason.NotAnEmergency;
        var reason = JobDecisions.CannotClaim(job, actor, now);
        if (reason != RefusalReason.None) return reason;
        if (job.Status == JobStatus.Booked) return RefusalReason.AlreadyBooked;
        // A window that is held is given back first: it is somebody's choice, the caller's own at that.
        return job.HeldVisits.Any() ? RefusalReason.HeldByAnother : RefusalReason.None;
    }

    DayVisit VisitOf(Job job, JobTerms terms, Promise promise)
    {
        var (need, clock) = (terms.Requirement.Needs[0], book!.Clock);
        return new DayVisit(
            new VisitId(job.Id, JobDecisions.FirstVisitNumber(job)), terms.Contract.Id, need.Trade, need.Skills, terms.Property.Patch,
            GroundPoint.Of(terms.Property.Place), need.StandardMinutes, clock.SecondAt(promise.Start), clock.SecondAt(promise.End) - 1)
        {
            IsEmergency = true,
        };
    }

    /// <summary>Records what has to change for the emergency to fit into an operative's day.</summary>
    /// <returns>Whether there was anything: then it is looked at again.</returns>
    async Task<bool> MakeRoomAsync(DayReaction reaction, OperativeId operative, CancellationToken cancellationToken)
    {
        var group = new Rearranging(reaction.Plan, book!, read, Index!).All()
            .FirstOrDefault(group => group.Changes.Any(change => change.Operative == operative) && group.Moves.Any(IsToAnother));
        if (group is null) return false;
        var changeset = ChangesetOf(group, BookingEvent.Engine, KeyOf(group), MadeRoom);
        var result = await bookings.CommitAsync(changeset, cancellationToken);
        if (result.Status == CommitStatus.Committed) await KnowAsync(changeset, result.Entry!, cancellationToken);
        else await ReadAgainAsync(group.Changes.Select(change => change.Operative), cancellationToken);
        return true;
    }

    static bool IsToAnother(VisitMove move) => move.From != move.To;

    /// <returns>Null when the diary is another by now, or has no room after all.</returns>
    async Task<CommandAnswer?> BookAsync(
        Job job, JobTerms terms, VisitId id, Promise promise, OperativeId operative, Command identity, CancellationToken cancellationToken)
    {
        var clock = book!.Clock;
        VisitPlace[] visits = [new(id, operative, clock.Day, Stage: 0, VisitState.Booked)];
        var decided = JobDecisions.Book(job, identity.Context.Actor, promise, visits, promise.Start);
        if (!decided.Succeeded) return await bookings.RefuseAsync(decided.Refusal, identity, cancellationToken);
        var diaries = await bookings.DiariesAsync(visits, cancellationToken);
        var person = registry.Current.Operatives[operative];
        var seconds = person.SecondsFor(terms.Requirement.Needs[0].StandardMinutes);
        var request = StopRequest.For(GroundPoint.Of(terms.Property.Place), seconds, promise, clock, bookings.Now);
        var visit = new VisitTerms(
            id, terms.Contract.Id, promise, terms.Property.Place, Stage: 0, StartFixed: false, VisitState.Booked, HoldExpiresAt: null);
        var work = bookings.WorkOn(diaries[operative]);
        if (work is null || !work.TryAdd(visit, clock.Day, request, keptPercent: 0))
        {
            await ReadAgainAsync([operative], cancellationToken);
            return null;
        }

        var changeset = Bookings.ChangesetOf(
            decided.Value, terms.Contract, terms.Property.Patch, clock.Zone, [work], identity, bookings.Now);
        var result = await bookings.CommitAsync(changeset, cancellationToken);
        if (result.Status == CommitStatus.Committed) await KnowAsync(changeset, result.Entry!, cancellationToken);
        if (result.Status is not (CommitStatus.Stale or CommitStatus.Overlap)) return Bookings.Answer(changeset, result);
        await ReadAgainAsync([operative], cancellationToken);
        return null;
    }

    async Task KnowAsync(Changeset committed, FeedEntry entry, CancellationToken cancellationToken)
    {
        foreach (var change in committed.Event.Diaries)
        {
            if (!book!.Follow(change)) await LoadAsync([change.Operative], cancellationToken);
        }

        await work.KnowAsync(committed.Event.Diaries.SelectMany(change => change.Put), cancellationToken);
        lookedAt = null;
        done.Follow(entry, book!.Clock);
    }

    async Task ReadAgainAsync(IEnumerable<OperativeId> operatives, CancellationToken cancellationToken)
    {
        await LoadAsync([.. operatives], cancellationToken);
        lookedAt = null;
    }
}
