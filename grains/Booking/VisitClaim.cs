using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Booking;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Booking;

/// <summary>Puts together the claim of work for one operative in one diary: all rules asked again, on the diary as it is now.</summary>
internal sealed class VisitClaim(AvailabilityService availability, RegistryCache registry)
{
    /// <returns>The changeset; a refusal; or neither when the job's own visits are not where it thinks, and both have to be read again.</returns>
    public (Changeset? Changeset, Refusal? Refusal) Prepare(Job job, ClaimVisit claim, JobTerms terms, Command command, DiaryWork work)
    {
        var now = availability.Now;
        if (availability.IndexOf(work.Operative) is not { } index || !registry.Current.Operatives.TryGetValue(work.Operative, out var operative))
            return (null, Refusal.Of(RefusalReason.NobodyWorking));
        var need = terms.Requirement.Needs[0];
        var clock = index.ClockOf(NodaTime.LocalDate.FromDateOnly(claim.Day));
        if (!WindowCodeOf(claim, out var code) || terms.Contract.Window(code) is not { } offered)
            return (null, Refusal.Of(RefusalReason.WindowNotOffered));
        if (CannotDo(operative, need, terms, clock.Day) is var unfit and not RefusalReason.None) return (null, Refusal.Of(unfit));
        var rules = new BookingRulesCheck(
            terms.Contract, index.Zone, terms.Property.Patch, terms.Requirement.Emergency, now, key => QuotaUsedByOthers(job, key));
        var window = rules.Of(offered, clock);
        if (!window.IsOpen) return (null, Refusal.Of(window.Closed));

        var number = JobDecisions.FirstVisitNumber(job);
        var id = new VisitId(job.Id, number);
        var state = claim.Kind == ClaimKind.Hold ? Domain.Jobs.VisitState.Held : Domain.Jobs.VisitState.Booked;
        var expires = now + NodaTime.Duration.FromMinutes(terms.Contract.Rules.HoldMinutes);
        VisitPlace[] visits = [new(id, work.Operative, clock.Day, Stage: 0, state)];
        var decided = Decide(job, claim, window.Promise, expires, visits, now);
        if (!decided.Succeeded) return (null, decided.Refusal);
        if (!Bookings.Carry(decided.Value, operativeId => operativeId == work.Operative ? work : null)) return (null, null);

        var terms0 = new VisitTerms(
            id, terms.Contract.Id, window.Promise, terms.Property.Place, 0, StartFixed: false, state, claim.Kind == ClaimKind.Hold ? expires : null);
        var request = StopRequest.For(
            GroundPoint.Of(terms.Property.Place), operative.SecondsFor(need.StandardMinutes), window.Promise, clock, now);
        if (!work.TryAdd(terms0, clock.Day, request, window.ReservePercent)) return (null, Refusal.Of(RefusalReason.WindowGone));
        return (Bookings.ChangesetOf(decided.Value, terms.Contract, terms.Property.Patch, index.Zone, [work], command, now), null);
    }

    public static Outcome<JobDecision> Decide(
        Job job, ClaimVisit claim, Promise promise, NodaTime.Instant expires, IReadOnlyList<VisitPlace> visits, NodaTime.Instant now) => claim.Kind switch
        {
            ClaimKind.Hold => JobDecisions.Hold(job, claim.Holder, promise, expires, visits, now),
            ClaimKind.Book => JobDecisions.Book(job, claim.Holder, promise, visits, now),
            ClaimKind.Move => JobDecisions.Move(job, claim.Holder, promise, visits, now),
            _ => Command.Invalid("kind", claim.Kind.ToString(), "Hold, Book or Move"),
        };

    static bool WindowCodeOf(ClaimVisit claim, out WindowCode code)
    {
        var isValid = CodeText.IsValid(claim.Window);
        code = isValid ? new WindowCode(claim.Window) : default;
        return isValid;
    }

    static RefusalReason CannotDo(Domain.Workforce.Operative operative, VisitNeed need, JobTerms terms, NodaTime.LocalDate day)
    {
        if (!operative.HasTrade(need.Trade) || !terms.Contract.Trades.Contains(need.Trade)) return RefusalReason.NobodyWithTrade;
        if (!operative.HasSkills(need.Skills, day)) return RefusalReason.NobodyWithSkill;
        if (!operative.IsClearedFor(terms.Contract.Id, day)) return RefusalReason.NobodyCleared;
        return operative.Covers(terms.Property.Patch) ? RefusalReason.None : RefusalReason.NobodyCoversPatch;
    }

    /// <summary>What the job itself takes up is given back by the same commit, so it does not count against it. The ledger decides.</summary>
    int QuotaUsedByOthers(Job job, QuotaKey key) => availability.QuotaUsed(key) - (job.Hold is null && job.Promise is null ? 0 : 1);
}
