using System.Globalization;
using NodaTime;
using Orleans;
using Orleans.Concurrency;
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

/// <summary>
/// One operative's diary. Commands interleave at their awaits: the next one is decided while the one before is on its way to the ledger, on
/// the diary as that one will leave it, and is refused with it when the ledger refuses it. So one diary takes as many bookings a second as
/// fit into the ledger's batches, not one a round trip.
/// </summary>
[Reentrant]
internal sealed class OperativeDiaryGrain(Bookings bookings, VisitClaim visitClaim, AvailabilityService availability) : Grain,
    IOperativeDiaryGrain
{
    /// <summary>Most days that one read answers.</summary>
    const int MaxReadDays = 62;

    /// <summary>How often a diary is read again because the index has meanwhile seen a newer version of it.</summary>
    const int MaxReadings = 8;

    /// <summary>0 is nobody: a key that is not a number names no operative.</summary>
    OperativeId operative;

    /// <summary>The diary as it will stand when everything on its way is committed; null when it has to be read.</summary>
    Diary? head;

    /// <summary>The diary as it is recorded, as far as this activation has heard; there whenever <see cref="head"/> is.</summary>
    Diary? recorded;

    /// <summary>The last commit on its way; null when all have ended.</summary>
    Flight? last;

    /// <summary>The last reading: all who wait for the diary share the one on its way.</summary>
    Task<bool>? reading;

    /// <summary>How often the diary was read or followed: what failed before the last time says nothing of what is known since.</summary>
    int readings;

    /// <param name="After">The diary when it is committed.</param>
    /// <param name="Reading">The reading that it rests on.</param>
    sealed record Flight(Changeset Changeset, Diary After, int Reading, Task<CommitResult> Result)
    {
        /// <returns>Whether it was committed. What an exception leaves unknown counts as not.</returns>
        public async Task<bool> IsCommittedAsync()
        {
            await ((Task)Result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            return Changeset.Fate.IsCommitted;
        }
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var isNumber = int.TryParse(this.GetPrimaryKeyString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        operative = new OperativeId(isNumber ? number : 0);
        return Task.CompletedTask;
    }

    public async Task<DiaryState> Read(Asker asker, DateOnly from, int days)
    {
        var viewpoint = asker.ToDomain();
        if (!bookings.Sees(viewpoint, operative)) return new DiaryState(operative.Value, 0, []);
        var first = LocalDate.FromDateOnly(from);
        var shown = first < Yesterday || !await IsReadyAsync(CancellationToken.None) ? await LoadAsync(first) : recorded!;
        var visits = new List<VisitState>();
        var left = Math.Clamp(days, 0, MaxReadDays);
        for (var day = first; left-- > 0 && day < LocalDate.MaxIsoValue; day = day.PlusDays(1))
        {
            foreach (var visit in shown.On(day))
            {
                if (bookings.Sees(viewpoint, visit)) visits.Add(visit.ToWire());
            }
        }

        return new DiaryState(operative.Value, shown.Version, visits);
    }

    public async Task<CommandAnswer> Claim(ClaimVisit claim, CancellationToken cancellationToken)
    {
        var job = claim.Job.ToDomain();
        var command = Commands.OfClaim(claim);
        var terms = await bookings.TermsOfAsync(
            claim.Context.Asker.ToDomain(), job.Contract, job.Property, job.Lines, cancellationToken);
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

    /// <summary>Decides on the diary as it will stand; when the ledger says that it has moved on, reads it and decides again.</summary>
    async Task<CommandAnswer> CarryOutAsync(Job job, Func<DiaryWork, (Changeset?, Refusal?)> prepare, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            if (!await IsReadyAsync(cancellationToken)) return Bookings.Refused(RefusalReason.CatchingUp);
            // From here until the changeset is sent nobody else has a turn.
            if (bookings.WorkOn(head!) is not { } work) return Bookings.Refused(RefusalReason.NobodyWorking);
            var (changeset, refusal) = prepare(work);
            if (changeset is not null)
            {
                var result = await SendAsync(changeset, cancellationToken);
                if (result.Status != CommitStatus.Stale) return Bookings.Answer(changeset, result);
                if (await HasChangedAsync(job, cancellationToken)) break;
            }
            else if (last is { } flight && !await flight.IsCommittedAsync())
            {
                Forget(flight);
            }
            else if (refusal is not null)
            {
                return Bookings.Refused(refusal);
            }
            else
            {
                head = null;
                if (await HasChangedAsync(job, cancellationToken) || attempt > 0) break;
            }
        }

        // The job is the job grain's to read again.
        return Bookings.Refused(RefusalReason.JobChanged);
    }

    async Task<bool> HasChangedAsync(Job job, CancellationToken cancellationToken)
    {
        var current = await bookings.Ledger.LoadJobAsync(job.Id, cancellationToken);
        return (current?.Version ?? 0) != job.Version;
    }

    async Task<CommitResult> SendAsync(Changeset changeset, CancellationToken cancellationToken)
    {
        var before = head!;
        if (last is not null) changeset = changeset with { DecidedOn = last.Changeset.Fate };
        var flight = new Flight(
            changeset, before.Apply(changeset.Event.Diaries[0]), readings, bookings.CommitAsync(changeset, cancellationToken));
        (head, last) = (flight.After, flight);
        try
        {
            var result = await flight.Result;
            // Nothing was written, for a reason that says nothing of the diary, and nobody has decided on it yet.
            var isUntouched = result.Status is not (CommitStatus.Committed or CommitStatus.Stale or CommitStatus.Overlap)
                && changeset.DecidedOn is null && ReferenceEquals(head, flight.After);
            if (isUntouched) head = before;
            else if (result.Status != CommitStatus.Committed) Forget(flight);
            else if (flight.Reading == readings) recorded = flight.After;
            return result;
        }
        catch
        {
            // Whether it was committed is not known.
            Forget(flight);
            throw;
        }
        finally
        {
            if (ReferenceEquals(last, flight)) last = null;
        }
    }

    /// <summary>What was decided on the flight is refused with it, and whoever comes next reads the diary again.</summary>
    void Forget(Flight flight)
    {
        if (flight.Reading == readings) head = null;
    }

    /// <summary>Reads the diary when it is not known, or when the index has seen a newer version from elsewhere.</summary>
    /// <returns>False when what the registry says of the operative does not arrive here in time.</returns>
    async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < MaxReadings; i++)
        {
            if (head is not null && (availability.IndexOf(operative)?.VersionOf(operative) ?? -1) <= head.Version) return true;
            if (TryFollow()) continue;
            if (reading is null or { IsCompleted: true }) reading = ReadAsync();
            if (!await reading.WaitAsync(cancellationToken)) return false;
        }

        return head is not null;
    }

    /// <summary>Takes in what others have done to the diary, as the feed brought it, while nothing of ours is on its way.</summary>
    bool TryFollow()
    {
        if (head is not { } known || last is not null) return false;
        var changes = availability.ChangesAfter(operative, known.Version);
        if (changes.IsEmpty) return false;
        foreach (var change in changes) known = known.Apply(change);
        readings++;
        (head, recorded) = (known, known);
        return true;
    }

    async Task<bool> ReadAsync()
    {
        // Nothing more is sent until the diary is there.
        head = null;
        if (last is { } flight)
        {
            await flight.IsCommittedAsync();
            last = null;
        }

        var read = await LoadAsync(Yesterday);
        if (!await availability.KnowsAsync(operative, read.Version, CancellationToken.None)) return false;
        readings++;
        (head, recorded) = (read, read);
        return true;
    }

    async Task<Diary> LoadAsync(LocalDate from)
    {
        var read = await bookings.Ledger.LoadDiariesAsync([operative], from, CancellationToken.None);
        return read.Count == 0 ? Diary.Of(operative, 0, []) : Diary.Of(operative, read[0].Version, read[0].Visits);
    }

    /// <summary>Visits of a shift over midnight are still wanted on the day after.</summary>
    LocalDate Yesterday => bookings.Now.InUtc().Date.PlusDays(-1);
}
