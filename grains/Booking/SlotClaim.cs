using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Runtime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Booking;

/// <summary>
/// Claims an offered window, whoever does the work: a single visit goes to the best diary, then the next best; work of several people,
/// trades or
/// visits is placed whole on the diaries as the index shows them, and committed against all their versions at once.
/// </summary>
internal sealed class SlotClaim(Bookings bookings, CrewClaim crewClaim, AvailabilityService availability)
{
    /// <summary>
    /// How many diaries a single visit is tried in, the cheapest first. Each refusal means that somebody else took the place that the index
    /// still showed; more people than this of one trade in one patch, all taken at the same moment, are not to be expected.
    /// </summary>
    const int MaxDiaries = 64;

    /// <summary>
    /// Claims that may wait for one diary before the next best is asked instead. When hundreds want one window, they spread over those who
    /// could come
    /// rather than all be refused by the nearest in turn.
    /// </summary>
    const int MaxQueue = 4;

    /// <summary>Claims of this process on their way, by diary; as many entries as there are operatives.</summary>
    readonly ConcurrentDictionary<OperativeId, StrongBox<int>> waiting = new();

    public async Task<CommandAnswer> RunAsync(JobId id, Offer offer, ClaimSlot command, IGrainFactory grains,
        CancellationToken cancellationToken)
    {
        var identity = Commands.OfClaim(id, offer, command);
        var viewpoint = command.Context.Asker.ToDomain();
        if (!await bookings.SeesAsync(viewpoint, offer, cancellationToken)) return Bookings.Refused(RefusalReason.OfferInvalid);
        if (offer.ExpiresAt <= bookings.Now) return await bookings.RefuseAsync(RefusalReason.OfferExpired, identity, cancellationToken);
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            // Of a job that was drawn just now there is nothing to read; if its reference was drawn before, the ledger refuses it as stale.
            var isDrawn = command.IsNew && attempt == 0;
            var known = isDrawn ? null : await bookings.Ledger.LoadJobAsync(id, cancellationToken);
            if (command.IsNew && known is not null) return await bookings.RefuseAsync(RefusalReason.JobExists, identity, cancellationToken);
            if (!offer.IsFor(id, known)) return await bookings.RefuseAsync(RefusalReason.OfferInvalid, identity, cancellationToken);
            var found = await bookings.TermsOfAsync(viewpoint, offer.Contract, offer.Property, offer.Lines, cancellationToken);
            if (!found.Succeeded) return await bookings.RefuseAsync(found.Refusal, identity, cancellationToken);
            var (job, terms) = (known ?? found.Value.Draft(id, command.Description, bookings.Now), found.Value);
            var claim = new ClaimVisit(
                command.Context, command.Kind, job.ToWire(), offer.Day.ToDateOnly(), offer.Window.Value, command.Holder,
                    command.Description);

            // A job that is claimed in another diary now gives that up in the same commit, which is more than one diary can decide.
            var answer = terms.Requirement.IsSingleVisit && job.Visits.Count == 0
                ? await InOneDiaryAsync(job, offer, claim, terms, grains, cancellationToken)
                : await crewClaim.TryAsync(job, offer, claim, identity, terms, cancellationToken);
            if (answer.Receipt is not null) return answer;
            if (answer.Refusal!.Reason != nameof(RefusalReason.JobChanged))
                return await bookings.RefuseAsync(answer.Refusal, identity, cancellationToken);
        }

        return Bookings.Refused(RefusalReason.Busy);
    }

    async Task<CommandAnswer> InOneDiaryAsync(
        Job job, Offer offer, ClaimVisit claim, JobTerms terms, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var tried = new HashSet<OperativeId>();
        while (tried.Count < MaxDiaries)
        {
            // Searched afresh each time: this process's own commits are shown by now.
            var (operative, refusal) = Best(job, offer, claim.Kind, terms, tried);
            if (operative is not { } best) return Bookings.Refused(refusal);
            tried.Add(best);
            var answer = await InDiaryAsync(best, claim, grains, cancellationToken);
            if (answer.Receipt is not null || !IsThisDiaryAlone(answer.Refusal!)) return answer;
        }

        return Bookings.Refused(RefusalReason.Busy);
    }

    async Task<CommandAnswer> InDiaryAsync(OperativeId operative, ClaimVisit claim, IGrainFactory grains,
        CancellationToken cancellationToken)
    {
        var queue = QueueOf(operative);
        Interlocked.Increment(ref queue.Value);
        try
        {
            var diary = grains.GetGrain<IOperativeDiaryGrain>(operative.Value.ToString(CultureInfo.InvariantCulture));
            return await diary.Claim(claim, cancellationToken);
        }
        catch (LimitExceededException)
        {
            // The mailbox is full: the claim was not taken up.
            return Bookings.Refused(RefusalReason.Busy);
        }
        finally
        {
            Interlocked.Decrement(ref queue.Value);
        }
    }

    StrongBox<int> QueueOf(OperativeId operative) => waiting.GetOrAdd(operative, _ => new StrongBox<int>());

    /// <summary>The best operative who has not been tried, the queues for their diaries considered; or why there is none.</summary>
    (OperativeId? Operative, RefusalReason Refusal) Best(
        Job job, Offer offer, ClaimKind kind, JobTerms terms, HashSet<OperativeId> tried)
    {
        if (availability.IndexOf(terms.Contract.Contractor) is not { } index) return (null, RefusalReason.NobodyWorking);
        if (terms.Contract.Window(offer.Window) is not { } offered) return (null, RefusalReason.WindowNotOffered);
        var rules = bookings.RulesFor(job, kind, terms, index.Zone);
        var window = rules.Of(offered, index.ClockOf(offer.Day));
        if (!window.IsOpen) return (null, window.Closed);
        var query = new SlotQuery(
            terms.Contract, terms.Property.Patch, GroundPoint.Of(terms.Property.Place), terms.Requirement, rules.Now, [window]);
        var (best, shortest) = ((OperativeId?)null, int.MaxValue);
        // Those who were tried may still be shown as free: as many more are asked for.
        var most = AppointmentPlanner.MaxCandidates + tried.Count;
        foreach (var candidate in SlotSearch.Candidates(index, query, terms.Requirement.Needs[0], window, most))
        {
            var queue = Volatile.Read(ref QueueOf(candidate.Operative).Value) / MaxQueue;
            if (queue < shortest && !tried.Contains(candidate.Operative)) (best, shortest) = (candidate.Operative, queue);
        }

        return (best, RefusalReason.WindowGone);
    }

    /// <summary>A refusal that says nothing of other diaries: the same window may still be had from the next best.</summary>
    static bool IsThisDiaryAlone(RefusalState refusal) => refusal.Reason is
        nameof(RefusalReason.WindowGone)
        or nameof(RefusalReason.NobodyWorking)
        or nameof(RefusalReason.NobodyWithTrade)
        or nameof(RefusalReason.NobodyWithSkill)
        or nameof(RefusalReason.NobodyCleared)
        or nameof(RefusalReason.NobodyCoversPatch);
}
