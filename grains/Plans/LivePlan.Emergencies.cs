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
        // Nobody is moved for what was done before, nor for a key that stands for something else.
        if (await bookings.Ledger.FindByKeyAsync(identity.Key.Key, cancellationToken) is not null)
            return await bookings.RefuseAsync(RefusalReason.AlreadyBooked, identity, cancellationToken);
        var tried = new HashSet<OperativeId>();
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            var (emergency, refusal) = await EmergencyAsync(id, command, cancellationToken);
            if (emergency is not { } found) return await bookings.RefuseAsync(refusal!, identity, cancellationToken);
            if (isOutdated) continue;
            // In whose day there was no room after all stays as it is.
            var open = tried.Aggregate(plan!, (now, one) => LiveDay.On(now, new DayLocked(Latest, one, IsLocked: true)).Plan);
            var reaction = LiveDay.On(open, new EmergencyReported(Latest, found.Visit));
            if (reaction.Refusal == EventRefusal.None && reaction.Placement != Placement.InFreeTime)
                return await bookings.RefuseAsync(WhyNobody(found.Visit), identity, cancellationToken);
            if (!reaction.Plan.LineOf.TryGetValue(found.Visit.Id, out var member)) continue;
            var operative = open.Team.Members[member].Id;
            if (await MakeRoomAsync(reaction, operative, cancellationToken)) continue;
            if (await BookAsync(found, operative, command.Holder, tried, identity, cancellationToken) is { } answer) return answer;
        }

        return await bookings.RefuseAsync(tried.Count > 0 ? RefusalReason.NobodyInTime : RefusalReason.Busy, identity, cancellationToken);
    }

    sealed record Emergency(Job Job, JobTerms Terms, Promise Promise, DayVisit Visit);

    /// <summary>What has to be attended, with the plan as it is now; or why it is not to be.</summary>
    async Task<(Emergency? Emergency, Refusal? Refusal)> EmergencyAsync(
        JobId id, AttendEmergency command, CancellationToken cancellationToken)
    {
        var viewpoint = command.Context.Asker.ToDomain();
        if (await bookings.FindJobAsync(id, viewpoint, cancellationToken) is not { } job || job.Contractor != contractor)
            return Refused(RefusalReason.JobNotFound);
        if (!job.Emergency) return Refused(RefusalReason.NotAnEmergency);
        var now = bookings.Now;
        if (JobDecisions.CannotClaim(job, command.Holder, now) is var reason and not RefusalReason.None) return Refused(reason);
        if (job.Status == JobStatus.Booked) return Refused(RefusalReason.AlreadyBooked);
        var found = await bookings.TermsOfAsync(viewpoint, job.Contract, job.Property, job.Lines, cancellationToken);
        if (!found.Succeeded) return (null, found.Refusal);
        var terms = found.Value;
        if (!terms.Requirement.IsSingleVisit) return Refused(RefusalReason.TooMuchForOne);
        if (!terms.Contract.Trades.Contains(terms.Requirement.Needs[0].Trade)) return Refused(RefusalReason.NobodyWithTrade);

        await FollowAsync(cancellationToken);
        if (plan is null) return Refused(RefusalReason.NobodyWorking);
        if (!terms.Contract.IsInForceOn(book!.Clock.Day)) return Refused(RefusalReason.ContractNotInForce);
        var promise = EmergencyPromise.From(now);
        return (new Emergency(job, terms, promise, VisitOf(job, terms, promise)), null);

        static (Emergency?, Refusal?) Refused(RefusalReason reason) => (null, Refusal.Of(reason));
    }

    /// <summary>Of those who work for the contractor whoever comes nearest to being able to says why.</summary>
    RefusalReason WhyNobody(DayVisit visit)
    {
        var reasons = Enumerable.Range(0, plan!.Team.Members.Length).Select(member => plan.Team.WhyNot(member, visit)).ToList();
        return reasons.Contains(RefusalReason.None) ? RefusalReason.NobodyInTime : reasons.Max();
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
            .FirstOrDefault(group => group.Changes.Any(change => change.Operative == operative)
                && group.Moves.Any(IsToAnother) && !group.IsForecast);
        if (group is null) return false;
        var changeset = ChangesetOf(group, BookingEvent.Engine, KeyOf(group), MadeRoom);
        var result = await bookings.CommitAsync(changeset, cancellationToken);
        if (result.Status == CommitStatus.Committed) await KnowAsync(changeset, result.Entry!, cancellationToken);
        else await ReadAgainAsync(group.Changes.Select(change => change.Operative), cancellationToken);
        return true;
    }

    static bool IsToAnother(VisitMove move) => move.From != move.To;

    /// <returns>Null when the diary is another by now, or has no room after all, which is noted.</returns>
    async Task<CommandAnswer?> BookAsync(
        Emergency emergency, OperativeId operative, string holder, HashSet<OperativeId> tried, Command identity,
        CancellationToken cancellationToken)
    {
        var (job, terms, promise, planned) = emergency;
        var clock = book!.Clock;
        VisitPlace[] visits = [new(planned.Id, operative, clock.Day, Stage: 0, VisitState.Booked)];
        var decided = JobDecisions.Book(job, holder, promise, visits, bookings.Now);
        if (!decided.Succeeded) return await bookings.RefuseAsync(decided.Refusal, identity, cancellationToken);
        var diaries = await bookings.DiariesAsync(decided.Value.Freed.Concat(visits), cancellationToken);
        if (!await availability.KnowsAsync(operative, diaries[operative].Version, cancellationToken))
            return await bookings.RefuseAsync(RefusalReason.CatchingUp, identity, cancellationToken);
        var need = terms.Requirement.Needs[0];
        var works = diaries.Values.Select(bookings.WorkOn).OfType<DiaryWork>().ToDictionary(work => work.Operative);
        // What was known when the plan was made may have changed while the diaries were read.
        if (!registry.Current.Operatives.TryGetValue(operative, out var person)
            || VisitClaim.Unfit(person, need, terms, clock.Day) != RefusalReason.None
            || !Bookings.Carry(decided.Value, works.GetValueOrDefault))
        {
            isOutdated = true;
            return null;
        }

        var request = StopRequest.For(
            planned.Point, person.SecondsFor(need.StandardMinutes), promise, clock, bookings.Now);
        var visit = new VisitTerms(
            planned.Id, terms.Contract.Id, promise, terms.Property.Place, Stage: 0, StartFixed: false, VisitState.Booked,
            HoldExpiresAt: null);
        if (!works.TryGetValue(operative, out var pen) || !pen.TryAdd(visit, clock.Day, request, keptPercent: 0))
        {
            // Unless the diary is not the one that was planned with, what the plan bears in it a new promise does not.
            if (book.Find(operative)?.Version == diaries[operative].Version) tried.Add(operative);
            await ReadAgainAsync([operative], cancellationToken);
            return null;
        }

        var changeset = Bookings.ChangesetOf(
            decided.Value, terms.Contract, terms.Property.Patch, clock.Zone, works.Values, identity, bookings.Now);
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
