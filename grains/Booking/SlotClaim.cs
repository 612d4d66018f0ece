using System.Globalization;
using NodaTime;
using Orleans;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Booking;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Booking;

/// <summary>
/// Claims an offered window, whoever does the work: a single visit goes to the best diary, then the next best; work of several people, trades or
/// visits is placed whole on the diaries as the index shows them, and committed against all their versions at once.
/// </summary>
internal sealed class SlotClaim(Bookings bookings, AvailabilityService availability)
{
    /// <summary>How many diaries a single visit is tried in.</summary>
    const int MaxDiaries = 6;

    public async Task<CommandAnswer> RunAsync(
        JobId id, Job? known, Offer offer, ClaimSlot command, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var identity = Commands.OfClaim(command.Context, command.Kind, id, offer.Day.ToDateOnly(), offer.Window.Value, command.Holder);
        var draft = await bookings.DraftAsync(id, offer.Contract, offer.Property, offer.Lines, command.Description, cancellationToken);
        if (!draft.Succeeded) return await bookings.RefuseAsync(draft.Refusal, identity, cancellationToken);
        var (fresh, terms) = draft.Value;
        var job = known ?? fresh;
        // A job that is claimed in another diary now gives that up in the same commit, which is more than one diary can decide.
        return terms.Requirement.IsSingleVisit && job.Visits.Count == 0
            ? await InOneDiaryAsync(job, offer, command, identity, terms, grains, cancellationToken)
            : await TogetherAsync(job, offer, command, identity, terms, cancellationToken);
    }

    async Task<CommandAnswer> InOneDiaryAsync(
        Job job, Offer offer, ClaimSlot command, Command identity, JobTerms terms, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (QueryFor(job, offer, terms) is not var (index, query)) return Bookings.Refused(RefusalReason.NobodyWorking);
        if (!query.Windows[0].IsOpen) return await bookings.RefuseAsync(Refusal.Of(query.Windows[0].Closed), identity, cancellationToken);
        var candidates = SlotSearch.Candidates(index, query, terms.Requirement.Needs[0], query.Windows[0]);
        var claim = new ClaimVisit(command.Context, command.Kind, job.ToWire(), offer.Day.ToDateOnly(), offer.Window.Value, command.Holder);
        foreach (var candidate in candidates.Take(MaxDiaries))
        {
            var diary = grains.GetGrain<IOperativeDiaryGrain>(candidate.Operative.Value.ToString(CultureInfo.InvariantCulture));
            var answer = await diary.Claim(claim, cancellationToken);
            // Gone there: the same window may still be had from the next best.
            if (answer.Refusal?.Reason != nameof(RefusalReason.WindowGone)) return answer;
        }

        return await bookings.RefuseAsync(Refusal.Of(RefusalReason.WindowGone), identity, cancellationToken);
    }

    async Task<CommandAnswer> TogetherAsync(
        Job job, Offer offer, ClaimSlot command, Command identity, JobTerms terms, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            var (changeset, refusal) = await PrepareAsync(job, offer, command, identity, terms, cancellationToken);
            if (refusal is not null) return await bookings.RefuseAsync(refusal, identity, cancellationToken);
            if (changeset is not null)
            {
                var result = await bookings.CommitAsync(changeset, cancellationToken);
                if (result.Status != CommitStatus.Stale) return Bookings.Answer(result);
            }

            job = await bookings.Ledger.LoadJobAsync(job.Id, cancellationToken) ?? job with { Version = 0 };
        }

        return Bookings.Refused(RefusalReason.Busy);
    }

    /// <summary>Plans on the diaries that the index shows, then does it on the diaries that the ledger has. Neither result: they differ; again.</summary>
    async Task<(Changeset?, Refusal?)> PrepareAsync(
        Job job, Offer offer, ClaimSlot command, Command identity, JobTerms terms, CancellationToken cancellationToken)
    {
        if (QueryFor(job, offer, terms) is not var (index, query)) return (null, Refusal.Of(RefusalReason.NobodyWorking));
        if (!query.Windows[0].IsOpen) return (null, Refusal.Of(query.Windows[0].Closed));
        if (SlotSearch.Plan(index, query, 0) is not { } plan) return (null, Refusal.Of(RefusalReason.WindowGone));

        var expires = query.Now + Duration.FromMinutes(terms.Contract.Rules.HoldMinutes);
        var state = command.Kind == ClaimKind.Hold ? Domain.Jobs.VisitState.Held : Domain.Jobs.VisitState.Booked;
        var first = JobDecisions.FirstVisitNumber(job);
        VisitPlace[] places = [.. plan.Visits.Select((visit, i) => new VisitPlace(
            new VisitId(job.Id, first + i), visit.Operative, visit.Day, visit.Need.Stage, state))];
        var claim = new ClaimVisit(command.Context, command.Kind, job.ToWire(), offer.Day.ToDateOnly(), offer.Window.Value, command.Holder);
        var decided = VisitClaim.Decide(job, claim, query.Windows[0].Promise, expires, places, query.Now);
        if (!decided.Succeeded) return (null, decided.Refusal);

        var works = await bookings.WorksAsync(decided.Value.Freed.Concat(places), cancellationToken);
        if (!Bookings.Carry(decided.Value, works.GetValueOrDefault)) return (null, null);
        for (var i = 0; i < places.Length; i++)
        {
            var planned = plan.Visits[i];
            var visitTerms = new VisitTerms(
                places[i].Id, terms.Contract.Id, planned.Promise, terms.Property.Place, planned.Need.Stage, planned.StartFixed, state,
                command.Kind == ClaimKind.Hold ? expires : null);
            var reserve = query.Windows.First(window => window.Promise == planned.Promise).ReservePercent;
            if (!works[planned.Operative].TryAdd(visitTerms, planned.Day, planned.Request, reserve)) return (null, null);
        }

        return (Bookings.ChangesetOf(decided.Value, terms.Contract, terms.Property.Patch, index.Zone, works.Values, identity, query.Now), null);
    }

    /// <summary>The offered window first, then, for later stages, the same kind of window on the days after it.</summary>
    (AvailabilityIndex Index, SlotQuery Query)? QueryFor(Job job, Offer offer, JobTerms terms)
    {
        if (availability.IndexOf(terms.Contract.Contractor) is not { } index) return null;
        if (terms.Contract.Window(offer.Window) is not { } offered) return null;
        var taken = job.Hold is null && job.Promise is null ? 0 : 1;
        var rules = new BookingRulesCheck(
            terms.Contract, index.Zone, terms.Property.Patch, terms.Requirement.Emergency, bookings.Now,
            key => availability.QuotaUsed(key) - taken);
        var windows = new List<BookingWindow> { rules.Of(offered, index.ClockOf(offer.Day)) };
        if (terms.Requirement.Stages > 1)
        {
            var days = Period.DaysBetween(offer.Day, index.FirstDay.PlusDays(index.Days)) - 1;
            windows.AddRange(rules.Windows(offer.Day.PlusDays(1), Math.Max(0, days)).Where(window => window.Window.Code == offer.Window));
        }

        return (index, new SlotQuery(
            terms.Contract, terms.Property.Patch, GroundPoint.Of(terms.Property.Place), terms.Requirement, bookings.Now, windows));
    }
}
