using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Grains.Registry;
using OrleansScheduling.Planning.Booking;
using OrleansScheduling.Planning.Diaries;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Grains.Booking;

/// <summary>A promised visit that looks for a new place: the rules of booking are asked again, for this operative and
/// promise.</summary>
internal sealed class NewPlace(Job job, Visit visit, JobTerms terms, RegistryView registry, DateTimeZone zone, Instant now)
{
    readonly DayClock clock = new(visit.Day, zone);

    /// <param name="isReturn">It goes back to whoever had it, and takes nothing that was kept from it before.</param>
    /// <returns>Why it cannot be put there; null when it was.</returns>
    public Refusal? Put(DiaryWork work, Instant? start, bool isReturn = false)
    {
        var seconds = clock.SecondAt(visit.End) - clock.SecondAt(visit.Start);
        var (kept, keptReason) = (0, RefusalReason.None);
        if (work.Operative != visit.Operative)
        {
            if (!registry.Operatives.TryGetValue(work.Operative, out var operative)) return Refusal.Of(RefusalReason.NobodyWorking);
            var needs = Needs(seconds);
            foreach (var need in needs)
            {
                if (VisitClaim.Unfit(operative, need, terms, visit.Day) is var unfit and not RefusalReason.None)
                    return new Refusal(unfit, OfOne(unfit));
            }

            seconds = operative.SecondsFor(needs[0].StandardMinutes);
            if (!isReturn)
            {
                var ties = WorkTies.Of(operative, terms.Contract.Id, terms.Property.Patch, visit.Day);
                var shares = Shares();
                (kept, keptReason) = (shares.PercentFor(ties), shares.ReasonFor(ties));
            }
        }

        var request = StopRequest.For(GroundPoint.Of(visit.Place), seconds, visit.Promise, clock, now);
        // Several who start together go on doing so, whoever they are.
        if ((start ?? (visit.StartFixed ? visit.Start : null)) is { } wanted)
        {
            if (wanted < visit.Promise.Start || wanted >= visit.Promise.End || (visit.StartFixed && wanted != visit.Start))
            {
                return new Refusal(
                    RefusalReason.InvalidInput, "start: it is not inside the promise, or others start with it at another time.");
            }

            var second = clock.SecondAt(wanted);
            if (second < request.SetOffAfter) return new Refusal(RefusalReason.NobodyInTime, "It was to start at a time that has passed.");
            request = request with { Earliest = second, Latest = second };
        }

        var moved = new VisitTerms(
            visit.Id, visit.Contract, visit.Promise, visit.Place, visit.Stage, visit.StartFixed, visit.State, visit.HoldExpiresAt);
        if (work.TryAdd(moved, visit.Day, request, kept)) return null;
        if (work.Day(visit.Day) is not { } day) return new Refusal(RefusalReason.NobodyWorking, OfOne(RefusalReason.NobodyWorking));
        var reason = kept > 0 && day.BestInsertion(request) is not null ? keptReason : RefusalReason.AllFull;
        return new Refusal(reason, OfOne(reason));
    }

    /// <summary>
    /// What the visit does: of the needs of its stage those that its operative can do in its time. When there are several, whoever takes it
    /// over must be able to do each of them, for which of them it is stands nowhere.
    /// </summary>
    IReadOnlyList<VisitNeed> Needs(int seconds)
    {
        VisitNeed[] ofStage = [.. terms.Requirement.Needs.Where(need => need.Stage == visit.Stage)];
        if (ofStage.Length == 0) ofStage = [.. terms.Requirement.Needs];
        if (!registry.Operatives.TryGetValue(visit.Operative, out var from)) return ofStage;
        VisitNeed[] able = [.. ofStage.Where(need => VisitClaim.Unfit(from, need, terms, visit.Day) == RefusalReason.None)];
        VisitNeed[] inTime = [.. able.Where(need => from.SecondsFor(need.StandardMinutes) == seconds)];
        return inTime.Length > 0 ? inTime : able.Length > 0 ? able : ofStage;
    }

    KeptShares Shares() => new BookingRulesCheck(terms.Contract, zone, terms.Property.Patch, job.Emergency, now, _ => 0).Kept(clock);

    static string OfOne(RefusalReason reason) => reason switch
    {
        RefusalReason.NobodyWithTrade => "The operative does not do that kind of work.",
        RefusalReason.NobodyWithSkill => "The operative has not the skills for this repair that day.",
        RefusalReason.NobodyCleared => "The operative is not cleared to work on this contract that day.",
        RefusalReason.NobodyCoversPatch => "The operative does not cover this area.",
        RefusalReason.NobodyWorking => "The operative is not working then, or has no time left that day.",
        RefusalReason.HeldForEmergencies => "The time that the operative has left that day is kept for emergencies.",
        RefusalReason.KeptForOtherWork => "The time that the operative has left that day is kept for other areas or contracts for now.",
        _ => "It does not fit into the operative's day inside its promise.",
    };
}
