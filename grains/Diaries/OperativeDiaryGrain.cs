using System.Globalization;
using NodaTime;
using Orleans;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Availability;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;
using OrleansScheduling.Planning.Booking;

namespace OrleansScheduling.Grains.Diaries;

internal sealed class OperativeDiaryGrain(Bookings bookings, VisitClaim visitClaim, AvailabilityService availability) : Grain, IOperativeDiaryGrain
{
    /// <summary>Most days that one read answers.</summary>
    const int MaxReadDays = 62;

    Diary? diary;

    OperativeId Operative => new(int.Parse(this.GetPrimaryKeyString(), CultureInfo.InvariantCulture));

    public async Task<DiaryState> Read(DateOnly from, int days)
    {
        var current = await CurrentAsync(CancellationToken.None);
        var first = LocalDate.FromDateOnly(from);
        var visits = Enumerable.Range(0, Math.Clamp(days, 0, MaxReadDays)).SelectMany(day => current.On(first.PlusDays(day)));
        return new DiaryState(Operative.Value, current.Version, [.. visits.Select(visit => visit.ToWire())]);
    }

    public async Task<CommandAnswer> Claim(ClaimVisit claim, CancellationToken cancellationToken)
    {
        var job = claim.Job.ToDomain();
        var command = Commands.OfClaim(claim.Context, claim.Kind, job.Id, claim.Day, claim.Window, claim.Holder);
        var terms = await bookings.TermsOfAsync(job.Contract, job.Property, job.Lines, cancellationToken);
        if (!terms.Succeeded) return await bookings.RefuseAsync(terms.Refusal, command, cancellationToken);
        return await CarryOutAsync(
            job, command, (current, work) => visitClaim.Prepare(current, claim, terms.Value, command, work), cancellationToken);
    }

    public async Task<CommandAnswer> Confirm(JobState job, ConfirmHold command, CancellationToken cancellationToken)
    {
        var identity = Commands.Of(new JobId(job.Id), command);
        var known = job.ToDomain();
        var terms = await bookings.TermsOfAsync(known.Contract, known.Property, known.Lines, cancellationToken);
        if (!terms.Succeeded) return await bookings.RefuseAsync(terms.Refusal, identity, cancellationToken);
        return await CarryOutAsync(known, identity, Confirming, cancellationToken);

        (Changeset?, Refusal?) Confirming(Job current, DiaryWork work)
        {
            var decided = JobDecisions.Confirm(current, new HoldId(current.Id, command.Hold), command.Holder, bookings.Now);
            if (!decided.Succeeded) return (null, decided.Refusal);
            if (!Bookings.Carry(decided.Value, operative => operative == work.Operative ? work : null)) return (null, null);
            var zone = availability.IndexOf(work.Operative)!.Zone;
            return (Bookings.ChangesetOf(decided.Value, terms.Value.Contract, terms.Value.Property.Patch, zone, [work], identity, bookings.Now), null);
        }
    }

    /// <summary>Decides on the diary and job as they are known; when the ledger says that they have moved on, reads both and decides again.</summary>
    async Task<CommandAnswer> CarryOutAsync(
        Job job, Command command, Func<Job, DiaryWork, (Changeset?, Refusal?)> prepare, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            if (bookings.WorkOn(await CurrentAsync(cancellationToken)) is not { } work) return Bookings.Refused(RefusalReason.NobodyWorking);
            var (changeset, refusal) = prepare(job, work);
            if (refusal is not null) return await bookings.RefuseAsync(refusal, command, cancellationToken);
            if (changeset is not null)
            {
                var result = await CommitAsync(changeset, cancellationToken);
                if (result.Status != CommitStatus.Stale) return Bookings.Answer(result);
            }

            diary = null;
            job = await bookings.Ledger.LoadJobAsync(job.Id, cancellationToken) ?? job with { Version = 0 };
        }

        return Bookings.Refused(RefusalReason.Busy);
    }

    async Task<CommitResult> CommitAsync(Changeset changeset, CancellationToken cancellationToken)
    {
        try
        {
            var result = await bookings.CommitAsync(changeset, cancellationToken);
            if (result.Status == CommitStatus.Committed) diary = diary!.Apply(changeset.Event.Diaries[0]);
            return result;
        }
        catch
        {
            // Whether it was committed is not known: whoever comes next reads the diary again.
            diary = null;
            throw;
        }
    }

    /// <summary>The diary as this activation knows it, read again when the index has seen a newer version from elsewhere.</summary>
    async ValueTask<Diary> CurrentAsync(CancellationToken cancellationToken)
    {
        if (diary is not null && (availability.IndexOf(Operative)?.VersionOf(Operative) ?? -1) <= diary.Version) return diary;
        var yesterday = bookings.Now.InUtc().Date.PlusDays(-1);
        var read = await bookings.Ledger.LoadDiariesAsync([Operative], yesterday, cancellationToken);
        return diary = Diary.Of(Operative, read.Count == 0 ? 0 : read[0].Version, read.Count == 0 ? [] : read[0].Visits);
    }
}
