using System.Globalization;
using Orleans;
using Orleans.Placement;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.GrainInterfaces;
using OrleansScheduling.Grains.Booking;
using OrleansScheduling.Grains.Offers;
using OrleansScheduling.Grains.Wire;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Grains.Jobs;

/// <summary>
/// Made where its first command came in, as most of the next ones do. Whoever asks elsewhere is led to it. It is wanted for as long as
/// somebody chooses a window and confirms it, and so many others come after it that none is kept for longer.
/// </summary>
[PreferLocalPlacement]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class JobGrain(
    Bookings bookings, SlotClaim slotClaim, VisitReports reports, OfferTokens offers, BookingTelemetry telemetry) : Grain, IJobGrain
{
    JobId? id;

    /// <summary>
    /// The job as the last claim of this activation left it: most holds are confirmed where they were placed. Nothing is refused because of
    /// it, and what is decided on it is fenced like everything else, so it may be out of date.
    /// </summary>
    JobState? left;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (JobId.TryParse(this.GetPrimaryKeyString(), out var parsed)) id = parsed;
        return Task.CompletedTask;
    }

    public async Task<JobState?> Get(Asker asker) => id is { } job
        ? (await bookings.FindJobAsync(job, asker.ToDomain(), CancellationToken.None))?.ToWire() : null;

    public Task<CommandAnswer> Log(LogJob command, CancellationToken cancellationToken) => CarryOutAsync(
        "Log", command.Context, Command.DescriptionFault(command.Description) ?? Command.LinesFault(command.Lines),
        job => LogAsync(job, command, cancellationToken));

    public Task<CommandAnswer> Claim(ClaimSlot command, CancellationToken cancellationToken) => CarryOutAsync(
        "Claim", command.Context,
        Command.HolderFault(command.Holder) ?? Command.DescriptionFault(command.Description) ?? VisitClaim.KindFault(command.Kind),
        job => ClaimAsync(job, command, cancellationToken));

    public Task<CommandAnswer> Confirm(ConfirmHold command, CancellationToken cancellationToken) => CarryOutAsync(
        "Confirm", command.Context, Command.HolderFault(command.Holder), job => ConfirmAsync(job, command, cancellationToken));

    public Task<CommandAnswer> Release(ReleaseHold command, CancellationToken cancellationToken) => CarryOutAsync(
        "Release", command.Context, Command.HolderFault(command.Holder), id => TransitionAsync(
            id,
            Commands.Of(id, command),
            job => JobDecisions.Release(job, new HoldId(id, command.Hold), command.Holder),
            cancellationToken));

    public Task<CommandAnswer> Cancel(CancelBooking command, CancellationToken cancellationToken) => CarryOutAsync(
        "Cancel", command.Context, Command.TextFault("reason", command.Reason, 0, CancelBooking.MaxReasonLength), id => TransitionAsync(
            id, Commands.Of(id, command), job => JobDecisions.Cancel(job, command.Reason, command.CloseJob), cancellationToken));

    public Task<CommandAnswer> Report(ReportVisit command, CancellationToken cancellationToken) => CarryOutAsync(
        VisitReports.NameOf(command), command.Context, reports.FaultOf(command),
        id => reports.RunAsync(id, command, cancellationToken));

    public async Task<bool> ExpireHold()
    {
        if (id is not { } job) return true;
        var answer = await TransitionAsync(job, null, current => JobDecisions.Expire(current, bookings.Now), CancellationToken.None);
        // No hold, or one that was placed anew: there is nothing to free.
        return answer.Receipt is not null || answer.Refusal!.Reason == nameof(RefusalReason.HoldNotFound);
    }

    /// <summary>What goes before and after every command: its values are checked, and its outcome is counted.</summary>
    Task<CommandAnswer> CarryOutAsync(string name, CommandContext context, Refusal? fault, Func<JobId, Task<CommandAnswer>> carryOut)
    {
        fault = Command.Faults(context) ?? fault
            ?? (id is null ? Command.Invalid("job", this.GetPrimaryKeyString(), "a job reference, such as 0GC00-0000S") : null);
        return telemetry.MeasureAsync(name, () => fault is null ? carryOut(id!.Value) : Task.FromResult(Bookings.Refused(fault)));
    }

    async Task<CommandAnswer> LogAsync(JobId job, LogJob command, CancellationToken cancellationToken)
    {
        var identity = Commands.Of(job, command);
        SorCode[] lines = [.. command.Lines.Select(line => new SorCode(line))];
        var found = await bookings.TermsOfAsync(
            command.Context.Asker.ToDomain(), new ContractId(command.Contract), new PropertyId(command.Property), lines,
            cancellationToken);
        if (!found.Succeeded) return await bookings.RefuseAsync(found.Refusal, identity, cancellationToken);
        var terms = found.Value;
        var decided = JobDecisions.Log(terms.Draft(job, command.Description, bookings.Now)).Value!;
        var changeset = Bookings.ChangesetOf(
            decided, terms.Contract, terms.Property.Patch, bookings.ZoneOf(terms.Contract), [], identity, bookings.Now);
        var result = await bookings.CommitAsync(changeset, cancellationToken);
        // No diary is named: what is stale is the belief that the job is new.
        return result.Status == CommitStatus.Stale ? Bookings.Refused(RefusalReason.JobExists) : Bookings.Answer(changeset, result);
    }

    async Task<CommandAnswer> ClaimAsync(JobId job, ClaimSlot command, CancellationToken cancellationToken)
    {
        var offer = offers.Decode(command.Offer);
        if (!offer.Succeeded) return Bookings.Refused(offer.Refusal);
        var answer = await slotClaim.RunAsync(job, offer.Value, command, GrainFactory, cancellationToken);
        left = answer.Job;
        return answer;
    }

    async Task<CommandAnswer> ConfirmAsync(JobId id, ConfirmHold command, CancellationToken cancellationToken)
    {
        var identity = Commands.Of(id, command);
        var viewpoint = command.Context.Asker.ToDomain();
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            var remembered = left?.ToDomain();
            left = null;
            if (remembered is not null && !bookings.Sees(viewpoint, remembered)) remembered = null;
            var known = remembered ?? await bookings.FindJobAsync(id, viewpoint, cancellationToken);
            if (known is not { } job || OnlyDiary(job) is not { } operative)
            {
                return await TransitionAsync(
                    id, identity, job => JobDecisions.Confirm(job, new HoldId(id, command.Hold), command.Holder, bookings.Now),
                        cancellationToken);
            }

            var diary = GrainFactory.GetGrain<IOperativeDiaryGrain>(operative.Value.ToString(CultureInfo.InvariantCulture));
            var answer = await diary.Confirm(job.ToWire(), command, cancellationToken);
            if (answer.Receipt is not null) return answer;
            if (remembered is not null) continue;
            if (answer.Refusal!.Reason != nameof(RefusalReason.JobChanged))
                return await bookings.RefuseAsync(answer.Refusal, identity, cancellationToken);
        }

        return Bookings.Refused(RefusalReason.Busy);
    }

    /// <summary>A change of the job that claims nothing new: what it frees or settles may stand in several diaries.</summary>
    /// <param name="command">Null for what the system does by itself.</param>
    async Task<CommandAnswer> TransitionAsync(
        JobId id, Command? command, Func<Job, Outcome<JobDecision>> decide, CancellationToken cancellationToken)
    {
        var viewpoint = command?.Context.Asker.ToDomain();
        for (var attempt = 0; attempt < Bookings.MaxAttempts; attempt++)
        {
            var recorded = viewpoint is null
                ? await bookings.Ledger.LoadJobAsync(id, cancellationToken)
                : await bookings.FindJobAsync(id, viewpoint, cancellationToken);
            var decided = recorded is { } job ? decide(job) : RefusalReason.JobNotFound;
            if (!decided.Succeeded)
                return command is null ? Bookings.Refused(decided.Refusal)
                    : await bookings.RefuseAsync(decided.Refusal, command, cancellationToken);
            if (await bookings.PrepareAsync(decided.Value, command, cancellationToken) is not { } changeset) continue;
            var result = await bookings.CommitAsync(changeset, cancellationToken);
            if (result.Status != CommitStatus.Stale) return Bookings.Answer(changeset, result);
        }

        return Bookings.Refused(RefusalReason.Busy);
    }

    /// <summary>The diary in which all of a job's visits stand, when it is one.</summary>
    static OperativeId? OnlyDiary(Job job)
    {
        if (job.Visits.Count == 0) return null;
        var first = job.Visits[0].Operative;
        return job.Visits.All(visit => visit.Operative == first) ? first : null;
    }
}
