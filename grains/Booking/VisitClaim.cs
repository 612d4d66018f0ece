using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Booking;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;
using VisitState = OrleansScheduling.Domain.Jobs.VisitState;

namespace OrleansScheduling.Grains.Booking;

/// <summary>Puts together the claim of work for one operative in one diary: all rules asked again, on the diary as it is now.</summary>
internal sealed class VisitClaim(Bookings bookings, AvailabilityService availability, RegistryCache registry)
{
    /// <returns>The changeset; a refusal; or neither when the job's own visits are not where it thinks.</returns>
    public (Changeset? Changeset, Refusal? Refusal) Prepare(Job job, ClaimVisit claim, JobTerms terms, Command command, DiaryWork work)
    {
        var now = bookings.Now;
        if (availability.IndexOf(work.Operative) is not { } index
            || !registry.Current.Operatives.TryGetValue(work.Operative, out var operative))
            return (null, Refusal.Of(RefusalReason.NobodyWorking));
        if (!CodeText.IsValid(claim.Window) || terms.Contract.Window(new WindowCode(claim.Window)) is not { } offered)
            return (null, Refusal.Of(RefusalReason.WindowNotOffered));
        var need = terms.Requirement.Needs[0];
        var clock = index.ClockOf(LocalDate.FromDateOnly(claim.Day));
        if (Unfit(operative, need, terms, clock.Day) is var unfit and not RefusalReason.None) return (null, Refusal.Of(unfit));
        var window = bookings.RulesFor(job, claim.Kind, terms, index.Zone).Of(offered, clock);
        if (!window.IsOpen) return (null, Refusal.Of(window.Closed));

        var id = new VisitId(job.Id, JobDecisions.FirstVisitNumber(job));
        var (state, expires) = StateFor(claim.Kind, terms, now);
        VisitPlace[] visits = [new(id, work.Operative, clock.Day, Stage: 0, state)];
        var decided = Decide(job, claim.Kind, claim.Holder, window.Promise, expires, visits, now);
        if (!decided.Succeeded) return (null, decided.Refusal);
        if (!Bookings.Carry(decided.Value, visited => visited == work.Operative ? work : null)) return (null, null);

        var place = terms.Property.Place;
        var visit = new VisitTerms(id, terms.Contract.Id, window.Promise, place, Stage: 0, StartFixed: false, state, expires);
        var request = StopRequest.For(GroundPoint.Of(place), operative.SecondsFor(need.StandardMinutes), window.Promise, clock, now);
        var kept = window.Kept.PercentFor(WorkTies.Of(operative, terms.Contract.Id, terms.Property.Patch, clock.Day));
        return work.TryAdd(visit, clock.Day, request, kept)
            ? (Bookings.ChangesetOf(decided.Value, terms.Contract, terms.Property.Patch, index.Zone, [work], command, now), null)
            : (null, Refusal.Of(RefusalReason.WindowGone));
    }

    public static Outcome<JobDecision> Decide(
        Job job, ClaimKind kind, string holder, Promise promise, Instant? expires, IReadOnlyList<VisitPlace> visits, Instant now) =>
            kind switch
            {
                ClaimKind.Hold => JobDecisions.Hold(job, holder, promise, expires!.Value, visits, now),
                ClaimKind.Book => JobDecisions.Book(job, holder, promise, visits, now),
                ClaimKind.Move => JobDecisions.Move(job, holder, promise, visits, now),
                _ => KindFault(kind)!,
            };

    public static Refusal? KindFault(ClaimKind kind) => kind is ClaimKind.Hold or ClaimKind.Book or ClaimKind.Move
        ? null
        : Command.Invalid("kind", kind.ToString(), "Hold, Book or Move");

    /// <summary>What the new visits are, and until when.</summary>
    public static (VisitState State, Instant? Expires) StateFor(ClaimKind kind, JobTerms terms, Instant now) => kind == ClaimKind.Hold
        ? (VisitState.Held, now + Duration.FromMinutes(terms.Contract.Rules.HoldMinutes))
        : (VisitState.Booked, null);

    /// <summary>Why an operative may not do the work that day; None for one who may.</summary>
    public static RefusalReason Unfit(Operative operative, VisitNeed need, JobTerms terms, LocalDate day)
    {
        if (!operative.HasTrade(need.Trade) || !terms.Contract.Trades.Contains(need.Trade)) return RefusalReason.NobodyWithTrade;
        if (!operative.HasSkills(need.Skills, day)) return RefusalReason.NobodyWithSkill;
        if (!operative.IsClearedFor(terms.Contract.Id, day)) return RefusalReason.NobodyCleared;
        return operative.Covers(terms.Property.Patch) ? RefusalReason.None : RefusalReason.NobodyCoversPatch;
    }
}
