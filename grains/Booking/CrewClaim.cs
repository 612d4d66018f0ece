using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Booking;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Booking;

/// <summary>
/// Claims a window in several diaries at once: for crews, for several trades or visits, and for a job that gives up its present place in
/// the same commit.
/// </summary>
internal sealed class CrewClaim(Bookings bookings, AvailabilityService availability, RegistryCache registry)
{
    /// <returns>The answer; <see cref="RefusalReason.JobChanged"/> when job or diaries moved on meanwhile and it has to be decided
    /// afresh.</returns>
    public async Task<CommandAnswer> TryAsync(
        Job job, Offer offer, ClaimVisit claim, Command identity, JobTerms terms, CancellationToken cancellationToken)
    {
        if (availability.IndexOf(terms.Contract.Contractor) is not { } index) return Bookings.Refused(RefusalReason.NobodyWorking);
        if (QueryFor(job, offer, claim.Kind, terms, index) is not { } query) return Bookings.Refused(RefusalReason.WindowNotOffered);
        if (!query.Windows[0].IsOpen) return Bookings.Refused(query.Windows[0].Closed);
        if (SlotSearch.Plan(index, query, window: 0).Value is not { } plan) return Bookings.Refused(RefusalReason.WindowGone);
        var (changeset, refusal) = await PrepareAsync(job, claim, identity, terms, query, plan, cancellationToken);
        if (refusal is not null) return Bookings.Refused(refusal);
        if (changeset is null) return Bookings.Refused(RefusalReason.JobChanged);
        var result = await bookings.CommitAsync(changeset, cancellationToken);
        return result.Status == CommitStatus.Stale ? Bookings.Refused(RefusalReason.JobChanged) : Bookings.Answer(changeset, result);
    }

    /// <summary>The decision, carried out on the diaries as the ledger has them. Neither result: they are not those that the plan was made
    /// on.</summary>
    async Task<(Changeset?, Refusal?)> PrepareAsync(
        Job job, ClaimVisit claim, Command identity, JobTerms terms, SlotQuery query, AppointmentPlan plan,
            CancellationToken cancellationToken)
    {
        var (state, expires) = VisitClaim.StateFor(claim.Kind, terms, query.Now);
        var first = JobDecisions.FirstVisitNumber(job);
        VisitPlace[] places = [.. plan.Visits.Select((visit, i) => new VisitPlace(
            new VisitId(job.Id, first + i), visit.Operative, visit.Day, visit.Need.Stage, state))];
        var decided = VisitClaim.Decide(job, claim.Kind, claim.Holder, query.Windows[0].Promise, expires, places, query.Now);
        if (!decided.Succeeded) return (null, decided.Refusal);

        var works = await WorksAsync(decided.Value.Freed, places, cancellationToken);
        if (works is null) return (null, Refusal.Of(RefusalReason.CatchingUp));
        if (!plan.Visits.All(visit => IsStillSo(visit, terms))) return (null, null);
        if (!Bookings.Carry(decided.Value, works.GetValueOrDefault)) return (null, null);
        for (var i = 0; i < places.Length; i++)
        {
            var planned = plan.Visits[i];
            var visit = new VisitTerms(
                places[i].Id, terms.Contract.Id, planned.Promise, terms.Property.Place, planned.Need.Stage, planned.StartFixed, state,
                    expires);
            var kept = query.Windows.First(window => window.Promise == planned.Promise).Kept.PercentFor(TiesOf(planned, terms));
            if (!works[planned.Operative].TryAdd(visit, planned.Day, planned.Request, kept)) return (null, null);
        }

        var zone = bookings.ZoneOf(terms.Contract);
        return (Bookings.ChangesetOf(decided.Value, terms.Contract, terms.Property.Patch, zone, works.Values, identity, query.Now), null);
    }

    /// <summary>
    /// Whether who was found may still do the work, in the time that was reckoned with: a change of the registry may have become known
    /// after the plan was made, while the diaries were read, and the version that it made is then no sign of it.
    /// </summary>
    bool IsStillSo(PlannedVisit planned, JobTerms terms) =>
        registry.Current.Operatives.TryGetValue(planned.Operative, out var operative)
        && VisitClaim.Unfit(operative, planned.Need, terms, planned.Day) == RefusalReason.None
        && operative.SecondsFor(planned.Need.StandardMinutes) == planned.Request.Seconds;

    WorkTies TiesOf(PlannedVisit planned, JobTerms terms) =>
        WorkTies.Of(registry.Current.Operatives[planned.Operative], terms.Contract.Id, terms.Property.Patch, planned.Day);

    /// <summary>A pen for each diary; null when what the registry says of somebody does not arrive here.</summary>
    async Task<Dictionary<OperativeId, DiaryWork>?> WorksAsync(
        IReadOnlyList<VisitPlace> freed, IReadOnlyList<VisitPlace> added, CancellationToken cancellationToken)
    {
        var diaries = await bookings.DiariesAsync(freed.Concat(added), cancellationToken);
        foreach (var place in added)
        {
            if (!await availability.KnowsAsync(place.Operative, diaries[place.Operative].Version, cancellationToken)) return null;
        }

        var works = new Dictionary<OperativeId, DiaryWork>();
        foreach (var diary in diaries.Values)
        {
            if (bookings.WorkOn(diary) is { } work) works.Add(diary.Operative, work);
        }

        return works;
    }

    /// <summary>The offered window first, then, for later stages, the same kind of window on the days after it.</summary>
    SlotQuery? QueryFor(Job job, Offer offer, ClaimKind kind, JobTerms terms, AvailabilityIndex index)
    {
        if (terms.Contract.Window(offer.Window) is not { } offered) return null;
        var rules = bookings.RulesFor(job, kind, terms, index.Zone);
        BookingWindow[] windows =
        [
            rules.Of(offered, index.ClockOf(offer.Day)),
            .. SlotSearch.LaterWindows(index, rules, terms.Requirement, offer.Day.PlusDays(1))
                .Where(later => later.Window.Code == offer.Window),
        ];
        return new SlotQuery(terms.Contract, terms.Property.Patch, GroundPoint.Of(terms.Property.Place), terms.Requirement, rules.Now,
            windows)
        {
            Leaving = Bookings.LeavingOf(job, kind),
        };
    }
}
