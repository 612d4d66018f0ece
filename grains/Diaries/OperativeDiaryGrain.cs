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
using VisitState = OrleansScheduling.GrainInterfaces.VisitState;

namespace OrleansScheduling.Grains.Diaries;

internal sealed class OperativeDiaryGrain(Bookings bookings, VisitClaim visitClaim, AvailabilityService availability) : Grain,
    IOperativeDiaryGrain
{
    /// <summary>Most days that one read answers.</summary>
    const int MaxReadDays = 62;

    /// <summary>0 is nobody: a key that is not a number names no operative.</summary>
    OperativeId operative;
    Diary? diary;

    /// <summary>The diary's version when it was last read: what the registry said then was not decided on in this activation.</summary>
    long readVersion;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var isNumber = int.TryParse(this.GetPrimaryKeyString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        operative = new OperativeId(isNumber ? number : 0);
        return Task.CompletedTask;
    }

    public async Task<DiaryState> Read(DateOnly from, int days)
    {
        var first = LocalDate.FromDateOnly(from);
        var shown = first < Yesterday ? await LoadAsync(first, CancellationToken.None) : await CurrentAsync(CancellationToken.None);
        var visits = new List<VisitState>();
        var left = Math.Clamp(days, 0, MaxReadDays);
        for (var day = first; left-- > 0 && day < LocalDate.MaxIsoValue; day = day.PlusDays(1))
        {
            foreach (var visit in shown.On(day)) visits.Add(visit.ToWire());
        }

        return new DiaryState(operative.Value, shown.Version, visits);
    }

    public async Task<CommandAnswer> Claim(ClaimVisit claim, CancellationToken cancellationToken)
    {
        var job = claim.Job.ToDomain();
        var command = Commands.OfClaim(claim);
        var terms = await bookings.TermsOfAsync(job.Contract, job.Property, job.Lines, cancellationToken);
        if (!terms.Succeeded) return Bookings.Refused(terms.Refusal);
        return await CarryOutAsync(job, work => visitClaim.Prepare(job, claim, terms.Value, command, work), cancellationToken);
    }

    public async Task<CommandAnswer> Confirm(JobState state, ConfirmHold command, CancellationToken cancellationToken)
    {
        var job = state.ToDomain();
        var identity = Commands.Of(job.Id, command);
        var (contract, property) = await bookings.StandingAsync(job, cancellationToken);
        return await CarryOutAsync(job, Confirming, cancellationToken);

        (Changeset?, Refusal?) Confirming(DiaryWork work)
        {
            var decided = JobDecisions.Confirm(job, new HoldId(job.Id, command.Hold), command.Holder, bookings.Now);
            if (!decided.Succeeded) return (null, decided.Refusal);
            if (!Bookings.Carry(decided.Value, visited => visited == operative ? work : null)) return (null, null);
            return (Bookings.ChangesetOf(decided.Value, contract, property.Patch, bookings.ZoneOf(contract), [work], identity,
                bookings.Now), null);
        }
    }

    /// <summary>Decides on the diary as it is known; when the ledger says that it has moved on, reads it and decides again.</summary>
    async Task<CommandAnswer> CarryOutAsync(Job job, Func<DiaryWork, (Changeset?, Refusal?)> prepare, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            var current = await CurrentAsync(cancellationToken);
            if (!await availability.KnowsAsync(operative, readVersion, cancellationToken)) return Bookings.Refused(RefusalReason.Busy);
            if (bookings.WorkOn(current) is not { } work) return Bookings.Refused(RefusalReason.NobodyWorking);
            var (changeset, refusal) = prepare(work);
            if (refusal is not null) return Bookings.Refused(refusal);
            if (changeset is not null)
            {
                var result = await CommitAsync(changeset, cancellationToken);
                if (result.Status != CommitStatus.Stale) return Bookings.Answer(result);
            }

            diary = null;
            if (await HasChangedAsync(job, cancellationToken) || (changeset is null && attempt > 0)) break;
        }

        // The job is the job grain's to read again.
        return Bookings.Refused(RefusalReason.JobChanged);
    }

    async Task<bool> HasChangedAsync(Job job, CancellationToken cancellationToken)
    {
        var recorded = await bookings.Ledger.LoadJobAsync(job.Id, cancellationToken);
        return (recorded?.Version ?? 0) != job.Version;
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
    ValueTask<Diary> CurrentAsync(CancellationToken cancellationToken)
    {
        var isCurrent = diary is not null && (availability.IndexOf(operative)?.VersionOf(operative) ?? -1) <= diary.Version;
        return isCurrent ? new ValueTask<Diary>(diary!) : new(ReadAsync(cancellationToken));
    }

    async Task<Diary> ReadAsync(CancellationToken cancellationToken)
    {
        diary = await LoadAsync(Yesterday, cancellationToken);
        readVersion = diary.Version;
        return diary;
    }

    async Task<Diary> LoadAsync(LocalDate from, CancellationToken cancellationToken)
    {
        var read = await bookings.Ledger.LoadDiariesAsync([operative], from, cancellationToken);
        return read.Count == 0 ? Diary.Of(operative, 0, []) : Diary.Of(operative, read[0].Version, read[0].Visits);
    }

    /// <summary>Visits of a shift over midnight are still wanted on the day after.</summary>
    LocalDate Yesterday => bookings.Now.InUtc().Date.PlusDays(-1);
}
